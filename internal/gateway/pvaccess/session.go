package pvaccess

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// session is a client of Interlock's own at the gateway of a run. It is the client
// side that the gateway has for servers, with the gateway itself as the server:
//
//	session ─▶ link ══ pipe ══ circuit ─▶ channel ─▶ gateway.Run ─▶ server
//
// so what it puts goes the way that a script's put goes. It is not safe for
// concurrent use.
type session struct {
	server *server
	link   *link
	pvs    map[string]*opened     // by name
	fields map[gateway.Spot]field // that were read
	puts   atomic.Int64           // without an answer
}

// opened is a PV at the gateway. gone is closed when the gateway ends it, because its
// server has.
type opened struct {
	*target
	gone chan struct{}
}

// Session implements gateway.Conductor.
func (s *System) Session(r *gateway.Run) (gateway.Session, error) {
	f, err := s.finder(r.Mode())
	if err != nil {
		return nil, err
	}
	v := newServer(s, r, f, interlock.Doors{})
	ours, theirs := net.Pipe()
	v.take(theirs)
	return &session{server: v, link: newLinkOver(ours), pvs: map[string]*opened{}, fields: map[gateway.Spot]field{}}, nil
}

// Close implements gateway.Session.
func (t *session) Close() {
	t.link.stop()
	t.server.Stop()
}

// Get implements gateway.Session.
func (t *session) Get(ctx context.Context, at gateway.Spot) (v interlock.ChannelValue, err error) {
	pv, err := t.open(ctx, at)
	if err != nil {
		return v, err
	}
	whole, err := pv.read(ctx)
	if err != nil {
		return v, err
	}
	f, err := find(whole.Type, at)
	if err != nil {
		return v, err
	}
	t.fields[at] = f
	if v = f.present(whole).Value; v.IsZero() {
		err = errors.New("it is an integer beyond 2^53, which is not compared exactly")
	}
	return v, err
}

// Put implements gateway.Session.
func (t *session) Put(ctx context.Context, at gateway.Spot, v interlock.ChannelValue) error {
	f, known := t.fields[at]
	if !known {
		if _, err := t.Get(ctx, at); err != nil {
			return err
		}
		f = t.fields[at]
	}
	if n := size(f.typ, v); n > clientMost-headRoom {
		return fmt.Errorf("the value has %d bytes, and %d are the most that is put at once", n, clientMost-headRoom)
	}
	pv, err := t.open(ctx, at)
	if err != nil {
		return err
	}
	sent, err := pv.send(ctx, []part{{f, v}}, true)
	if err != nil {
		return fmt.Errorf("asking the gateway: %w", err)
	}
	err = sent.Processed(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil || errors.Is(err, gateway.ErrUnknown):
		return fmt.Errorf("waiting for an answer: %w", err)
	}
	return fmt.Errorf("%w: %w", gateway.ErrNotDone, err)
}

// headRoom is for what a message has besides the value.
const headRoom = 4 << 10

// size is the bytes of v as t has it.
func size(t *pva.Type, v interlock.ChannelValue) int {
	w, ok := wire(t, v)
	if !ok {
		return 0
	}
	var e pva.Encoder
	e.Value(w)
	return len(e.B)
}

// open returns the PV of a channel, opened at the gateway.
func (t *session) open(ctx context.Context, at gateway.Spot) (*opened, error) {
	name := at.PV
	if name == "" {
		name = at.Channel
	}
	if have := t.pvs[name]; have != nil {
		select {
		case <-have.gone:
		default:
			return have, nil
		}
	}
	var pv *remote
	there, gone := make(chan error, 1), make(chan struct{})
	t.link.open(name, func(c *remote) { pv = c }, func(err error) { there <- err }, func() { close(gone) })
	select {
	case err := <-there:
		if err != nil {
			return nil, fmt.Errorf("connecting to %s: %w", name, err)
		}
	case <-ctx.Done():
		pv.close()
		return nil, fmt.Errorf("connecting to %s: no server has said that it has it: %w", name, ctx.Err())
	}
	have := &opened{target: newTarget(func() *remote { return pv }, &t.puts), gone: gone}
	t.pvs[name] = have
	return have, nil
}

// find is the field of t that a channel is.
func find(t *pva.Type, at gateway.Spot) (f field, err error) {
	if at.Field == "" {
		if own := owned(at.Channel, t); len(own) > 0 && own[0].kind() != gateway.KindUnknown {
			return own[0], nil
		}
		return f, errors.New("it has no value that is a number or a text")
	}
	leaf, bit := t.At(at.Field)
	if leaf == nil || leaf.IsStructure() {
		return f, fmt.Errorf("%s has no field %s any more", at.PV, at.Field)
	}
	f = fieldAt(at.PV, t, pva.Leaf{Path: at.Field, Bit: bit, Type: leaf})
	if f.channel != at.Channel || f.kind() == gateway.KindUnknown {
		return f, fmt.Errorf("the field %s of %s is something else by now", at.Field, at.PV)
	}
	return f, nil
}
