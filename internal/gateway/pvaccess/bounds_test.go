package pvaccess_test

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// goroutines returns the goroutines of the package that go on.
func goroutines() (list []string) {
	var b bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&b, 2)
	for _, one := range strings.Split(b.String(), "\n\n") {
		if strings.Contains(one, "gateway/pvaccess.(") {
			list = append(list, one)
		}
	}
	return list
}

// TestStopEndsEverything: also with requests under way, a put that its server never
// answers, and channels that nobody has.
func TestStopEndsEverything(t *testing.T) {
	arrived := make(chan struct{})
	f := startFake(t, &fake{bad: func(w *fakeConn, m *pva.Message) bool {
		d := m.Decoder()
		d.U32()
		d.U32()
		if m.Command == pva.Put && d.U8() == 0 {
			close(arrived)
			return true
		}
		return false
	}})
	before := len(goroutines())
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), []int{gatewaytest.FreePort(t)}, []int{f.port(), gatewaytest.FreePort(t)})
	for range 3 {
		c := r.dial()
		sid := c.channel(1, "H:A")
		typ := c.init(pva.Monitor, sid, 1)
		c.send(pva.Monitor, func(e *pva.Encoder) { about(e, sid, 1, pva.SubStart) })
		c.next(pva.Monitor)
		c.get(sid, 2, c.init(pva.Get, sid, 2))
		c.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(1); e.U32(2); e.Text("T:NOBODY") })
		_ = typ
	}
	c := r.dial()
	sid := c.channel(1, "H:A")
	typ := c.init(pva.Put, sid, 1)
	var mask pva.Bits
	mask.Set(1)
	c.send(pva.Put, func(e *pva.Encoder) {
		about(e, sid, 1, 0)
		e.Bits(mask)
		e.Partial(pva.Value{Type: typ}.With("value", pva.OfFloat(typ.Fields[0].Type, 4)), mask)
	})
	<-arrived
	c.conn.Close() // the put goes on without its client
	f.l.Close()
	e := r.stop()
	left := goroutines()
	for range 100 { // one that has said it is done may not have left yet
		if len(left) <= before {
			break
		}
		time.Sleep(10 * time.Millisecond)
		left = goroutines()
	}
	if len(left) > before {
		t.Errorf("%d goroutines go on:\n%s", len(left), strings.Join(left, "\n\n"))
	}
	if len(e.Puts) != 1 {
		t.Errorf("the puts: %+v", e.Puts)
	}
	t.Logf("%+v", e.Puts)
}

// TestStopWithAClientThatDoesNotRead: its answers wait, its reading waits for them,
// and the end of the run does not.
func TestStopWithAClientThatDoesNotRead(t *testing.T) {
	big := pva.NewStructure("", pva.Field{Name: "value", Type: pva.ListOf(pva.Float64)})
	f := startFake(t, &fake{value: func() pva.Value {
		return pva.OfFields(big, pva.OfFloats(big.Fields[0].Type, make([]float64, 20_000)))
	}})
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	const requests = 200
	for id := range uint32(requests) {
		c.init(pva.Get, sid, id)
	}
	for id := range uint32(requests) {
		c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, id, 0) })
	}
	other := r.dial()
	osid := other.channel(1, "H:B")
	other.get(osid, 1, other.init(pva.Get, osid, 1))
	for range 1000 { // until nothing more of it is read
		c.conn.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := c.conn.Write(make([]byte, 0)); err != nil {
			break
		}
		e := pva.NewEncoder(false, false)
		e.Begin(pva.Echo)
		e.Raw(make([]byte, 64<<10))
		if _, err := c.conn.Write(e.End()); err != nil {
			break
		}
	}
	r.stop()
}

// TestPutsThatWaitAreBounded: a client that sends puts faster than its server takes
// them is told so, before they are many.
func TestPutsThatWaitAreBounded(t *testing.T) {
	big := pva.NewStructure("", pva.Field{Name: "value", Type: pva.ListOf(pva.Float64)})
	release := make(chan struct{})
	f := &fake{value: func() pva.Value {
		return pva.OfFields(big, pva.OfFloats(big.Fields[0].Type, make([]float64, 8)))
	}}
	f.bad = func(_ *fakeConn, m *pva.Message) bool {
		if m.Command == pva.Put {
			<-release // it does not read on
		}
		return false
	}
	startFake(t, f)
	defer close(release)
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	var mask pva.Bits
	mask.Set(1)
	value := pva.OfFields(big, pva.OfFloats(big.Fields[0].Type, make([]float64, 1_000_000)))
	const puts = 60 // of 8 MB each
	for id := range uint32(puts) {
		c.init(pva.Put, sid, id)
	}
	for id := range uint32(puts) {
		c.send(pva.Put, func(e *pva.Encoder) { about(e, sid, id, 0); e.Bits(mask); e.Partial(value, mask) })
	}
	for range puts { // on a slow machine the first may have given up waiting for the server before
		d := c.next(pva.Put)
		d.U32()
		d.U8()
		if s := d.Status(); strings.HasSuffix(s.Text, "too many puts wait for their turn") {
			return
		} else if s.Good() {
			t.Errorf("a put is answered as done: %+v", s)
		}
	}
	t.Error("all puts waited")
}

// TestSearchesAreBounded: a run that searches for names without end does not make
// the gateway remember them without end.
func TestSearchesAreBounded(t *testing.T) {
	f := startFake(t, &fake{bad: func(_ *fakeConn, m *pva.Message) bool { return m.Command == pva.Search }})
	r := open(t, interlock.Grant{Reads: interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}}, nil, []int{f.port()})
	c := r.dial()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range 200 {
		c.send(pva.Search, func(e *pva.Encoder) {
			e.U32(0)
			e.U32(0)
			e.U64(0)
			e.U64(0)
			e.U16(0)
			e.Size(0)
			e.U16(1000)
			for k := range 1000 {
				e.U32(uint32(k))
				e.Text(strings.Repeat("n", 100) + string(rune('A'+n%26)) + string(rune('A'+n/26)) + string(rune('a'+k%26)) + string(rune('a'+k/26)))
			}
		})
	}
	c.send(pva.Echo, func(e *pva.Encoder) { e.U32(1) })
	c.next(pva.Echo)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("200,000 names took %d bytes", grown)
	}
}
