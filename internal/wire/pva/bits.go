package pva

import (
	"encoding/binary"
	"math/bits"
)

// Bits is a set of the nodes of a structure, counted depth first from 0, which is the
// structure itself. The zero value is the empty set.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Encoding.html#bitsets
type Bits []uint64

// Has reports whether bit i is set.
func (b Bits) Has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

// Set sets bit i.
func (b *Bits) Set(i int) {
	for len(*b) <= i>>6 {
		*b = append(*b, 0)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

// Or adds all of o.
func (b *Bits) Or(o Bits) {
	for len(*b) < len(o) {
		*b = append(*b, 0)
	}
	for i, w := range o {
		(*b)[i] |= w
	}
}

// And returns what b and o share.
func (b Bits) And(o Bits) (both Bits) {
	for i := range min(len(b), len(o)) {
		both = append(both, b[i]&o[i])
	}
	return both
}

// Any reports whether a bit from least up to, not including, most is set.
func (b Bits) Any(least, most int) bool {
	for i := least; i < most; {
		if i>>6 >= len(b) {
			return false
		}
		if word := b[i>>6] >> (i & 63); word != 0 {
			return i+bits.TrailingZeros64(word) < most
		}
		i = (i>>6 + 1) << 6
	}
	return false
}

// length is the number of bytes up to the last that is not zero.
func (b Bits) length() int {
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != 0 {
			return i*8 + (bits.Len64(b[i])+7)/8
		}
	}
	return 0
}

// Bits reads a set of at most most bits; more of them refuse the message.
func (d *Decoder) Bits(most int) (b Bits) {
	n := d.count(1)
	if n > (most+63)/64*8 {
		d.Fail(ErrTooMany)
		return nil
	}
	raw := d.Bytes(n)
	for ; len(raw) >= 8; raw = raw[8:] {
		b = append(b, d.order.Uint64(raw))
	}
	if len(raw) > 0 {
		var last [8]byte
		copy(last[:], raw)
		b = append(b, binary.LittleEndian.Uint64(last[:]))
	}
	if b.Any(most, len(b)*64) {
		d.Fail(ErrValue)
		return nil
	}
	return b
}

// Bits appends a set.
func (e *Encoder) Bits(b Bits) {
	n := b.length()
	e.Size(n)
	for i := 0; i < n/8; i++ {
		e.U64(b[i])
	}
	for i := n / 8 * 8; i < n; i++ { // what does not fill a word goes byte by byte, in either order
		e.U8(byte(b[i/8] >> (i % 8 * 8)))
	}
}
