package gateway

import (
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
)

// P17: what is kept of puts is bounded in bytes: PV Access has no bound for a text, and
// one of megabytes is one element.
func TestLongTextsAreNotKept(t *testing.T) {
	const size = 1 << 20
	long := func(i int) interlock.ChannelValue {
		return interlock.ChannelValue{Texts: []string{strings.Repeat("\x01", size-100+i)}}
	}
	t.Run("refused", func(t *testing.T) {
		for name, kind := range map[string]Kind{"of a number": KindFloat64, "by its states": KindText} {
			d := newDesk(t)
			d.wire.present = Present{Kind: kind, Count: 1}
			r := d.open(write(interlock.ChannelGrant{States: []string{"On"}}))
			for i := range 20 {
				d.put(r, "X", long(i))
			}
			kept := 0
			for _, n := range r.Stop().Refused {
				kept += len(n.Message)
			}
			if kept == 0 || kept > size {
				t.Errorf("%s: %d bytes are kept of refusals", name, kept)
			}
		}
	})
	t.Run("rehearsed", func(t *testing.T) {
		d := newDesk(t)
		d.wire.present = Present{Kind: KindText, Count: 1}
		g := write(interlock.ChannelGrant{})
		g.Rehearse = true
		r := d.open(g)
		for i := range 20 {
			if word := d.put(r, "X", long(i)); word != "held" {
				t.Fatal(word)
			}
		}
		if e := r.Stop(); len(e.Puts) > 10 || len(e.Puts)+e.PutsMore != 20 {
			t.Errorf("%d puts are kept, and of %d more it is said that there were some", len(e.Puts), e.PutsMore)
		}
	})
	// What waits for the ledger is bounded by what it has, too.
	if n := sizeOf(interlock.Record{Body: interlock.Put{New: long(0)}}); n < size/16 {
		t.Errorf("a text of a megabyte counts as %d", n)
	}
}
