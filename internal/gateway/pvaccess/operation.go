package pvaccess

import (
	"errors"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// answer is what a server says to one request, or that it never will.
type answer struct {
	status  pva.Status
	err     error // the circuit is gone
	mask    pva.Bits
	value   pva.Value
	overrun pva.Bits
	typ     *pva.Type // of a GET_FIELD
	last    bool      // of a monitor
	size    int       // bytes of memory of a monitor's update
}

// fault is why a is no good, or nil.
func (a *answer) fault() error {
	switch {
	case a.err != nil:
		return a.err
	case !a.status.Good():
		return errors.New(a.status.Text)
	}
	return nil
}

// operation is one request at a server: its type once it is known, and who waits.
// link.mu guards it.
type operation struct {
	c       *remote
	command pva.Command
	id      uint32
	typ     *pva.Type
	began   func(*pva.Type, answer) // once
	waiting []waiting               // in the order in which they were sent
	updated func(answer)            // of a monitor
	ended   bool
}

type waiting struct {
	sub  byte
	done func(answer)
}

// operation registers an operation, or returns nil where the channel is closed;
// sendInit must follow. began is called once, with its type or why there is none;
// updated for each update of a monitor.
func (c *remote) operation(command pva.Command, began func(*pva.Type, answer), updated func(answer)) *operation {
	l := c.l
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead || c.closed || !c.open {
		return nil
	}
	l.next++
	o := &operation{c: c, command: command, id: l.next, began: began, updated: updated}
	l.ops[o.id] = o
	return o
}

// sendInit asks the server to make the operation. Where its channel was closed
// meanwhile began has been told, and nothing is sent: a server may end the circuit of
// who names a channel that is no more.
func (o *operation) sendInit(request pva.Value) {
	l := o.c.l
	l.mu.Lock()
	defer l.mu.Unlock()
	if o.ended || l.ops[o.id] != o {
		return
	}
	e := o.encoder(pva.SubInit)
	e.Type(request.Type)
	e.Value(request)
	l.out.send(e.End())
}

// encoder begins a message about o. l.mu is held.
func (o *operation) encoder(sub byte) *pva.Encoder {
	e := o.c.l.encoder(o.command)
	e.U32(o.c.sid)
	e.U32(o.id)
	e.U8(sub)
	return e
}

// describe asks for the channel's type.
func (c *remote) describe(done func(answer)) {
	o := c.operation(pva.GetField, nil, nil)
	if o == nil {
		done(answer{err: errGone})
		return
	}
	l := c.l
	l.mu.Lock()
	if o.ended || l.ops[o.id] != o { // as in sendInit
		l.mu.Unlock()
		done(answer{err: errGone})
		return
	}
	defer l.mu.Unlock()
	o.waiting = []waiting{{done: done}}
	e := l.encoder(pva.GetField)
	e.U32(c.sid)
	e.U32(o.id)
	e.Text("")
	l.out.send(e.End())
}

// exec executes an operation: body, where it is not nil, appends what it needs. done
// is called once, unless the operation is ended first. The error says that nothing
// was sent.
func (o *operation) exec(sub byte, body func(*pva.Encoder, *pva.Type), done func(answer)) error {
	l := o.c.l
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead || o.ended || o.c.closed || l.ops[o.id] != o {
		return errGone
	}
	e := o.encoder(sub)
	if body != nil {
		body(e, o.typ)
	}
	if done != nil {
		o.waiting = append(o.waiting, waiting{sub, done})
	}
	if !l.out.send(e.End()) {
		if done != nil {
			o.waiting = o.waiting[:len(o.waiting)-1]
		}
		return errGone
	}
	return nil
}

// end ends an operation. What is being called meanwhile may still come.
func (o *operation) end() {
	l := o.c.l
	l.mu.Lock()
	defer l.mu.Unlock()
	if o.ended || l.ops[o.id] != o {
		return
	}
	o.ended = true
	delete(l.ops, o.id)
	e := l.encoder(pva.DestroyRequest)
	e.U32(o.c.sid)
	e.U32(o.id)
	l.out.send(e.End())
}

// fail tells who waits that no answer comes.
func (o *operation) fail(err error) {
	l := o.c.l
	l.mu.Lock()
	ended, list, began := o.ended, o.waiting, o.began
	o.ended, o.waiting, o.began = true, nil, nil
	l.mu.Unlock()
	if ended {
		return
	}
	if began != nil {
		began(nil, answer{err: err})
	}
	for _, w := range list {
		w.done(answer{err: err})
	}
}

// respond handles a server's message about an operation.
func (l *link) respond(command pva.Command, d *pva.Decoder) error {
	id := d.U32()
	l.mu.Lock()
	o, known := l.ops[id], id <= l.next
	l.mu.Unlock()
	switch {
	case d.Err() != nil:
		return d.Err()
	case o == nil && known:
		// An answer to what was ended meanwhile. A type that its bytes define is lost, and
		// whoever refers to it then ends the circuit; so it is read where it can be.
		return l.skip(command, d)
	case o == nil || o.command != command:
		return errors.New("an answer to what was never asked")
	case command == pva.GetField:
		return l.described(o, d)
	}
	sub := d.U8()
	if sub&pva.SubInit != 0 {
		return l.began(o, d)
	}
	return l.result(o, sub, d)
}

// skip reads the types in an answer that nobody waits for.
func (l *link) skip(command pva.Command, d *pva.Decoder) error {
	if command != pva.GetField && d.U8()&pva.SubInit == 0 {
		return nil
	}
	if s := d.Status(); s.Good() {
		_ = d.Type(&l.types)
	}
	return d.Err()
}

func (l *link) described(o *operation, d *pva.Decoder) error {
	a := answer{status: d.Status()}
	if a.status.Good() {
		a.typ = d.Type(&l.types)
	}
	if d.Err() != nil {
		return d.Err()
	}
	l.mu.Lock()
	delete(l.ops, o.id)
	list := o.waiting
	o.waiting, o.ended = nil, true
	l.mu.Unlock()
	for _, w := range list {
		w.done(a)
	}
	return nil
}

// began handles the answer to the making of an operation.
func (l *link) began(o *operation, d *pva.Decoder) error {
	a := answer{status: d.Status()}
	var t *pva.Type
	if a.status.Good() {
		if t = d.Type(&l.types); t == nil || !t.IsStructure() {
			return errors.Join(errors.New("a request without the type of a structure"), d.Err())
		}
	}
	if d.Err() != nil {
		return d.Err()
	}
	l.mu.Lock()
	began := o.began
	o.typ, o.began = t, nil
	if t == nil {
		delete(l.ops, o.id)
		o.ended = true
	}
	l.mu.Unlock()
	if began == nil {
		return errors.New("a request was begun twice")
	}
	began(t, a)
	return nil
}

// result handles what an operation that was begun brings.
func (l *link) result(o *operation, sub byte, d *pva.Decoder) error {
	l.mu.Lock()
	t := o.typ
	l.mu.Unlock()
	if t == nil {
		return errors.New("a result before its type")
	}
	if o.command == pva.Monitor {
		return l.update(o, t, sub, d)
	}
	a := answer{status: d.Status()}
	if a.status.Good() && (o.command == pva.Get || sub&pva.SubGet != 0) {
		a.mask = d.Bits(t.Nodes())
		a.value = d.Partial(t, a.mask, &l.types)
	}
	if d.Err() != nil {
		return d.Err()
	}
	l.mu.Lock()
	if len(o.waiting) == 0 || o.waiting[0].sub&pva.SubGet != sub&pva.SubGet {
		l.mu.Unlock()
		return errors.New("a result that nobody asked for")
	}
	first := o.waiting[0]
	o.waiting = o.waiting[1:]
	l.mu.Unlock()
	first.done(a)
	return nil
}

// update handles a monitor's update, which may be its last and then have no value.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Operation-Monitor.html
func (l *link) update(o *operation, t *pva.Type, sub byte, d *pva.Decoder) error {
	var a answer
	if a.last = sub&pva.SubDestroy != 0; a.last {
		a.status = d.Status()
	}
	if !a.last || d.Left() > 0 {
		a.mask = d.Bits(t.Nodes())
		a.value = d.Partial(t, a.mask, &l.types)
		a.overrun = d.Bits(t.Nodes())
	}
	if d.Err() != nil {
		return d.Err()
	}
	a.size = d.Cost()
	if a.last {
		l.mu.Lock()
		delete(l.ops, o.id)
		o.ended = true
		l.mu.Unlock()
	}
	o.updated(a)
	return nil
}
