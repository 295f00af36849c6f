package pva

import "encoding/binary"

// Encoder appends messages to a buffer. Its zero value is little-endian, of a client.
type Encoder struct {
	B      []byte
	big    bool
	server bool
	at     int
}

// NewEncoder returns an encoder for one end of a connection.
func NewEncoder(server, big bool) *Encoder { return &Encoder{server: server, big: big} }

func (e *Encoder) order() binary.AppendByteOrder {
	if e.big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func (e *Encoder) flags() (flags byte) {
	if e.server {
		flags |= flagServer
	}
	if e.big {
		flags |= flagBig
	}
	return flags
}

// Begin begins an application message. End must follow.
func (e *Encoder) Begin(c Command) {
	e.at = len(e.B)
	e.B = append(e.B, magic, version, e.flags(), byte(c), 0, 0, 0, 0)
}

// End completes the message that Begin began.
func (e *Encoder) End() []byte {
	size := uint32(len(e.B) - e.at - HeaderSize)
	if e.big {
		binary.BigEndian.PutUint32(e.B[e.at+4:], size)
	} else {
		binary.LittleEndian.PutUint32(e.B[e.at+4:], size)
	}
	return e.B
}

// Control appends a control message.
func (e *Encoder) Control(c Command, data uint32) {
	e.B = append(e.B, magic, version, e.flags()|flagControl, byte(c))
	e.U32(data)
}

// U8 appends a byte.
func (e *Encoder) U8(v byte) { e.B = append(e.B, v) }

// U16 appends two bytes.
func (e *Encoder) U16(v uint16) { e.B = e.order().AppendUint16(e.B, v) }

// U32 appends four bytes.
func (e *Encoder) U32(v uint32) { e.B = e.order().AppendUint32(e.B, v) }

// U64 appends eight bytes.
func (e *Encoder) U64(v uint64) { e.B = e.order().AppendUint64(e.B, v) }

// Raw appends bytes as they are.
func (e *Encoder) Raw(b []byte) { e.B = append(e.B, b...) }

// Size appends a size.
func (e *Encoder) Size(n int) {
	if n < sizeLong {
		e.U8(byte(n))
		return
	}
	e.U8(sizeLong)
	e.U32(uint32(n))
}

// Null appends that there is nothing.
func (e *Encoder) Null() { e.U8(sizeNull) }

// Text appends a string.
func (e *Encoder) Text(s string) {
	e.Size(len(s))
	e.B = append(e.B, s...)
}
