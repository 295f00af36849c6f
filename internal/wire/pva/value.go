package pva

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// Value is a value with its type. It may be sparse: a structure holds nothing for
// fields that nobody set, and they encode as zero. Arrays and texts are shared
// between copies and are never changed in place.
//
// The zero Value has no type and is nothing.
type Value struct {
	Type *Type
	bits uint64 // of one number: an integer extended with its sign, or the bits of a float64
	// rest is, of a text: string; of an array of numbers: []byte, little-endian; of
	// texts: []string; of a structure: []Value; of a union or any: *Value, with its
	// place in bits; of an array of those: []*Value.
	rest any
}

// Integer is one integer as it is stored, with its sign where its type has one.
func (v Value) Integer() uint64 { return v.bits }

// Float is one number. Integers beyond 2^53 lose their last digits: see Exact.
func (v Value) Float() float64 {
	switch v.Type.Code {
	case Float32, Float64:
		return math.Float64frombits(v.bits)
	case Uint64:
		return float64(v.bits)
	default:
		return float64(int64(v.bits))
	}
}

// exact is the most that a float64 counts to by ones.
const exact = 1 << 53

// Exact reports whether Floats loses nothing.
func (v Value) Exact() bool {
	good := func(c Code, b uint64) bool {
		switch c {
		case Int64:
			return int64(b) <= exact && int64(b) >= -exact
		case Uint64:
			return b <= exact
		default:
			return true
		}
	}
	if v.Type.Form == Single {
		return good(v.Type.Code, v.bits)
	}
	data := v.Data()
	if c := v.Type.Code; c == Int64 || c == Uint64 {
		for i := 0; i+8 <= len(data); i += 8 {
			if !good(c, binary.LittleEndian.Uint64(data[i:])) {
				return false
			}
		}
	}
	return true
}

// Text is one text.
func (v Value) Text() string { s, _ := v.rest.(string); return s }

// Texts are the elements of an array of texts.
func (v Value) Texts() []string { s, _ := v.rest.([]string); return s }

// Data are the elements of an array of numbers, little-endian.
func (v Value) Data() []byte { b, _ := v.rest.([]byte); return b }

// Len is the number of elements of an array of numbers or texts.
func (v Value) Len() int {
	if w := v.Type.Code.width(); w > 0 {
		return len(v.Data()) / w
	}
	return len(v.Texts())
}

// Floats are the elements of an array of numbers.
func (v Value) Floats() []float64 {
	data, w := v.Data(), v.Type.Code.width()
	out := make([]float64, len(data)/w)
	for i := range out {
		out[i] = Value{Type: v.Type, bits: load(v.Type.Code, data[i*w:], binary.LittleEndian)}.Float()
	}
	return out
}

// load reads one number as Value has it.
func load(c Code, b []byte, order binary.ByteOrder) uint64 {
	switch c {
	case Bool:
		if b[0] != 0 {
			return 1
		}
		return 0
	case Uint8:
		return uint64(b[0])
	case Int8:
		return uint64(int64(int8(b[0])))
	case Int16:
		return uint64(int64(int16(order.Uint16(b))))
	case Uint16:
		return uint64(order.Uint16(b))
	case Int32:
		return uint64(int64(int32(order.Uint32(b))))
	case Uint32:
		return uint64(order.Uint32(b))
	case Float32:
		return math.Float64bits(float64(math.Float32frombits(order.Uint32(b))))
	default:
		return order.Uint64(b)
	}
}

// store appends one number.
func store(b []byte, c Code, bits uint64, order binary.AppendByteOrder) []byte {
	switch c.width() {
	case 1:
		return append(b, byte(bits))
	case 2:
		return order.AppendUint16(b, uint16(bits))
	case 4:
		if c == Float32 {
			bits = uint64(math.Float32bits(float32(math.Float64frombits(bits))))
		}
		return order.AppendUint32(b, uint32(bits))
	}
	return order.AppendUint64(b, bits)
}

// pack is n as a value of code c has it; n must be one that c holds.
func pack(c Code, n float64) uint64 {
	switch {
	case c == Float32 || c == Float64:
		return math.Float64bits(n)
	case n < 0:
		return uint64(int64(n))
	}
	return uint64(n)
}

// OfFloat returns n as a value of t, which is one number that holds n.
func OfFloat(t *Type, n float64) Value { return Value{Type: t, bits: pack(t.Code, n)} }

// OfFloats returns an array of numbers as a value of t.
func OfFloats(t *Type, list []float64) Value {
	data := make([]byte, 0, len(list)*t.Code.width())
	for _, n := range list {
		data = store(data, t.Code, pack(t.Code, n), binary.LittleEndian)
	}
	return Value{Type: t, rest: data}
}

// OfText returns a text as a value of t.
func OfText(t *Type, s string) Value { return Value{Type: t, rest: s} }

// OfTexts returns an array of texts as a value of t.
func OfTexts(t *Type, list []string) Value { return Value{Type: t, rest: list} }

// Field returns the field called name, or the zero Value.
func (v Value) Field(name string) Value {
	if v.Type == nil {
		return Value{}
	}
	i, _ := v.Type.Index(name)
	if i < 0 {
		return Value{}
	}
	if fields, ok := v.rest.([]Value); ok && fields[i].Type != nil {
		return fields[i]
	}
	return Value{Type: v.Type.Fields[i].Type}
}

// At returns what is at a path of names with dots between them, or the zero Value.
func (v Value) At(path string) Value {
	for path != "" {
		name, rest, _ := strings.Cut(path, ".")
		v, path = v.Field(name), rest
	}
	return v
}

// With returns a copy of v in which the value at path, which must exist, is w.
func (v Value) With(path string, w Value) Value {
	if path == "" {
		return w
	}
	name, rest, _ := strings.Cut(path, ".")
	i, _ := v.Type.Index(name)
	if i < 0 {
		return v
	}
	fields := make([]Value, len(v.Type.Fields))
	if have, ok := v.rest.([]Value); ok {
		copy(fields, have)
	}
	fields[i] = v.Field(name).With(rest, w)
	return Value{Type: v.Type, rest: fields}
}

// Merge returns old with everything that mask names taken from v; both have one type.
func (v Value) Merge(old Value, mask Bits) Value { return v.merge(old, mask, 0) }

func (v Value) merge(old Value, mask Bits, bit int) Value {
	switch {
	case mask.Has(bit):
		return v
	case !mask.Any(bit, bit+v.Type.nodes):
		return old
	}
	fields := make([]Value, len(v.Type.Fields))
	if have, ok := old.rest.([]Value); ok {
		copy(fields, have)
	}
	bit++
	for i, f := range v.Type.Fields {
		if mask.Any(bit, bit+f.Type.nodes) {
			was := fields[i]
			if was.Type == nil {
				was = Value{Type: f.Type}
			}
			fields[i] = v.Field(f.Name).merge(was, mask, bit)
		}
		bit += f.Type.nodes
	}
	return Value{Type: v.Type, rest: fields}
}

// Same reports whether v and w are the same, bit by bit.
func (v Value) Same(w Value) bool {
	if v.Type == nil || w.Type == nil || !v.Type.Equal(w.Type) {
		return v.Type == nil && w.Type == nil
	}
	var a, b Encoder
	a.Value(v)
	b.Value(w)
	return bytes.Equal(a.B, b.B)
}

// Leaves are the paths of everything in t that has no fields, with their bits.
func (t *Type) Leaves() (paths []Leaf) { return t.leaves(nil, "", 0) }

// Leaf is one node without fields.
type Leaf struct {
	Path string
	Bit  int
	Type *Type
}

func (t *Type) leaves(list []Leaf, path string, bit int) []Leaf {
	if !t.IsStructure() {
		return append(list, Leaf{Path: path, Bit: bit, Type: t})
	}
	bit++
	for _, f := range t.Fields {
		name := f.Name
		if path != "" {
			name = path + "." + name
		}
		list = f.Type.leaves(list, name, bit)
		bit += f.Type.nodes
	}
	return list
}

// Named returns those of t's leaves that mask names, by themselves or by a structure
// that they are in.
func (t *Type) Named(mask Bits) []Leaf {
	whole := mask.whole(t, 0, false, nil)
	return slices.DeleteFunc(t.Leaves(), func(l Leaf) bool { return !whole.Has(l.Bit) })
}

// whole returns the leaves of t that mask names.
func (b Bits) whole(t *Type, bit int, all bool, out Bits) Bits {
	all = all || b.Has(bit)
	if !t.IsStructure() {
		if all {
			out.Set(bit)
		}
		return out
	}
	bit++
	for _, f := range t.Fields {
		out = b.whole(f.Type, bit, all, out)
		bit += f.Type.nodes
	}
	return out
}

// Inner is what a union or anything holds, or the zero Value.
func (v Value) Inner() Value {
	if w, ok := v.rest.(*Value); ok && w != nil {
		return *w
	}
	return Value{}
}

// OfFields returns a structure of t with these values in the order of its fields.
func OfFields(t *Type, fields ...Value) Value { return Value{Type: t, rest: fields} }
