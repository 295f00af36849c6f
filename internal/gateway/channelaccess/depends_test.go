package channelaccess_test

import (
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// watcher is a client of a rehearsal. It implements gatewaytest.Watcher.
type watcher struct {
	*client
	r    interlock.Road
	sids map[string]uint32
	id   uint32
}

func (w *watcher) Put(channel string) {
	w.id++
	w.send(write(w.sids[channel], w.id, 1))
	if m := w.next(ca.CmdWriteNotify); ca.Status(m.P1) != ca.StatusNormal {
		w.t.Errorf("a put to %s: status %d", channel, m.P1)
	}
}

func (w *watcher) Get(channel string) {
	w.id++
	w.send(ca.Message{Command: ca.CmdReadNotify, Type: uint16(ca.Double), Count: 1, P1: w.sids[channel], P2: w.id})
	w.next(ca.CmdReadNotify)
}

func (w *watcher) Monitor(channel string) {
	w.send(ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: w.sids[channel], P2: 100 + w.sids[channel], Payload: make([]byte, 16)})
	w.next(ca.CmdEventAdd)
}

func (w *watcher) End(channel string) {
	w.send(ca.Message{Command: ca.CmdEventCancel, Type: uint16(ca.Double), Count: 1, P1: w.sids[channel], P2: 100 + w.sids[channel]})
	w.next(ca.CmdEventAdd)
}

func (w *watcher) Depends() bool { return stops(w.t, w.r, 10*time.Second).DependsOnHeldPut }

// N3: what depends_on_held_put means is the same in every protocol.
func TestDependsOnHeldPut(t *testing.T) {
	t.Parallel()
	s := script(t, plain{}.serve)
	gatewaytest.Depends(t, func(t *testing.T) gatewaytest.Watcher {
		g := granting("T:X")
		g.Rehearse = true
		b := newStand(t, s, &gatewaytest.Ledger{})
		r, in := b.open(g)
		c := b.client(in)
		return &watcher{client: c, r: r, sids: map[string]uint32{"X": c.create(1, "T:X"), "Y": c.create(2, "T:Y")}}
	})
}
