package channelaccess_test

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// A client that makes and clears channels that nobody has keeps few goroutines busy,
// and the control network with few names.
func TestAFloodOfChannelsThatNobodyHas(t *testing.T) {
	b := newStand(t, script(t, plain{}.serve), &gatewaytest.Ledger{})
	r, in := b.open(granting())
	c := b.client(in)
	go func() { _, _ = io.Copy(io.Discard, c.conn) }()
	before := runtime.NumGoroutine()
	for i := range uint32(30_000) {
		c.send(create(i, "nobody"), ca.Message{Command: ca.CmdClearChannel, P1: i + 1, P2: i})
	}
	if n := runtime.NumGoroutine() - before; n > 5_000 {
		t.Errorf("%d goroutines", n)
	}
	stops(t, r, 10*time.Second)
}

// Nothing is made of the elements of a put that has more than its channel takes.
func TestAPutOfTooManyElementsCostsNothing(t *testing.T) {
	b := newStand(t, script(t, plain{}.serve), &gatewaytest.Ledger{})
	r, in := b.open(granting("T:CHAR"))
	c := b.client(in)
	sid := c.create(1, "T:CHAR")
	const size = 32 << 20
	c.send(ca.Message{Command: ca.CmdWriteNotify, Type: uint16(ca.Char), Count: 1, P1: sid, P2: 1, Payload: make([]byte, 8)})
	c.next(ca.CmdWriteNotify)
	wire := ca.Append(nil, ca.Message{Command: ca.CmdWriteNotify, Type: uint16(ca.Char), Count: size, P1: sid, P2: 2, Payload: make([]byte, size)})
	var was, is runtime.MemStats
	runtime.ReadMemStats(&was)
	if _, err := c.conn.Write(wire); err != nil {
		t.Fatal(err)
	}
	if m := c.next(ca.CmdWriteNotify); ca.Status(m.P1) != ca.StatusPutFail {
		t.Errorf("status %d", m.P1)
	}
	runtime.ReadMemStats(&is)
	if more := is.TotalAlloc - was.TotalAlloc; more > size+size/2 {
		t.Errorf("a put of %d bytes took %d more", size, more-size)
	}
	if e := stops(t, r, 10*time.Second); len(e.Puts) != 1 || len(e.Refused) != 1 || e.Refused[0].Violation != interlock.CountNotAllowed {
		t.Errorf("%+v", e)
	}
}

// What clients send at one time has one bound for all of a run's circuits, and waiting
// for it does not outlast the run.
func TestLargeMessagesShareTheirRoom(t *testing.T) {
	b := newStand(t, script(t, plain{}.serve), &gatewaytest.Ledger{})
	r, in := b.open(granting())
	const size = 40 << 20
	wire := ca.Append(nil, ca.Message{Command: ca.CmdWriteNotify, Type: uint16(ca.Char), Count: size, P1: 1, P2: 2, Payload: make([]byte, size)})
	first, second, taken := b.client(in), b.client(in), make(chan struct{})
	if _, err := first.conn.Write(wire[:len(wire)/2]); err != nil {
		t.Fatal(err)
	}
	// The second's header is read and its payload is not, however long it is waited for.
	go func() {
		defer close(taken)
		_, _ = second.conn.Write(wire)
	}()
	select {
	case <-taken:
		t.Error("both were taken")
	case <-time.After(300 * time.Millisecond):
	}
	stops(t, r, 10*time.Second)
}

// A run that refuses a stranger's names remembers a bounded number of them, and counts
// all but the repeated.
func TestAFloodOfNamesThatMayNotBeRead(t *testing.T) {
	b := newStand(t, script(t, plain{}.serve), &gatewaytest.Ledger{})
	r, in := b.open(interlock.Grant{})
	c := b.client(in)
	go func() { _, _ = io.Copy(io.Discard, c.conn) }()
	const names = 40_000
	before := heap()
	for i := range uint32(names) {
		c.send(create(i, fmt.Sprintf("secret:%d%450d", i, 0)), ca.Message{Command: ca.CmdClearChannel, P1: i + 1, P2: i})
	}
	if more := heap() - before; more > 12<<20 {
		t.Errorf("%d bytes are kept", more)
	}
	e := stops(t, r, 10*time.Second)
	if n := len(e.Refused) + e.RefusedMore; len(e.Refused) != 100 || n < names-10 || n > names {
		t.Errorf("%d refusals, and %d more", len(e.Refused), e.RefusedMore)
	}
}

// heap is how many bytes are in use.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// A client that asks for much, puts and does not read loses its circuit soon: the put
// holds the channel's turn, for which other runs wait.
func TestAClientThatPutsAndDoesNotReadHoldsNoTurn(t *testing.T) {
	looked := make(chan struct{}, 10)
	s := script(t, func(conn net.Conn) {
		plain{odd: func(_ io.Writer, m ca.Message) bool {
			if m.Command == ca.CmdReadNotify && ca.Type(m.Type) == ca.Double.Control() {
				looked <- struct{}{}
			}
			return false
		}}.serve(conn)
	})
	b := newStand(t, s, &gatewaytest.Ledger{})
	r, in := b.open(granting("T:AO"))
	c := b.client(in)
	ao, big := c.create(1, "T:AO"), c.create(2, "T:BIG")
	read := ca.Message{Command: ca.CmdReadNotify, Type: uint16(ca.Double), Count: 1 << 20, P1: big, P2: 1}
	c.send(read, read, read, write(ao, 2, 1))
	<-looked
	other, inOther := b.open(granting("T:AO"))
	victim := b.client(inOther)
	victim.send(write(victim.create(1, "T:AO"), 1, 2))
	if m := victim.next(ca.CmdWriteNotify); !ca.Status(m.P1).OK() {
		t.Errorf("status %d", m.P1)
	}
	c.ended()
	stops(t, r, 10*time.Second)
	stops(t, other, 10*time.Second)
}

// A client that honestly wants many channels at once has them all.
func TestManyChannelsAtOnce(t *testing.T) {
	b := newStand(t, script(t, plain{}.serve), &gatewaytest.Ledger{})
	r, in := b.open(granting())
	c := b.client(in)
	const many, batch = 12_000, 3_000
	for first := uint32(0); first < many; first += batch {
		go func() {
			var wire []byte
			for i := range uint32(batch) {
				wire = ca.Append(wire, ca.Message{Command: ca.CmdSearch, P1: first + i, P2: first + i, Payload: ca.NamePayload(fmt.Sprint("T:", first+i))})
			}
			_, _ = c.conn.Write(wire)
		}()
		for range batch {
			c.next(ca.CmdSearch)
		}
	}
	go func() {
		var wire []byte
		for i := range uint32(many) {
			wire = ca.Append(wire, create(i, fmt.Sprint("T:", i)))
		}
		_, _ = c.conn.Write(wire)
	}()
	for range many {
		c.next(ca.CmdCreate)
	}
	stops(t, r, 10*time.Second)
}

// However many monitors a rehearsal's puts change, and however little the client reads,
// one goroutine shows it.
func TestHeldPutsShowWithoutAFlood(t *testing.T) {
	b := newStand(t, script(t, plain{}.serve), &gatewaytest.Ledger{})
	g := granting("T:AO")
	g.Rehearse = true
	r, in := b.open(g)
	deaf, c := b.client(in), b.client(in)
	sid := deaf.create(1, "T:AO")
	const monitors, puts = 3, 200
	for i := range uint32(monitors) {
		deaf.send(ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: sid, P2: i, Payload: make([]byte, 16)})
		deaf.next(ca.CmdEventAdd)
	}
	before := runtime.NumGoroutine()
	sid = c.create(1, "T:AO")
	for i := range uint32(puts) {
		c.send(write(sid, i, float64(i%5)))
		c.next(ca.CmdWriteNotify)
	}
	if n := runtime.NumGoroutine() - before; n > 20 {
		t.Errorf("%d goroutines", n)
	}
	deaf.next(ca.CmdEventAdd)
	if e := stops(t, r, 10*time.Second); len(e.Puts) != puts {
		t.Errorf("%d puts", len(e.Puts))
	}
}
