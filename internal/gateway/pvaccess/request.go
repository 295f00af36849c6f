package pvaccess

import (
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// request is one request of a client: a get, a put or a monitor. circuit.mu guards
// what is not set at once.
type request struct {
	c       *circuit
	ch      *channel
	command pva.Command
	id      uint32
	options options
	monitor *monitor // of a MONITOR

	op        *operation
	typ       *pva.Type // once the client knows it
	busy      bool      // an answer is owed
	cancelled bool      // it is not wanted any more
	last      bool      // the request ends with the answer that is owed
	stopped   bool
}

// channelOf returns the client's channel. One that was ended is nil: the client's
// request and our word that it is gone may cross.
func (c *circuit) channelOf(sid uint32) (*channel, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if sid == 0 || sid > c.nextSID {
		return nil, anomaly("a channel's id %#x was never given", sid)
	}
	ch := c.channels[sid]
	if ch != nil && !ch.open {
		return nil, anomaly("a channel's id was used before it was given")
	}
	return ch, nil
}

// operate handles a GET, PUT or MONITOR.
func (c *circuit) operate(command pva.Command, d *pva.Decoder) error {
	sid, id, sub := d.U32(), d.U32(), d.U8()
	if d.Err() != nil {
		return nil
	}
	ch, err := c.channelOf(sid)
	if err != nil {
		return err
	}
	if sub&pva.SubInit != 0 {
		return c.init(ch, command, id, sub, d)
	}
	c.mu.Lock()
	r := c.requests[id]
	c.mu.Unlock()
	switch {
	case r == nil:
		return nil // it ended meanwhile; who asks for what never was waits in vain
	case r.command != command || r.ch != ch:
		return anomaly("request %#x is used as another", id)
	}
	return r.exec(sub, d)
}

// init makes a request.
func (c *circuit) init(ch *channel, command pva.Command, id uint32, sub byte, d *pva.Decoder) error {
	var asked pva.Value
	if t := d.Type(&c.types); t != nil {
		if t.Weight() > requestMost {
			return anomaly("a pvRequest names too many fields")
		}
		asked = d.Value(t, &c.types)
	}
	var window uint32
	if command == pva.Monitor && sub&pva.SubPipeline != 0 {
		window = d.U32()
	}
	if d.Err() != nil {
		return nil
	}
	r := &request{c: c, ch: ch, command: command, id: id, options: readOptions(asked)}
	if command == pva.Monitor {
		r.monitor = newMonitor(r, window)
	}
	c.mu.Lock()
	_, taken := c.requests[id]
	keeps := !taken && ch != nil && ch.refusal == nil
	full := len(c.requests) >= maxRequests || keeps && !c.v.thing()
	if keeps && !full {
		c.requests[id] = r
	}
	c.mu.Unlock()
	switch {
	case taken:
		return anomaly("a request's id is used twice")
	case full:
		return anomaly("more than %d requests, or %d things of the run", maxRequests, maxThings)
	case ch == nil:
		return nil
	case ch.refusal != nil:
		r.answer(pva.SubInit, pva.Error(ch.refusal.Message), nil)
		return nil
	}
	if r.options.process {
		c.v.refuseCall(ch, "record[process=...]")
		r.fail(pva.Error("record[process=...] of " + ch.name + " is refused: a record is processed as it is set to be"))
		return nil
	}
	r.begin(asked)
	return nil
}

// begin makes the request at the server. For a put it is a get, which brings the type
// and the present values: the put itself goes by a request of our own once it is
// decided, so no message of a put reaches a server before.
func (r *request) begin(asked pva.Value) {
	remote := r.ch.upstream()
	if remote == nil {
		return // the channel has ended, and the client hears of that
	}
	var updated func(answer)
	if r.monitor != nil {
		updated = r.monitor.update
	}
	command := r.command
	if command == pva.Put {
		command = pva.Get
	}
	op := remote.operation(command, r.began, updated)
	if op == nil {
		return // as above
	}
	r.c.mu.Lock()
	r.op = op
	stopped := r.stopped
	r.c.mu.Unlock()
	op.sendInit(r.options.request(asked, command))
	if stopped {
		op.end()
	}
}

// began tells the client the type.
func (r *request) began(t *pva.Type, a answer) {
	switch {
	case a.err != nil: // the channel ends
	case t == nil:
		r.fail(a.status)
	default:
		r.c.mu.Lock()
		r.typ = t
		r.c.mu.Unlock()
		r.answer(pva.SubInit, a.status, func(e *pva.Encoder) { e.Type(t) })
	}
}

// fail ends a request that could not be made.
func (r *request) fail(s pva.Status) {
	r.forget()
	r.answer(pva.SubInit, s, nil)
}

func (r *request) forget() {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	if r.c.requests[r.id] == r {
		delete(r.c.requests, r.id)
		r.c.v.things.Add(-1)
	}
}

// answer says how it ended, with what body appends.
func (r *request) answer(sub byte, s pva.Status, body func(*pva.Encoder)) {
	e := reply(r.command, r.id, sub, s)
	if body != nil {
		body(e)
	}
	r.c.out.send(e.End())
}

// exec executes a request.
func (r *request) exec(sub byte, d *pva.Decoder) error {
	if r.monitor != nil {
		return r.monitor.exec(sub, d)
	}
	r.c.mu.Lock()
	typ, op, busy := r.typ, r.op, r.busy
	if typ != nil && !busy {
		r.busy, r.cancelled, r.last = true, false, sub&pva.SubDestroy != 0
	}
	r.c.mu.Unlock()
	switch {
	case typ == nil:
		return anomaly("request %#x was used before its type was told", r.id)
	case busy:
		return anomaly("request %#x was used before it was answered", r.id)
	case r.command == pva.Put && sub&pva.SubGet == 0:
		return r.put(sub, d)
	}
	held := r.ch.overlay(typ)
	err := op.exec(0, nil, func(a answer) {
		if a.err != nil {
			return // the channel ends
		}
		r.finish(sub, a.status, func(e *pva.Encoder) {
			v, mask := held.apply(a.value, a.mask)
			e.Bits(mask)
			e.Partial(v, mask)
		})
	})
	_ = err // the channel ends, and the client hears of that
	return nil
}

// finish answers what was owed.
func (r *request) finish(sub byte, s pva.Status, body func(*pva.Encoder)) {
	r.c.mu.Lock()
	wanted := r.busy && !r.cancelled && !r.stopped
	r.busy, r.cancelled = false, false
	last := r.last
	r.c.mu.Unlock()
	if !s.Good() {
		body = nil
	}
	if wanted {
		r.answer(sub, s, body)
	}
	if last {
		r.forget()
		r.stop()
	}
}

// stop ends the request upstream.
func (r *request) stop() {
	r.c.mu.Lock()
	r.stopped = true
	op := r.op
	r.c.mu.Unlock()
	if r.monitor != nil {
		r.monitor.end()
	}
	if op != nil {
		op.end()
	}
}

// find returns the request that a message is about, of a channel and an id.
func (c *circuit) find(d *pva.Decoder) *request {
	sid, id := d.U32(), d.U32()
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.requests[id]; d.Err() == nil && r != nil && r.ch.sid == sid {
		return r
	}
	return nil
}

func (c *circuit) destroyRequest(d *pva.Decoder) {
	if r := c.find(d); r != nil {
		r.forget()
		r.stop()
	}
}

// cancelRequest lets an answer that is owed be lost. What a put does is not undone.
func (c *circuit) cancelRequest(d *pva.Decoder) {
	if r := c.find(d); r != nil && r.monitor == nil {
		c.mu.Lock()
		r.cancelled = r.busy
		c.mu.Unlock()
	}
}

// describe handles a GET_FIELD, which is answered once and leaves no request behind.
func (c *circuit) describe(d *pva.Decoder) error {
	sid, id, name := d.U32(), d.U32(), d.Text()
	if d.Err() != nil {
		return nil
	}
	ch, err := c.channelOf(sid)
	if err != nil || ch == nil {
		return err
	}
	if ch.refusal != nil {
		// pvaPy asks for the type whenever it connects, and crashes where it gets none. So
		// this one question is answered, with a structure of nothing.
		e := reply(pva.GetField, id, 0, pva.Status{})
		e.Type(empty)
		c.out.send(e.End())
		return nil
	}
	remote := ch.upstream()
	if remote == nil {
		return nil // the channel has ended, and the client hears of that
	}
	if c.asks.Add(1) > maxAbout {
		return anomaly("more than %d questions for types at one time", maxAbout)
	}
	remote.describe(func(a answer) {
		c.asks.Add(-1)
		if a.err != nil {
			return // the channel ends
		}
		t, _ := a.typ.At(name) // what the client sent does not go to the server
		if a.status.Good() && t == nil {
			a.status = pva.Error("it has no such field")
		}
		e := reply(pva.GetField, id, 0, a.status)
		if a.status.Good() {
			e.Type(t)
		}
		c.out.send(e.End())
	})
	return nil
}
