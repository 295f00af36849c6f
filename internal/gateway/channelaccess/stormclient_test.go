package channelaccess_test

import (
	"encoding/binary"
	"errors"
	"math"
	"net"
	"os"
	"slices"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// stormClient is a client of a storm. It knows which ids it will be given, so what it
// says follows from its source alone.
type stormClient struct {
	*gatewaytest.Guest
	at     stormDoors
	server *stormServer
	writes *gateway.Writes
	done   int64  // messages of its run
	unique uint64 // puts of its run: no value is put twice

	// Of one circuit.
	conn    net.Conn
	udp     []net.Conn // to the doors for datagrams
	in      *ca.Reader
	cid     uint32 // the last; sids are given in the order of creation
	ioid    uint32
	made    []stormChannel
	subs    []ca.Message
	batches int
	off     bool   // the kill switch
	seen    uint32 // what the server is known to have said
}

type stormChannel struct {
	record
	cid, sid uint32
}

const beaconID = 1 << 30 // of its monitor

// run is one client for as long as its run is to last.
func (c *stormClient) run() {
	for c.done < c.Least && c.More() {
		c.circuit()
	}
	if c.off {
		turn(c.Storm, c.writes, false)
		c.off = false
	}
}

// circuit is one circuit, until the gateway closes it or it has been long enough.
func (c *stormClient) circuit() {
	var d net.Dialer
	conn, err := d.Dial("tcp", c.at.tcp)
	if err != nil {
		c.Failed("calling the gateway: %v", err)
		return
	}
	defer conn.Close()
	c.conn, c.in, c.cid, c.ioid, c.made, c.subs, c.seen = conn, ca.NewReader(conn, 1<<20), 0, 0, nil, nil, 0
	c.udp = nil
	for _, at := range []string{c.at.udp, c.at.repeater} {
		if udp, err := d.Dial("udp", at); err == nil {
			defer udp.Close()
			c.udp = append(c.udp, udp)
		}
	}
	open := c.begin()
	for n := 20 + c.Rand.IntN(60); open && n > 0 && c.More(); n-- {
		open = c.batch()
	}
	if open {
		c.leave()
	}
}

// begin says who is there, and makes one of each channel.
func (c *stormClient) begin() bool {
	names := []ca.Command{ca.CmdClientName, ca.CmdHostName}
	if c.Rand.IntN(4) == 0 {
		slices.Reverse(names)
	}
	b := ca.Append(nil, ca.Message{Command: ca.CmdVersion, Count: ca.Version})
	for _, n := range names {
		b = ca.Append(b, ca.Message{Command: n, Payload: ca.NamePayload("mallory")})
	}
	first := stormNames
	if c.server.hostile {
		first = append([]string{"BEACON"}, first...)
	}
	for _, name := range first {
		b = ca.Append(b, c.create(string(c.Tag)+":"+name))
	}
	_, _ = c.conn.Write(b)
	made := 0
	if !c.listen(func(m ca.Message) bool {
		if m.Command == ca.CmdCreate || m.Command == ca.CmdCreateFail {
			made++
		}
		return made == len(first)
	}) {
		return false
	}
	c.took(int64(3 + len(first)))
	if c.server.hostile {
		beacon := ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: 1, P2: beaconID, Payload: make([]byte, 16)}
		_, _ = c.conn.Write(ca.Append(nil, beacon))
		c.made = c.made[1:] // it stays
	}
	return true
}

// took counts what the gateway took of a client; of servers the beacon tells.
func (c *stormClient) took(n int64) {
	c.done += n
	if !c.server.hostile {
		c.Took(n)
	}
}

// batch sends some messages and an echo, whose answer says that all of them were taken.
func (c *stormClient) batch() bool {
	c.batches++
	if c.Kind == "write" && c.Tag == 'A' && c.batches%20 >= 18 != c.off {
		c.off = !c.off
		turn(c.Storm, c.writes, c.off)
	}
	c.datagram()
	n, most := 1+c.Rand.IntN(150), 90
	if c.server.hostile {
		n, most = 1+c.Rand.IntN(20), 0
	}
	var b []byte
	echoes, odd, count := 0, -1, int64(0)
	for i := range n + 1 {
		m := ca.Message{Command: ca.CmdEcho}
		if i < n {
			m = c.next()
		}
		if i < n && most > 0 && c.Rand.IntN(most) == 0 {
			if odd < 0 {
				odd = i
			}
			piece, broken := mangle(c.Rand, m)
			b = append(b, piece...)
			if list, _ := ca.Datagram(piece, 3); !broken {
				count += int64(len(list))
				for _, one := range list {
					echoes += echo(one)
				}
				continue
			}
			writeCut(c.Rand, c.conn, b)
			c.broken(odd)
			return false
		}
		b = ca.Append(b, m)
		count++
		echoes += echo(m)
	}
	writeCut(c.Rand, c.conn, b)
	heard := 0
	if !c.listen(func(m ca.Message) bool { heard += echo(m); return heard == echoes }) {
		c.ended(odd)
		return false
	}
	c.took(count)
	return true
}

// datagram looks for a channel, or registers with the repeater; now and then it does not
// fit. Datagrams may be lost, so they do not count.
func (c *stormClient) datagram() {
	r := c.Rand
	b := ca.Append(nil, ca.Message{Command: ca.CmdVersion, Count: ca.Version})
	for range 1 + r.IntN(4) {
		name := []string{string(c.Tag) + ":AO", string(c.Tag) + ":NEW", "Z:DENIED", "nobody"}[r.IntN(4)]
		m := ca.Message{Command: ca.CmdSearch, Type: 5, Count: ca.Version, P1: r.Uint32(), Payload: ca.NamePayload(name)}
		if r.IntN(4) == 0 {
			m = ca.Message{Command: ca.CmdRegister, P2: 0x7f000001}
		}
		if m.P2 = m.P1; r.IntN(20) == 0 {
			odd, _ := mangle(r, m)
			b = append(b, odd...)
		} else {
			b = ca.Append(b, m)
		}
	}
	if to := r.IntN(4); to < len(c.udp) {
		_, _ = c.udp[to].Write(b) // nobody waits for it
	}
}

func echo(m ca.Message) int {
	if m.Command == ca.CmdEcho {
		return 1
	}
	return 0
}

// broken ends a circuit on which nothing can be told apart any more.
func (c *stormClient) broken(odd int) {
	_ = c.conn.(*net.TCPConn).CloseWrite() // it may be closed
	c.listen(func(ca.Message) bool { return false })
	c.ended(odd)
}

// ended counts what came before the first odd message of a batch, and that one, where the
// gateway has closed the circuit.
func (c *stormClient) ended(odd int) {
	c.took(int64(max(odd, 0) + 1))
	if !c.server.hostile {
		c.Closed()
	}
}

// leave ends a circuit in one of the ways in which clients end them.
func (c *stormClient) leave() {
	switch tcp := c.conn.(*net.TCPConn); c.Rand.IntN(3) {
	case 0:
		_ = tcp.SetLinger(0)
	case 1:
		b := ca.Append(nil, c.next())
		_, _ = tcp.Write(b[:c.Rand.IntN(len(b))])
	default:
		_ = tcp.CloseWrite()
		c.listen(func(ca.Message) bool { return false })
	}
}

// listen reads until until says so, and is false where the circuit ends before.
func (c *stormClient) listen(until func(ca.Message) bool) bool {
	_ = c.conn.SetReadDeadline(time.Now().Add(stormPatience))
	for {
		m, err := c.in.Next()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.Failed("%s, client %c: the gateway has not answered for %s", c.Run, c.Tag, stormPatience)
		}
		if err != nil {
			return false
		}
		if m.Command == ca.CmdEventAdd && m.P2 == beaconID {
			c.beacon(m)
		} else if !c.own(m) {
			c.Intents.Fault("%s, client %c: command %d of type %d has the data %q", c.Run, c.Tag, m.Command, m.Type, m.Payload)
		}
		if m.Command == ca.CmdDisconnected && c.server.hostile && m.P1 == 1 {
			return false // and with it the others
		}
		if until(m) {
			return true
		}
	}
}

// beacon takes in how much the server had said when it said this.
func (c *stormClient) beacon(m ca.Message) {
	if !ca.Status(m.P1).OK() || len(m.Payload) < 8 || m.Type != uint16(ca.Double) {
		return // the monitor has ended; or a hostile server's doing
	}
	if said, ok := gatewaytest.Said(c.Tag, binary.BigEndian.Uint64(m.Payload)); ok && said > c.seen {
		c.Took(int64(said - c.seen))
		c.seen = said
	}
}

// own reports whether the data of a message are this client's.
func (c *stormClient) own(m ca.Message) bool {
	if m.Command != ca.CmdEventAdd && m.Command != ca.CmdReadNotify && m.Command != ca.CmdRead {
		return true
	}
	return gatewaytest.Own(c.Tag, m.Payload)
}

// create is a new channel, which the client has from now on.
func (c *stormClient) create(name string) ca.Message {
	c.cid++
	plain, _ := interlock.CanonicalChannel(name[2:])
	r, is := stormy[plain]
	if !is {
		r = record{t: ca.Double, count: 1}
	}
	r.name = plain
	c.made = append(c.made, stormChannel{r, c.cid, c.cid})
	return create(c.cid, name)
}

// next is a message that fits.
func (c *stormClient) next() ca.Message {
	r := c.Rand
	ch := c.made[r.IntN(len(c.made))]
	c.ioid++
	t, n := ch.t, ch.count
	if r.IntN(2) == 0 {
		t = ca.Type(r.IntN(35))
	}
	if n > 1 && r.IntN(2) == 0 {
		n = r.Uint32N(n)
	}
	switch k := r.IntN(100); {
	case k < 40:
		return ca.Message{Command: ca.CmdReadNotify, Type: uint16(t), Count: n, P1: ch.sid, P2: c.ioid}
	case k < 65:
		return c.put(ch)
	case k < 75 && len(c.subs) < 100:
		m := ca.Message{Command: ca.CmdEventAdd, Type: uint16(t), Count: n, P1: ch.sid, P2: c.ioid, Payload: append(make([]byte, 12), 0, 1, 0, 0)}
		c.subs = append(c.subs, m)
		return m
	case k < 82 && len(c.subs) > 0:
		i := r.IntN(len(c.subs))
		m := c.subs[i]
		c.subs = slices.Delete(c.subs, i, i+1)
		m.Command, m.Payload = ca.CmdEventCancel, nil
		return m
	case k < 87 && len(c.made) < 40:
		name := string(c.Tag) + ":" + stormNames[r.IntN(len(stormNames))]
		if r.IntN(10) == 0 {
			name = "Z:DENIED"
		}
		return c.create(name)
	case k < 91 && len(c.made) > 8:
		i := r.IntN(len(c.made))
		ch := c.made[i]
		c.made = slices.Delete(c.made, i, i+1)
		c.subs = slices.DeleteFunc(c.subs, func(m ca.Message) bool { return m.P1 == ch.sid })
		return ca.Message{Command: ca.CmdClearChannel, P1: ch.sid, P2: ch.cid}
	case k < 93:
		return ca.Message{Command: ca.CmdSearch, Type: 5, Count: ca.Version, P1: c.ioid, P2: c.ioid, Payload: ca.NamePayload(string(c.Tag) + ":AO")}
	case k < 95:
		return ca.Message{Command: []ca.Command{ca.CmdEventsOff, ca.CmdEventsOn}[r.IntN(2)]}
	case k < 97:
		return ca.Message{Command: []ca.Command{ca.CmdReadSync, ca.CmdVersion, ca.CmdClientName, ca.CmdHostName}[r.IntN(4)], Payload: ca.NamePayload("x")}
	}
	return ca.Message{Command: ca.CmdEcho}
}

// put is a put, most of them of values that are allowed.
func (c *stormClient) put(ch stormChannel) ca.Message {
	r, v := c.Rand, interlock.ChannelValue{}
	c.unique++
	patterns := gatewaytest.Patterns(c.Tag)
	value := float64(c.unique) + 0.5
	switch {
	case c.Rehearses || ch.name == "STEP":
		value = patterns[r.IntN(len(patterns))]
	case ch.t == ca.Long:
		value = float64(c.unique)
	case ch.t == ca.Char:
		value = float64(c.Tag)
	case ch.t == ca.Enum:
		value = 1
	}
	if r.IntN(6) == 0 {
		value = []float64{-1, 1e151, math.NaN(), math.Inf(1), 0}[r.IntN(5)]
	}
	for range 1 + r.Uint32N(ch.count) {
		v.Numbers, v.Texts = append(v.Numbers, value), append(v.Texts, gatewaytest.State(c.Tag, r.IntN(3)))
	}
	t := ch.t
	if r.IntN(8) == 0 {
		t = ca.Type(r.IntN(8))
	}
	if t.Native() != ca.String {
		v.Texts = nil
	}
	m := ca.Message{Command: []ca.Command{ca.CmdWrite, ca.CmdWriteNotify}[r.IntN(2)], Type: uint16(t), Count: uint32(v.Len()), P1: ch.sid, P2: c.ioid}
	if t <= ca.Double {
		m.Payload = ca.Encode(t, v)
	}
	return m
}
