package pvaccess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// lookTime is for the server to say what the fields are that a put names.
const lookTime = 2 * time.Second

// putting is one put of a client's, waiting for its turn.
type putting struct {
	r     *request
	sub   byte
	typ   *pva.Type
	mask  pva.Bits
	value pva.Value
	size  int64 // bytes of the message
}

// put queues a put. Puts of a circuit are taken in their order; reads do not wait for
// them.
func (r *request) put(sub byte, d *pva.Decoder) error {
	p := &putting{r: r, sub: sub, typ: r.typ, size: int64(d.Left())}
	p.mask = d.Bits(r.typ.Nodes())
	p.value = d.Partial(r.typ, p.mask, &r.c.types)
	if d.Err() != nil {
		return nil
	}
	if r.c.v.waits.Add(p.size) <= runMost {
		select {
		case r.c.puts <- p:
			return nil
		default:
		}
	}
	r.c.v.waits.Add(-p.size)
	r.finish(sub, pva.Error("too many puts wait for their turn"), nil)
	return nil
}

// putAll carries puts out until the circuit ends.
func (c *circuit) putAll() {
	for {
		select {
		case <-c.ctx.Done():
			return
		case p := <-c.puts:
			if c.ctx.Err() == nil {
				p.carry()
			}
			c.v.waits.Add(-p.size)
		}
	}
}

// dropPuts forgets the puts whose turn did not come before the circuit ended.
func (c *circuit) dropPuts() {
	for {
		select {
		case p := <-c.puts:
			c.v.waits.Add(-p.size)
		default:
			return
		}
	}
}

// carry decides every field of a put and sends all of them, or none.
func (p *putting) carry() {
	ch := p.r.ch
	parts, refusal := p.parts()
	if refusal != nil {
		ch.c.v.run.Refuse(refusal)
		p.tell(gateway.Outcome{Refusal: refusal})
		return
	}
	(&several{p: p, parts: parts}).decide(0)
}

// tell tells the client how it ended.
func (p *putting) tell(o gateway.Outcome) {
	s := pva.Status{}
	switch {
	case o.Refusal != nil:
		s = pva.Error(o.Refusal.Message)
	case o.Err != nil:
		s = pva.Error(o.Err.Error())
	}
	p.r.finish(p.sub, s, nil)
}

// parts are the fields that the put changes, in the order in which their locks are taken.
func (p *putting) parts() ([]part, *interlock.Refusal) {
	ch := p.r.ch
	var list []part
	for _, f := range p.changed() {
		v := p.value.At(f.path)
		canonical, err := interlock.CanonicalChannel(f.channel)
		switch {
		case err != nil || canonical != f.channel:
			return nil, refusePut(f.channel, interlock.ChannelNameNotPlain, "the field has no plain name")
		case f.kind() == gateway.KindUnknown:
			return nil, refusePut(f.channel, interlock.TypeNotAllowed, "it is neither a number nor a text")
		case f.kind() != gateway.KindText && !v.Exact():
			return nil, refusePut(f.channel, interlock.TypeNotAllowed, "it is an integer beyond 2^53, which is not checked exactly")
		}
		list = append(list, part{f, f.value(v, nil)})
	}
	if len(list) == 0 {
		return nil, refusePut(ch.name, interlock.CallNotAllowed, "it changes no field, and would only make the record process")
	}
	slices.SortFunc(list, func(a, b part) int { return cmp.Compare(gateway.Turn(a.field.channel), gateway.Turn(b.field.channel)) })
	for i := range list[1:] {
		if gateway.Turn(list[i].field.channel) == gateway.Turn(list[i+1].field.channel) {
			return nil, refusePut(list[i].field.channel, interlock.TypeNotAllowed, "two fields of it go by one name")
		}
	}
	return list, nil
}

// changed are the fields that the client names, without those that are named only
// because they are in a structure with others and are as the server has them.
func (p *putting) changed() (list []field) {
	ch := p.r.ch
	for _, leaf := range p.typ.Named(p.mask) {
		list = append(list, fieldAt(ch.canonical, p.typ, leaf))
	}
	doubtful := func(f field) bool { return !f.own && (!f.valueLike() || !p.mask.Has(f.bit)) }
	if !slices.ContainsFunc(list, doubtful) {
		return list
	}
	ctx, cancel := context.WithTimeout(ch.c.ctx, lookTime)
	defer cancel()
	now, err := ch.target.read(ctx)
	if err != nil {
		return list
	}
	some := slices.DeleteFunc(slices.Clone(list), func(f field) bool { return doubtful(f) && now.At(f.path).Same(p.value.At(f.path)) })
	if len(some) == 0 {
		return list
	}
	return some
}

// refusePut is the refusal of a put that does not come as far as to be decided.
func refusePut(channel string, why interlock.Violation, sentence string) *interlock.Refusal {
	return &interlock.Refusal{Kind: "put", What: channel, Count: 1, Rule: "control_system.epics.write", SeenBy: "gateway", Violation: why,
		Message: fmt.Sprintf("put to %s is refused: %s", channel, sentence),
		Hint:    "allowed are puts of numbers and texts to channels that are granted"}
}

// several decides the fields of a put one in the other: each is decided, and its
// intent recorded, with the locks of those before it held, and the last sends them
// all. So none is sent unless all may be. Locks are taken in the order of
// [gateway.Turn], which everybody keeps to.
type several struct {
	p     *putting
	parts []part
	send  []part // canonical, as decided
	wait  bool

	mu       sync.Mutex
	left     int // outcomes that are owed
	outcome  gateway.Outcome
	finished bool
	sent     gateway.Sent
}

var errOther = errors.New("another field of the same put is refused")

// decide decides on parts from i on. When it returns, all are sent or none is.
func (s *several) decide(i int) {
	s.mu.Lock()
	s.left++
	s.mu.Unlock()
	part, r := s.parts[i], s.p.r
	if r.c.v.run.Rehearsing() {
		r.c.v.hold(r.ch, part.field) // before it is shown: who watches is told while it is held back
	}
	req := gateway.Request{Channel: part.field.channel, Protocol: protocol, Value: part.value, Wait: r.options.block}
	req.PV, req.Field = part.field.place(r.ch.canonical)
	r.c.v.run.Put(gateway.Asked{Request: req, Target: &one{s, i}, Told: func(o gateway.Outcome) {
		if o.Held && i+1 < len(s.parts) {
			s.decide(i + 1)
		}
		s.told(o)
	}})
}

// told takes in the outcome of one field, and tells the client when all are there.
func (s *several) told(o gateway.Outcome) {
	s.mu.Lock()
	s.left--
	switch {
	case s.outcome.Refusal == nil && o.Refusal != nil:
		s.outcome = o
	case s.outcome.Refusal == nil && (s.outcome.Err == nil || errors.Is(s.outcome.Err, errOther)):
		s.outcome = o
	}
	done, out := s.left == 0 && !s.finished, s.outcome
	s.finished = s.finished || done
	s.mu.Unlock()
	if done {
		s.p.tell(out)
	}
}

// one is one field of a put at its server. It implements gateway.Target.
type one struct {
	s *several
	i int
}

// Present implements gateway.Target.
func (o *one) Present(ctx context.Context) (gateway.Present, error) {
	f := o.s.parts[o.i].field
	v, err := o.s.p.r.ch.target.read(ctx)
	if err != nil {
		return gateway.Present{}, err
	}
	if at, _ := v.Type.At(f.path); at == nil || !at.Equal(f.typ) {
		return gateway.Present{}, errors.New("the server gives it another type for puts than for reads")
	}
	return f.present(v), nil
}

// Read implements gateway.Target.
func (o *one) Read(ctx context.Context) (interlock.ChannelValue, error) {
	p, err := o.Present(ctx)
	return p.Value, err
}

// Send implements gateway.Target: the last field sends all.
func (o *one) Send(ctx context.Context, v interlock.ChannelValue, wait bool) (gateway.Sent, error) {
	s := o.s
	s.send = append(s.send[:o.i], part{s.parts[o.i].field, v})
	s.wait = s.wait || wait
	if o.i+1 < len(s.parts) {
		s.decide(o.i + 1)
	} else {
		sent, err := s.p.r.ch.target.send(ctx, s.send, s.wait)
		if err != nil {
			return nil, err
		}
		s.sent = sent
	}
	if s.sent == nil {
		return nil, errOther
	}
	return s.sent, nil
}

// hold remembers what a rehearsal puts, or wants to, besides a channel's own value.
func (v *server) hold(ch *channel, f field) {
	if !f.own {
		v.holds(ch.canonical, f.channel)
	}
}
