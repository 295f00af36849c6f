package channelaccess

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// create makes a channel. The answer comes once a server has made its own.
func (c *circuit) create(m ca.Message) error {
	name, err := ca.Name(m.Payload)
	if err != nil {
		return anomaly("%v", err)
	}
	c.mu.Lock()
	if _, twice := c.cids[m.P1]; twice || len(c.channels) >= maxChannels || !c.v.thing() {
		c.mu.Unlock()
		return anomaly("channel id %d twice, or more than %d channels", m.P1, maxChannels)
	}
	c.nextSID++
	ch := &channel{c: c, name: name, cid: m.P1, sid: c.nextSID, subs: map[uint32]*subscription{}}
	ch.denied = c.v.refusal(name)
	c.cids[ch.cid] = struct{}{}
	c.channels[ch.sid] = ch
	c.mu.Unlock()
	if ch.denied != nil {
		ch.count = 1
		// Said to have no right to read, pyepics waits out its time limit on every second read.
		c.out.add(ca.Message{Command: ca.CmdRights, P1: ch.cid, P2: ca.RightRead}, ca.Message{Command: ca.CmdCreate, Type: uint16(ca.Double), Count: 1, P1: ch.cid, P2: ch.sid})
		return nil
	}
	if !c.v.looking(c.v.known(name)) {
		c.drop(ch)
		c.out.add(ca.Message{Command: ca.CmdCreateFail, P1: ch.cid})
		return nil
	}
	c.making.Go(func() {
		defer c.v.searches.Add(-1)
		if err := c.connect(ch); err != nil {
			if c.drop(ch) {
				c.out.add(ca.Message{Command: ca.CmdCreateFail, P1: ch.cid})
				_ = c.out.flush()
			}
		}
	})
	return nil
}

// connect finds the server of a channel and asks it to make the channel.
func (c *circuit) connect(ch *channel) error {
	f, err := c.v.s.finder(c.v.run.Mode())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, searchTime)
	defer cancel()
	at, err := f.find(ctx, ch.name)
	if err != nil {
		return err
	}
	c.v.used.Add(ch.name)
	u, err := c.upstream(ctx, at)
	if err != nil {
		f.forget(ch.name, at)
		return err
	}
	return u.create(ch)
}

// upstream returns the circuit to a server, opening it where there is none.
func (c *circuit) upstream(ctx context.Context, at netip.AddrPort) (*upstream, error) {
	c.mu.Lock()
	u := c.ups[at]
	if c.closed {
		c.mu.Unlock()
		return nil, net.ErrClosed
	}
	if u == nil {
		u = newUpstream(c, at)
		c.ups[at] = u
		c.mu.Unlock()
		u.open(ctx)
	} else {
		c.mu.Unlock()
	}
	select {
	case <-u.opened:
		return u, u.failed()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// drop forgets a channel that never was, or that the client cleared. It is false where
// that was done before: the client may use its id for another by now.
func (c *circuit) drop(ch *channel) bool {
	ch.mu.Lock()
	was, subs := !ch.dropped, ch.subs
	ch.dropped, ch.subs = true, nil
	ch.mu.Unlock()
	if !was {
		return false
	}
	c.mu.Lock()
	delete(c.channels, ch.sid)
	delete(c.cids, ch.cid)
	for id := range subs {
		delete(c.subs, id)
	}
	c.mu.Unlock()
	c.v.things.Add(-1 - int64(len(subs)))
	for _, s := range subs {
		s.deaf()
	}
	return true
}

// clear ends a channel.
func (c *circuit) clear(m ca.Message) error {
	ch, err := c.channel(m.P1)
	if ch == nil {
		return err
	}
	if ch.cid != m.P2 {
		return anomaly("channel %d has another id than %d", m.P1, m.P2)
	}
	for _, s := range ch.subscriptions() {
		s.stop()
	}
	c.drop(ch)
	ch.clear()
	c.out.add(ca.Message{Command: ca.CmdClearChannel, P1: m.P1, P2: m.P2})
	return nil
}

// disconnected tells the client that channels have lost their server; it looks for
// them again under new ids. caproto (to 1.3 at least) does so only once its circuit
// has ended, so for it the circuit ends. The reader of u flushes: a client that does not read must
// not hold up a put that is being given up.
func (c *circuit) disconnected(u *upstream, list []*channel) {
	var lost []asked
	c.mu.Lock()
	if c.ups[u.at] == u && u.failed() != nil {
		delete(c.ups, u.at)
	}
	ends := c.first == ca.CmdHostName
	c.mu.Unlock()
	for _, ch := range list {
		if c.drop(ch) { // else the client has cleared it
			lost = append(lost, asked{ch.name, ch.cid})
			c.out.add(ca.Message{Command: ca.CmdDisconnected, P1: ch.cid})
		}
	}
	if ends && len(lost) > 0 {
		_ = c.conn.SetReadDeadline(time.Now()) // its own reader ends it, with all that is under way
	}
	if c.ctx.Err() == nil {
		c.v.gone(lost, u.at)
	}
}
