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

// asks sends m and returns the next message with that command. It reads while it sends:
// an update of a monitor may be on its way, and nothing is buffered between the two.
func (w *watcher) asks(m ca.Message, command ca.Command) ca.Message {
	sent := make(chan error, 1)
	go func() {
		_, err := w.conn.Write(ca.Append(nil, m))
		sent <- err
	}()
	answer := w.next(command)
	if err := <-sent; err != nil {
		w.t.Fatal(err)
	}
	return answer
}

func (w *watcher) Put(channel string) {
	w.id++
	if m := w.asks(write(w.sids[channel], w.id, 1), ca.CmdWriteNotify); ca.Status(m.P1) != ca.StatusNormal {
		w.t.Errorf("a put to %s: status %d", channel, m.P1)
	}
}

func (w *watcher) Get(channel string) {
	w.id++
	w.asks(ca.Message{Command: ca.CmdReadNotify, Type: uint16(ca.Double), Count: 1, P1: w.sids[channel], P2: w.id}, ca.CmdReadNotify)
}

func (w *watcher) Monitor(channel string) {
	w.asks(ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: w.sids[channel], P2: 100 + w.sids[channel], Payload: make([]byte, 16)}, ca.CmdEventAdd)
}

func (w *watcher) End(channel string) {
	w.asks(ca.Message{Command: ca.CmdEventCancel, Type: uint16(ca.Double), Count: 1, P1: w.sids[channel], P2: 100 + w.sids[channel]}, ca.CmdEventAdd)
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
