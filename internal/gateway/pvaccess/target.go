package pvaccess

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// target is one channel at its server as puts reach it: with requests of our own, for
// all of its fields. They are kept for the next put.
type target struct {
	upstream func() *remote // nil is that the channel is gone
	all      *atomic.Int64  // puts that servers have not answered, of the run

	mu      sync.Mutex
	idle    map[string][]*operation // by what they are for
	sending int                     // puts that the server has not answered
	after   func()                  // to be called when there is none
}

func newTarget(upstream func() *remote, all *atomic.Int64) *target {
	return &target{upstream: upstream, all: all, idle: map[string][]*operation{}}
}

// What operations of a target are for.
const (
	forGet     = "get"
	forPut     = "put"
	forPutWait = "put, waiting"
)

// whenIdle calls end when no put is under way: what becomes of a put is recorded
// although the client has gone.
func (t *target) whenIdle(end func()) {
	t.mu.Lock()
	if t.sending > 0 {
		t.after, end = end, nil
	}
	t.mu.Unlock()
	if end != nil {
		end()
	}
}

// count counts puts under way.
func (t *target) count(n int) {
	t.all.Add(int64(n))
	t.mu.Lock()
	t.sending += n
	var end func()
	if t.sending == 0 {
		end, t.after = t.after, nil
	}
	t.mu.Unlock()
	if end != nil {
		end()
	}
}

// take returns an operation that nothing is under way on.
func (t *target) take(ctx context.Context, use string) (*operation, error) {
	t.mu.Lock()
	if list := t.idle[use]; len(list) > 0 {
		o := list[len(list)-1]
		t.idle[use] = list[:len(list)-1]
		t.mu.Unlock()
		return o, nil
	}
	t.mu.Unlock()
	remote := t.upstream()
	if remote == nil {
		return nil, errGone
	}
	command, set := pva.Get, map[string]string(nil)
	if use != forGet {
		command, set = pva.Put, map[string]string{"block": "false"}
		if use == forPutWait {
			set["block"] = "true"
		}
	}
	began := make(chan answer, 1)
	o := remote.operation(command, func(_ *pva.Type, a answer) { began <- a }, nil)
	if o == nil {
		return nil, errGone
	}
	o.sendInit(pvRequest(empty, set))
	select {
	case a := <-began:
		return o, a.fault()
	case <-ctx.Done():
		o.end()
		return nil, ctx.Err()
	}
}

// give keeps an operation for the next.
func (t *target) give(use string, o *operation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.idle[use] = append(t.idle[use], o)
}

// read reads the whole channel.
func (t *target) read(ctx context.Context) (pva.Value, error) {
	o, err := t.take(ctx, forGet)
	if err != nil {
		return pva.Value{}, err
	}
	got := make(chan answer, 1)
	if err := o.exec(0, nil, func(a answer) { got <- a }); err != nil {
		return pva.Value{}, err
	}
	select {
	case a := <-got:
		if a.err == nil {
			t.give(forGet, o)
		}
		return a.value, a.fault()
	case <-ctx.Done():
		o.end()
		return pva.Value{}, ctx.Err()
	}
}

// part is one field with the value that it gets.
type part struct {
	field field
	value interlock.ChannelValue
}

// send puts parts, and nothing else, in an encoding of our own. An error says that
// nothing was sent.
func (t *target) send(ctx context.Context, parts []part, wait bool) (gateway.Sent, error) {
	use := forPut
	if wait {
		use = forPutWait
	}
	o, err := t.take(ctx, use)
	if err != nil {
		return nil, err
	}
	v, mask, err := assemble(o.typ, parts)
	if err != nil {
		t.give(use, o)
		return nil, err
	}
	if t.all.Load() >= maxSending {
		t.give(use, o)
		return nil, errors.New("too many puts wait for the answer of their server")
	}
	s := &sent{l: o.c.l, received: make(chan struct{}), processed: make(chan struct{})}
	t.count(1)
	err = o.exec(0, func(e *pva.Encoder, _ *pva.Type) {
		e.Bits(mask)
		e.Partial(v, mask)
	}, func(a answer) {
		if a.err == nil {
			t.give(use, o)
		}
		err := a.fault()
		if a.err != nil { // the circuit has ended; where the server had the put, nobody knows what became of it
			err = fmt.Errorf("%w: %w", gateway.ErrUnknown, a.err)
		}
		s.finish(err, a.err)
		t.count(-1)
	})
	if err != nil {
		t.count(-1)
		return nil, err
	}
	o.c.l.echo(s.arrived)
	return s, nil
}

// assemble makes the structure of a put of parts, with nothing else in it.
func assemble(t *pva.Type, parts []part) (v pva.Value, mask pva.Bits, err error) {
	v = pva.Value{Type: t}
	for _, p := range parts {
		at, bit := t.At(p.field.path)
		if at == nil || !at.Equal(p.field.typ) {
			return v, nil, errors.New("the server gives the channel another type for puts")
		}
		w, ok := wire(at, p.value)
		if !ok {
			return v, nil, errors.New("the channel's type has no such value")
		}
		v = v.With(p.field.path, w)
		mask.Set(bit)
	}
	return v, mask, nil
}

// sent is a put under way. It implements gateway.Sent.
//
// PV Access answers a put when it was done, which may be long after it arrived. So an
// echo follows each put on the same circuit: when the server answers either, it has
// read the put off the stream, and nothing that it reads later comes before it.
// Servers in use apply a put in the goroutine, or thread, that reads it.
type sent struct {
	l         *link
	once      sync.Once
	received  chan struct{}
	processed chan struct{}
	lost      error // whether it arrived is not known; set before received is closed
	err       error // set before processed is closed
}

func (s *sent) arrived(err error) {
	s.once.Do(func() {
		s.lost = err
		close(s.received)
	})
}

func (s *sent) finish(err, lost error) {
	s.err = err
	s.arrived(lost)
	close(s.processed)
}

// Received implements gateway.Sent. A server that does not take a put in time is cut
// off, so that nothing that is still on its way arrives later.
func (s *sent) Received(ctx context.Context) error {
	select {
	case <-s.received:
		return s.lost
	case <-ctx.Done():
		s.l.cut()
		return ctx.Err()
	}
}

// Processed implements gateway.Sent.
func (s *sent) Processed(ctx context.Context) error {
	select {
	case <-s.processed:
		return s.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
