package ca

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/interlock-run/interlock"
)

// Type is a DBR type: one of the seven native types, or a structure around it
// (CAproto, "DBR types").
type Type uint16

// The native types. A structure is its class plus one of them.
const (
	String Type = 0
	Short  Type = 1
	Float  Type = 2
	Enum   Type = 3
	Char   Type = 4
	Long   Type = 5
	Double Type = 6

	classStatus  = 7
	classTime    = 14
	classGraphic = 21
	classControl = 28
	lastType     = 34
)

// StringSize is the size of a string, its NUL included.
const StringSize = 40

const (
	stateSize = 26
	maxStates = 16
)

// Native is the native type inside t.
func (t Type) Native() Type { return t % 7 }

// Known reports whether t is a native type or a structure around one.
func (t Type) Known() bool { return t <= lastType }

// Control is the structure with limits, units or states around the native type t.
func (t Type) Control() Type { return t.Native() + classControl }

// Size is the size of one element, in bytes.
func (t Type) Size() int { return [...]int{StringSize, 2, 4, 2, 1, 4, 8}[t.Native()] }

// valueAt is where the values of a structure begin. The sizes are those of
// db_access.h, its padding included.
func (t Type) valueAt() int {
	n := t.Native()
	switch {
	case t < classStatus:
		return 0
	case t < classTime:
		return [...]int{4, 4, 4, 4, 5, 4, 8}[n]
	case t < classGraphic:
		return [...]int{12, 14, 12, 14, 15, 12, 16}[n]
	case t < classControl:
		return [...]int{4, 24, 40, 422, 19, 36, 64}[n]
	}
	return [...]int{4, 28, 48, 422, 21, 44, 80}[n]
}

// Bytes is the size of a payload of count elements of t, without padding.
func (t Type) Bytes(count int) int { return t.valueAt() + count*t.Size() }

// Kind is t for a decision: what its elements are.
func (t Type) String() string {
	return [...]string{"STRING", "SHORT", "FLOAT", "ENUM", "CHAR", "LONG", "DOUBLE"}[t.Native()]
}

// Decode reads count elements of type t. array says whether they are one. A payload
// that is too short for them, or a type that is none, is an error.
func Decode(t Type, count int, payload []byte, array bool) (v interlock.ChannelValue, err error) {
	if t == String && count == 1 {
		return text(payload, array)
	}
	if !t.Known() || count < 0 || count > len(payload) || t.Bytes(count) > len(payload) {
		return v, fmt.Errorf("%d elements of type %d do not fit into %d bytes", count, t, len(payload))
	}
	v.Array = array
	b := payload[t.valueAt():]
	for i := range count {
		if t.Native() == String {
			v.Texts = append(v.Texts, Text(b[i*StringSize:(i+1)*StringSize]))
			continue
		}
		v.Numbers = append(v.Numbers, t.number(b[i*t.Size():]))
	}
	return v, nil
}

// text reads a lone string, of which clients send no more than its NUL and padding
// (CAproto, "CA_PROTO_WRITE_NOTIFY": libca does).
func text(payload []byte, array bool) (v interlock.ChannelValue, err error) {
	b := payload[:min(len(payload), StringSize)]
	if len(b) < StringSize && bytes.IndexByte(b, 0) < 0 {
		return v, fmt.Errorf("a text does not end within its %d bytes", len(b))
	}
	return interlock.ChannelValue{Texts: []string{Text(b)}, Array: array}, nil
}

func (t Type) number(b []byte) float64 {
	be := binary.BigEndian
	switch t.Native() {
	case Short:
		return float64(int16(be.Uint16(b)))
	case Float:
		return float64(math.Float32frombits(be.Uint32(b)))
	case Enum:
		return float64(be.Uint16(b))
	case Char:
		return float64(b[0])
	case Long:
		return float64(int32(be.Uint32(b)))
	default:
		return math.Float64frombits(be.Uint64(b))
	}
}

// Encode is v as elements of the native type t. v must be canonical for t.
func Encode(t Type, v interlock.ChannelValue) []byte {
	b := make([]byte, 0, v.Len()*t.Size())
	for i := range v.Len() {
		b = t.append(b, v, i)
	}
	return b
}

// append appends element i of v, converted as a server would for a reader: to text
// by its shortest spelling, to a whole number towards zero.
func (t Type) append(b []byte, v interlock.ChannelValue, i int) []byte {
	be := binary.BigEndian
	if t.Native() == String {
		text := make([]byte, StringSize)
		if i < len(v.Texts) {
			copy(text[:StringSize-1], v.Texts[i])
		} else {
			copy(text[:StringSize-1], strconv.FormatFloat(v.Numbers[i], 'g', -1, 64))
		}
		return append(b, text...)
	}
	n := 0.0
	if i < len(v.Numbers) {
		n = v.Numbers[i]
	} else if parsed, err := strconv.ParseFloat(v.Texts[i], 64); err == nil {
		n = parsed
	}
	switch t.Native() {
	case Short, Enum:
		return be.AppendUint16(b, uint16(int64(n)))
	case Float:
		return be.AppendUint32(b, math.Float32bits(float32(n)))
	case Char:
		return append(b, byte(int64(n)))
	case Long:
		return be.AppendUint32(b, uint32(int64(n)))
	default:
		return be.AppendUint64(b, math.Float64bits(n))
	}
}

// Overlay returns a payload of type t with the values of v in place of its own, at
// most count of them. A number as text has as many digits after the point as the
// server's own.
func Overlay(t Type, count int, payload []byte, v interlock.ChannelValue) (out []byte, n int) {
	at := t.valueAt()
	if at > len(payload) {
		return payload, count
	}
	n = v.Len()
	if count > 0 {
		n = min(n, count)
	}
	out = append([]byte{}, payload[:at]...)
	for i := range n {
		if digits, is := decimals(payload[at:]); is && t.Native() == String && i >= len(v.Texts) {
			out = t.append(out, interlock.ChannelValue{Texts: []string{strconv.FormatFloat(v.Numbers[i], 'f', digits, 64)}}, 0)
			continue
		}
		out = t.append(out, v, i)
	}
	return out, n
}

// decimals is how many digits follow the point of the plain number that b begins with.
func decimals(b []byte) (n int, is bool) {
	whole, part, _ := strings.Cut(strings.TrimPrefix(Text(b[:min(len(b), StringSize)]), "-"), ".")
	other := func(r rune) bool { return r < '0' || r > '9' }
	return len(part), whole != "" && strings.IndexFunc(whole+part, other) < 0
}

// Limits are the record's drive limits in a control structure of a numeric type.
func Limits(t Type, payload []byte) (low, high float64, ok bool) {
	at := t.valueAt()
	if t < classControl || !t.Known() || t.Native() == String || t.Native() == Enum || at > len(payload) {
		return 0, 0, false
	}
	size := t.Size()
	end := at // the limits end where the values begin, but for the padding of CHAR
	if t.Native() == Char {
		end--
	}
	return t.number(payload[end-size:]), t.number(payload[end-2*size:]), true
}

// States are the names of an enumeration in its control structure.
func States(t Type, payload []byte) (names []string) {
	if t.Native() != Enum || t < classGraphic || len(payload) < t.valueAt() {
		return nil
	}
	n := min(int(binary.BigEndian.Uint16(payload[4:])), maxStates)
	for i := range n {
		names = append(names, Text(payload[6+i*stateSize:6+(i+1)*stateSize]))
	}
	return names
}
