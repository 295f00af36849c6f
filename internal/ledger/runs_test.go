package ledger_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
)

// TestQuery: P10, every allow and deny can be asked for.
func TestQuery(t *testing.T) {
	l := open(t, stateDir(t), nil)
	sample(t, l, 3)
	bob := interlock.Record{Kind: interlock.RecordDecision, Run: "b", Who: interlock.Identity{Kind: interlock.PeerIdentity, UID: 7}, Time: time.Unix(1000, 0), Body: map[string]any{"effect": "deny"}}
	appendAll(t, l, bob)
	for name, c := range map[string]struct {
		f    ledger.Filter
		want []uint64
	}{
		"one run":           {ledger.Filter{Run: "run1"}, []uint64{5, 6, 7, 8}},
		"a kind":            {ledger.Filter{Kind: interlock.RecordDenial}, []uint64{15}},
		"denied":            {ledger.Filter{Effect: "deny", Kind: interlock.RecordDecision}, []uint64{14, 18}},
		"denied in a flow":  {ledger.Filter{Effect: "deny", Flow: "shift"}, []uint64{14, 15}},
		"by number":         {ledger.Filter{Who: "peer_uid:7"}, []uint64{18}},
		"by name, newest":   {ledger.Filter{Who: "ann", Limit: 2}, []uint64{16, 17}},
		"until":             {ledger.Filter{Until: time.Unix(1001, 0)}, []uint64{18}},
		"since, newest":     {ledger.Filter{Since: time.Unix(1001, 0), Limit: 1}, []uint64{17}},
		"nothing":           {ledger.Filter{Run: "none"}, nil},
		"limit and effects": {ledger.Filter{Effect: "allow", Limit: 2}, []uint64{6, 10}},
	} {
		got, err := l.Query(t.Context(), c.f)
		var seqs []uint64
		for _, e := range got {
			seqs = append(seqs, e.Seq)
		}
		if err != nil || !slices.Equal(seqs, c.want) {
			t.Errorf("%s: got %v, %v, want %v", name, seqs, err, c.want)
		}
	}
	if _, err := l.Query(t.Context(), ledger.Filter{Kind: "denials"}); err == nil || !strings.Contains(err.Error(), "denial") {
		t.Errorf("an unknown kind: %v", err)
	}
}

// TestRuns: a start without an end is running while its process lives, also
// seen from another process's ledger, and interrupted after.
func TestRuns(t *testing.T) {
	dir := stateDir(t)
	l := open(t, dir, nil)
	appendAll(t, l, begun("../a b/✓")...)
	appendAll(t, l, begun("done")...)
	appendAll(t, l, finished("done"))
	appendAll(t, l, refused("bad")...)
	statuses := func(l *ledger.Ledger, limit int) string {
		runs, err := l.Runs(t.Context(), limit)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, r := range runs {
			words = append(words, r.ID+" "+string(r.Status))
		}
		return strings.Join(words, ", ")
	}
	other := open(t, dir, nil)
	for _, from := range []*ledger.Ledger{l, other, l} {
		if got := statuses(from, 0); got != "../a b/✓ running, done succeeded, bad refused" {
			t.Errorf("got %s", got)
		}
	}
	if _, err := other.Append(t.Context(), begun("../a b/✓")...); err == nil || !strings.Contains(err.Error(), "running it") {
		t.Errorf("a run that goes on was started again: %v", err)
	}
	if _, err := l.Append(t.Context(), begun("../a b/✓")...); err == nil {
		t.Error("a run that goes on was started again in the same process")
	}
	l.Close() // as the end of the process does
	for range 2 {
		if got := statuses(other, 2); got != "done succeeded, bad refused" {
			t.Errorf("got %s", got)
		}
		run, ok, err := other.Run(t.Context(), "../a b/✓")
		if err != nil || !ok || run.Status != ledger.Interrupted || run.Folder != "/runs/../a b/✓" || run.Name != "fit.py" {
			t.Errorf("got %+v, %v, %v", run, ok, err)
		}
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "running")); len(left) != 0 {
		t.Errorf("left in running/: %v", left)
	}
	run, _, _ := other.Run(t.Context(), "bad")
	if run.Error != "subprocess is refused" || run.Effect != "deny" || run.First != 8 || run.Last != 11 {
		t.Errorf("got %+v", run)
	}
	if _, ok, err := other.Run(t.Context(), "none"); ok || err != nil {
		t.Errorf("run none: %v, %v", ok, err)
	}
}
