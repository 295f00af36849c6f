package pvaccess_test

import (
	"bufio"
	"math"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// stormServer is a fake that answers as a server does, with data made of the tag of each
// channel, and tells the ledger of each put that arrives. A hostile one says much
// besides, and some of it wrong.
type stormServer struct {
	s       *gatewaytest.Storm
	hostile bool
	l       net.Listener

	over    *sync.Cond // of mu: a circuit is
	open    int        // circuits, but of who asks for names
	mu      sync.Mutex
	held    map[string]float64 // the values of channels that have steps
	came    map[string]uint64  // circuits so far, by kind of run
	beacons uint32
	lit     map[uint32]beacon
}

// beacon is what a circuit had said when it sent one.
type beacon struct {
	w    *stormLink
	said int64
}

func startStormServer(t *testing.T, s *gatewaytest.Storm, hostile bool) *stormServer {
	v := &stormServer{s: s, hostile: hostile, held: map[string]float64{}, came: map[string]uint64{}, lit: map[uint32]beacon{}}
	v.over = sync.NewCond(&v.mu)
	var err error
	if v.l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.l.Close() })
	go func() {
		for {
			conn, err := v.l.Accept()
			if err != nil {
				return
			}
			v.count(1)
			go v.serve(conn)
		}
	}()
	return v
}

// settle waits until the circuits of runs, all of which have ended, are over here too.
func (v *stormServer) settle() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for v.open > 0 {
		v.over.Wait()
	}
}

func (v *stormServer) count(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.open += n
	v.over.Broadcast()
}

// stormLink is one circuit to it, which belongs to one run, or to who asks for names.
type stormLink struct {
	v     *stormServer
	conn  net.Conn
	rand  *rand.Rand // nil for who asks for names
	big   bool
	run   string
	types pva.Types
	sid   uint32
	names map[uint32]string // by sid
	ops   map[uint32]*stormOp
	order []uint32 // of ops, so that a choice follows from the source
	known map[*pva.Type]uint16
	out   []byte
	said  int64
	seen  int64    // of said; v.mu guards it
	lit   []uint32 // beacons that were not seen; as above
	ends  bool     // once out is sent
}

type stormOp struct {
	id      uint32
	sid     uint32
	command pva.Command
	typ     *pva.Type
	name    string
	running bool // of a monitor
}

func (v *stormServer) serve(conn net.Conn) {
	w := &stormLink{v: v, conn: conn, names: map[uint32]string{}, ops: map[uint32]*stormOp{}, known: map[*pva.Type]uint16{}}
	once := sync.OnceFunc(func() { v.count(-1) })
	defer once()
	defer w.darken()
	defer conn.Close()
	w.big = v.s.Seed&1 == 0
	e := pva.NewEncoder(true, w.big)
	e.Control(pva.SetByteOrder, 0)
	w.out = e.B
	w.send(pva.Validation, func(e *pva.Encoder) { e.U32(0); e.U16(0); e.Size(2); e.Text("anonymous"); e.Text("ca") })
	in := bufio.NewReaderSize(conn, 64<<10)
	r := pva.NewReader(in, 8<<20)
	for {
		if in.Buffered() == 0 && len(w.out) > 0 {
			_, err := conn.Write(w.out)
			w.out = w.out[:0]
			if err != nil || w.ends {
				break
			}
		}
		m, err := r.Next()
		if err != nil {
			break
		}
		if m.Control {
			continue
		}
		d := m.Decoder()
		w.take(m.Command, d)
		if m.Command == pva.Validation && w.run == "" {
			once() // who asks for names stays
		}
		if d.Err() != nil {
			v.s.Intents.Fault("the gateway said what cannot be read: command %#x: %v", m.Command, d.Err())
		}
		if v.hostile && w.rand != nil && len(w.order) > 0 {
			w.burst()
		}
	}
	if v.hostile && w.rand != nil && !w.ends {
		v.s.Took(1) // what it was closed at, or the last
		v.s.Closed()
	}
}

func (w *stormLink) send(c pva.Command, body func(*pva.Encoder)) {
	e := pva.NewEncoder(true, w.big)
	e.Begin(c)
	body(e)
	w.said++
	b := e.End()
	if w.v.hostile && w.rand != nil && w.rand.IntN(800) == 0 {
		// The gateway waits for this one, perhaps in vain; that would only take time.
		b, _ = mangle(w.rand, b)
		w.ends = true
	}
	w.out = append(w.out, b...)
}

// take does what the gateway asks.
func (w *stormLink) take(c pva.Command, d *pva.Decoder) {
	switch c {
	case pva.Validation:
		d.U32()
		d.U32()
		if d.Text() == "ca" {
			v := d.Value(d.Type(&w.types), &w.types)
			w.run = strings.TrimPrefix(v.Field("host").Text(), "interlock-")
			kind, _, _ := strings.Cut(w.run, "-")
			w.v.mu.Lock()
			w.v.came[kind]++
			n := w.v.came[kind]
			w.v.mu.Unlock()
			if w.run != "warm" {
				w.rand = w.v.s.Rand(uint64(kind[0]), uint64(kind[1]), 1000, n)
			}
		}
		w.send(pva.Validated, func(e *pva.Encoder) { e.Status(pva.Status{}) })
	case pva.Echo:
		w.send(pva.Echo, func(*pva.Encoder) {})
	case pva.Search:
		s := d.SearchRequest()
		r := pva.SearchResponse{Sequence: s.Sequence, Port: uint16(w.v.l.Addr().(*net.TCPAddr).Port), Protocol: "tcp", Found: true}
		for _, one := range s.Channels {
			r.IDs = append(r.IDs, one.ID)
		}
		e := pva.NewEncoder(true, w.big)
		e.SearchResponse(r)
		w.out = append(w.out, e.B...)
	case pva.CreateChannel:
		d.U16()
		cid, name := d.U32(), d.Text()
		w.sid++
		sid := w.sid + 7000
		w.names[sid] = name
		w.send(c, func(e *pva.Encoder) { e.U32(cid); e.U32(sid); e.Status(pva.Status{}) })
	case pva.DestroyChannel:
		sid, cid := d.U32(), d.U32()
		delete(w.names, sid)
		for id, o := range w.ops {
			if o.sid == sid {
				w.forget(id)
			}
		}
		w.send(c, func(e *pva.Encoder) { e.U32(sid); e.U32(cid) })
	case pva.GetField:
		sid, id := d.U32(), d.U32()
		_ = d.Text()
		w.send(c, func(e *pva.Encoder) { e.U32(id); e.Status(pva.Status{}); e.Type(stormType(w.plain(sid))) })
	case pva.DestroyRequest:
		d.U32()
		w.forget(d.U32())
	case pva.Get, pva.Put, pva.Monitor:
		w.operate(c, d)
	}
}

func (w *stormLink) plain(sid uint32) string {
	_, plain, _ := strings.Cut(w.names[sid], ":")
	return plain
}

func (w *stormLink) forget(id uint32) {
	delete(w.ops, id)
	for i, o := range w.order {
		if o == id {
			w.order = append(w.order[:i], w.order[i+1:]...)
			return
		}
	}
}

func (w *stormLink) operate(c pva.Command, d *pva.Decoder) {
	sid, id, sub := d.U32(), d.U32(), d.U8()
	o := w.ops[id]
	if sub&pva.SubInit != 0 {
		if t := d.Type(&w.types); t != nil {
			_ = d.Value(t, &w.types)
		}
		o = &stormOp{id: id, sid: sid, command: c, typ: stormType(w.plain(sid)), name: w.names[sid]}
		if o.name == "" || w.ops[id] != nil {
			w.v.s.Intents.Fault("operation %d is made of the channel %q", id, o.name)
			return
		}
		w.ops[id], w.order = o, append(w.order, id)
		w.send(c, func(e *pva.Encoder) {
			e.U32(id)
			e.U8(sub)
			e.Status(pva.Status{})
			w.typ(e, o.typ)
		})
		return
	}
	switch {
	case o == nil || o.command != c:
		w.v.s.Intents.Fault("operation %d is used and was not made", id)
	case c == pva.Monitor:
		if o.running = sub&pva.SubStart == pva.SubStart; o.running {
			w.update(o)
		}
	case c == pva.Put && sub&pva.SubGet == 0:
		w.put(o, d)
		w.send(c, func(e *pva.Encoder) { e.U32(id); e.U8(sub); e.Status(pva.Status{}) })
	default:
		w.send(c, func(e *pva.Encoder) { e.U32(id); e.U8(sub); e.Status(pva.Status{}); w.value(e, o) })
	}
}

// typ defines a type once and then refers to it.
func (w *stormLink) typ(e *pva.Encoder, t *pva.Type) {
	id, had := w.known[t]
	if !had {
		id = uint16(len(w.known) + 1)
		w.known[t] = id
		e.U8(0xFD)
		e.U16(id)
		e.Type(t)
		return
	}
	e.U8(0xFE)
	e.U16(id)
}

func (w *stormLink) value(e *pva.Encoder, o *stormOp) {
	v := fill(o.typ, o.name[0])
	if strings.HasSuffix(o.name, ":STEP") {
		v = v.With("value", pva.OfFloat(o.typ.Fields[0].Type, w.v.value(o.name)))
	}
	var all pva.Bits
	all.Set(0)
	e.Bits(all)
	e.Value(v)
}

func (v *stormServer) value(name string) float64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n, is := v.held[name]; is {
		return n
	}
	return gatewaytest.Patterns(name[0])[0]
}

func (w *stormLink) update(o *stormOp) {
	w.send(pva.Monitor, func(e *pva.Encoder) { e.U32(o.id); e.U8(0); w.value(e, o); e.Bits(nil) })
}

// put tells what arrived, field by field.
func (w *stormLink) put(o *stormOp, d *pva.Decoder) {
	mask := d.Bits(o.typ.Nodes())
	v := d.Partial(o.typ, mask, &w.types)
	name, err := interlock.CanonicalChannel(o.name)
	if d.Err() != nil || err != nil || len(o.typ.Named(mask)) == 0 {
		w.v.s.Intents.Fault("a put to %q: %v, %v", o.name, d.Err(), err)
		return
	}
	for _, leaf := range o.typ.Named(mask) {
		got, channel, before := v.At(leaf.Path), name, math.NaN()
		var value interlock.ChannelValue
		switch {
		case leaf.Type.Code.Number() && leaf.Type.Form == pva.Single:
			value.Numbers = []float64{got.Float()}
		case leaf.Type.Code.Number():
			value.Numbers = got.Floats()
		default:
			value.Texts = []string{got.Text()}
		}
		switch path := leaf.Path; path {
		case "value":
			if strings.HasSuffix(name, ":STEP") {
				before = w.v.value(name)
				w.v.mu.Lock()
				w.v.held[name] = value.Numbers[0]
				w.v.mu.Unlock()
			}
		case "value.index":
			value.Texts = []string{gatewaytest.State(name[0], int(value.Numbers[0]))}
		default:
			channel += "." + strings.TrimSuffix(path, ".value")
		}
		w.v.s.Intents.Arrived(w.run, channel, value, before)
	}
}

// burst says what nobody asked for, most of it updates, and then the beacon.
func (w *stormLink) burst() {
	for range w.rand.IntN(80) {
		if len(w.order) == 0 {
			return
		}
		o := w.ops[w.order[w.rand.IntN(len(w.order))]]
		e := pva.NewEncoder(true, w.big)
		n := w.rand.Uint32N(200)
		switch k := w.rand.IntN(3000); {
		case k == 0:
			e.Begin(pva.Get)
			e.U32(n)
			e.U8(0)
			e.Status(pva.Status{})
		case k == 1:
			e.Begin(pva.DestroyChannel)
			e.U32(7000 + n%40)
			e.U32(n)
		case k == 2:
			e.Begin(pva.CreateChannel)
			e.U32(n)
			e.U32(n)
			e.Status(pva.Status{})
		case k == 3:
			e.Begin(pva.Monitor)
			e.U32(o.id)
			e.U8(pva.SubDestroy)
			e.Status(pva.Error("no more"))
		case k < 60:
			e.Begin(pva.MessageText)
			e.U32(n)
			e.U8(1)
			e.Text("a message")
		case k < 120:
			e.Begin(pva.Beacon)
			e.Raw(make([]byte, n%60))
		default:
			if o.command != pva.Monitor || !o.running || strings.HasSuffix(o.name, ":BEACON") {
				continue
			}
			e.Begin(pva.Monitor)
			e.U32(o.id)
			e.U8(0)
			w.value(e, o)
			e.Bits(nil)
		}
		w.said++
		b := e.End()
		if w.rand.IntN(800) == 0 {
			var broken bool
			b, broken = mangle(w.rand, b)
			w.ends = w.ends || broken
		}
		w.out = append(w.out, b...)
	}
	w.light()
}

// light sends a beacon: a client that has it says that the gateway has taken all before it.
func (w *stormLink) light() {
	for _, id := range w.order {
		o := w.ops[id]
		if o.command != pva.Monitor || !o.running || !strings.HasSuffix(o.name, ":BEACON") {
			continue
		}
		w.said++
		w.v.mu.Lock()
		w.v.beacons++
		n := w.v.beacons
		w.v.lit[n], w.lit = beacon{w, w.said}, append(w.lit, n)
		w.v.mu.Unlock()
		e := pva.NewEncoder(true, w.big)
		e.Begin(pva.Monitor)
		e.U32(id)
		e.U8(0)
		var all pva.Bits
		all.Set(0)
		e.Bits(all)
		e.U64(gatewaytest.Beacon(o.name[0], n))
		e.Bits(nil)
		w.out = append(w.out, e.End()...)
		return
	}
}

// lights takes in that a client has a beacon. A monitor may have left out those before it.
func (v *stormServer) lights(n uint32) {
	v.mu.Lock()
	b, is := v.lit[n]
	var more int64
	if is {
		more, b.w.seen = b.said-b.w.seen, b.said
		for len(b.w.lit) > 0 && b.w.lit[0] <= n {
			delete(v.lit, b.w.lit[0])
			b.w.lit = b.w.lit[1:]
		}
	}
	v.mu.Unlock()
	v.s.Took(more)
}

// darken forgets the beacons of a circuit that is over.
func (w *stormLink) darken() {
	w.v.mu.Lock()
	defer w.v.mu.Unlock()
	for _, n := range w.lit {
		delete(w.v.lit, n)
	}
}
