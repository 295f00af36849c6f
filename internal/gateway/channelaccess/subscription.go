package channelaccess

import (
	"sync"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// subscription is one monitor of a client's.
type subscription struct {
	ch    *channel
	id    uint32 // the client's
	t     ca.Type
	count uint32
	mask  []byte // its limits and what it wants to hear of
	upID  uint32
	deaf  func() // ends the watch of a rehearsal; idempotent

	mu   sync.Mutex
	last []byte // of a rehearsal: the payload that the server sent last
	n    int
}

// subscribe starts a monitor (CAproto, "CA_PROTO_EVENT_ADD").
func (c *circuit) subscribe(m ca.Message) error {
	ch, err := c.channel(m.P1)
	if ch == nil {
		return err
	}
	t := ca.Type(m.Type)
	if !t.Known() || len(m.Payload) < 16 {
		return anomaly("a monitor of type %d with %d bytes", m.Type, len(m.Payload))
	}
	s := &subscription{ch: ch, id: m.P2, t: t, count: m.Count, mask: append([]byte{}, m.Payload[:16]...)}
	c.mu.Lock()
	if _, twice := c.subs[s.id]; twice || len(c.subs) >= maxRequests || !c.v.thing() {
		c.mu.Unlock()
		return anomaly("monitor id %d twice, or more than %d monitors", s.id, maxRequests)
	}
	c.subs[s.id] = s
	c.mu.Unlock()
	s.deaf = func() {}
	if ch.denied == nil {
		s.deaf = c.v.run.Watch(ch.name, false, func() { c.outdated(s) })
	}
	u := ch.server()
	if !ch.hold(s) {
		c.v.things.Add(-1)
		s.end()
		return nil // the client is being told that the channel is gone
	}
	if ch.denied == nil && u == nil {
		s.end()
		return nil // as above
	}
	if ch.denied != nil {
		// As a server does: an update without a payload would end the monitor.
		c.out.add(ca.Message{Command: ca.CmdEventAdd, Type: m.Type, Count: 1, P1: uint32(ca.StatusNoRead), P2: s.id, Payload: make([]byte, t.Bytes(1))})
		return nil
	}
	c.v.run.ReadingOver(ch.name, c)
	u.subscribe(s)
	return nil
}

// hold remembers a monitor of the channel; false is that the channel is gone.
func (ch *channel) hold(s *subscription) bool {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if ch.dropped {
		return false
	}
	ch.subs[s.id] = s
	return true
}

// end forgets a monitor.
func (s *subscription) end() {
	s.deaf()
	c := s.ch.c
	s.ch.mu.Lock()
	_, held := s.ch.subs[s.id]
	delete(s.ch.subs, s.id)
	s.ch.mu.Unlock()
	if held { // else who dropped the channel has counted it
		c.v.things.Add(-1)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subs[s.id] == s {
		delete(c.subs, s.id)
	}
}

// cancel ends a monitor. Events that are on their way are dropped.
func (c *circuit) cancel(m ca.Message) error {
	c.mu.Lock()
	s := c.subs[m.P2]
	delete(c.subs, m.P2)
	c.mu.Unlock()
	if s == nil {
		_, err := c.channel(m.P1) // its channel has gone meanwhile, or never was
		return err
	}
	if s.ch.sid != m.P1 {
		return anomaly("channel %d has no monitor %d", m.P1, m.P2)
	}
	s.stop()
	c.out.add(ca.Message{Command: ca.CmdEventAdd, Type: m.Type, Count: m.Count, P1: m.P1, P2: m.P2})
	return nil
}

// stop ends the monitor at the server.
func (s *subscription) stop() {
	s.end()
	if u := s.ch.server(); u != nil {
		u.cancel(s)
	}
}

// event passes an update on.
func (s *subscription) event(m ca.Message) {
	if !s.ch.c.v.run.Rehearsing() {
		m.P2 = s.id
		s.ch.c.out.add(m)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.n = append(s.last[:0], m.Payload...), int(m.Count)
	s.overlay(m)
}

// overlay passes an update on with what a rehearsal put there. s.mu is held until it is
// on its way, so that none overtakes another.
func (s *subscription) overlay(m ca.Message) {
	if held, is := s.ch.c.v.run.Held(s.ch.name); is && len(m.Payload) > 0 {
		var n int
		m.Payload, n = ca.Overlay(s.t, int(s.count), m.Payload, held)
		m.Count = uint32(n)
	}
	m.P2 = s.id
	s.ch.c.out.add(m)
}

// outdated says that a put was held back that s has not shown. One goroutine shows
// all of a circuit's, however many puts there were and however slowly the client reads.
func (c *circuit) outdated(s *subscription) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.stale[s] = struct{}{}
	if !c.showing {
		c.showing = true
		c.reading.Add(1)
		go c.show()
	}
}

func (c *circuit) show() {
	defer c.reading.Done()
	for flushed := false; ; {
		c.mu.Lock()
		var s *subscription
		for s = range c.stale {
			break
		}
		delete(c.stale, s)
		c.showing = s != nil || !flushed // while it waits for the client nobody else need
		have := s != nil && c.subs[s.id] == s
		c.mu.Unlock()
		if s == nil && flushed {
			return
		}
		if flushed = s == nil; flushed {
			_ = c.out.flush()
			continue
		}
		if have {
			s.again()
		}
		if c.out.large() {
			_ = c.out.flush()
		}
	}
}

// again shows a put that was held back: the server's last update with that value.
func (s *subscription) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.last) > 0 { // else the first update will have it
		s.overlay(ca.Message{Command: ca.CmdEventAdd, Type: uint16(s.t), Count: uint32(s.n), P1: uint32(ca.StatusNormal), Payload: s.last})
	}
}
