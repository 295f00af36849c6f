package pvaccess_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"net"
	"os"
	"slices"
	"time"

	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// stormClient is a client of a storm. It waits for what it needs to know at the end of
// each batch, so what it says follows from its source.
type stormClient struct {
	*gatewaytest.Guest
	at      string
	server  *stormServer
	writes  *gateway.Writes
	done    int64  // messages of its run
	unique  uint64 // puts of its run: no value is put twice
	batches int
	off     bool // the kill switch

	// Of one circuit.
	conn    net.Conn
	udp     net.Conn // to the door for datagrams
	in      *pva.Reader
	cid, id uint32
	made    []*stormChannel
	reqs    []*stormRequest
	owed    map[uint32]uint32 // puts that are to be answered: of a request, its channel
}

type stormChannel struct {
	cid, sid uint32 // 0 before it is known
	name     string
}

type stormRequest struct {
	ch      *stormChannel
	id      uint32
	command pva.Command
	fresh   bool // made in this batch
	used    int  // in which batch
	window  bool // it acknowledges
}

// run is one client for as long as its run is to last.
func (c *stormClient) run() {
	for c.done < c.Least && c.More() {
		c.circuit()
	}
	if c.off {
		c.turn(false)
	}
}

// circuit is one circuit, until the gateway closes it or it has been long enough.
func (c *stormClient) circuit() {
	var d net.Dialer
	conn, err := d.Dial("tcp", c.at)
	if err != nil {
		c.Failed("calling the gateway: %v", err)
		return
	}
	defer conn.Close()
	c.conn, c.in, c.cid, c.id, c.made, c.reqs, c.owed = conn, pva.NewReader(bufio.NewReaderSize(conn, 64<<10), 8<<20), 0, 0, nil, nil, map[uint32]uint32{}
	if c.udp, err = d.Dial("udp", c.at); err != nil {
		c.Failed("calling the gateway: %v", err)
		return
	}
	defer c.udp.Close()
	open := c.begin()
	for n := 20 + c.Rand.IntN(60); open && n > 0 && c.More(); n-- {
		open = c.batch()
	}
	if open {
		c.leave()
	}
}

// begin is let in and makes one of each channel.
func (c *stormClient) begin() bool {
	e := pva.NewEncoder(false, false)
	e.Begin(pva.Validation)
	e.U32(0)
	e.U32(0)
	e.Text("anonymous")
	e.Type(nil)
	b := e.End()
	names := stormNames
	if c.server.hostile {
		names = append([]string{"BEACON"}, names...)
	}
	for _, name := range names {
		b = append(b, c.create(string(c.Tag)+":"+name)...)
	}
	_, _ = c.conn.Write(b)
	if !c.listen(func() bool { return !slices.ContainsFunc(c.made, func(ch *stormChannel) bool { return ch.sid == 0 }) }) {
		return false
	}
	c.took(int64(1 + len(names)))
	if c.server.hostile {
		c.lightUp()
	}
	return true
}

// lightUp monitors the beacon, which is how it is known what the gateway took.
func (c *stormClient) lightUp() {
	r := &stormRequest{ch: c.made[0], id: 1 << 30, command: pva.Monitor}
	_, _ = c.conn.Write(c.init(r, nil))
	c.listen(func() bool { return !r.fresh })
	_, _ = c.conn.Write(c.about(r, pva.SubStart, nil))
	c.made, c.reqs = c.made[1:], nil // it stays
}

func (c *stormClient) took(n int64) {
	c.done += n
	if !c.server.hostile {
		c.Took(n)
	}
}

// turn turns the kill switch; while it is off nothing may arrive.
func (c *stormClient) turn(off bool) {
	var err error
	if c.off = off; off {
		err = c.writes.TurnOff(gateway.Switched{Reason: "a storm"})
		c.Intents.Off(true)
	} else {
		c.Intents.Off(false)
		err = c.writes.TurnOn()
	}
	if err != nil {
		c.Failed("turning the kill switch: %v", err)
	}
}

// batch sends some messages, and makes a channel: its server answers it behind all else.
func (c *stormClient) batch() bool {
	c.batches++
	if off := c.batches%20 >= 18; c.Kind == "write" && c.Tag == 'A' && off != c.off {
		c.turn(off)
	}
	c.datagram()
	n, most := 1+c.Rand.IntN(60), 90
	if c.server.hostile {
		n, most = 1+c.Rand.IntN(20), 0
	}
	var b []byte
	odd := -1
	for i := range n {
		m := c.next()
		if most > 0 && c.Rand.IntN(most) == 0 {
			if odd < 0 {
				odd = i
			}
			c.doubt(m)
			var broken bool
			m, broken = mangle(c.Rand, m)
			c.doubt(m)
			if broken {
				writeCut(c.Rand, c.conn, append(b, m...))
				_ = c.conn.(*net.TCPConn).CloseWrite() // it may be closed
				c.listen(func() bool { return false })
				c.ended(odd)
				return false
			}
		} else if c.Rand.IntN(30) == 0 && len(m) > 20 {
			m = cut(m, 8+c.Rand.IntN(len(m)-18))
		}
		b = append(b, m...)
	}
	b = append(b, c.create(string(c.Tag)+":AO")...)
	last := c.made[len(c.made)-1]
	writeCut(c.Rand, c.conn, b)
	if !c.listen(func() bool { return last.sid != 0 && len(c.owed) == 0 }) {
		c.ended(odd)
		return false
	}
	c.made = slices.DeleteFunc(c.made, func(ch *stormChannel) bool { return ch.sid == 0 })
	c.reqs = slices.DeleteFunc(c.reqs, func(r *stormRequest) bool { return r.fresh })
	c.took(int64(n + 1))
	return true
}

// ended counts what came before the first odd message of a batch, and that one, where the
// gateway has closed the circuit.
func (c *stormClient) ended(odd int) {
	c.took(int64(max(odd, 0) + 1))
	if !c.server.hostile {
		c.Closed()
	}
}

// doubt forgets what a message that is not right may have ended.
func (c *stormClient) doubt(b []byte) {
	if len(b) < 16 {
		return
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		sid, id := order.Uint32(b[8:]), order.Uint32(b[12:])
		c.forget(func(r *stormRequest) bool { return r.id == id || r.id == sid })
		delete(c.owed, id)
		delete(c.owed, sid)
		c.gone(sid)
		c.gone(id)
	}
}

// forget forgets requests.
func (c *stormClient) forget(which func(*stormRequest) bool) {
	c.reqs = slices.DeleteFunc(c.reqs, which)
}

// gone forgets a channel.
func (c *stormClient) gone(sid uint32) {
	if sid == 0 {
		return
	}
	c.forget(func(r *stormRequest) bool { return r.ch.sid == sid })
	maps.DeleteFunc(c.owed, func(_, of uint32) bool { return of == sid })
	c.made = slices.DeleteFunc(c.made, func(ch *stormChannel) bool { return ch.sid == sid })
}

// leave ends a circuit in one of the ways in which clients end them.
func (c *stormClient) leave() {
	switch tcp := c.conn.(*net.TCPConn); c.Rand.IntN(3) {
	case 0:
		_ = tcp.SetLinger(0)
	case 1:
		b := c.next()
		_, _ = tcp.Write(b[:c.Rand.IntN(len(b))])
	default:
		_ = tcp.CloseWrite()
		c.listen(func() bool { return false })
	}
}

// listen reads until until says so, and is false where the circuit ends before.
func (c *stormClient) listen(until func() bool) bool {
	_ = c.conn.SetReadDeadline(time.Now().Add(stormPatience))
	for !until() {
		m, err := c.in.Next()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.Failed("%s, client %c: the gateway has not answered for %s; %d puts are owed", c.Run, c.Tag, stormPatience, len(c.owed))
		}
		if err != nil {
			return false
		}
		if m.Control {
			continue
		}
		if own := gatewaytest.Own; !own(c.Tag, m.Body) && (!c.server.hostile || !gatewaytest.OwnRun(c.Tag, m.Body)) {
			c.Intents.Fault("%s, client %c: command %#x has the data %q", c.Run, c.Tag, m.Command, m.Body)
		}
		if !c.heard(&m) {
			return false
		}
	}
	return true
}

// heard learns from what the gateway says.
func (c *stormClient) heard(m *pva.Message) bool {
	d := m.Decoder()
	switch a, b := d.U32(), d.U32(); m.Command {
	case pva.CreateChannel:
		for _, ch := range c.made {
			if ch.cid == a && ch.sid == 0 {
				ch.sid = b
			}
		}
	case pva.DestroyChannel:
		c.gone(a)
		return !c.server.hostile || b != 1 // and with the beacon the others
	case pva.Get, pva.Put, pva.Monitor:
		d = m.Decoder()
		id, sub := d.U32(), d.U8()
		if id == 1<<30 && sub == 0 {
			c.beacon(d)
		}
		for _, r := range c.reqs {
			if r.id == id && sub&pva.SubInit != 0 && d.Status().Good() {
				r.fresh = false
			}
		}
		if m.Command == pva.Put && sub&(pva.SubInit|pva.SubGet) == 0 {
			delete(c.owed, id)
		}
	}
	return true
}

func (c *stormClient) beacon(d *pva.Decoder) {
	if d.Bits(stormTypes["BEACON"].Nodes()); d.Left() < 8 {
		return // a hostile server's doing
	}
	if n, ok := gatewaytest.Said(c.Tag, d.U64()); ok {
		c.server.lights(n)
	}
}

// create is a message that makes a channel.
func (c *stormClient) create(name string) []byte {
	c.cid++
	c.made = append(c.made, &stormChannel{cid: c.cid, name: name})
	e := pva.NewEncoder(false, c.Rand.IntN(2) == 0)
	e.Begin(pva.CreateChannel)
	e.U16(1)
	e.U32(c.cid)
	e.Text(name)
	return e.End()
}

// about is a message about a request.
func (c *stormClient) about(r *stormRequest, sub byte, body func(*pva.Encoder)) []byte {
	e := pva.NewEncoder(false, c.Rand.IntN(2) == 0)
	e.Begin(r.command)
	about(e, r.ch.sid, r.id, sub)
	if body != nil {
		body(e)
	}
	return e.End()
}

// init is a message that makes a request, with options.
func (c *stormClient) init(r *stormRequest, set map[string]string) []byte {
	r.fresh = true
	c.reqs = append(c.reqs, r)
	sub := pva.SubInit
	if r.window {
		sub |= pva.SubPipeline
	}
	return c.about(r, sub, func(e *pva.Encoder) {
		if len(set) == 0 {
			e.Type(wholeRequest)
			return
		}
		var fields []any
		var values []pva.Value
		for name, value := range set { // one
			fields, values = append(fields, name, pva.Scalar(pva.String)), append(values, pva.OfText(pva.Scalar(pva.String), value))
		}
		options := structure("", fields...)
		record := structure("", "_options", options)
		whole := structure("", "field", structure("", "value", structure("")), "record", record)
		e.Type(whole)
		e.Value(pva.OfFields(whole, pva.Value{Type: whole.Fields[0].Type}, pva.OfFields(record, pva.OfFields(options, values...))))
		if r.window {
			e.U32(uint32(c.Rand.IntN(10)))
		}
	})
}

// put is what is put to a channel: most of it is allowed.
func (c *stormClient) put(name string) (v pva.Value, mask pva.Bits) {
	r := c.Rand
	t := stormType(name)
	v = fill(t, c.Tag)
	c.unique++
	patterns := gatewaytest.Patterns(c.Tag)
	number := float64(c.unique) + 0.5
	switch {
	case c.Rehearses || name == "STEP":
		number = patterns[r.IntN(len(patterns))]
	case name == "LONG":
		number = float64(c.unique)
	case name == "MBB":
		number = 1
	}
	if r.IntN(6) == 0 {
		number = []float64{-1, 1e151, math.NaN(), math.Inf(1), 0}[r.IntN(5)]
	}
	leaves := t.Leaves()
	leaf := leaves[0]
	if r.IntN(8) == 0 {
		leaf = leaves[r.IntN(len(leaves))]
	}
	for n := r.IntN(2); ; n-- {
		mask.Set(leaf.Bit)
		switch f := leaf.Type; {
		case f.Code.Number() && f.Form == pva.Single:
			v = v.With(leaf.Path, pva.OfFloat(f, number))
		case f.Code == pva.Uint8:
		case f.Code.Number():
			v = v.With(leaf.Path, pva.OfFloats(f, slices.Repeat([]float64{number}, 1+r.IntN(5))))
		case f.Form == pva.Single:
			v = v.With(leaf.Path, pva.OfText(f, gatewaytest.State(c.Tag, r.IntN(3))))
		}
		if n <= 0 || name != "GRP" {
			return v, mask
		}
		leaf = leaves[r.IntN(len(leaves))]
	}
}
