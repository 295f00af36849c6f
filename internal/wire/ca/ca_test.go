package ca

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
)

// A message that is written and read is the same, in the small header and the large.
func TestMessages(t *testing.T) {
	list := []Message{
		{Command: CmdVersion, Count: Version}, {Command: CmdSearch, Type: 5, Count: 13, P1: 7, P2: 7, Payload: []byte("SR:X\x00\x00\x00\x00")},
		{Command: CmdReadNotify, Type: 6, Count: 20_000, P1: 1, P2: 0xffffffff, Payload: make([]byte, 160_000)},
		{Command: CmdEventAdd, Type: 6, Count: 70_000, P1: 1, P2: 2, Payload: make([]byte, 8)},
		{Command: CmdWrite, Type: 0, Count: 1, Payload: make([]byte, smallPayload&^7)},
	}
	var b []byte
	for _, m := range list {
		b = Append(b, m)
	}
	r := NewReader(bytes.NewReader(b), 1<<20)
	for _, want := range list {
		got, err := r.Next()
		if err != nil || got.Command != want.Command || got.Type != want.Type || got.Count != want.Count || got.P1 != want.P1 || got.P2 != want.P2 || !bytes.Equal(got.Payload, want.Payload) {
			t.Fatalf("%+v: %+v, %v", want.Command, got.Command, err)
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v", err)
	}
	if got, err := Datagram(b, 100); err != nil || len(got) != len(list) {
		t.Errorf("%d messages, %v", len(got), err)
	}
}

// What is cut, or says that it is larger than allowed, is an error before anything
// is allocated for it.
func TestBadMessages(t *testing.T) {
	huge := Append(nil, Message{Command: CmdWrite, Count: 1 << 31, Payload: nil})
	copy(huge[16:], []byte{0xff, 0xff, 0xff, 0xf8})
	if _, err := NewReader(bytes.NewReader(huge), 1<<20).Next(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("huge: %v", err)
	}
	whole := Append(nil, Message{Command: CmdWrite, Count: 1, Payload: make([]byte, 8)})
	for n := 1; n < len(whole); n++ {
		if _, err := NewReader(bytes.NewReader(whole[:n]), 1<<20).Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if _, err := Datagram(whole[:n], 9); err == nil {
			t.Errorf("a datagram of %d bytes is whole", n)
		}
	}
}

func TestNames(t *testing.T) {
	if got, err := Name([]byte("SR:X\x00\x00\x00\x00")); got != "SR:X" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range [][]byte{nil, {0}, bytes.Repeat([]byte("x"), MaxName+1)} {
		if _, err := Name(bad); err == nil {
			t.Errorf("%d bytes are a name", len(bad))
		}
	}
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		t Type
		v interlock.ChannelValue
	}{
		{Double, interlock.ChannelValue{Numbers: []float64{1.5}}}, {Float, interlock.ChannelValue{Numbers: []float64{-0.25, 3}, Array: true}},
		{Short, interlock.ChannelValue{Numbers: []float64{-32768}}}, {Long, interlock.ChannelValue{Numbers: []float64{math.MinInt32, math.MaxInt32}, Array: true}},
		{Enum, interlock.ChannelValue{Numbers: []float64{65535}}}, {Char, interlock.ChannelValue{Numbers: []float64{255, 0}, Array: true}},
		{String, interlock.ChannelValue{Texts: []string{"on"}}},
	} {
		b := Encode(c.t, c.v)
		got, err := Decode(c.t, c.v.Len(), b, c.v.Array)
		if err != nil || !reflect.DeepEqual(got, c.v) {
			t.Errorf("%s: %+v, %v", c.t, got, err)
		}
		if _, err := Decode(c.t, c.v.Len(), b[:len(b)-1], false); err == nil && c.t != String {
			t.Errorf("%s: a short body is whole", c.t)
		}
		if _, err := Decode(c.t, c.v.Len()+1, b, false); err == nil {
			t.Errorf("%s: too many elements fit", c.t)
		}
	}
	for payload, want := range map[string]string{"on\x00\x00": "on", "\x00": "", strings.Repeat("x", 40): strings.Repeat("x", 40)} {
		if got, err := Decode(String, 1, []byte(payload), false); err != nil || got.Texts[0] != want { // libca sends no more than it must
			t.Errorf("%q: %+v, %v", payload, got, err)
		}
	}
	for _, bad := range []string{"", "on", strings.Repeat("x", 39)} {
		if got, err := Decode(String, 1, []byte(bad), false); err == nil {
			t.Errorf("%q is a text: %+v", bad, got)
		}
	}
	if _, err := Decode(String, 2, make([]byte, 48), true); err == nil {
		t.Error("two texts fit into 48 bytes")
	}
	for _, bad := range []Type{35, 36, 37, 38, 0xffff} {
		if _, err := Decode(bad, 1, make([]byte, 500), false); err == nil {
			t.Errorf("%d is a type", bad)
		}
	}
	if _, err := Decode(Double, math.MaxInt, make([]byte, 8), false); err == nil {
		t.Error("an overflow fits")
	}
}

// The structures are as long as db_access.h has them: dbr_size of each type for one element.
func TestSizes(t *testing.T) {
	want := [...]int{40, 2, 4, 2, 1, 4, 8, 44, 6, 8, 6, 6, 8, 16, 52, 16, 16, 16, 16, 16, 24, 44, 26, 44, 424, 20, 40, 72, 44, 30, 52, 424, 22, 48, 88}
	for i, n := range want {
		if got := Type(i).Bytes(1); got != n {
			t.Errorf("type %d: %d bytes, want %d", i, got, n)
		}
	}
}

// A number that is held back reads as text in the server's own way.
func TestOverlayAsText(t *testing.T) {
	for server, want := range map[string]string{"0.000": "2.500", "-1.50": "2.50", "7": "2", "1e+06": "2.5", "nan": "2.5", "": "2.5"} {
		payload := append([]byte(server), make([]byte, StringSize-len(server))...)
		if out, n := Overlay(String, 1, payload, interlock.ChannelValue{Numbers: []float64{2.5}}); n != 1 || Text(out) != want {
			t.Errorf("%q became %q, want %q", server, Text(out), want)
		}
	}
}

func FuzzDatagram(f *testing.F) {
	f.Add(Append(nil, Message{Command: CmdSearch, Type: 5, Count: 13, P1: 7, P2: 7, Payload: NamePayload("SR:X")}))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, _ := Datagram(b, 100)
		r := NewReader(bytes.NewReader(b), 1<<16)
		for _, want := range list {
			got, err := r.Next()
			if err != nil || got.Command != want.Command || !bytes.Equal(got.Payload, want.Payload) {
				t.Fatalf("a circuit reads %+v (%v) where a datagram has %+v", got, err, want)
			}
			for count := range 4 {
				v, err := Decode(Type(want.Type), count, want.Payload, count > 1)
				if err == nil && v.Len() != count {
					t.Fatalf("%d elements instead of %d", v.Len(), count)
				}
			}
			Limits(Type(want.Type), want.Payload)
			States(Type(want.Type), want.Payload)
			_, _ = Name(want.Payload)
		}
	})
}
