package pvaccess_test

import (
	"net"
	"slices"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// next is a message that fits.
func (c *stormClient) next() []byte {
	r := c.Rand
	ch := c.ready()
	if k := r.IntN(100); ch == nil || k < 3 {
		return c.plain()
	}
	if req := c.idle(); req != nil && r.IntN(100) < 80 {
		req.used = c.batches
		return c.use(req)
	}
	if len(c.reqs) > 60 {
		return c.destroy()
	}
	return c.make(ch)
}

// ready is a channel that may be used, or nil.
func (c *stormClient) ready() *stormChannel {
	for range 10 {
		if len(c.made) == 0 {
			return nil
		}
		if ch := c.made[c.Rand.IntN(len(c.made))]; ch.sid != 0 {
			return ch
		}
	}
	return nil
}

// idle is a request that was not used in this batch, or nil.
func (c *stormClient) idle() *stormRequest {
	for range 10 {
		if len(c.reqs) == 0 {
			return nil
		}
		if r := c.reqs[c.Rand.IntN(len(c.reqs))]; !r.fresh && r.used != c.batches {
			return r
		}
	}
	return nil
}

// make makes a request of one kind or another.
func (c *stormClient) make(ch *stormChannel) []byte {
	r := c.Rand
	c.id++
	switch k := r.IntN(100); {
	case k < 90:
		req := &stormRequest{ch: ch, id: c.id, command: []pva.Command{pva.Get, pva.Put, pva.Put, pva.Monitor}[r.IntN(4)], used: c.batches}
		var set map[string]string
		switch r.IntN(6) {
		case 0:
			set = map[string]string{"block": "true"}
		case 1:
			set = map[string]string{"queueSize": "8"}
		case 2:
			set = map[string]string{"process": "true"}
		case 3:
			if req.command == pva.Monitor {
				req.window, set = true, map[string]string{"pipeline": "true"}
			}
		}
		return c.init(req, set)
	case k < 95:
		e := pva.NewEncoder(false, r.IntN(2) == 0)
		e.Begin(pva.GetField)
		e.U32(ch.sid)
		e.U32(c.id)
		e.Text("")
		return e.End()
	}
	req := &stormRequest{ch: ch, id: c.id, command: []pva.Command{pva.RPC, pva.Process, pva.PutGet, pva.Array}[r.IntN(4)]}
	return c.about(req, pva.SubInit, func(e *pva.Encoder) { e.Type(nil) })
}

// use uses a request that was made.
func (c *stormClient) use(req *stormRequest) []byte {
	r := c.Rand
	var sub byte
	if r.IntN(40) == 0 {
		sub = pva.SubDestroy
	}
	last := func() {
		if sub&pva.SubDestroy != 0 {
			c.forget(func(o *stormRequest) bool { return o == req })
		}
	}
	switch {
	case req.command == pva.Get:
		last()
	case req.command == pva.Put && r.IntN(5) == 0:
		sub |= pva.SubGet
		last()
	case req.command == pva.Put:
		last()
		c.owed[req.id] = req.ch.sid
		v, mask := c.put(req.ch.name[2:])
		return c.about(req, sub, func(e *pva.Encoder) {
			e.Bits(mask)
			e.Partial(v, mask)
		})
	case req.window && r.IntN(2) == 0:
		return c.about(req, pva.SubPipeline, func(e *pva.Encoder) { e.U32(uint32(r.IntN(10))) })
	default:
		sub |= []byte{pva.SubStart, pva.SubStop}[r.IntN(2)]
		last()
	}
	return c.about(req, sub, nil)
}

// destroy ends a request or a channel, or lets an answer be lost.
func (c *stormClient) destroy() []byte {
	r := c.Rand
	e := pva.NewEncoder(false, r.IntN(2) == 0)
	req := c.idle() // nothing is owed to what was not used
	if req == nil {
		e.Begin(pva.Echo)
		e.Raw([]byte("echo"))
		return e.End()
	}
	command := pva.DestroyRequest
	switch r.IntN(4) {
	case 0:
		command = pva.CancelRequest
	case 1:
		if !slices.ContainsFunc(c.reqs, func(o *stormRequest) bool { return o.ch == req.ch && o.used == c.batches }) {
			e.Begin(pva.DestroyChannel)
			e.U32(req.ch.sid)
			e.U32(req.ch.cid)
			c.gone(req.ch.sid)
			return e.End()
		}
	}
	e.Begin(command)
	e.U32(req.ch.sid)
	e.U32(req.id)
	if command == pva.DestroyRequest {
		c.forget(func(o *stormRequest) bool { return o == req })
	}
	return e.End()
}

// plain is a message that is about no request.
func (c *stormClient) plain() []byte {
	r := c.Rand
	e := pva.NewEncoder(false, r.IntN(2) == 0)
	switch r.IntN(5) {
	case 0:
		name := "Z:DENIED"
		if r.IntN(3) > 0 {
			name = string(c.Tag) + ":" + stormNames[r.IntN(len(stormNames))]
		}
		return c.create(name)
	case 1:
		e.SearchRequest(pva.SearchRequest{Sequence: c.id, Flags: pva.SearchReply, Channels: []pva.Sought{{ID: 1, Name: string(c.Tag) + ":AO"}, {ID: 2, Name: "Z:DENIED"}}})
		return e.B
	case 2:
		e.Control(pva.EchoRequest, r.Uint32())
		return e.B
	case 3:
		e.Begin(pva.MultipleData)
		e.U32(c.id)
		return e.End()
	}
	return c.echo()
}

func (c *stormClient) echo() []byte {
	e := pva.NewEncoder(false, c.Rand.IntN(2) == 0)
	e.Begin(pva.Echo)
	e.Raw([]byte("echo"))
	return e.End()
}

// datagram looks for channels; now and then it does not fit. Datagrams may be lost, so
// they do not count.
func (c *stormClient) datagram() {
	r := c.Rand
	e := pva.NewEncoder(false, r.IntN(2) == 0)
	s := pva.SearchRequest{Sequence: r.Uint32(), Port: c.udp.LocalAddr().(*net.UDPAddr).AddrPort().Port()}
	for range r.IntN(4) {
		s.Channels = append(s.Channels, pva.Sought{ID: r.Uint32(), Name: []string{string(c.Tag) + ":AO", string(c.Tag) + ":NEW", "Z:DENIED", ""}[r.IntN(4)]})
	}
	e.SearchRequest(s)
	b := e.B
	if r.IntN(20) == 0 { // but for where to answer, which would be another's port
		whole, _ := mangle(r, b)
		b = append(whole[:min(len(whole), 16)], b[min(len(whole), 16):]...)
	}
	if r.IntN(3) == 0 {
		_, _ = c.udp.Write(b) // nobody waits for it
	}
}
