package channelaccess_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// intents is a ledger that knows which puts were recorded and did not arrive yet. It
// counts what arrives without one, and what arrives outside of the grants.
type intents struct {
	mu    sync.Mutex
	open  []interlock.Put
	wrong []string
}

func (l *intents) Append(_ context.Context, records ...interlock.Record) (interlock.Receipt, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range records {
		if p, is := r.Body.(interlock.Put); is && r.Kind == interlock.RecordPut {
			l.open = append(l.open, p)
		}
	}
	return interlock.Receipt{}, nil
}

// fuzzed is what clients may put while they are fuzzed.
var fuzzed = func() interlock.Grant {
	g := granting("T:AO", "T:SMALL", "T:LONG", "T:CHAR")
	g.Channels = append(g.Channels, interlock.ChannelGrant{Match: "T:STR", Writable: true}, interlock.ChannelGrant{Match: "T:MBB", Writable: true, States: []string{"On"}})
	return g
}()

// arrived is told of each put that the server has.
func (l *intents) arrived(channel string, v interlock.ChannelValue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.open, func(p interlock.Put) bool { return p.Channel == channel && p.New.Same(v) })
	if i < 0 {
		l.wrong = append(l.wrong, fmt.Sprintf("%s to %s without an intent", v, channel))
		return
	}
	l.open = slices.Delete(l.open, i, i+1)
	_, entries, breach := fuzzed.Channels.Granted(channel)
	if breach != nil {
		l.wrong = append(l.wrong, breach.Message)
		return
	}
	for _, n := range v.Numbers {
		if b := entries.CheckNumber(channel, n); b != nil {
			l.wrong = append(l.wrong, b.Message)
		}
		if channel == "T:MBB" && n != 1 {
			l.wrong = append(l.wrong, fmt.Sprintf("state %v", n))
		}
	}
}

// moves reads messages out of a fuzzer's bytes: most of them say something. A raw
// piece is in between where the bytes ask for one.
func moves(b []byte) (out []byte) {
	commands := []ca.Command{ca.CmdWriteNotify, ca.CmdWrite, ca.CmdReadNotify, ca.CmdEventAdd, ca.CmdEventCancel, ca.CmdClearChannel, ca.CmdCreate, ca.CmdRead,
		ca.CmdEventsOff, ca.CmdEventsOn, ca.CmdEcho, ca.CmdRights, ca.CmdDisconnected, ca.CmdCreateFail, ca.CmdError, ca.CmdVersion, ca.CmdReadSync}
	names := []string{"T:AO", "T:FREE", "T:SMALL", "T:MBB", "T:STR", "T:AO.VAL", "T:AO.DRVH", `T:AO.{"x":1}`, "S:DENIED", "T:LONG", "T:CHAR", ""}
	values := []float64{0, 1, -5, 5, 5.0001, 1e300, 3.5}
	for len(b) >= 6 {
		how, t, count, p1, p2, value := b[0], b[1], b[2], b[3], b[4], b[5]
		b = b[6:]
		if how >= 250 {
			n := min(len(b), int(t))
			out = append(out, b[:n]...)
			b = b[n:]
			continue
		}
		m := ca.Message{Command: commands[int(how)%len(commands)], Type: uint16(t % 41), Count: uint32(count % 6), P1: uint32(p1 % 16), P2: uint32(p2 % 32)}
		switch m.Command {
		case ca.CmdCreate:
			m.Payload = ca.NamePayload(names[int(value)%len(names)])
		case ca.CmdEventAdd:
			m.Payload = make([]byte, 16)
		case ca.CmdError:
			m.P2 = uint32(value)
			m.Payload = ca.Append(nil, ca.Message{Command: commands[int(value)%len(commands)], P2: uint32(p2 % 32)})
		default:
			v := interlock.ChannelValue{}
			for range m.Count {
				v.Numbers, v.Texts = append(v.Numbers, values[int(value)%len(values)]), append(v.Texts, "On")
			}
			if ca.Type(m.Type).Native() != ca.String {
				v.Texts = nil
			}
			if m.Type <= uint16(ca.Double) {
				m.Payload = ca.Encode(ca.Type(m.Type), v)
			} else {
				m.Payload = binary.BigEndian.AppendUint64(make([]byte, int(value)), uint64(value))
			}
		}
		out = ca.Append(out, m)
	}
	return append(out, b...)
}

// FuzzClient: whatever a client sends, nothing panics, the run can be stopped, and no
// put arrives that is not granted and recorded before.
func FuzzClient(f *testing.F) {
	ledger := &intents{}
	b := newStand(f, script(f, plain{put: ledger.arrived}.serve), ledger)
	for _, seed := range [][]byte{
		{0, 6, 1, 1, 1, 1, 0, 6, 1, 2, 2, 1, 0, 6, 1, 1, 3, 5}, {1, 6, 4, 3, 1, 2, 2, 34, 1, 3, 1, 0}, {3, 6, 1, 1, 9, 0, 4, 6, 1, 1, 9, 0},
		{0, 0, 1, 4, 1, 1, 0, 3, 1, 4, 2, 0, 0, 0, 1, 5, 3, 1}, {5, 0, 0, 1, 1, 0, 6, 0, 0, 1, 13, 0, 0, 6, 1, 1, 4, 1}, {250, 16, 0, 0, 0, 0, 0, 19, 0xff, 0xff, 0, 6, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		b.t = t
		r, door := b.open(fuzzed)
		c := b.client(door)
		for i, name := range []string{"T:AO", "T:FREE", "T:SMALL", "T:MBB", "T:STR", "T:LONG", "T:CHAR"} {
			c.create(uint32(i+1), name)
		}
		go func() {
			_, _ = c.conn.Write(moves(in)) // the circuit may be closed
			_ = c.conn.(*giving).CloseWrite()
		}()
		c.ended()
		stops(t, r, 20*time.Second)
		ledger.mu.Lock()
		defer ledger.mu.Unlock()
		for _, wrong := range ledger.wrong {
			t.Error(wrong)
		}
		ledger.open, ledger.wrong = nil, nil
	})
}

// FuzzServer: whatever a server answers, nothing panics and the run can be stopped.
func FuzzServer(f *testing.F) {
	ledger := &intents{}
	s := script(f, nil)
	b := newStand(f, s, ledger)
	for _, seed := range [][]byte{
		{0, 6, 1, 1, 5, 1}, {2, 34, 1, 1, 3, 1, 10, 0, 0, 0, 0, 0}, {3, 6, 1, 1, 4, 1, 12, 0, 0, 1, 0, 0}, {6, 3, 1, 1, 1, 0, 11, 0, 0, 1, 0, 0}, {14, 0, 0, 1, 3, 2, 11, 0, 0, 2, 1, 0, 13, 0, 0, 2, 0, 0},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		b.t = t
		var mu sync.Mutex
		said := moves(in)
		s.then(func(conn net.Conn) {
			n := 0
			plain{odd: func(w io.Writer, m ca.Message) bool {
				if m.Command == ca.CmdVersion || m.Command == ca.CmdClientName || m.Command == ca.CmdHostName {
					return false
				}
				// From the third request on it says a piece before each answer, and then goes, as
				// it does when nobody asks any more: half a message is waited for in vain.
				_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
				mu.Lock() // the circuit may be opened again
				defer mu.Unlock()
				if n++; n > 2 {
					piece := said[:min(len(said), 40)]
					said = said[len(piece):]
					_, _ = w.Write(piece)
					if len(said) == 0 {
						_ = conn.Close()
					}
				}
				return false
			}}.serve(conn)
		})
		g := fuzzed
		g.Rehearse = len(in)%2 == 1
		r, door := b.open(g)
		c := b.client(door)
		ao, mbb := c.create(1, "T:AO"), c.create(2, "T:MBB")
		monitor := func(sid, id uint32) ca.Message {
			return ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: sid, P2: id, Payload: make([]byte, 16)}
		}
		read := ca.Message{Command: ca.CmdReadNotify, Type: uint16(ca.Double), Count: 1, P1: ao, P2: 9}
		var wire []byte
		for _, m := range []ca.Message{monitor(ao, 1), read, write(ao, 2, 1), monitor(mbb, 3), write(mbb, 4, 1), read, create(7, "T:LONG"), write(ao, 5, 2), monitor(ao, 6), read} {
			wire = ca.Append(wire, m)
		}
		go func() {
			_, _ = c.conn.Write(wire)
			_ = c.conn.(*giving).CloseWrite()
		}()
		c.ended()
		stops(t, r, 30*time.Second)
	})
}
