package pvaccess

import (
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
	size  int64 // bytes of memory
}

// put queues a put. Puts of a circuit are taken in their order; reads do not wait for
// them.
func (r *request) put(sub byte, d *pva.Decoder) error {
	p := &putting{r: r, sub: sub, typ: r.typ}
	p.mask = d.Bits(r.typ.Nodes())
	p.value = d.Partial(r.typ, p.mask, &r.c.types)
	if d.Err() != nil {
		return nil
	}
	p.size = int64(d.Cost())
	if r.c.v.waits.Add(p.size) <= runMost {
		select {
		case r.c.puts <- p:
			return nil
		default:
		}
	}
	r.c.v.waits.Add(-p.size)
	r.c.v.run.RefusePut(gateway.Request{Channel: r.ch.name, Protocol: protocol}, interlock.RateExceeded, "too many puts wait for their turn", p.tell)
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
	run := p.r.c.v.run
	if p.size > bigPut { // a byte of a client's may become eight of a number, and twenty in a record
		p.r.c.v.big.Lock()
		defer p.r.c.v.big.Unlock()
	}
	parts, wrong := p.parts()
	if wrong != nil {
		run.RefusePut(gateway.Request{Channel: wrong.channel, Protocol: protocol}, wrong.kind, wrong.why, p.tell)
		return
	}
	s := &several{p: p, parts: parts, left: len(parts)}
	asked := make([]gateway.Asked, len(parts))
	for i, part := range parts {
		if run.Rehearsing() {
			p.r.c.v.hold(p.r.ch, part.field) // before it is shown: who watches is told while it is held back
		}
		req := gateway.Request{Channel: part.field.channel, Protocol: protocol, Value: part.value, Wait: p.r.options.block}
		req.PV, req.Field = part.field.place(p.r.ch.canonical)
		asked[i] = gateway.Asked{Request: req, Target: &one{s, i}, Told: s.told}
	}
	run.PutAll(asked...)
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

// fault is why a put does not come as far as to be decided.
type fault struct {
	channel string
	kind    interlock.Violation
	why     string
}

// parts are the fields that the put changes.
func (p *putting) parts() (list []part, wrong *fault) {
	named := map[string]bool{}
	for _, f := range p.changed() {
		v := p.value.At(f.path)
		canonical, err := interlock.CanonicalChannel(f.channel)
		switch {
		case err != nil || canonical != f.channel:
			return nil, &fault{f.channel, interlock.ChannelNameNotPlain, "the field has no plain name"}
		case f.kind() == gateway.KindUnknown:
			return nil, &fault{f.channel, interlock.TypeNotAllowed, "it is neither a number nor a text"}
		case f.kind() != gateway.KindText && !v.Exact():
			return nil, &fault{f.channel, interlock.TypeNotAllowed, "it is an integer beyond 2^53, which is not checked exactly"}
		case v.Len() > maxElements:
			return nil, &fault{f.channel, interlock.CountNotAllowed, fmt.Sprintf("it has %d elements, and %d are the most that are checked", v.Len(), maxElements)}
		case named[f.channel]:
			return nil, &fault{f.channel, interlock.TypeNotAllowed, "two fields of it go by one name"}
		}
		named[f.channel] = true
		list = append(list, part{f, f.value(v, nil)})
	}
	if len(list) == 0 {
		return nil, &fault{p.r.ch.name, interlock.CallNotAllowed, "it changes no field, and would only make the record process"}
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

// several is the fields of one put, which one message sends. The fields above mu are of
// who puts.
type several struct {
	gateway.Sent // once it is sent

	p     *putting
	parts []part
	now   pva.Value // the channel when the put was decided on; without a type before
	send  []part    // canonical, as decided
	wait  bool

	mu      sync.Mutex
	left    int // outcomes that are owed
	outcome gateway.Outcome
}

// told takes in the outcome of one field, and tells the client when all are there. A
// refusal says more than an error, and an error more than that another field has one.
func (s *several) told(o gateway.Outcome) {
	s.mu.Lock()
	s.left--
	first := s.outcome
	if first.Refusal == nil && (o.Refusal != nil || first.Err == nil || errors.Is(first.Err, gateway.ErrOther)) {
		s.outcome = o
	}
	done, out := s.left == 0, s.outcome
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

// Present implements gateway.Target: one look is for all fields.
func (o *one) Present(ctx context.Context) (gateway.Present, error) {
	s := o.s
	if s.now.Type == nil {
		now, err := s.p.r.ch.target.read(ctx)
		if err != nil {
			return gateway.Present{}, err
		}
		s.now = now
	}
	return o.present(s.now)
}

func (o *one) present(v pva.Value) (gateway.Present, error) {
	f := o.s.parts[o.i].field
	if at, _ := v.Type.At(f.path); at == nil || !at.Equal(f.typ) {
		return gateway.Present{}, errors.New("the server gives it another type for puts than for reads")
	}
	if n := v.At(f.path).Len(); n > maxElements {
		return gateway.Present{}, fmt.Errorf("it has %d elements, and %d are the most that are checked", n, maxElements)
	}
	return f.present(v), nil
}

// Read implements gateway.Target.
func (o *one) Read(ctx context.Context) (interlock.ChannelValue, error) {
	v, err := o.s.p.r.ch.target.read(ctx)
	if err != nil {
		return interlock.ChannelValue{}, err
	}
	p, err := o.present(v)
	return p.Value, err
}

// Send implements gateway.Target: the last field sends all.
func (o *one) Send(ctx context.Context, v interlock.ChannelValue, wait bool) (gateway.Sent, error) {
	s := o.s
	s.send = append(s.send, part{s.parts[o.i].field, v})
	if s.wait = s.wait || wait; len(s.send) < len(s.parts) {
		return s, nil
	}
	sent, err := s.p.r.ch.target.send(ctx, s.send, s.wait)
	s.Sent = sent
	return s, err
}

// hold remembers what a rehearsal puts, or wants to, besides a channel's own value.
func (v *server) hold(ch *channel, f field) {
	if !f.own {
		v.holds(ch.canonical, f.channel)
	}
}
