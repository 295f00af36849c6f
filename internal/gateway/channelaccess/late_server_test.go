package channelaccess_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// Puts that came together have one time for all. A server that lets it run out is cut off,
// and no other that had nothing to do with it is.
func TestALateServerCostsNoOtherItsCircuit(t *testing.T) {
	for name, late := range map[string]func(io.Writer, ca.Message) bool{
		"it does not say what is there": func(_ io.Writer, m ca.Message) bool { return m.Command == ca.CmdReadNotify },
		"it does not take the put":      func(_ io.Writer, m ca.Message) bool { return m.Command == ca.CmdWriteNotify || m.Command == ca.CmdEcho },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const others = 8
			names := []string{"late"}
			first := script(t, plain{odd: late}.serve)
			first.mu.Lock()
			first.only = "late"
			first.mu.Unlock()
			var rest []*scripted
			for i := range others {
				s := script(t, plain{}.serve)
				names = append(names, fmt.Sprint("other", i))
				s.mu.Lock()
				s.only = names[i+1]
				s.mu.Unlock()
				rest = append(rest, s)
			}
			b := newStand(t, first, &gatewaytest.Ledger{}, rest...)
			_, in := b.open(granting(names...))
			c := b.client(in)
			var sids []uint32
			var puts []ca.Message
			for i, name := range names {
				sids = append(sids, c.create(uint32(i+1), name))
				puts = append(puts, write(sids[i], uint32(100+i), 1))
			}
			c.send(puts...)
			for range names {
				c.next(ca.CmdWriteNotify) // done, or not: the time was up
			}
			for i := range others {
				c.send(write(sids[i+1], uint32(200+i), 1))
				if m := c.next(ca.CmdWriteNotify); m.P2 != uint32(200+i) || ca.Status(m.P1) != ca.StatusNormal {
					t.Errorf("the next put to %s: status %d", names[i+1], m.P1>>3)
				}
			}
		})
	}
}

// N5: a channel that takes its time, as a motor does, costs a restore no other channel.
func TestASessionOutlastsAPutThatIsGivenUp(t *testing.T) {
	arrived := make(chan struct{}, 1)
	s := script(t, plain{odd: func(_ io.Writer, m ca.Message) bool {
		slow := m.Command == ca.CmdWriteNotify && m.P1 == 1001 // the first channel
		if slow {
			arrived <- struct{}{}
		}
		return slow
	}}.serve)
	b := newStand(t, s, &gatewaytest.Ledger{})
	road, _ := b.open(granting("motor", "lamp"))
	talk, err := b.system.Session(road.(*gateway.Run))
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close()
	ctx, give := context.WithCancel(t.Context())
	go func() {
		<-arrived
		give()
	}()
	one := interlock.ChannelValue{Numbers: []float64{1}}
	if err := talk.Put(ctx, gateway.Spot{Channel: "motor"}, one); err == nil {
		t.Error("a put that nobody answered was done")
	}
	if err := talk.Put(t.Context(), gateway.Spot{Channel: "lamp"}, one); err != nil {
		t.Error(err)
	}
}

// A channel that was cleared while a put to it was under way is nobody's when its server
// goes: a caproto client keeps its circuit, which would else end for it.
func TestAClearedChannelIsNotMissed(t *testing.T) {
	arrived, goes := make(chan struct{}), make(chan struct{})
	s := script(t, func(conn net.Conn) {
		go func() {
			<-goes
			conn.Close()
		}()
		plain{odd: func(_ io.Writer, m ca.Message) bool {
			if m.Command == ca.CmdWriteNotify {
				close(arrived)
			}
			return m.Command == ca.CmdWriteNotify
		}}.serve(conn)
	})
	b := benchAt(t, t.TempDir(), channelaccess.Addresses{List: []string{s.at()}})
	r := b.open(t, "alice", granting("X", "Y"))
	c := dialAs(t, r.address(), ca.CmdHostName, ca.CmdClientName)
	sid := c.create("X")
	c.send(write(sid, 7, 1))
	<-arrived
	c.send(ca.Message{Command: ca.CmdClearChannel, P1: sid, P2: c.next})
	if _, err := c.wait(command(ca.CmdClearChannel)); err != nil {
		t.Fatal(err)
	}
	s.then(plain{}.serve)
	close(goes)
	if m, err := c.wait(command(ca.CmdWriteNotify)); err != nil || ca.Status(m.P1) == ca.StatusNormal {
		t.Errorf("a put that nobody answered: %+v, %v", m, err)
	}
	c.create("Y")
	if status := c.put(c.create("Y"), ca.Double, 1, double(1)); status != ca.StatusNormal {
		t.Errorf("a put after it: status %d", status>>3)
	}
}
