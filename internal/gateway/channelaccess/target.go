package channelaccess

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// target is a channel at its server, for a put; it implements gateway.Target.
type target struct {
	ch *channel
	u  *upstream
}

// get reads the channel as type t.
func (t *target) get(ctx context.Context, as ca.Type) (payload []byte, count int, err error) {
	type reply struct {
		m      ca.Message
		status ca.Status
	}
	if err := ctx.Err(); err != nil { // another server has let the time of all run out; this one is not cut off for that
		return nil, 0, fmt.Errorf("there is no time left to ask: %w", err)
	}
	got := make(chan reply, 1)
	t.ch.mu.Lock()
	n := t.ch.count
	t.ch.mu.Unlock()
	if n > 1 && t.u.minor.Load() >= 13 {
		n = 0 // as many as there are now; an older server knows only how many there can be
	}
	err = t.u.read(t.ch, as, n, func(m ca.Message, status ca.Status) {
		m.Payload = append([]byte{}, m.Payload...)
		got <- reply{m, status}
	})
	if err == nil {
		err = t.u.flush(ctx)
	}
	if err != nil {
		return nil, 0, err
	}
	select {
	case r := <-got:
		if !r.status.OK() {
			return nil, 0, fmt.Errorf("the server answers with status %d", r.status>>3)
		}
		return r.m.Payload, int(r.m.Count), nil
	case <-ctx.Done():
		return nil, 0, fmt.Errorf("the server does not answer: %w", ctx.Err())
	}
}

// Present implements gateway.Target with one request: the control structure has
// value, drive limits and the names of states.
func (t *target) Present(ctx context.Context) (p gateway.Present, err error) {
	t.ch.mu.Lock()
	native, count := t.ch.native, int(t.ch.count)
	t.ch.mu.Unlock()
	if count > maxElements {
		return p, fmt.Errorf("it has %d elements, and %d are the most that are checked", count, maxElements)
	}
	as := native.Control()
	payload, n, err := t.get(ctx, as)
	if err != nil {
		return p, err
	}
	if p.Value, err = ca.Decode(as, n, payload, count > 1); err != nil {
		return p, err
	}
	p.Count = count
	switch native {
	case ca.String:
		p.Kind, p.TextSize = gateway.KindText, ca.StringSize-1
	case ca.Short:
		p.Kind, p.Least, p.Most = gateway.KindInteger, math.MinInt16, math.MaxInt16
	case ca.Long:
		p.Kind, p.Least, p.Most = gateway.KindInteger, math.MinInt32, math.MaxInt32
	case ca.Char:
		p.Kind, p.Least, p.Most = gateway.KindInteger, 0, math.MaxUint8
	case ca.Float:
		p.Kind = gateway.KindFloat32
	case ca.Double:
		p.Kind = gateway.KindFloat64
	case ca.Enum:
		p.Kind, p.States = gateway.KindState, ca.States(as, payload)
		p.Value = named(p.Value, p.States)
	}
	p.Low, p.High, _ = ca.Limits(as, payload)
	return p, nil
}

// named adds the names of states to their indices.
func named(v interlock.ChannelValue, states []string) interlock.ChannelValue {
	for _, n := range v.Numbers {
		if int(n) >= len(states) {
			v.Texts = nil
			return v
		}
		v.Texts = append(v.Texts, states[int(n)])
	}
	return v
}

// Read implements gateway.Target.
func (t *target) Read(ctx context.Context) (interlock.ChannelValue, error) {
	t.ch.mu.Lock()
	native, array := t.ch.native, t.ch.count > 1
	t.ch.mu.Unlock()
	payload, n, err := t.get(ctx, native)
	if err != nil {
		return interlock.ChannelValue{}, err
	}
	return ca.Decode(native, n, payload, array)
}

// Send implements gateway.Target.
func (t *target) Send(ctx context.Context, v interlock.ChannelValue, wait bool) (gateway.Sent, error) {
	if err := ctx.Err(); err != nil { // as in get
		return nil, fmt.Errorf("there is no time left to send it: %w", err)
	}
	s, err := t.place(v, wait)
	if err != nil {
		return nil, err
	}
	_ = t.u.flush(ctx) // where it breaks, whether the put went out before is not known
	return s, nil
}

// place puts the message into its place among what goes to the server. The channel
// stays what it is until then: a server may give the id of one that is gone to another.
func (t *target) place(v interlock.ChannelValue, wait bool) (*sent, error) {
	t.ch.mu.Lock()
	defer t.ch.mu.Unlock()
	if !t.ch.connected || t.ch.up != t.u || t.u.failed() != nil {
		return nil, errDisconnected
	}
	native := t.ch.native
	s := &sent{t: t, wait: wait, done: make(chan struct{})}
	m := ca.Message{Command: ca.CmdWrite, Type: uint16(native), Count: uint32(v.Len()), P1: t.ch.upSID, Payload: ca.Encode(native, v)}
	if wait {
		m.Command = ca.CmdWriteNotify
	}
	id, err := t.u.request(m, s.answered)
	if err != nil {
		return nil, err
	}
	s.id, s.taken = id, t.u.echo()
	return s, nil
}

// sent is a put on its way; it implements gateway.Sent.
type sent struct {
	t     *target
	id    uint32
	wait  bool
	taken <-chan struct{}

	once   sync.Once
	done   chan struct{}
	status ca.Status
}

// answered takes the server's word on the put: to one that waits, or a complaint.
func (s *sent) answered(_ ca.Message, status ca.Status) {
	s.once.Do(func() {
		s.status = status
		close(s.done)
	})
}

// Received implements gateway.Sent: the server answers an echo in its turn, after it
// has taken the put, or the put itself. One that does not in time is cut off, so that
// nothing that is still on its way arrives later.
func (s *sent) Received(ctx context.Context) error {
	select {
	case <-s.taken:
		return nil
	case <-s.done:
		return nil // Processed says what became of it
	case <-s.t.u.dead:
		return errDisconnected
	case <-ctx.Done():
	}
	select {
	case <-s.taken: // in time; it was another server that was waited for
		return nil
	case <-s.done:
		return nil
	default:
	}
	s.t.u.cut(errors.New("the server did not take a put in time"))
	return ctx.Err()
}

// Processed implements gateway.Sent.
func (s *sent) Processed(ctx context.Context) error {
	if !s.wait {
		select {
		case <-s.done: // a complaint came before the echo
		default:
			s.t.u.forget(s.id)
			return nil
		}
	}
	select {
	case <-s.done:
	case <-ctx.Done():
		return context.Canceled
	case <-s.t.ch.c.ctx.Done():
		return context.Canceled
	}
	switch {
	case s.status.OK():
		return nil
	case s.status == ca.StatusDisconn:
		return fmt.Errorf("%w: %w", gateway.ErrUnknown, errDisconnected)
	}
	return fmt.Errorf("the server says that it was not done (status %d)", s.status>>3)
}
