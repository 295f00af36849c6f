package daemon

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/store/runs"
)

// P10: whose a run is, is what the ledger recorded at its submission, however many there are;
// a run that nobody is recorded for, and one of a like name or uid, is nobody else's.
func TestWhoseRunsAreSeen(t *testing.T) {
	d, err := Open(Options{Env: []string{"HOME=" + t.TempDir()}, Etc: t.TempDir(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	l, err := d.Ledger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ann := Peer(64101)
	others := []interlock.Identity{Peer(64102), Peer(641010), {Kind: interlock.SelfIdentity, UID: 64101}, {Kind: interlock.PeerIdentity, UID: 7, Name: "peer_uid:64101"}}
	var ids, anns []string
	for i := range 40 {
		who := others[i%len(others)]
		id := runs.NewID(time.UnixMilli(int64(1000 + i)))
		if ids = append(ids, id); i%3 == 0 {
			who, anns = ann, append(anns, id)
		}
		if _, err := l.Append(t.Context(), interlock.Record{Kind: interlock.RecordSubmission, Run: id, Who: who, Body: map[string]any{"name": "x"}}); err != nil {
			t.Fatal(err)
		}
	}
	ids = append(ids, runs.NewID(time.UnixMilli(9000))) // not recorded
	for _, n := range []int{0, 1, 5, 16, 17, len(ids)} {
		want := slices.DeleteFunc(slices.Clone(anns), func(id string) bool { return !slices.Contains(ids[:n], id) })
		if got, err := d.seen(t.Context(), ann, ids[:n]); err != nil || !slices.Equal(got, want) {
			t.Errorf("of %d ann sees %v, %v; want %v", n, got, err, want)
		}
		if got, err := d.seen(t.Context(), Self(), ids[:n]); err != nil || len(got) != n {
			t.Errorf("of %d who runs the daemon sees %d, %v", n, len(got), err)
		}
		if got, err := d.seen(t.Context(), interlock.Identity{}, ids[:n]); err != nil || len(got) != 0 {
			t.Errorf("of %d nobody sees %v, %v", n, fmt.Sprint(got), err)
		}
	}
}
