package pvaccess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// TestBigEndianServerInSegments: the other byte order, messages in segments, the
// type cache, and the run's identity at the server.
func TestBigEndianServerInSegments(t *testing.T) {
	for _, f := range []*fake{{big: true, segment: 5}, {big: true}, {segment: 3}} {
		startFake(t, f)
		r := open(t, writing(interlock.ChannelGrant{Match: "H:A", Max: number(10)}), nil, []int{f.port()})
		c := r.dial()
		sid := c.channel(0xFFFFFFF0, "H:A")
		typ := c.init(pva.Get, sid, 0x80000001)
		if v := c.get(sid, 0x80000001, typ); v.Field("value").Float() != 1 || !typ.Equal(fakeType) {
			t.Errorf("read %v of %+v", v, typ)
		}
		c.init(pva.Put, sid, 0xFFFFFFFF)
		v := pva.Value{Type: typ}.With("value", pva.OfFloat(typ.Fields[0].Type, 10))
		var mask pva.Bits
		mask.Set(1)
		if s := c.put(sid, 0xFFFFFFFF, v, mask); !s.Good() {
			t.Errorf("put: %s", s.Text)
		}
		r.stop()
		f.mu.Lock()
		if len(f.puts) != 1 || f.puts[0].Field("value").Float() != 10 {
			t.Errorf("the server has %v", f.puts)
		}
		if got := fmt.Sprint(f.who); got != "[alice@interlock-run-1]" {
			t.Errorf("who came: %s", got)
		}
		f.mu.Unlock()
	}
}

// TestPutsThatNoGrantAllows: by bytes that no library would send.
func TestPutsThatNoGrantAllows(t *testing.T) {
	f := startFake(t, &fake{})
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	typ := c.init(pva.Put, sid, 1)
	var value, text, all pva.Bits
	value.Set(1)
	text.Set(2)
	all.Set(0)
	v := pva.Value{Type: typ}
	five := v.With("value", pva.OfFloat(typ.Fields[0].Type, 5))
	for _, p := range []struct {
		v    pva.Value
		mask pva.Bits
		want string
	}{
		{v.With("value", pva.OfFloat(typ.Fields[0].Type, 1<<53+2)), value, "beyond 2^53"},
		{v.With("value", pva.OfFloat(typ.Fields[0].Type, -1<<53-2)), value, "beyond 2^53"},
		{v.With("descriptor", pva.OfText(typ.Fields[1].Type, "x")), text, "put to H:A.descriptor is refused"},
		{five.With("descriptor", pva.OfText(typ.Fields[1].Type, "x")), all, "put to H:A.descriptor is refused"},
		{v, nil, "it changes no field"},
	} {
		if s := c.put(sid, 1, p.v, p.mask); s.Good() || !strings.Contains(s.Text, p.want) {
			t.Errorf("want %s: %+v", p.want, s)
		}
	}
	if s := c.put(sid, 1, five, all); !s.Good() { // the other field is as it was, so it is not put
		t.Error(s.Text)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.puts) != 1 || f.puts[0].Field("value").Float() != 5 {
		t.Errorf("the server has %v", f.puts)
	}
}

// TestNoMessageOfAPutInReadOnly: not even one that only prepares it.
func TestNoMessageOfAPutInReadOnly(t *testing.T) {
	rehearsal := writing(interlock.ChannelGrant{Match: "H:A"})
	rehearsal.Rehearse = true
	for _, grant := range []interlock.Grant{{Reads: reads}, rehearsal} {
		f := startFake(t, &fake{})
		r := open(t, grant, nil, []int{f.port()})
		c := r.dial()
		sid := c.channel(1, "H:A")
		typ := c.init(pva.Put, sid, 1)
		c.send(pva.Put, func(e *pva.Encoder) { about(e, sid, 1, pva.SubGet) })
		d := c.next(pva.Put)
		d.U32()
		if sub := d.U8(); sub != pva.SubGet || !d.Status().Good() {
			t.Error("what would be put cannot be read")
		}
		var mask pva.Bits
		mask.Set(1)
		v := pva.Value{Type: typ}.With("value", pva.OfFloat(typ.Fields[0].Type, 5))
		if s := c.put(sid, 1, v, mask); s.Good() != grant.Rehearse {
			t.Errorf("rehearsal %v: %+v", grant.Rehearse, s)
		}
		r.stop()
		f.mu.Lock()
		for _, command := range f.got {
			if command == pva.Put {
				t.Errorf("rehearsal %v: a message of a put arrived", grant.Rehearse)
			}
		}
		f.mu.Unlock()
	}
}

// TestHostileClient: a client that does not keep to the protocol loses its circuit;
// no put of it arrives, and the next client is served.
func TestHostileClient(t *testing.T) {
	f := startFake(t, &fake{})
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), nil, []int{f.port()})
	putting := func(e *pva.Encoder, sid, id uint32) { about(e, sid, id, 0); e.U8(1); e.U8(2); e.U64(3) }
	for name, attack := range map[string]func(c *raw, sid uint32){
		"a put before its type is told": func(c *raw, sid uint32) {
			e := pva.NewEncoder(false, false) // in one write: else the type may be told in between
			e.Begin(pva.Put)
			about(e, sid, 9, pva.SubInit)
			e.Type(wholeRequest)
			e.End()
			e.Begin(pva.Put)
			putting(e, sid, 9)
			c.conn.Write(e.End())
		},
		"a put by the id of a get": func(c *raw, sid uint32) {
			c.init(pva.Get, sid, 9)
			c.send(pva.Put, func(e *pva.Encoder) { putting(e, sid, 9) })
		},
		"a guessed sid": func(c *raw, sid uint32) { c.send(pva.Get, func(e *pva.Encoder) { about(e, sid+1, 9, 8); e.Type(nil) }) },
		"sid 0": func(c *raw, sid uint32) {
			c.send(pva.GetField, func(e *pva.Encoder) { e.U32(0); e.U32(1); e.Text("") })
		},
		"an id twice": func(c *raw, sid uint32) {
			c.init(pva.Get, sid, 9)
			c.send(pva.Put, func(e *pva.Encoder) { about(e, sid, 9, 8); e.Type(wholeRequest) })
		},
		"a cid twice": func(c *raw, sid uint32) {
			c.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(1); e.U32(1); e.Text("H:A") })
		},
		"cids pipelined twice": func(c *raw, sid uint32) {
			c.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(2); e.U32(7); e.Text("H:B"); e.U32(7); e.Text("H:C") })
		},
		"a channel without a name": func(c *raw, sid uint32) {
			c.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(1); e.U32(3); e.Text("") })
		},
		"a name that is too long": func(c *raw, sid uint32) {
			c.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(1); e.U32(3); e.Text(strings.Repeat("n", 501)) })
		},
		"a channel before its server": func(c *raw, sid uint32) {
			c.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(1); e.U32(3); e.Text("T:A") })
			c.send(pva.Get, func(e *pva.Encoder) { about(e, sid+1, 9, 8); e.Type(nil) })
		},
		"a type that was never sent": func(c *raw, sid uint32) {
			c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, 9, 8); e.U8(0xFE); e.U16(3) })
		},
		"bits beyond the structure": func(c *raw, sid uint32) {
			c.init(pva.Put, sid, 9)
			c.send(pva.Put, func(e *pva.Encoder) { about(e, sid, 9, 0); e.U8(1); e.U8(0x80) })
		},
		"a short value": func(c *raw, sid uint32) {
			c.init(pva.Put, sid, 9)
			c.send(pva.Put, func(e *pva.Encoder) { about(e, sid, 9, 0); e.U8(1); e.U8(2); e.U32(3) })
		},
		"a short message": func(c *raw, sid uint32) { c.send(pva.Put, func(e *pva.Encoder) { e.U32(sid) }) },
		"introduced twice": func(c *raw, sid uint32) {
			c.send(pva.Validation, func(e *pva.Encoder) { e.U64(0); e.Text(""); e.Type(nil) })
		},
		"from a server":           func(c *raw, sid uint32) { c.conn.Write([]byte{0xCA, 2, 0x40, 2, 0, 0, 0, 0}) },
		"no PV Access":            func(c *raw, sid uint32) { c.conn.Write([]byte("GET / HTTP/1.1\r\n\r\n")) },
		"a huge message":          func(c *raw, sid uint32) { c.conn.Write([]byte{0xCA, 2, 0, 2, 0, 0, 0, 0x7F}) },
		"the middle of a message": func(c *raw, sid uint32) { c.conn.Write([]byte{0xCA, 2, 0x30, 2, 0, 0, 0, 0}) },
		"another message in a message": func(c *raw, sid uint32) {
			c.conn.Write([]byte{0xCA, 2, 0x10, 2, 1, 0, 0, 0, 0, 0xCA, 2, 0x20, 3, 0, 0, 0, 0})
		},
	} {
		c := r.dial()
		sid := c.channel(1, "H:A")
		attack(c, sid)
		if !c.closed() {
			t.Errorf("%s: the circuit is kept", name)
		}
	}
	early, err := newRaw(r)
	if err != nil {
		t.Fatal(err)
	}
	early.send(pva.CreateChannel, func(e *pva.Encoder) { e.U16(1); e.U32(1); e.Text("H:A") })
	if !early.closed() {
		t.Error("a channel before the client was let in: the circuit is kept")
	}
	c := r.dial()
	sid := c.channel(1, "H:A")
	c.get(sid, 4, c.init(pva.Get, sid, 4))
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.puts) > 0 {
		t.Errorf("puts arrived: %v", f.puts)
	}
}

// TestCallsByHand: what is neither a read nor a plain put is answered with words, and
// the circuit goes on.
func TestCallsByHand(t *testing.T) {
	f := startFake(t, &fake{})
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	for _, command := range []pva.Command{pva.RPC, pva.PutGet, pva.Process, pva.Array} {
		for _, sub := range []byte{pva.SubInit, 0} {
			c.send(command, func(e *pva.Encoder) { about(e, sid, 5, sub); e.Type(nil) })
			d := c.next(command)
			d.U32()
			d.U8()
			if s := d.Status(); s.Good() || !strings.Contains(s.Text, "neither a read nor a plain put") {
				t.Errorf("%#x, %#x: %+v", command, sub, s)
			}
		}
	}
	c.send(pva.MultipleData, func(e *pva.Encoder) { e.U32(5) })
	if d := c.next(pva.MessageText); d.U32() != 5 {
		t.Error("MULTIPLE_DATA is not refused in words")
	}
	c.get(sid, 4, c.init(pva.Get, sid, 4))
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, got := range f.got {
		if got == pva.RPC || got == pva.PutGet || got == pva.Process || got == pva.Array || got == pva.MultipleData {
			t.Errorf("command %#x arrived", got)
		}
	}
}

// TestHostileServer: a server that does not keep to the protocol loses its circuit:
// its channels are destroyed at the client, and others go on.
func TestHostileServer(t *testing.T) {
	good := startFake(t, &fake{})
	say := func(command pva.Command, body func(*pva.Encoder)) func(*fakeConn) {
		return func(w *fakeConn) { w.send(command, body) }
	}
	var once func(w *fakeConn)
	bad := startFake(t, &fake{bad: func(w *fakeConn, m *pva.Message) bool {
		if m.Command == pva.Search {
			return true // the good one answers for it
		}
		if m.Command == pva.Get {
			once(w)
			return true
		}
		return false
	}})
	names := startFake(t, &fake{})
	names.bad = func(w *fakeConn, m *pva.Message) bool {
		if m.Command != pva.Search {
			return false
		}
		s := m.Decoder().SearchRequest()
		for _, c := range s.Channels {
			port := good.port()
			if strings.HasPrefix(c.Name, "H:BAD") {
				port = bad.port()
			}
			e := pva.NewEncoder(true, false)
			e.SearchResponse(pva.SearchResponse{Sequence: s.Sequence, Port: uint16(port), Protocol: "tcp", Found: true, IDs: []uint32{c.ID}})
			w.conn.Write(e.B)
		}
		return true
	}
	r := open(t, writing(interlock.ChannelGrant{Match: "H:*"}), nil, []int{names.port()})
	ok := r.dial()
	okSID := ok.channel(1, "H:GOOD")
	okType := ok.init(pva.Get, okSID, 1)
	for name, attack := range map[string]func(*fakeConn){
		"an echo that nobody asked for": say(pva.Echo, func(*pva.Encoder) {}),
		"a channel nobody asked for":    say(pva.CreateChannel, func(e *pva.Encoder) { e.U32(1 << 30); e.U32(1); e.Status(pva.Status{}) }),
		"a result nobody asked for":     say(pva.Get, func(e *pva.Encoder) { e.U32(1 << 30); e.U8(0); e.Status(pva.Status{}) }),
		"a type that is none":           say(pva.Get, func(e *pva.Encoder) { e.U32(2); e.U8(8); e.Status(pva.Status{}); e.U8(0xDF) }),
		"a type that was never sent":    say(pva.Get, func(e *pva.Encoder) { e.U32(2); e.U8(8); e.Status(pva.Status{}); e.U8(0xFE); e.U16(1) }),
		"no structure":                  say(pva.Get, func(e *pva.Encoder) { e.U32(2); e.U8(8); e.Status(pva.Status{}); e.U8(0x43) }),
		"a result before its type":      say(pva.Get, func(e *pva.Encoder) { e.U32(2); e.U8(0); e.Status(pva.Status{}); e.U8(0) }),
		"the result of another command": say(pva.Put, func(e *pva.Encoder) { e.U32(2); e.U8(0); e.Status(pva.Status{}) }),
		"a status that is none":         say(pva.Get, func(e *pva.Encoder) { e.U32(2); e.U8(8); e.U8(17); e.Text(""); e.Text("") }),
		"a message that a client sends": func(w *fakeConn) { w.conn.Write([]byte{0xCA, 2, 0, 2, 0, 0, 0, 0}) },
		"no PV Access":                  func(w *fakeConn) { w.conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")) },
		"the middle of a message":       func(w *fakeConn) { w.conn.Write([]byte{0xCA, 2, 0x70, 2, 0, 0, 0, 0}) },
		"a message larger than any":     func(w *fakeConn) { w.conn.Write([]byte{0xCA, 2, 0x40, 2, 0, 0, 0, 0x7F}) },
	} {
		once = attack
		c := r.dial()
		sid := c.channel(1, "H:BAD"+strings.ReplaceAll(name, " ", ""))
		c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, 1, pva.SubInit); e.Type(nil) })
		if d := c.next(pva.DestroyChannel); d.U32() != sid || d.U32() != 1 {
			t.Errorf("%s: another channel is destroyed", name)
		}
		c.conn.Close()
		if v := ok.get(okSID, 1, okType); v.Field("value").Float() != 1 {
			t.Errorf("%s: the other server's channel reads %v", name, v)
		}
	}
}

// TestClientThatDoesNotRead: it gets fewer updates, the last of them among them, and
// holds nobody else.
func TestClientThatDoesNotRead(t *testing.T) {
	big := pva.NewStructure("", pva.Field{Name: "value", Type: pva.ListOf(pva.Float64)})
	const updates = 3000
	f := &fake{value: func() pva.Value {
		return pva.OfFields(big, pva.OfFloats(big.Fields[0].Type, make([]float64, 20_000)))
	}}
	sent := make(chan struct{})
	f.bad = func(w *fakeConn, m *pva.Message) bool {
		d := m.Decoder()
		d.U32()
		id, sub := d.U32(), d.U8()
		if m.Command != pva.Monitor || sub != pva.SubStart {
			return false
		}
		numbers := make([]float64, 20_000)
		for n := range updates {
			numbers[0] = float64(n)
			w.send(pva.Monitor, func(e *pva.Encoder) {
				e.U32(id)
				e.U8(0)
				e.U8(1)
				e.U8(1)
				e.Value(pva.OfFields(big, pva.OfFloats(big.Fields[0].Type, numbers)))
				e.U8(0)
			})
		}
		close(sent)
		return true
	}
	startFake(t, f)
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{f.port()})
	slow := r.dial()
	sid := slow.channel(1, "H:A")
	typ := slow.init(pva.Monitor, sid, 1)
	slow.send(pva.Monitor, func(e *pva.Encoder) { about(e, sid, 1, pva.SubStart) })
	<-sent // the server is read although the client does not read
	other := r.dial()
	osid := other.channel(1, "H:B")
	other.get(osid, 1, other.init(pva.Get, osid, 1))
	count, last := 0, -1.0
	for ; last != updates-1; count++ {
		d := slow.next(pva.Monitor)
		d.U32()
		d.U8()
		last = d.Partial(typ, d.Bits(typ.Nodes()), nil).Field("value").Floats()[0]
	}
	if count > updates/2 {
		t.Errorf("%d of %d updates were kept for a client that does not read", count, updates)
	}
	t.Logf("%d of %d updates", count, updates)
}
