package pvaccess_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// heap is what is in use after everything else was given back.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMessagesThatNeverEnd: clients that begin large messages, in segments and without
// end, hold a bounded amount of memory, and lose their circuits beyond it.
func TestMessagesThatNeverEnd(t *testing.T) {
	f := startFake(t, &fake{})
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	before := heap()
	var list []*raw
	part := append([]byte{0xCA, 2, 0x10, 2, 0, 0, 0x70, 0}, make([]byte, 7<<20)...) // 7 MiB of an echo
	ended := make(chan struct{}, 64)
	for range 40 {
		c := r.dial()
		list = append(list, c)
		go func() {
			if _, err := c.conn.Write(part); err != nil || c.closed() {
				ended <- struct{}{}
			}
		}()
	}
	<-ended
	if grown := heap() - before; grown > 200<<20 {
		t.Errorf("they hold %d MiB", grown>>20)
	}
	for _, c := range list {
		c.conn.Close()
	}
	c := r.dial() // and what they held is free again
	sid := c.channel(1, "H:A")
	c.get(sid, 1, c.init(pva.Get, sid, 1))
	c.send(pva.Echo, func(e *pva.Encoder) { e.Raw(make([]byte, 7<<20)) })
	c.next(pva.Echo)
}

// TestTypesThatAreRemembered: a client's types, with their names, take a bounded amount
// of memory.
func TestTypesThatAreRemembered(t *testing.T) {
	f := startFake(t, &fake{})
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	before := heap()
	go func() {
		for id := range uint32(60_000) {
			c.send(pva.RPC, func(e *pva.Encoder) {
				about(e, sid, id, pva.SubInit)
				e.U8(0xFD)
				e.U16(uint16(id))
				e.Type(pva.NewStructure(strings.Repeat("n", 4000)))
			})
		}
	}()
	if !c.closed() {
		t.Error("the circuit is kept")
	}
	if grown := heap() - before; grown > 16<<20 {
		t.Errorf("types take %d MiB", grown>>20)
	}
}

// TestRequestsThatNameTooMuch: a small pvRequest that stands for a large one, by types
// that were sent before, does not reach the server.
func TestRequestsThatNameTooMuch(t *testing.T) {
	var most atomic.Int64
	f := startFake(t, &fake{bad: func(_ *fakeConn, m *pva.Message) bool {
		if n := int64(len(m.Body)); n > most.Load() {
			most.Store(n)
		}
		return false
	}})
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	var wide []pva.Field
	for k := range 1000 {
		wide = append(wide, pva.Field{Name: fmt.Sprintf("%0900d", k), Type: pva.NewStructure("")})
	}
	c.send(pva.RPC, func(e *pva.Encoder) {
		about(e, sid, 1, pva.SubInit)
		e.U8(0xFD)
		e.U16(1)
		e.Type(pva.NewStructure("", wide...))
	})
	c.send(pva.Get, func(e *pva.Encoder) {
		about(e, sid, 2, pva.SubInit)
		e.U8(0x80)
		e.Text("")
		e.Size(1)
		e.Text("field")
		e.U8(0xFE)
		e.U16(1)
	})
	if !c.closed() {
		t.Error("the circuit is kept")
	}
	r.stop()
	if most.Load() > 10_000 {
		t.Errorf("the server was sent %d bytes", most.Load())
	}
}

// TestQuestionsForTypes: what a client calls a field does not reach the server, and it
// is told the type of the field all the same.
func TestQuestionsForTypes(t *testing.T) {
	f := startFake(t, &fake{bad: func(w *fakeConn, m *pva.Message) bool {
		if m.Command != pva.GetField {
			return false
		}
		d := m.Decoder()
		d.U32()
		id, name := d.U32(), d.Text()
		if name != "" {
			w.f.t.Errorf("the server is asked for %.20q", name)
		}
		w.send(pva.GetField, func(e *pva.Encoder) { e.U32(id); e.Status(pva.Status{}); e.Type(fakeType) })
		return true
	}})
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	for name, want := range map[string]*pva.Type{"": fakeType, "value": fakeType.Fields[0].Type, "x\x00y": nil, strings.Repeat("a.", 1000): nil} {
		c.send(pva.GetField, func(e *pva.Encoder) { e.U32(sid); e.U32(7); e.Text(name) })
		d := c.next(pva.GetField)
		d.U32()
		if s := d.Status(); s.Good() != (want != nil) || s.Good() && !d.Type(&c.types).Equal(want) {
			t.Errorf("%.20q: %+v", name, s)
		}
	}
}

// TestThingsOfARunAreBounded: over all of its circuits.
func TestThingsOfARunAreBounded(t *testing.T) {
	f := startFake(t, &fake{})
	r := open(t, interlock.Grant{Reads: interlock.ChannelReads{}}, nil, []int{f.port()})
	before := heap()
	ended := make(chan struct{}, 64)
	for range 20 { // of 8,192 channels at most each
		c := r.dial()
		go func() {
			for n := range 8 {
				c.send(pva.CreateChannel, func(e *pva.Encoder) {
					e.U16(1000)
					for k := range 1000 {
						e.U32(uint32(1000*n + k))
						e.Text("H:A")
					}
				})
			}
			if c.closed() {
				ended <- struct{}{}
			}
		}()
	}
	<-ended
	if grown := heap() - before; grown > 150<<20 {
		t.Errorf("they take %d MiB", grown>>20)
	}
}

// TestTheDeepTypesOfAServer: types that are deep only by what they refer to end the
// circuit, as those that are deep by themselves do.
func TestTheDeepTypesOfAServer(t *testing.T) {
	f := startFake(t, &fake{bad: func(w *fakeConn, m *pva.Message) bool {
		d := m.Decoder()
		d.U32()
		id := d.U32()
		if m.Command != pva.Get {
			return false
		}
		w.send(pva.Get, func(e *pva.Encoder) {
			e.U32(id)
			e.U8(pva.SubInit)
			e.Status(pva.Status{})
			e.U8(0x80)
			e.Text("")
			e.Size(20)
			for k := range uint16(20) {
				e.Text(fmt.Sprint(k))
				e.U8(0xFD)
				e.U16(k)
				for range 10 {
					e.U8(0x80)
					e.Text("")
					e.Size(1)
					e.Text("n")
				}
				if k == 0 {
					e.U8(0x43)
				} else {
					e.U8(0xFE)
					e.U16(k - 1)
				}
			}
		})
		return true
	}})
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, 1, pva.SubInit); e.Type(nil) })
	if d := c.next(pva.DestroyChannel); d.U32() != sid {
		t.Error("another channel is destroyed")
	}
}

// TestAFloodOfQuestions: who asks for more names than may wait holds nobody up while
// room for each of them is looked for.
func TestAFloodOfQuestions(t *testing.T) {
	f := startFake(t, &fake{bad: func(_ *fakeConn, m *pva.Message) bool { return m.Command == pva.Search }})
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	var s pva.SearchRequest
	for k := range 20_000 {
		s.Channels = append(s.Channels, pva.Sought{ID: uint32(k), Name: fmt.Sprintf("H:%05d", k)})
	}
	e := pva.NewEncoder(false, false)
	e.SearchRequest(s)
	for range 2 {
		c := r.dial()
		if _, err := c.conn.Write(e.B); err != nil {
			t.Fatal(err)
		}
		c.send(pva.Echo, func(*pva.Encoder) {})
		c.next(pva.Echo)
	}
}
