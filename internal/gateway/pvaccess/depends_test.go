package pvaccess_test

import (
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// watcher is a client of a rehearsal. It implements gatewaytest.Watcher.
type watcher struct {
	*raw
	r    *road
	sids map[string]uint32
	id   uint32
	mons map[string]uint32
}

func (w *watcher) Put(channel string) {
	w.id++
	typ := w.init(pva.Put, w.sids[channel], w.id)
	var mask pva.Bits
	mask.Set(1)
	if s := w.put(w.sids[channel], w.id, pva.Value{Type: typ}.With("value", pva.OfFloat(typ.Fields[0].Type, 1)), mask); !s.Good() {
		w.t.Errorf("a put to %s: %s", channel, s.Text)
	}
}

func (w *watcher) Get(channel string) {
	w.id++
	w.get(w.sids[channel], w.id, w.init(pva.Get, w.sids[channel], w.id))
}

func (w *watcher) Monitor(channel string) {
	w.id++
	w.mons[channel] = w.id
	w.init(pva.Monitor, w.sids[channel], w.id)
	w.send(pva.Monitor, func(e *pva.Encoder) { about(e, w.sids[channel], w.mons[channel], pva.SubStart) })
	w.next(pva.Monitor)
}

func (w *watcher) End(channel string) {
	w.send(pva.DestroyRequest, func(e *pva.Encoder) { e.U32(w.sids[channel]); e.U32(w.mons[channel]) })
}

func (w *watcher) Depends() bool { return w.r.stop().DependsOnHeldPut }

// N3: what depends_on_held_put means is the same in every protocol.
func TestDependsOnHeldPut(t *testing.T) {
	f := startFake(t, &fake{})
	gatewaytest.Depends(t, func(t *testing.T) gatewaytest.Watcher {
		g := writing(interlock.ChannelGrant{Match: "H:X"})
		g.Rehearse = true
		r := open(t, g, nil, []int{f.port()})
		c := r.dial()
		return &watcher{raw: c, r: r, mons: map[string]uint32{}, sids: map[string]uint32{"X": c.channel(1, "H:X"), "Y": c.channel(2, "H:Y")}}
	})
}
