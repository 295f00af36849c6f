package daemon

import (
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// N6, P17: what one user says of writes that are off stands until the operator changes it;
// another user neither hides it nor fills the ledger.
func TestWhoTurnedWritesOffStays(t *testing.T) {
	d, err := Open(Options{Env: []string{"HOME=" + t.TempDir()}, Etc: t.TempDir(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	turn := func(who interlock.Identity, to, reason string) *apiv1.Writes {
		t.Helper()
		w, err := d.TurnWrites(t.Context(), who, &apiv1.TurnWrites{Writes: to, Reason: reason})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	ann, eve := Peer(64101), Peer(64102)
	for _, reason := range []string{"", " \n"} {
		if _, err := d.TurnWrites(t.Context(), Self(), &apiv1.TurnWrites{Writes: "off", Reason: reason}); interlock.AsError(err).Code != interlock.ExitUsage {
			t.Errorf("%q: %v", reason, err)
		}
	}
	turn(ann, "off", "people in the tunnel")
	for range 3 {
		if w := turn(eve, "off", "a test"); !w.Off || w.Who != ann || w.Reason != "people in the tunnel" {
			t.Errorf("%+v", w)
		}
	}
	if w := turn(Self(), "off", "they are\nout"); w.Who != Self() || w.Reason != `they are\nout` {
		t.Errorf("%+v", w)
	}
	if turn(Self(), "on", "done"); !turn(eve, "off", "vacuum").Off {
		t.Error("writes are on")
	}
	l, err := d.Ledger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entries, err := l.Query(t.Context(), ledger.Filter{Kind: interlock.RecordWrites})
	if err != nil || len(entries) != 4 || !strings.Contains(string(entries[3].Body), "vacuum") {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}
