package channelaccess_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"net"
	"strings"
	"sync"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// stormServer is a fake that answers as a server does, with data made of the tag of each
// channel, and tells the ledger of each put that arrives. A hostile one says much
// besides, and some of it wrong.
type stormServer struct {
	s       *gatewaytest.Storm
	hostile bool

	mu   sync.Mutex
	held map[string]float64 // the values of channels that have steps
	came map[byte]uint64    // circuits so far, by tag
}

// stormCircuit is one circuit to it, which belongs to one client.
type stormCircuit struct {
	v      *stormServer
	conn   net.Conn
	rand   *rand.Rand // nil before the first channel
	tag    byte
	run    string
	sid    uint32
	made   map[uint32]record // by sid
	cids   map[uint32]uint32 // of sid
	subs   []ca.Message      // as they were asked for
	beacon *ca.Message       // the monitor of what it says how far the gateway is by
	out    []byte
	said   uint32 // messages so far
	ends   bool   // once out is sent
}

func (v *stormServer) serve(conn net.Conn) {
	c := &stormCircuit{v: v, conn: conn, made: map[uint32]record{}, cids: map[uint32]uint32{}}
	in := ca.NewReader(conn, 1<<20)
	for {
		if !in.Buffered() && len(c.out) > 0 {
			_, err := conn.Write(c.out)
			c.out = c.out[:0]
			if err != nil || c.ends {
				break
			}
		}
		m, err := in.Next()
		if err != nil {
			break
		}
		c.take(m)
		if v.hostile && c.rand != nil && c.beacon != nil {
			c.burst()
		}
	}
	if v.hostile && !c.ends {
		v.s.Took(1) // what it was closed at, or the last
		v.s.Closed()
	}
}

// take does what the gateway asks.
func (c *stormCircuit) take(m ca.Message) {
	r, known := c.made[m.P1]
	if about := m.Command == ca.CmdReadNotify || m.Command == ca.CmdEventAdd || m.Command == ca.CmdEventCancel || m.Command == ca.CmdClearChannel; about && !known && !c.v.hostile {
		c.v.s.Intents.Fault("command %d is about a channel that is no more: a server ends the circuit", m.Command)
	}
	switch m.Command {
	case ca.CmdHostName:
		c.run = strings.TrimPrefix(ca.Text(m.Payload), "interlock-")
	case ca.CmdCreate:
		c.create(m)
	case ca.CmdReadNotify:
		m.Count = elements(m.Count, r)
		c.say(ca.Message{Command: m.Command, Type: m.Type, Count: m.Count, P1: uint32(ca.StatusNormal), P2: m.P2, Payload: c.payload(r, ca.Type(m.Type), int(m.Count))})
	case ca.CmdEventAdd:
		m.Count, m.Payload = elements(m.Count, r), nil
		c.subs = append(c.subs, m)
		if strings.HasSuffix(r.name, ":BEACON") {
			c.beacon = &m
		}
		c.say(c.event(m))
	case ca.CmdEventCancel:
		for i, s := range c.subs {
			if s.P2 == m.P2 {
				c.subs = append(c.subs[:i], c.subs[i+1:]...)
				break
			}
		}
	case ca.CmdWrite, ca.CmdWriteNotify:
		if !known {
			c.v.s.Intents.Fault("a put to a channel that is no more")
			return
		}
		c.put(r, m)
		if m.Command == ca.CmdWriteNotify {
			c.say(ca.Message{Command: m.Command, Type: m.Type, Count: m.Count, P1: uint32(ca.StatusNormal), P2: m.P2})
		}
	case ca.CmdEcho:
		c.say(ca.Message{Command: ca.CmdEcho})
	case ca.CmdClearChannel:
		delete(c.made, m.P1)
		c.say(m)
	}
}

func elements(asked uint32, r record) uint32 {
	if asked == 0 || asked > r.count {
		return max(r.count, 1)
	}
	return asked
}

func (c *stormCircuit) create(m ca.Message) {
	name := ca.Text(m.Payload)
	tag, kind, _ := strings.Cut(name, ":")
	if len(tag) != 1 || c.tag != 0 && tag[0] != c.tag {
		c.v.s.Intents.Fault("the circuit of %c has the channel %q", c.tag, name)
	}
	if c.rand == nil {
		c.tag = tag[0]
		c.v.mu.Lock()
		c.v.came[c.tag]++
		c.rand = c.v.s.Rand(uint64(c.tag), 1000, c.v.came[c.tag])
		c.v.mu.Unlock()
	}
	plain, err := interlock.CanonicalChannel(kind)
	r, is := stormy[plain]
	if err != nil || !is {
		r = record{t: ca.Double, count: 1}
	}
	c.sid++
	r.name = name
	c.made[c.sid], c.cids[c.sid] = r, m.P1
	c.say(ca.Message{Command: ca.CmdRights, P1: m.P1, P2: ca.RightRead | ca.RightWrite})
	c.say(ca.Message{Command: ca.CmdCreate, Type: uint16(r.t), Count: r.count, P1: m.P1, P2: c.sid})
}

// put tells what arrived.
func (c *stormCircuit) put(r record, m ca.Message) {
	v, err := ca.Decode(ca.Type(m.Type), int(m.Count), m.Payload, m.Count > 1)
	name, wrong := interlock.CanonicalChannel(r.name)
	if err != nil || wrong != nil || ca.Type(m.Type) != r.t {
		c.v.s.Intents.Fault("a put to %q as type %d: %v, %v", r.name, m.Type, err, wrong)
		return
	}
	if r.t == ca.Enum {
		for _, n := range v.Numbers {
			v.Texts = append(v.Texts, gatewaytest.State(c.tag, int(n)))
		}
	}
	before := math.NaN()
	if strings.HasSuffix(name, ":STEP") {
		before = c.v.value(c.tag, name)
	}
	c.v.s.Intents.Arrived(c.run, name, v, before)
	if len(v.Numbers) > 0 {
		c.v.mu.Lock()
		c.v.held[name] = v.Numbers[0]
		c.v.mu.Unlock()
	}
}

func (v *stormServer) value(tag byte, name string) float64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n, is := v.held[name]; is {
		return n
	}
	return gatewaytest.Patterns(tag)[0]
}

// payload is n elements of a channel as type t.
func (c *stormCircuit) payload(r record, t ca.Type, n int) []byte {
	if !t.Known() {
		return bytes.Repeat([]byte{c.tag}, 64)
	}
	b := bytes.Repeat([]byte{c.tag}, t.Bytes(n))
	at := t.Bytes(0)
	switch t.Native() {
	case ca.String:
		for i := range n {
			clear(b[at+40*i+8 : at+40*(i+1)])
		}
	case ca.Enum:
		for i := range n {
			b[at+2*i], b[at+2*i+1] = 0, 1
		}
		if at > 400 { // it has the names of its states
			b[4], b[5] = 0, 2
			copy(b[6:], append([]byte(gatewaytest.State(c.tag, 0)), 0))
			copy(b[32:], append([]byte(gatewaytest.State(c.tag, 1)), 0))
		}
	case ca.Double:
		if strings.HasSuffix(r.name, ":STEP") && n > 0 {
			binary.BigEndian.PutUint64(b[at:], math.Float64bits(c.v.value(c.tag, r.name)))
		}
	}
	return b
}

func (c *stormCircuit) event(sub ca.Message) ca.Message {
	sub.Payload, sub.P1 = c.payload(c.made[sub.P1], ca.Type(sub.Type), int(sub.Count)), uint32(ca.StatusNormal)
	return sub
}

// say sends what the gateway asked for. A hostile server sends it otherwise now and then,
// and then goes: what the gateway waits for in vain would only take time.
func (c *stormCircuit) say(m ca.Message) {
	c.said++
	if !c.v.hostile || c.beacon == nil || c.rand.IntN(200) > 0 {
		c.out = ca.Append(c.out, m)
		return
	}
	b, _ := mangle(c.rand, m)
	c.out, c.ends = append(c.out, b...), true
}

// burst says what nobody asked for, most of it updates, and then the beacon.
func (c *stormCircuit) burst() {
	for range c.rand.IntN(40) {
		if len(c.subs) == 0 {
			break
		}
		m := c.event(c.subs[c.rand.IntN(len(c.subs))])
		n := c.rand.Uint32N(200)
		switch k := c.rand.IntN(1000); {
		case k < 30:
			m = ca.Message{Command: ca.CmdReadNotify, Type: uint16(ca.Double), Count: 1, P1: uint32(ca.StatusNormal), P2: n, Payload: bytes.Repeat([]byte{c.tag}, 8)}
		case k < 60:
			m = ca.Message{Command: ca.CmdWriteNotify, P1: uint32(ca.StatusNormal), P2: n}
		case k < 90:
			m = ca.Message{Command: ca.CmdRights, P1: n % 40, P2: c.rand.Uint32N(4)}
		case k < 120:
			m = ca.Message{Command: ca.CmdError, P2: uint32(ca.StatusPutFail), Payload: ca.Append(nil, ca.Message{Command: ca.CmdWrite, P2: n})}
		case k < 130:
			m = ca.Message{Command: ca.CmdClearChannel, P1: n, P2: n}
		case k == 130:
			m = ca.Message{Command: ca.CmdDisconnected, P1: n % 40}
		case k == 131:
			m = ca.Message{Command: ca.CmdCreateFail, P1: n % 40}
		case k == 132:
			m = ca.Message{Command: ca.CmdEcho}
		}
		c.said++
		if c.rand.IntN(200) > 0 {
			c.out = ca.Append(c.out, m)
			continue
		}
		b, broken := mangle(c.rand, m)
		c.out = append(c.out, b...)
		c.ends = c.ends || broken
	}
	c.said++
	m := *c.beacon
	m.P1, m.Payload = uint32(ca.StatusNormal), binary.BigEndian.AppendUint64(nil, gatewaytest.Beacon(c.tag, c.said))
	c.out = ca.Append(c.out, m)
}
