// Package pva is the bytes of PV Access: headers, sizes, type descriptions, values of
// any structure, bit sets, statuses, in both byte orders. It knows no sockets beyond
// an [io.Reader], no policy, and no state but the type cache of one direction of one
// connection.
//
// Whatever a peer sends is bounded before it is believed: the size of a message, the
// depth and the weight of a type (types that refer to cached types count with all that
// they stand for), and the number of values in a message. What a message takes of
// memory can be many times its bytes: [Decoder.Cost] says how much.
//
// What is sent is always little-endian unless the peer asked otherwise, with whole
// type descriptions: a sender need not cache.
//
// The specification is https://docs.epics-controls.org/en/latest/pv-access/protocol.html,
// with Protocol-Encoding.html for the data and Protocol-Messages.html for the messages;
// where peers are known to differ from it, a comment says so.
package pva

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Command is an application message's kind.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#application-messages
type Command uint8

// The application messages.
const (
	Beacon          Command = 0x00
	Validation      Command = 0x01
	Echo            Command = 0x02
	Search          Command = 0x03
	SearchAnswer    Command = 0x04
	AuthNZ          Command = 0x05
	ACLChange       Command = 0x06
	CreateChannel   Command = 0x07
	DestroyChannel  Command = 0x08
	Validated       Command = 0x09
	Get             Command = 0x0A
	Put             Command = 0x0B
	PutGet          Command = 0x0C
	Monitor         Command = 0x0D
	Array           Command = 0x0E
	DestroyRequest  Command = 0x0F
	Process         Command = 0x10
	GetField        Command = 0x11
	MessageText     Command = 0x12
	MultipleData    Command = 0x13
	RPC             Command = 0x14
	CancelRequest   Command = 0x15
	OriginTag       Command = 0x16
	SetByteOrder    Command = 0x02 // of a control message
	EchoRequest     Command = 0x03 // of a control message
	EchoResponse    Command = 0x04 // of a control message
	SubInit         byte    = 0x08 // the request is made
	SubDestroy      byte    = 0x10 // the request ends with this
	SubGet          byte    = 0x40 // of a put: read what would be put
	SubPipeline     byte    = 0x80 // of a monitor: a count of updates follows
	SubStart        byte    = 0x44 // of a monitor
	SubStop         byte    = 0x04 // of a monitor
	subMonitorState byte    = 0x44
)

// MonitorState returns the part of a monitor's sub-command that starts or stops it.
func MonitorState(sub byte) byte { return sub & subMonitorState }

// The bits of a header's flags.
const (
	flagControl = 0x01
	flagFirst   = 0x10
	flagLast    = 0x20
	flagSegment = flagFirst | flagLast
	flagServer  = 0x40
	flagBig     = 0x80
)

// HeaderSize is the bytes of a header.
const HeaderSize = 8

const (
	magic   = 0xCA
	version = 2
)

// Message is one message, whole. Body is the reader's until the next is read.
type Message struct {
	Command Command
	Control bool
	Server  bool   // a server sent it
	Big     bool   // big-endian
	Data    uint32 // of a control message
	Body    []byte
}

// Decoder returns a decoder of the message's body.
func (m *Message) Decoder() *Decoder { return NewDecoder(m.Body, m.Big) }

// header is one header as it came.
type header struct {
	flags   byte
	command Command
	size    uint32
}

// ErrMagic is that the bytes are no PV Access.
var ErrMagic = errors.New("the bytes are no PV Access message")

func parseHeader(b []byte) (h header, err error) {
	if b[0] != magic || b[1] == 0 {
		return h, ErrMagic
	}
	h = header{flags: b[2], command: Command(b[3])}
	if h.flags&flagBig != 0 {
		h.size = binary.BigEndian.Uint32(b[4:])
	} else {
		h.size = binary.LittleEndian.Uint32(b[4:])
	}
	return h, nil
}

// Datagram reads the messages of a UDP packet, which are never in segments.
func Datagram(b []byte) (list []Message, err error) {
	for len(b) >= HeaderSize {
		h, err := parseHeader(b)
		if err != nil {
			return list, err
		}
		m := h.message()
		b = b[HeaderSize:]
		if !m.Control {
			if int64(h.size) > int64(len(b)) || h.flags&flagSegment != 0 {
				return list, io.ErrUnexpectedEOF
			}
			m.Body, b = b[:h.size], b[h.size:]
		}
		list = append(list, m)
	}
	return list, nil
}

func (h header) message() Message {
	m := Message{Command: h.command, Control: h.flags&flagControl != 0, Server: h.flags&flagServer != 0, Big: h.flags&flagBig != 0}
	if m.Control {
		m.Data = h.size
	}
	return m
}

// Reader reads the messages of one direction of a connection. It is not safe for
// concurrent use.
type Reader struct {
	r    io.Reader
	most int
	room func(n int) bool
	buf  []byte
	head [HeaderSize]byte
}

// NewReader returns a Reader of messages of at most most bytes, whole.
func NewReader(r io.Reader, most int) *Reader { return &Reader{r: r, most: most} }

// Share has r say how many bytes of memory more it is about to hold, or fewer it holds,
// where they are many. Where room says no, reading ends with an error; they count until
// Close all the same.
func (r *Reader) Share(room func(n int) bool) { r.room = room }

// Close gives back what r holds.
func (r *Reader) Close() { r.drop() }

func (r *Reader) drop() {
	if n := r.shared(); n > 0 {
		r.room(-n)
	}
	r.buf = nil
}

// shared is what r holds and has said so: small messages are nobody's concern.
func (r *Reader) shared() int {
	if r.room == nil || cap(r.buf) <= keep {
		return 0
	}
	return cap(r.buf)
}

// keep is how large a buffer is kept between messages.
const keep = 1 << 20

// Next reads one message and puts segments together. An error ends the connection:
// what follows it cannot be told apart.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#message-header
func (r *Reader) Next() (Message, error) {
	if cap(r.buf) > keep {
		r.drop()
	}
	r.buf = r.buf[:0]
	var whole header
	for began := false; ; {
		if _, err := io.ReadFull(r.r, r.head[:]); err != nil {
			return Message{}, err
		}
		h, err := parseHeader(r.head[:])
		if err != nil {
			return Message{}, err
		}
		if h.flags&flagControl != 0 {
			// Control messages may stand between segments, and hold nothing that we need then.
			if began {
				continue
			}
			return h.message(), nil
		}
		segment := h.flags & flagSegment
		switch {
		case !began && (segment == flagLast || segment == flagSegment):
			return Message{}, errors.New("a segment came without the first of its message")
		case began && (segment == 0 || segment == flagFirst || h.command != whole.command || h.flags&flagBig != whole.flags&flagBig):
			return Message{}, errors.New("another message came between the segments of one")
		}
		began, whole = true, h
		if err := r.body(h.size); err != nil {
			return Message{}, err
		}
		if segment == 0 || segment == flagLast {
			m := whole.message()
			m.Body = r.buf
			return m, nil
		}
	}
}

// body appends n bytes. Memory grows with what has come, not with what was claimed.
func (r *Reader) body(n uint32) error {
	if int64(len(r.buf))+int64(n) > int64(r.most) {
		return fmt.Errorf("a message is larger than %d bytes", r.most)
	}
	for left := int(n); left > 0; {
		step := min(left, keep)
		at, had := len(r.buf), r.shared()
		r.buf = grow(r.buf, step)
		if more := r.shared() - had; more > 0 && !r.room(more) {
			return errors.New("there is no room for so large a message now")
		}
		if _, err := io.ReadFull(r.r, r.buf[at:]); err != nil {
			return err
		}
		left -= step
	}
	return nil
}

func grow(b []byte, n int) []byte {
	if len(b)+n <= cap(b) {
		return b[:len(b)+n]
	}
	out := make([]byte, len(b)+n, max(2*cap(b), len(b)+n))
	copy(out, b)
	return out
}
