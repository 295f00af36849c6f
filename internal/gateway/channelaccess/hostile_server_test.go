package channelaccess_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// N6: a server that answers the look at the present value and then takes no more
// bytes holds up neither the kill switch nor the end of the run.
func TestAServerThatTakesNoBytesHoldsNothingUp(t *testing.T) {
	stuck, looked := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	s := script(t, func(conn net.Conn) {
		_ = conn.(*net.TCPConn).SetReadBuffer(4096)
		plain{odd: func(w io.Writer, m ca.Message) bool {
			if m.Command != ca.CmdReadNotify {
				return false
			}
			answer(w, m)
			close(looked)
			<-stuck // so that it never takes the put
			return true
		}}.serve(conn)
	})
	b := newStand(t, s, &gatewaytest.Ledger{})
	r, in := b.open(granting("T:BIG"))
	c := b.client(in)
	sid := c.create(1, "T:BIG")
	go func() { _, _ = io.Copy(io.Discard, c.conn) }()
	c.send(write(sid, 1, make([]float64, 1<<20)...))
	<-looked // so the put has begun
	off := make(chan error, 1)
	go func() { off <- b.gateway.Writes().TurnOff(gateway.Switched{Reason: "test"}) }()
	select {
	case err := <-off:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		panic("the kill switch does not return")
	}
	stops(t, r, 20*time.Second)
}

// answer is what a server says to a read, all zeros.
func answer(w io.Writer, m ca.Message) {
	_, _ = w.Write(ca.Append(nil, ca.Message{Command: m.Command, Type: m.Type, Count: m.Count, P1: uint32(ca.StatusNormal), P2: m.P2,
		Payload: make([]byte, ca.Type(m.Type).Bytes(int(m.Count)))}))
}

// A server that takes a channel away while the client asks for monitors of it: what
// both goroutines touch is guarded. Without the race detector a map says so itself.
func TestAServerTakesChannelsAwayAtAnyTime(t *testing.T) {
	s := script(t, func(conn net.Conn) {
		plain{odd: func(w io.Writer, m ca.Message) bool {
			if m.Command == ca.CmdEventAdd && m.P2%7 == 0 {
				_, _ = w.Write(ca.Append(nil, ca.Message{Command: ca.CmdDisconnected, P1: m.P1 - 1000}))
			}
			return false
		}}.serve(conn)
	})
	b := newStand(t, s, &gatewaytest.Ledger{})
	g := granting("T:AO")
	g.Rehearse = true
	r, in := b.open(g)
	c := b.client(in)
	for round := range uint32(20) {
		sid := c.create(round, "T:AO")
		go func() {
			var b []byte
			for i := range uint32(40) {
				id := 1 + round*100 + i
				b = ca.Append(b, ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: sid, P2: id, Payload: make([]byte, 16)})
				b = ca.Append(b, ca.Message{Command: ca.CmdEventCancel, Type: uint16(ca.Double), Count: 1, P1: sid, P2: id - 1})
			}
			_, _ = c.conn.Write(b)
		}()
		c.next(ca.CmdDisconnected)
	}
	stops(t, r, 10*time.Second)
}

// A client that does not read keeps nobody from stopping its run.
func TestStopDoesNotWaitForAClientThatDoesNotRead(t *testing.T) {
	put := make(chan struct{}, 100)
	s := script(t, plain{put: func(string, interlock.ChannelValue) { put <- struct{}{} }}.serve)
	b := newStand(t, s, &gatewaytest.Ledger{})
	for _, value := range []float64{1, 100} { // one is put, one refused; both have an answer
		r, in := b.open(granting("T:AO"))
		c := b.client(in)
		sid := c.create(1, "T:AO")
		c.send(write(sid, 1, value)) // the pipe has no room: the answer waits for its reader
		if value == 1 {
			<-put
		}
		stops(t, r, 10*time.Second)
	}
}

// A channel has one type, that of its creation: a put is encoded as it was decided on.
func TestAServerMakesAChannelTwice(t *testing.T) {
	s := script(t, func(conn net.Conn) {
		plain{odd: func(w io.Writer, m ca.Message) bool {
			if m.Command == ca.CmdReadNotify {
				answer(w, m)
				_, _ = w.Write(ca.Append(nil, ca.Message{Command: ca.CmdCreate, Type: uint16(ca.Enum), Count: 1, P1: 1, P2: 4711}))
				return true
			}
			return false
		}, put: func(channel string, v interlock.ChannelValue) { t.Errorf("put %s to %q", v, channel) }}.serve(conn)
	})
	b := newStand(t, s, &gatewaytest.Ledger{})
	r, in := b.open(granting("T:AO"))
	c := b.client(in)
	sid := c.create(1, "T:AO")
	c.send(ca.Message{Command: ca.CmdReadNotify, Type: uint16(ca.Double), Count: 1, P1: sid, P2: 9})
	c.next(ca.CmdDisconnected)
	stops(t, r, 10*time.Second)
}

// An update of another type than the client asked for is none of its monitor.
func TestAnUpdateOfAnotherType(t *testing.T) {
	s := script(t, func(conn net.Conn) {
		plain{odd: func(w io.Writer, m ca.Message) bool {
			if m.Command == ca.CmdEventAdd {
				_, _ = w.Write(ca.Append(nil, ca.Message{Command: m.Command, Type: uint16(ca.Enum.Control()), Count: 1, P1: 1, P2: m.P2, Payload: make([]byte, 8)}))
				return true
			}
			return false
		}}.serve(conn)
	})
	b := newStand(t, s, &gatewaytest.Ledger{})
	r, in := b.open(granting())
	c := b.client(in)
	sid := c.create(1, "T:AO")
	c.send(ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: sid, P2: 9, Payload: make([]byte, 16)})
	c.next(ca.CmdDisconnected)
	stops(t, r, 10*time.Second)
}

// A reply with more elements than were asked for is none: nothing is made of them.
func TestAReplyOfTooManyElements(t *testing.T) {
	s := script(t, func(conn net.Conn) {
		plain{odd: func(w io.Writer, m ca.Message) bool {
			if m.Command != ca.CmdReadNotify {
				return false
			}
			m.Count = 1 << 20
			answer(w, m)
			return true
		}, put: func(channel string, v interlock.ChannelValue) { t.Errorf("put %s to %q", v, channel) }}.serve(conn)
	})
	b := newStand(t, s, &gatewaytest.Ledger{})
	r, in := b.open(granting("T:AO"))
	c := b.client(in)
	sid := c.create(1, "T:AO")
	c.send(write(sid, 1, 1))
	if m := c.next(ca.CmdWriteNotify); ca.Status(m.P1) != ca.StatusPutFail {
		t.Errorf("status %d", m.P1)
	}
	if e := stops(t, r, 10*time.Second); len(e.Refused) != 1 || e.Refused[0].Violation != interlock.StepCheckFailed {
		t.Errorf("%+v", e)
	}
}

// N6: puts to many channels of a server that answers no look hold the kill switch up no
// longer than a put to one.
func TestManyPutsToASilentServerHoldNothingUp(t *testing.T) {
	looked := make(chan struct{}, 100)
	s := script(t, plain{odd: func(_ io.Writer, m ca.Message) bool {
		if m.Command == ca.CmdReadNotify {
			looked <- struct{}{}
		}
		return m.Command == ca.CmdReadNotify
	}}.serve)
	b := newStand(t, s, &gatewaytest.Ledger{})
	r, in := b.open(granting("T:?"))
	c := b.client(in)
	var wire []byte
	for i := range uint32(20) {
		wire = ca.Append(wire, write(c.create(i, "T:"+string(rune('a'+i))), i, 1))
	}
	if _, err := c.conn.Write(wire); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, c.conn) }()
	<-looked
	off := make(chan error, 1)
	go func() { off <- b.gateway.Writes().TurnOff(gateway.Switched{Reason: "test"}) }()
	select {
	case err := <-off:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(15 * time.Second):
		t.Error("the kill switch does not return")
	}
	stops(t, r, 30*time.Second)
}
