package pvaccess_test

import (
	"bufio"
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// fake is a server that does as a test tells it, in either byte order and in segments.
// It has every channel whose name begins with H:, each with the value 1.
type fake struct {
	t       testing.TB
	l       net.Listener
	big     bool
	segment int                                          // bytes of a segment; 0 is whole messages
	bad     func(w *fakeConn, m *pva.Message) (did bool) // answers instead of the fake
	value   func() pva.Value                             // what a get brings
	closed  func()                                       // a circuit has ended
	mu      sync.Mutex
	who     []string // user@host of who came
	puts    []pva.Value
	got     []pva.Command
}

var fakeType = pva.NewStructure("epics:nt/NTScalar:1.0", pva.Field{Name: "value", Type: pva.Scalar(pva.Int64)},
	pva.Field{Name: "descriptor", Type: pva.Scalar(pva.String)})

func startFake(t testing.TB, f *fake) *fake {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.t, f.l = t, l
	var done sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	done.Add(1)
	go func() {
		defer done.Done()
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			done.Add(1)
			go func() {
				defer done.Done()
				defer conn.Close()
				f.serve(conn)
			}()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		done.Wait()
	})
	return f
}

func (f *fake) port() int { return f.l.Addr().(*net.TCPAddr).Port }

// fakeConn is one circuit to a fake.
type fakeConn struct {
	f     *fake
	conn  net.Conn
	cache pva.Types
}

func (w *fakeConn) send(c pva.Command, body func(*pva.Encoder)) {
	e := pva.NewEncoder(true, w.f.big)
	e.Begin(c)
	body(e)
	b := e.End()
	if n := w.f.segment; n > 0 && len(b) > pva.HeaderSize+n {
		b = cut(b, n)
	}
	_, _ = w.conn.Write(b)
}

// cut makes segments of at most n bytes of a message.
func cut(b []byte, n int) (out []byte) {
	body := b[pva.HeaderSize:]
	for at := 0; at < len(body); at += n {
		flags := byte(0x30)
		if at == 0 {
			flags = 0x10
		} else if at+n >= len(body) {
			flags = 0x20
		}
		part := body[at:min(at+n, len(body))]
		size := []byte{byte(len(part)), 0, 0, 0}
		if b[2]&0x80 != 0 {
			size = []byte{0, 0, 0, byte(len(part))}
		}
		out = append(append(append(out, b[0], b[1], b[2]|flags, b[3]), size...), part...)
	}
	return out
}

func (f *fake) serve(conn net.Conn) {
	w := &fakeConn{f: f, conn: conn}
	e := pva.NewEncoder(true, f.big)
	e.Control(pva.SetByteOrder, 0)
	conn.Write(e.B)
	w.send(pva.Validation, func(e *pva.Encoder) { e.U32(0); e.U16(0); e.Size(2); e.Text("anonymous"); e.Text("ca") })
	r := pva.NewReader(bufio.NewReader(conn), 64<<20)
	for {
		m, err := r.Next()
		if err != nil {
			if f.closed != nil {
				f.closed()
			}
			return
		}
		f.mu.Lock()
		f.got = append(f.got, m.Command)
		f.mu.Unlock()
		if m.Control || f.bad != nil && f.bad(w, &m) {
			continue
		}
		w.answer(&m)
	}
}

func (w *fakeConn) answer(m *pva.Message) {
	f, d := w.f, m.Decoder()
	switch m.Command {
	case pva.Validation:
		d.U32()
		d.U32()
		if d.Text() == "ca" {
			v := d.Value(d.Type(&w.cache), &w.cache)
			f.mu.Lock()
			f.who = append(f.who, v.Field("user").Text()+"@"+v.Field("host").Text())
			f.mu.Unlock()
		}
		w.send(pva.Validated, func(e *pva.Encoder) { e.Status(pva.Status{}) })
	case pva.Echo:
		w.send(pva.Echo, func(*pva.Encoder) {})
	case pva.Search:
		s := d.SearchRequest()
		for _, c := range s.Channels {
			if len(c.Name) > 2 && c.Name[:2] == "H:" {
				e := pva.NewEncoder(true, f.big)
				e.SearchResponse(pva.SearchResponse{Sequence: s.Sequence, Port: uint16(f.port()), Protocol: "tcp", Found: true, IDs: []uint32{c.ID}})
				w.conn.Write(e.B)
			}
		}
	case pva.CreateChannel:
		d.U16()
		cid := d.U32()
		w.send(pva.CreateChannel, func(e *pva.Encoder) { e.U32(cid); e.U32(cid + 1000); e.Status(pva.Status{}) })
	case pva.Get, pva.Put, pva.Monitor:
		w.operate(m.Command, d)
	}
}

func (w *fakeConn) operate(c pva.Command, d *pva.Decoder) {
	f := w.f
	d.U32()
	id, sub := d.U32(), d.U8()
	typ, value := fakeType, pva.Value{Type: fakeType}.With("value", pva.OfFloat(fakeType.Fields[0].Type, 1))
	if f.value != nil {
		value = f.value()
		typ = value.Type
	}
	var all pva.Bits
	all.Set(0)
	w.send(c, func(e *pva.Encoder) {
		e.U32(id)
		switch {
		case sub&pva.SubInit != 0:
			e.U8(sub)
			e.Status(pva.Status{})
			e.U8(0xFD) // with an id, so that the cache of this direction is used
			e.U16(7)
			e.Type(typ)
		case c == pva.Monitor:
			e.U8(0)
			e.Bits(all)
			e.Value(value)
			e.Bits(nil)
		case c == pva.Put && sub&pva.SubGet == 0:
			mask := d.Bits(typ.Nodes())
			v := d.Partial(typ, mask, &w.cache)
			f.mu.Lock()
			f.puts = append(f.puts, v)
			f.mu.Unlock()
			e.U8(sub)
			e.Status(pva.Status{})
		default:
			e.U8(sub)
			e.Status(pva.Status{})
			e.Bits(all)
			e.Value(value)
		}
	})
}

// raw is a client that sends what a test tells it.
type raw struct {
	t     testing.TB
	conn  net.Conn
	r     *pva.Reader
	types pva.Types
}

// dial connects a raw client; it is let in.
func (r *road) dial() *raw {
	r.t.Helper()
	conn, err := net.Dial("tcp", (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: r.tcp}).String())
	if err != nil {
		r.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	r.t.Cleanup(func() { conn.Close() })
	c := &raw{t: r.t, conn: conn, r: pva.NewReader(bufio.NewReader(conn), 64<<20)}
	c.next(pva.Validation)
	c.send(pva.Validation, func(e *pva.Encoder) { e.U32(0); e.U16(0); e.U16(0); e.Text("anonymous"); e.Type(nil) })
	c.next(pva.Validated)
	return c
}

func (c *raw) send(command pva.Command, body func(*pva.Encoder)) {
	e := pva.NewEncoder(false, false)
	e.Begin(command)
	body(e)
	_, _ = c.conn.Write(e.End())
}

// next reads until a message of that kind.
func (c *raw) next(command pva.Command) *pva.Decoder {
	c.t.Helper()
	for {
		m, err := c.r.Next()
		if err != nil {
			c.t.Fatalf("waiting for %#x: %v", command, err)
		}
		if !m.Control && m.Command == command {
			return m.Decoder()
		}
	}
}

// closed reads until the gateway hangs up.
func (c *raw) closed() bool {
	for {
		if _, err := c.r.Next(); err != nil {
			return !errors.Is(err, os.ErrDeadlineExceeded)
		}
	}
}

// channel makes a channel and returns its sid.
func (c *raw) channel(cid uint32, name string) uint32 {
	c.t.Helper()
	c.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(1); e.U32(cid); e.Text(name) })
	d := c.next(pva.CreateChannel)
	if got := d.U32(); got != cid {
		c.t.Fatalf("channel %d is answered as %d", cid, got)
	}
	sid := d.U32()
	if s := d.Status(); !s.Good() {
		c.t.Fatal(s.Text)
	}
	return sid
}

// about appends what every request begins with.
func about(e *pva.Encoder, sid, id uint32, sub byte) {
	e.U32(sid)
	e.U32(id)
	e.U8(sub)
}

var wholeRequest = pva.NewStructure("", pva.Field{Name: "field", Type: pva.NewStructure("")})

// init makes a request and returns its type.
func (c *raw) init(command pva.Command, sid, id uint32) *pva.Type {
	c.t.Helper()
	return c.initAsking(command, sid, id, nil)
}

// initAsking makes a request with record options.
func (c *raw) initAsking(command pva.Command, sid, id uint32, set map[string]string) *pva.Type {
	c.t.Helper()
	var fields []pva.Field
	var values []pva.Value
	for name, value := range set {
		fields, values = append(fields, pva.Field{Name: name, Type: pva.Scalar(pva.String)}), append(values, pva.OfText(pva.Scalar(pva.String), value))
	}
	options := pva.NewStructure("", fields...)
	record := pva.NewStructure("", pva.Field{Name: "_options", Type: options})
	request := pva.NewStructure("", append(slices.Clone(wholeRequest.Fields), pva.Field{Name: "record", Type: record})...)
	c.send(command, func(e *pva.Encoder) {
		about(e, sid, id, pva.SubInit)
		e.Type(request)
		e.Value(pva.OfFields(request, pva.Value{Type: wholeRequest.Fields[0].Type}, pva.OfFields(record, pva.OfFields(options, values...))))
	})
	d := c.next(command)
	d.U32()
	d.U8()
	if s := d.Status(); !s.Good() {
		c.t.Fatal(s.Text)
	}
	return d.Type(&c.types)
}

// get reads a channel through a request that was made.
func (c *raw) get(sid, id uint32, t *pva.Type) pva.Value {
	c.t.Helper()
	c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, id, 0) })
	d := c.next(pva.Get)
	d.U32()
	d.U8()
	if s := d.Status(); !s.Good() {
		c.t.Fatal(s.Text)
	}
	return d.Partial(t, d.Bits(t.Nodes()), &c.types)
}

// put puts through a request that was made, and returns what is said to it.
func (c *raw) put(sid, id uint32, v pva.Value, mask pva.Bits) pva.Status {
	c.t.Helper()
	c.send(pva.Put, func(e *pva.Encoder) { about(e, sid, id, 0); e.Bits(mask); e.Partial(v, mask) })
	d := c.next(pva.Put)
	d.U32()
	d.U8()
	return d.Status()
}

// newRaw connects a raw client that is not let in yet.
func newRaw(r *road) (*raw, error) {
	conn, err := net.Dial("tcp", (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: r.tcp}).String())
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	return &raw{t: r.t, conn: conn, r: pva.NewReader(bufio.NewReader(conn), 64<<20)}, nil
}
