package channelaccess

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// session is a client of Interlock's own at the gateway of a run: what it puts goes
// the way that a script's put goes. It is not safe for concurrent use.
type session struct {
	conn     net.Conn
	heard    chan ca.Message // closed when the gateway says no more
	server   gateway.Server
	served   chan struct{}
	channels map[string]*known
	next     uint32
}

// known is a channel as the gateway told it.
type known struct {
	sid    uint32
	native ca.Type
	count  uint32
}

// Session implements gateway.Conductor.
func (s *System) Session(r *gateway.Run) (gateway.Session, error) {
	v := s.server(r, interlock.Doors{})
	ours, theirs := net.Pipe()
	t := &session{conn: ours, heard: make(chan ca.Message, sessionRoom), server: v, served: make(chan struct{}), channels: map[string]*known{}}
	c := newCircuit(v, theirs)
	v.mu.Lock()
	v.circuits[c] = struct{}{}
	v.mu.Unlock()
	go func() {
		defer close(t.served)
		c.serve()
	}()
	go t.hear(ca.NewReader(ours, s.opt.MaxArray))
	return t, nil
}

// sessionRoom is how many messages wait that nobody asked for, such as changed rights.
const sessionRoom = 1024

// hear takes what the gateway says: a pipe has no room of its own, and both ends write.
func (t *session) hear(in *ca.Reader) {
	defer close(t.heard)
	for {
		m, err := in.Next()
		if err != nil {
			return
		}
		m.Payload = append([]byte{}, m.Payload...)
		select {
		case t.heard <- m:
		case <-t.served:
			return
		}
	}
}

// Close implements gateway.Session.
func (t *session) Close() {
	_ = t.conn.Close()
	<-t.served
	t.server.Stop()
}

// send sends m and returns the first answer that is says yes to.
func (t *session) send(ctx context.Context, m ca.Message, is func(ca.Message) bool) (ca.Message, error) {
	if err := t.write(ctx, ca.Append(nil, m)); err != nil {
		return m, fmt.Errorf("asking the gateway: %w", err)
	}
	for {
		select {
		case got, more := <-t.heard:
			if !more {
				return m, errors.New("the gateway has ended the circuit")
			}
			if is(got) {
				return got, nil
			}
		case <-ctx.Done():
			return m, fmt.Errorf("waiting for an answer: %w", ctx.Err())
		}
	}
}

// write writes one message until ctx is done. Who asks next has the circuit as it was; one
// that took a part of a message is of no use to anybody.
func (t *session) write(ctx context.Context, b []byte) error {
	late := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = t.conn.SetWriteDeadline(time.Now())
		close(late)
	})
	n, err := t.conn.Write(b)
	if !stop() {
		<-late
		_ = t.conn.SetWriteDeadline(time.Time{})
	}
	if n > 0 && n < len(b) {
		_ = t.conn.Close()
	}
	return err
}

func (t *session) channel(ctx context.Context, name string) (*known, error) {
	if k := t.channels[name]; k != nil {
		return k, nil
	}
	t.next++
	id := t.next
	m, err := t.send(ctx, ca.Message{Command: ca.CmdCreate, P1: id, P2: ca.Version, Payload: ca.NamePayload(name)}, func(m ca.Message) bool {
		return m.P1 == id && (m.Command == ca.CmdCreate || m.Command == ca.CmdCreateFail)
	})
	if err == nil && m.Command == ca.CmdCreateFail {
		err = errors.New("no server has it")
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", name, err)
	}
	k := &known{sid: m.P2, native: ca.Type(m.Type), count: m.Count}
	t.channels[name] = k
	return k, nil
}

// Get implements gateway.Session.
func (t *session) Get(ctx context.Context, at gateway.Spot) (v interlock.ChannelValue, err error) {
	k, err := t.channel(ctx, at.Channel)
	if err != nil {
		return v, err
	}
	n := k.count
	if n > 1 {
		n = 0 // as many as there are now, which is what a put is recorded with
	}
	t.next++
	id := t.next
	m, err := t.send(ctx, ca.Message{Command: ca.CmdReadNotify, Type: uint16(k.native), Count: n, P1: k.sid, P2: id}, func(m ca.Message) bool {
		return m.Command == ca.CmdReadNotify && m.P2 == id
	})
	if err != nil {
		return v, err
	}
	if !ca.Status(m.P1).OK() {
		return v, fmt.Errorf("reading %s: the answer is status %d", at.Channel, m.P1>>3)
	}
	return ca.Decode(k.native, int(m.Count), m.Payload, k.count > 1)
}

// Put implements gateway.Session.
func (t *session) Put(ctx context.Context, at gateway.Spot, v interlock.ChannelValue) error {
	k, err := t.channel(ctx, at.Channel)
	if err != nil {
		return err
	}
	t.next++
	id := t.next
	m, err := t.send(ctx, ca.Message{Command: ca.CmdWriteNotify, Type: uint16(k.native), Count: uint32(v.Len()), P1: k.sid, P2: id, Payload: ca.Encode(k.native, v)}, func(m ca.Message) bool {
		return m.Command == ca.CmdWriteNotify && m.P2 == id
	})
	if err == nil && !ca.Status(m.P1).OK() {
		err = gateway.ErrNotDone
	}
	return err
}
