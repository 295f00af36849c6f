package pva

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The example of the specification's chapter on encoding: a structure with every
// form of array, a union and anything, big-endian.
const (
	exampleType  = "FD0001 80 10 6578616d706c655374727563 74757265 07 05 76616c7565 28 10 626f756e64656453697a654172726179 30 10 0e 666978656453697a654172726179 38 04 09 74696d655374616d70 FD0002 80 06 74696d655f74 03 10 7365636f6e64735061737445706f6368 23 0b 6e616e6f7365636f6e6473 22 07 75736572546167 22 05 616c61726d FD0003 80 07 616c61726d5f74 03 08 7365766572697479 22 06 737461747573 22 07 6d657373616765 60 0a 76616c7565556e696f6e FD0004 81 00 03 0b 737472696e6756616c7565 60 08 696e7456616c7565 22 0b 646f75626c6556616c7565 43 0c 76617269616e74556e696f6e FD0005 82"
	exampleValue = "03010203 05 0405060708 090A0B0C 1122334455667788 AABBCCDD EEEEEEEE 11111111 22222222 0B 416C6C6F2C20416C6C6F21 01 33333333 60 1C 537472696E6720696E736964652076617269616E7420756E696F6E2E"
)

func example(t *testing.T) (Value, *Types) {
	t.Helper()
	cache := &Types{}
	d := NewDecoder(unhex(t, exampleType), true)
	typ := d.Type(cache)
	if d.Err() != nil || d.Left() != 0 || typ.ID != "exampleStructure" || len(typ.Fields) != 7 || typ.Nodes() != 14 {
		t.Fatalf("the example's type: %+v, %v, %d left", typ, d.Err(), d.Left())
	}
	d = NewDecoder(unhex(t, exampleValue), true)
	v := d.Value(typ, cache)
	if d.Err() != nil || d.Left() != 0 {
		t.Fatalf("the example's value: %v, %d left", d.Err(), d.Left())
	}
	return v, cache
}

func TestTheSpecificationsExample(t *testing.T) {
	v, _ := example(t)
	if got := v.At("timeStamp.secondsPastEpoch").Integer(); got != 0x1122334455667788 {
		t.Errorf("seconds are %x", got)
	}
	if got := v.At("alarm.message").Text(); got != "Allo, Allo!" {
		t.Errorf("the message is %q", got)
	}
	if got := v.Field("fixedSizeArray").Floats(); len(got) != 4 || got[3] != 12 {
		t.Errorf("the fixed array is %v", got)
	}
	for _, big := range []bool{true, false} {
		e := NewEncoder(false, big)
		e.Value(v)
		if big && !bytes.Equal(e.B, unhex(t, exampleValue)) {
			t.Errorf("encoded as %x", e.B)
		}
		d := NewDecoder(e.B, big)
		if w := d.Value(v.Type, nil); d.Err() != nil || !w.Same(v) {
			t.Errorf("big %v: decoded again as %v, %v", big, w, d.Err())
		}
	}
}

func TestATypeCanBeSentByItsNumberOnceItIsKnown(t *testing.T) {
	v, cache := example(t)
	d := NewDecoder([]byte{0xFE, 0, 1}, true)
	if again := d.Type(cache); again != v.Type {
		t.Errorf("0xFE 1 is %v, %v", again, d.Err())
	}
	d = NewDecoder([]byte{0xFE, 0, 9}, true)
	if d.Type(cache); !errors.Is(d.Err(), ErrType) {
		t.Errorf("a type that was never sent: %v", d.Err())
	}
}

func TestBitsAsTheSpecificationHasThem(t *testing.T) {
	for _, c := range []struct {
		bits []int
		want string
	}{
		{nil, "00"}, {[]int{0}, "0101"}, {[]int{7}, "0180"}, {[]int{8}, "020001"}, {[]int{55}, "0700000000000080"},
		{[]int{56}, "080000000000000001"}, {[]int{64}, "09000000000000000001"}, {[]int{0, 1, 2, 4, 8}, "021701"},
	} {
		var b Bits
		for _, i := range c.bits {
			b.Set(i)
		}
		e := NewEncoder(false, false)
		e.Bits(b)
		if hex.EncodeToString(e.B) != c.want {
			t.Errorf("%v is %x, want %s", c.bits, e.B, c.want)
		}
		d := NewDecoder(e.B, false)
		got := d.Bits(128)
		for i := range 128 {
			if got.Has(i) != b.Has(i) {
				t.Errorf("%v: bit %d is %v", c.bits, i, got.Has(i))
			}
		}
	}
	d := NewDecoder([]byte{1, 0x80}, false)
	if d.Bits(7); d.Err() == nil {
		t.Error("bit 7 of a structure with 7 nodes is read")
	}
}

func TestPartialValuesAndMerge(t *testing.T) {
	v, _ := example(t)
	_, bit := v.Type.At("alarm.status")
	var mask Bits
	mask.Set(bit)
	_, bit = v.Type.At("timeStamp")
	mask.Set(bit)
	mask.Set(bit + 1) // named twice, and comes once
	e := NewEncoder(false, false)
	e.Partial(v, mask)
	if len(e.B) != 4+16 {
		t.Fatalf("%d bytes", len(e.B))
	}
	d := NewDecoder(e.B, false)
	part := d.Partial(v.Type, mask, nil)
	if d.Err() != nil || d.Left() != 0 {
		t.Fatal(d.Err(), d.Left())
	}
	empty := Value{Type: v.Type}
	got := part.Merge(empty, mask)
	if got.At("alarm.status").Integer() != 0x22222222 || got.At("alarm.severity").Integer() != 0 || got.At("timeStamp.nanoseconds").Integer() == 0 {
		t.Errorf("merged as %v", got)
	}
	if named := v.Type.Named(mask); len(named) != 4 || named[0].Path != "timeStamp.secondsPastEpoch" {
		t.Errorf("the mask names %v", named)
	}
}

// message is one application message in segments of at most n bytes.
func segments(c Command, body []byte, n int) (out []byte) {
	for at := 0; at < len(body); at += n {
		end := min(at+n, len(body))
		flags := byte(flagSegment)
		switch {
		case at == 0 && end == len(body):
			flags = 0
		case at == 0:
			flags = flagFirst
		case end == len(body):
			flags = flagLast
		}
		out = append(out, magic, version, flags, byte(c), byte(end-at), 0, 0, 0)
		out = append(out, body[at:end]...)
		out = append(out, magic, version, flagControl, 0, 1, 2, 3, 4) // may stand between
	}
	return out
}

func TestSegmentsArePutTogether(t *testing.T) {
	body := bytes.Repeat([]byte("segment"), 30)
	r := NewReader(bytes.NewReader(segments(Get, body, 32)), 1000)
	m, err := r.Next()
	if err != nil || m.Command != Get || !bytes.Equal(m.Body, body) {
		t.Fatalf("%v, %q", err, m.Body)
	}
	if m, err = r.Next(); err != nil || !m.Control {
		t.Fatalf("the last control message: %+v, %v", m, err)
	}
	if _, err = NewReader(bytes.NewReader(segments(Get, body, 32)), 100).Next(); err == nil {
		t.Error("segments add up to more than is allowed")
	}
	whole := segments(Get, body, 32)
	whole[43] = byte(Put) // the second segment is of another message
	if _, err = NewReader(bytes.NewReader(append(whole[:40:40], whole[48:]...)), 1000).Next(); err != nil {
		t.Errorf("without its control message: %v", err)
	}
	middle := whole[48:]
	if _, err = NewReader(bytes.NewReader(middle), 1000).Next(); err == nil {
		t.Error("a message began in its middle")
	}
}

func TestHostileBytesAreRefused(t *testing.T) {
	deep := bytes.Repeat([]byte{0x80, 0, 1, 1, 'a'}, maxDepth+2)
	wide := []byte{0xFD, 1, 0, 0x80, 0, 2, 1, 'a', 0x22, 1, 'b', 0x22}
	for i := byte(2); i < 30; i++ { // each is twice the one before
		wide = append(wide, 0xFD, i, 0, 0x80, 0, 2, 1, 'a', 0xFE, i-1, 0, 1, 'b', 0xFE, i-1, 0)
	}
	cache := &Types{}
	for d := NewDecoder(wide, false); d.Left() > 0; {
		if d.Type(cache); d.Err() != nil {
			if !errors.Is(d.Err(), ErrTooMany) {
				t.Errorf("types that double: %v", d.Err())
			}
			break
		} else if d.Left() == 0 {
			t.Error("types that double are read")
		}
	}
	d := NewDecoder(deep, false)
	if d.Type(&Types{}); !errors.Is(d.Err(), ErrTooDeep) {
		t.Errorf("deep types: %v", d.Err())
	}
	d = NewDecoder([]byte{0x80, 0, 1, 3, 'a', '.', 'b', 0x22}, false)
	if d.Type(nil); !errors.Is(d.Err(), ErrType) {
		t.Errorf("a name with a dot: %v", d.Err())
	}
	huge := []byte{0xFE, 0xFF, 0xFF, 0xFF, 0x7E}
	for _, typ := range []*Type{ListOf(Float64), ListOf(String), {Code: Any, Form: List, nodes: 1}} {
		d = NewDecoder(huge, false)
		if d.Value(typ, nil); !errors.Is(d.Err(), io.ErrUnexpectedEOF) {
			t.Errorf("a length beyond the message: %v", d.Err())
		}
	}
}

// FuzzDecode: whatever a peer sends is an error or a value that encodes and decodes
// to itself; nothing panics.
func FuzzDecode(f *testing.F) {
	one, _ := hex.DecodeString(strings.ReplaceAll(exampleType+exampleValue, " ", ""))
	f.Add(one, true)
	f.Add(segments(Get, one, 50), false)
	f.Add([]byte{0x89, 0x81, 0, 1, 1, 'a', 0x8A, 2, 1, 0, 1, 1, 0x43, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false)
	f.Fuzz(func(t *testing.T, b []byte, big bool) {
		r := NewReader(bytes.NewReader(b), 1<<20)
		for {
			if _, err := r.Next(); err != nil {
				break
			}
		}
		_, _ = Datagram(b)
		d := NewDecoder(b, big)
		cache := &Types{}
		typ := d.Type(cache)
		if typ == nil {
			return
		}
		v := d.Value(typ, cache)
		_ = d.Status()
		mask := d.Bits(typ.Nodes())
		if d.Err() != nil {
			return
		}
		e := NewEncoder(true, big)
		e.Type(typ)
		e.Value(v)
		d = NewDecoder(e.B, big)
		again := d.Type(nil)
		if !again.Equal(typ) {
			t.Fatalf("%+v came back as %+v, %v", typ, again, d.Err())
		}
		if w := d.Value(again, nil); d.Err() != nil || d.Left() != 0 || !w.Same(v) {
			t.Fatalf("%+v came back as %+v, %v", v, w, d.Err())
		}
		e = NewEncoder(true, big)
		e.Partial(v, mask)
		d = NewDecoder(e.B, big)
		d.Partial(typ, mask, nil).Merge(v, mask)
		if d.Err() != nil || d.Left() != 0 {
			t.Fatal(d.Err(), d.Left())
		}
	})
}
