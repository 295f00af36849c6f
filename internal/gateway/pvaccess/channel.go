package pvaccess

import (
	"net/netip"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// retryTime is when a channel is tried again that a server said it has and then
// did not open.
const retryTime = time.Second

// channel is one channel of a client. circuit.mu guards what is not set at once.
type channel struct {
	c         *circuit
	cid, sid  uint32
	name      string
	canonical string
	refusal   *interlock.Refusal // why nothing can be done with it; set at once
	target    *target

	remote  *remote
	at      netip.AddrPort
	seeker  *seeker
	open    bool // the client knows sid
	stopped bool
}

// create makes channels. Those that may not be read are made here and end here.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#cmd-create-channel-0x07
func (c *circuit) create(d *pva.Decoder) error {
	for range int(d.U16()) {
		cid, name := d.U32(), d.Text()
		if d.Err() != nil {
			return nil
		}
		if name == "" || len(name) > maxChannelName {
			return anomaly("a channel's name has %d bytes", len(name))
		}
		ch, err := c.register(cid, name)
		if err != nil {
			return err
		}
		if ch.refusal != nil {
			c.v.refuse(ch.refusal)
			ch.opened()
			continue
		}
		ch.locate(0)
	}
	return nil
}

func (c *circuit) register(cid uint32, name string) (*channel, error) {
	ch := &channel{c: c, cid: cid, name: name, refusal: c.v.run.MayRead(name)}
	if canonical, err := interlock.CanonicalChannel(name); err == nil {
		ch.canonical = canonical
	}
	ch.target = newTarget(ch.upstream, &c.v.puts)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.byCID[cid] != nil:
		return nil, anomaly("a channel's id is used twice")
	case len(c.channels) >= maxChannels || !c.v.thing():
		return nil, anomaly("more than %d channels, or %d things of the run", maxChannels, maxThings)
	}
	c.nextSID++
	ch.sid = c.nextSID
	c.channels[ch.sid], c.byCID[cid] = ch, ch
	return ch, nil
}

// opened tells the client that it has the channel.
func (ch *channel) opened() {
	c := ch.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch.stopped || c.ended {
		return
	}
	ch.open = true
	e := encoder(pva.CreateChannel)
	e.U32(ch.cid)
	e.U32(ch.sid)
	e.Status(pva.Status{})
	c.out.send(e.End())
}

// locate finds the channel's server and opens the channel there. It goes on until it
// is open or the client has gone: a client asked for it because somebody has it.
func (ch *channel) locate(wait time.Duration) {
	f := ch.c.v.finder
	if addr, ok := f.lookup(ch.name); ok && wait == 0 {
		ch.dial(addr)
		return
	}
	if !ch.c.v.maySeek(ch.name) {
		return
	}
	s := f.seek(ch.name, wait, 0, ch.dial)
	ch.c.mu.Lock()
	stopped := ch.stopped
	ch.seeker = s
	ch.c.mu.Unlock()
	if stopped {
		s.cancel()
	}
}

// dial opens the channel at a server.
func (ch *channel) dial(addr netip.AddrPort) {
	l := ch.c.v.link(addr)
	if l == nil {
		return // the run ends
	}
	ch.c.v.used.Add(ch.name)
	ch.c.mu.Lock()
	stopped := ch.stopped
	ch.at = addr
	ch.c.mu.Unlock()
	if stopped {
		return
	}
	l.open(ch.name, func(r *remote) {
		ch.c.mu.Lock()
		ch.remote = r
		stopped := ch.stopped
		ch.c.mu.Unlock()
		if stopped {
			r.close()
		}
	}, func(err error) {
		if err != nil {
			ch.c.v.finder.forget(ch.name, addr)
			ch.again()
			return
		}
		ch.opened()
	}, ch.gone)
}

// again looks for the channel once more, after a while.
func (ch *channel) again() {
	ch.c.mu.Lock()
	stopped := ch.stopped
	ch.remote = nil
	ch.c.mu.Unlock()
	if !stopped {
		ch.locate(retryTime)
	}
}

// gone tells the client that the channel is no more, so that it searches again.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#cmd-destroy-channel-0x08
func (ch *channel) gone() {
	ch.c.mu.Lock()
	at := ch.at
	ch.c.mu.Unlock()
	ch.c.v.finder.forget(ch.name, at)
	if ch.remove() {
		e := encoder(pva.DestroyChannel)
		e.U32(ch.sid)
		e.U32(ch.cid)
		ch.c.out.send(e.End())
	}
}

// destroy handles that the client ends a channel. It may cross our own word that the
// channel is gone, so an id that we do not know is no anomaly.
func (c *circuit) destroy(d *pva.Decoder) {
	sid, cid := d.U32(), d.U32()
	c.mu.Lock()
	ch := c.channels[sid]
	c.mu.Unlock()
	if d.Err() != nil || ch == nil || ch.cid != cid || !ch.remove() {
		return
	}
	e := encoder(pva.DestroyChannel)
	e.U32(sid)
	e.U32(cid)
	c.out.send(e.End())
}

// remove forgets a channel with its requests. It reports false where that was done.
func (ch *channel) remove() bool {
	c := ch.c
	c.mu.Lock()
	if c.channels[ch.sid] != ch {
		c.mu.Unlock()
		return false
	}
	delete(c.channels, ch.sid)
	delete(c.byCID, ch.cid)
	var requests []*request
	for id, r := range c.requests {
		if r.ch == ch {
			delete(c.requests, id)
			requests = append(requests, r)
		}
	}
	c.mu.Unlock()
	c.v.things.Add(-int64(1 + len(requests)))
	for _, r := range requests {
		r.stop()
	}
	ch.stop()
	return true
}

// stop ends what the channel has upstream.
func (ch *channel) stop() {
	ch.c.mu.Lock()
	ch.stopped = true
	r, s := ch.remote, ch.seeker
	ch.c.mu.Unlock()
	s.cancel()
	if r != nil {
		ch.target.whenIdle(r.close)
	}
}

// upstream returns the channel at its server, or nil.
func (ch *channel) upstream() *remote {
	ch.c.mu.Lock()
	defer ch.c.mu.Unlock()
	if !ch.open {
		return nil
	}
	return ch.remote
}
