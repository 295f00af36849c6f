package pvaccess

import (
	"errors"
	"fmt"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// remote is one channel at its server. link.mu guards it.
type remote struct {
	l      *link
	name   string
	cid    uint32
	sid    uint32
	open   bool
	closed bool
	opened func(error) // once
	gone   func()      // once, after opened(nil)
}

// open opens a channel. have is called first, with it; opened is called once; gone
// once after it, where it was opened and the server, or the circuit to it, ends it.
func (l *link) open(name string, have func(*remote), opened func(error), gone func()) {
	l.mu.Lock()
	l.next++
	c := &remote{l: l, name: name, cid: l.next, opened: opened, gone: gone}
	l.mu.Unlock()
	have(c)
	l.mu.Lock()
	dead := l.dead || c.closed
	if !dead {
		l.channels[c.cid] = c
		if l.ready {
			c.create()
		}
	}
	l.mu.Unlock()
	if dead {
		opened(errGone)
	}
}

// create asks the server for the channel. l.mu is held.
func (c *remote) create() {
	e := c.l.encoder(pva.CreateChannel)
	e.U16(1)
	e.U32(c.cid)
	e.Text(c.name)
	c.l.out.send(e.End())
}

// created handles the answer. The access rights that the specification has at the
// end are not sent by servers.
func (l *link) created(d *pva.Decoder) error {
	cid, sid := d.U32(), d.U32()
	s := d.Status()
	if d.Err() != nil {
		return d.Err()
	}
	l.mu.Lock()
	c := l.channels[cid]
	switch {
	case c == nil && cid <= l.next: // closed meanwhile
		if s.Good() {
			l.destroy(sid, cid)
		}
		l.mu.Unlock()
		return nil
	case c == nil || c.open || s.Good() && l.opened[sid] != nil:
		l.mu.Unlock()
		return errors.New("a channel that nobody asked for")
	case s.Good():
		c.open, c.sid = true, sid
		l.opened[sid] = c
		l.mu.Unlock()
		c.opened(nil)
		return nil
	}
	delete(l.channels, cid)
	c.closed = true
	l.mu.Unlock()
	c.opened(fmt.Errorf("its server refuses it: %s", s.Text))
	return nil
}

// destroy tells the server that a channel is not used any more. l.mu is held.
func (l *link) destroy(sid, cid uint32) {
	e := l.encoder(pva.DestroyChannel)
	e.U32(sid)
	e.U32(cid)
	l.out.send(e.End())
}

// destroyed handles that the server ends a channel, or confirms that we did.
func (l *link) destroyed(d *pva.Decoder) {
	sid, cid := d.U32(), d.U32()
	l.mu.Lock()
	c := l.opened[sid]
	if d.Err() != nil || c == nil || c.cid != cid {
		l.mu.Unlock()
		return
	}
	ops := l.forget(c)
	l.mu.Unlock()
	for _, o := range ops {
		o.fail(errGone)
	}
	c.lost(errGone)
}

// forget removes a channel with its operations. l.mu is held.
func (l *link) forget(c *remote) (ops []*operation) {
	delete(l.channels, c.cid)
	delete(l.opened, c.sid)
	for id, o := range l.ops {
		if o.c == c {
			delete(l.ops, id)
			ops = append(ops, o)
		}
	}
	return ops
}

// lost tells the owner that the channel is gone, unless the owner closed it.
func (c *remote) lost(err error) {
	c.l.mu.Lock()
	open, closed := c.open, c.closed
	c.closed = true
	c.l.mu.Unlock()
	switch {
	case closed:
	case open:
		c.gone()
	default:
		c.opened(err)
	}
}

// close ends the channel. Its operations fail.
func (c *remote) close() {
	l := c.l
	l.mu.Lock()
	if c.closed {
		l.mu.Unlock()
		return
	}
	c.closed = true
	ops := l.forget(c)
	if c.open && !l.dead {
		l.destroy(c.sid, c.cid)
	}
	l.mu.Unlock()
	for _, o := range ops {
		o.fail(errGone)
	}
}
