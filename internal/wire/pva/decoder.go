package pva

import (
	"encoding/binary"
	"errors"
	"io"
)

// Bounds of what a message may unfold to.
const (
	maxDepth    = 32      // of types in types, and of values in values
	maxWeight   = 20_000  // of a type, with all that cached ones stand for: see Type.Weight
	maxValues   = 300_000 // values in values of a message
	maxTexts    = 1 << 20 // texts in a message
	maxName     = 1_024   // bytes of a field's name
	maxCached   = 200_000 // of the types in a cache, as they were defined, unless Types says less
	sizeNull    = 0xFF
	sizeLong    = 0xFE
	maxSize     = 1<<31 - 2
	maxIDLength = 4_096
)

// Errors of a decoder. All of them end a connection.
var (
	ErrTooDeep = errors.New("a type or value is nested too deep")
	ErrTooMany = errors.New("a message holds more than is read of one")
	ErrType    = errors.New("a type description is not valid")
	ErrValue   = errors.New("a value is not valid")
)

// Decoder reads one message's body. The first error stays, and every read after it
// returns zero: look at Err once, before anything that was read is used.
type Decoder struct {
	b      []byte
	size   int
	order  binary.ByteOrder
	big    bool
	err    error
	values int
	texts  int
}

// NewDecoder returns a decoder of b.
func NewDecoder(b []byte, big bool) *Decoder {
	d := &Decoder{b: b, size: len(b), big: big, order: binary.LittleEndian}
	if big {
		d.order = binary.BigEndian
	}
	return d
}

// Err is the first error.
func (d *Decoder) Err() error { return d.err }

// Left is how many bytes have not been read.
func (d *Decoder) Left() int { return len(d.b) }

// Cost is about how many bytes of memory what was read takes: more than it has on the
// wire, where it is many small values.
func (d *Decoder) Cost() int { return d.size + d.values*valueCost + d.texts*textCost }

const (
	valueCost = 64 // a Value and what holds it
	textCost  = 24
)

// Fail sets the first error.
func (d *Decoder) Fail(err error) {
	if d.err == nil {
		d.err = err
		d.b = nil
	}
}

var zeros [16]byte

// Bytes returns the next n bytes, which are the message's own.
func (d *Decoder) Bytes(n int) []byte {
	if d.err == nil && (n < 0 || n > len(d.b)) {
		d.Fail(io.ErrUnexpectedEOF)
	}
	if d.err != nil {
		if n >= 0 && n <= len(zeros) {
			return zeros[:n]
		}
		return nil
	}
	out := d.b[:n:n]
	d.b = d.b[n:]
	return out
}

// U8 reads a byte.
func (d *Decoder) U8() byte { return d.Bytes(1)[0] }

// U16 reads two bytes.
func (d *Decoder) U16() uint16 { return d.order.Uint16(d.Bytes(2)) }

// U32 reads four bytes.
func (d *Decoder) U32() uint32 { return d.order.Uint32(d.Bytes(4)) }

// U64 reads eight bytes.
func (d *Decoder) U64() uint64 { return d.order.Uint64(d.Bytes(8)) }

// Size reads a size; null is that there is nothing.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Encoding.html#sizes
func (d *Decoder) Size() (n int, null bool) {
	switch c := d.U8(); c {
	case sizeNull:
		return 0, true
	case sizeLong:
		long := d.U32()
		if long > maxSize {
			d.Fail(ErrTooMany)
			return 0, false
		}
		return int(long), false
	default:
		return int(c), false
	}
}

// count reads the size of something whose elements have at least least bytes each.
func (d *Decoder) count(least int) int {
	n, _ := d.Size() // a null array is an empty one
	if n > 0 && n > len(d.b)/max(least, 1) {
		d.Fail(io.ErrUnexpectedEOF)
		return 0
	}
	return n
}

// Text reads a string. A null one is empty, as peers have it. The bytes are not
// checked to be UTF-8: servers send units in other encodings.
func (d *Decoder) Text() string {
	n := d.count(1)
	return string(d.Bytes(n))
}

// name reads a string that is short.
func (d *Decoder) name(most int) string {
	n := d.count(1)
	if n > most {
		d.Fail(ErrTooMany)
		return ""
	}
	return string(d.Bytes(n))
}

// value counts n more values of this message.
func (d *Decoder) value(n int) bool {
	if d.values += n; d.values > maxValues {
		d.Fail(ErrTooMany)
	}
	return d.err == nil
}
