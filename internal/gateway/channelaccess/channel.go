package channelaccess

import (
	"errors"
	"sync"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

const (
	modeReadOnly = interlock.ModeReadOnly
	writesOff    = interlock.WritesOff
)

var errDisconnected = errors.New("the server of the channel is gone")

// channel is one channel of one client circuit.
type channel struct {
	c        *circuit
	name     string
	cid, sid uint32             // the client's id of it, and the one that the client was given
	denied   *interlock.Refusal // why nothing of it may be read

	mu        sync.Mutex
	up        *upstream // nil before there is a server, and after it has gone
	upCID     uint32
	upSID     uint32
	native    ca.Type
	count     uint32
	rights    uint32 // as the server says
	connected bool
	dropped   bool   // the client has it no more
	cleared   bool   // and has cleared it
	puts      int    // that the client is still to be told of
	told      uint32 // the rights that the client was told
	subs      map[uint32]*subscription
}

// server is where the channel is, or nil.
func (ch *channel) server() *upstream {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if !ch.connected {
		return nil
	}
	return ch.up
}

// putting says that a put to the channel begins. It has ended when end is called.
func (ch *channel) putting() (end func()) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.puts++
	return func() {
		ch.mu.Lock()
		ch.puts--
		last := ch.cleared && ch.puts == 0
		ch.mu.Unlock()
		if u := ch.server(); last && u != nil {
			u.clear(ch)
			_ = u.out.flush() // its reader sees that it broke
		}
	}
}

// clear gives the channel back to its server, once no put to it is under way: one may
// be waiting for its answer, or being read back.
func (ch *channel) clear() {
	ch.mu.Lock()
	ch.cleared = true
	idle := ch.puts == 0
	ch.mu.Unlock()
	if u := ch.server(); idle && u != nil {
		u.clear(ch)
	}
}

// most is how many elements a put may have.
func (ch *channel) most() uint32 {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if !ch.connected {
		return maxElements
	}
	return min(ch.count, maxElements)
}

func (ch *channel) subscriptions() (list []*subscription) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	for _, s := range ch.subs {
		list = append(list, s)
	}
	return list
}

// made takes the server's answer and gives the client its own. There is one: a put is
// encoded as the type that it was decided on.
func (ch *channel) made(m ca.Message) error {
	ch.mu.Lock()
	if ch.connected {
		ch.mu.Unlock()
		return anomaly("a channel was made twice")
	}
	ch.native, ch.count, ch.upSID = ca.Type(m.Type), m.Count, m.P2
	if ch.dropped { // the client cleared it meanwhile
		u := ch.up
		ch.mu.Unlock()
		u.clear(ch)
		return nil
	}
	ch.connected = true
	ch.told = ch.allowed()
	rights := ca.Message{Command: ca.CmdRights, P1: ch.cid, P2: ch.told}
	ch.mu.Unlock()
	ch.c.out.add(rights, ca.Message{Command: ca.CmdCreate, Type: m.Type, Count: m.Count, P1: ch.cid, P2: ch.sid})
	return nil
}

// allowed is what both the server and the grant allow now.
func (ch *channel) allowed() uint32 {
	rights := ch.rights & ca.RightRead
	if ch.rights&ca.RightWrite != 0 && ch.c.v.run.MayPut(ch.name) {
		rights |= ca.RightWrite
	}
	return rights
}

// rightsMessage is what the client is to be told where its rights have changed.
func (ch *channel) rightsMessage() (m ca.Message, changed bool) {
	if ch.denied != nil {
		return m, false
	}
	ch.mu.Lock()
	defer ch.mu.Unlock()
	now := ch.allowed()
	if !ch.connected || now == ch.told {
		return m, false
	}
	ch.told = now
	return ca.Message{Command: ca.CmdRights, P1: ch.cid, P2: now}, true
}

// read answers a request for the value.
func (c *circuit) read(m ca.Message) error {
	ch, err := c.channel(m.P1)
	if err != nil {
		return err
	}
	t, request := ca.Type(m.Type), m
	request.Payload = nil
	fail := func(status ca.Status) {
		c.out.add(ca.Message{Command: request.Command, Type: request.Type, Count: request.Count, P1: uint32(status), P2: request.P2})
	}
	if !t.Known() && t != classNameType && t != alarmAckType {
		fail(ca.StatusBadType)
		return nil
	}
	if ch == nil {
		fail(ca.StatusDisconn)
		return nil
	}
	u := ch.server()
	switch {
	case ch.denied != nil:
		fail(ca.StatusNoRead)
		return nil
	case u == nil:
		fail(ca.StatusDisconn)
		return nil
	}
	held, overlaid := c.v.run.ReadingOver(ch.name, c)
	n := m.Count
	if n == 0 && u.minor.Load() < 13 { // "as many as there are now" is a word of later versions
		n = ch.most()
	}
	return u.read(ch, t, n, func(reply ca.Message, status ca.Status) {
		if !status.OK() {
			fail(status)
			return
		}
		if overlaid && t.Known() {
			var n int
			reply.Payload, n = ca.Overlay(t, int(request.Count), reply.Payload, held)
			reply.Count = uint32(n)
		}
		reply.Command, reply.P2 = request.Command, request.P2
		c.out.add(reply)
	})
}

// Types that only a read may ask for (CAproto, "DBR types").
const (
	alarmAckType  ca.Type = 37
	classNameType ca.Type = 38
)
