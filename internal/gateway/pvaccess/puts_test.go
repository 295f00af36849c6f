package pvaccess_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// TestPutsOfTooMuch: what would take many times its bytes to be checked and recorded is
// refused, whoever has so much: the client, or the server by now.
func TestPutsOfTooMuch(t *testing.T) {
	typ := pva.NewStructure("", pva.Field{Name: "value", Type: pva.ListOf(pva.Int8)})
	var have atomic.Int64
	have.Store(1)
	f := startFake(t, &fake{value: func() pva.Value {
		return pva.OfFields(typ, pva.OfFloats(typ.Fields[0].Type, make([]float64, have.Load())))
	}})
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	c.init(pva.Put, sid, 1)
	var mask pva.Bits
	mask.Set(1)
	put := func(n int) pva.Status {
		return c.put(sid, 1, pva.OfFields(typ, pva.OfFloats(typ.Fields[0].Type, make([]float64, n))), mask)
	}
	if s := put(1 << 20); !s.Good() {
		t.Error(s.Text)
	}
	if s := put(1<<20 + 1); !strings.Contains(s.Text, "1048576 are the most") {
		t.Errorf("%+v", s)
	}
	have.Store(1<<20 + 1)
	if s := put(1); !strings.Contains(s.Text, "1048576 are the most") {
		t.Errorf("%+v", s)
	}
	if e := r.stop(); len(e.Puts) != 1 || len(e.Refused) != 2 {
		t.Errorf("%d puts, refused: %+v", len(e.Puts), e.Refused)
	}
}

// TestATypeThatChanges: a server whose structure for puts is not the one that was read
// gets the value in the field that was decided on, wherever that is now, or nothing.
func TestATypeThatChanges(t *testing.T) {
	integer, text := pva.Scalar(pva.Int64), pva.Scalar(pva.String)
	for name, c := range map[string]struct {
		put  *pva.Type
		want bool
	}{
		"other fields in front": {pva.NewStructure("", pva.Field{Name: "a", Type: integer}, pva.Field{Name: "b", Type: text}, pva.Field{Name: "value", Type: integer}), true},
		"another kind":          {pva.NewStructure("", pva.Field{Name: "value", Type: pva.Scalar(pva.Float64)}), false},
		"a list":                {pva.NewStructure("", pva.Field{Name: "value", Type: pva.ListOf(pva.Int64)}), false},
		"no such field":         {pva.NewStructure("", pva.Field{Name: "other", Type: integer}), false},
	} {
		var mu sync.Mutex
		var masks []pva.Bits
		var values []pva.Value
		f := startFake(t, &fake{bad: func(w *fakeConn, m *pva.Message) bool {
			d := m.Decoder()
			d.U32()
			id, sub := d.U32(), d.U8()
			switch {
			case m.Command != pva.Put:
				return false
			case sub == pva.SubInit:
				w.send(m.Command, func(e *pva.Encoder) { e.U32(id); e.U8(sub); e.Status(pva.Status{}); e.Type(c.put) })
			default:
				mu.Lock()
				masks = append(masks, d.Bits(c.put.Nodes()))
				values = append(values, d.Partial(c.put, masks[0], nil))
				mu.Unlock()
				w.send(m.Command, func(e *pva.Encoder) { e.U32(id); e.U8(sub); e.Status(pva.Status{}) })
			}
			return true
		}})
		r := open(t, writing(interlock.ChannelGrant{Match: "H:A", Max: number(5)}), nil, []int{f.port()})
		client := r.dial()
		sid := client.channel(1, "H:A")
		typ := client.init(pva.Put, sid, 1)
		var mask pva.Bits
		mask.Set(1)
		s := client.put(sid, 1, pva.Value{Type: typ}.With("value", pva.OfFloat(integer, 5)), mask)
		r.stop()
		mu.Lock()
		if s.Good() != c.want || (len(masks) == 1) != c.want {
			t.Errorf("%s: %+v, %v", name, s, values)
		}
		if c.want && (values[0].Field("value").Float() != 5 || len(c.put.Named(masks[0])) != 1) {
			t.Errorf("%s: the server has %v", name, values[0])
		}
		mu.Unlock()
	}
}

// TestDriveLimitsThatAreNotSaid: an entry that holds to the record's own limits lets
// nothing through where the server does not tell them.
func TestDriveLimitsThatAreNotSaid(t *testing.T) {
	f := startFake(t, &fake{})
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A", DriveLimits: true}), nil, []int{f.port()})
	c := r.dial()
	sid := c.channel(1, "H:A")
	typ := c.init(pva.Put, sid, 1)
	var mask pva.Bits
	mask.Set(1)
	if s := c.put(sid, 1, pva.Value{Type: typ}.With("value", pva.OfFloat(typ.Fields[0].Type, 5)), mask); !strings.Contains(s.Text, "does not say what they are") {
		t.Errorf("%+v", s)
	}
	if e := r.stop(); len(e.Puts) > 0 || len(e.Refused) != 1 || e.Refused[0].Violation != interlock.DriveLimitExceeded {
		t.Errorf("the report: %+v", e)
	}
}

// TestNamesThatDoNotReachAServer: of several channels that are made in one message only
// those with plain names are asked for.
func TestNamesThatDoNotReachAServer(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	f := startFake(t, &fake{bad: func(_ *fakeConn, m *pva.Message) bool {
		d := m.Decoder()
		mu.Lock()
		defer mu.Unlock()
		switch m.Command {
		case pva.CreateChannel:
			d.U16()
			d.U32()
			asked = append(asked, d.Text())
		case pva.Search:
			for _, c := range d.SearchRequest().Channels {
				asked = append(asked, c.Name)
			}
		}
		return false
	}})
	everything := interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}
	r := open(t, interlock.Grant{Reads: everything}, nil, []int{f.port()})
	c := r.dial()
	odd := []string{`H:A.{"dbnd":{"abs":1}}`, "H:A.VAL$", "H:A$", "H:A.DESC[0:3]", "H:A\x00.DRVH", "H:\x00", "H:A\nH:B", "H:*", "H:A ", "H:\u202eA", "H:'A'", "pva://H://A"}
	c.send(pva.CreateChannel, func(e *pva.Encoder) {
		e.U16(uint16(len(odd) + 1))
		for i, name := range odd {
			e.U32(uint32(i))
			e.Text(name)
		}
		e.U32(99)
		e.Text("H:PLAIN")
	})
	for range odd {
		d := c.next(pva.CreateChannel)
		cid, sid := d.U32(), d.U32()
		c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, cid, pva.SubInit); e.Type(nil) })
	}
	d := c.next(pva.CreateChannel)
	if cid, sid := d.U32(), d.U32(); cid == 99 {
		c.init(pva.Get, sid, 99)
	}
	e := r.stop()
	mu.Lock()
	defer mu.Unlock()
	if slices.ContainsFunc(asked, func(name string) bool { return name != "H:PLAIN" }) || len(asked) == 0 {
		t.Errorf("the server is asked for %q", asked)
	}
	if len(e.Refused) != len(odd) {
		t.Errorf("%d of %d are refused: %+v", len(e.Refused), len(odd), e.Refused)
	}
}
