// Package ca is the bytes of EPICS Channel Access, protocol version 4.13: messages
// and values, as https://epics.anl.gov/base/R7-0/6-docs/CAproto.html has them. It
// opens nothing and decides nothing.
//
// What it reads comes from whoever has the other end of a circuit: every size is
// bounded by the caller before anything is allocated for it, and what does not fit
// together is an error. It does not check that a message makes sense in its place;
// its users own that state.
package ca

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Version is the minor protocol version that this package speaks.
const Version = 13

// Command is the first field of a message (CAproto, "Commands").
type Command uint16

// The commands.
const (
	CmdVersion      Command = 0
	CmdEventAdd     Command = 1
	CmdEventCancel  Command = 2
	CmdRead         Command = 3 // deprecated
	CmdWrite        Command = 4
	CmdSearch       Command = 6
	CmdEventsOff    Command = 8
	CmdEventsOn     Command = 9
	CmdReadSync     Command = 10
	CmdError        Command = 11
	CmdClearChannel Command = 12
	CmdBeacon       Command = 13
	CmdNotFound     Command = 14
	CmdReadNotify   Command = 15
	CmdConfirm      Command = 17 // of a registration with a repeater
	CmdCreate       Command = 18
	CmdWriteNotify  Command = 19
	CmdClientName   Command = 20
	CmdHostName     Command = 21
	CmdRights       Command = 22
	CmdEcho         Command = 23
	CmdRegister     Command = 24 // with a repeater
	CmdCreateFail   Command = 26
	CmdDisconnected Command = 27
)

// Status is an ECA code: number<<3 | severity (CAproto, "Error codes").
type Status uint32

// The codes that are sent or looked at here.
const (
	StatusNormal   Status = 1
	StatusBadType  Status = 114
	StatusGetFail  Status = 152
	StatusPutFail  Status = 160
	StatusBadCount Status = 176
	StatusDisconn  Status = 192
	StatusNoRead   Status = 368
	StatusNoWrite  Status = 376
)

// OK reports whether s is a success.
func (s Status) OK() bool { return s&7 == 1 }

// The bits of access rights.
const (
	RightRead  = 1
	RightWrite = 2
)

// Message is one message. Type and Count are the header's data type and data count
// whatever the command keeps there, and P1 and P2 its two parameters.
type Message struct {
	Command Command
	Type    uint16
	Count   uint32
	P1, P2  uint32
	Payload []byte // with its padding
}

const (
	headerSize   = 16
	extendedSize = 24
	smallPayload = 0xffff - 1
)

// Append appends m to b. The payload is padded to a multiple of 8 bytes.
func Append(b []byte, m Message) []byte {
	be := binary.BigEndian
	size := (len(m.Payload) + 7) &^ 7
	b = be.AppendUint16(b, uint16(m.Command))
	if size > smallPayload || m.Count > 0xffff {
		b = be.AppendUint16(be.AppendUint16(be.AppendUint16(b, 0xffff), m.Type), 0)
		b = be.AppendUint32(be.AppendUint32(b, m.P1), m.P2)
		b = be.AppendUint32(be.AppendUint32(b, uint32(size)), m.Count)
	} else {
		b = be.AppendUint16(be.AppendUint16(be.AppendUint16(b, uint16(size)), m.Type), uint16(m.Count))
		b = be.AppendUint32(be.AppendUint32(b, m.P1), m.P2)
	}
	b = append(b, m.Payload...)
	for range size - len(m.Payload) {
		b = append(b, 0)
	}
	return b
}

// ErrTooLarge is a message that says that it is larger than it may be.
var ErrTooLarge = errors.New("a message is larger than allowed")

// header reads the header in b, which has at least headerSize bytes; n is its length,
// and 0 where b is too short for it.
func header(b []byte) (m Message, size, n int) {
	be := binary.BigEndian
	m = Message{Command: Command(be.Uint16(b)), Type: be.Uint16(b[4:]), Count: uint32(be.Uint16(b[6:])), P1: be.Uint32(b[8:]), P2: be.Uint32(b[12:])}
	size, n = int(be.Uint16(b[2:])), headerSize
	if size == 0xffff && m.Count == 0 {
		if len(b) < extendedSize {
			return m, 0, 0
		}
		size, m.Count, n = int(be.Uint32(b[16:])), be.Uint32(b[20:]), extendedSize
	}
	return m, size, n
}

// Header is the header that b begins with; ok is false where b is too short.
func Header(b []byte) (m Message, ok bool) {
	if len(b) < headerSize {
		return m, false
	}
	m, _, n := header(b)
	return m, n > 0
}

// Reader reads the messages of a circuit. It is not safe for concurrent use.
type Reader struct {
	b    *bufio.Reader
	most int
	buf  []byte
	take func(int) error
	give func(int)
	held int // of what was taken
}

// large is a payload that is kept no longer than until the next message.
const large = 256 << 10

// NewReader reads from r; a payload of more than most bytes is an error.
func NewReader(r io.Reader, most int) *Reader {
	return &Reader{b: bufio.NewReaderSize(r, 64<<10), most: most}
}

// Bound has large payloads ask take for their size before they are read, which may
// wait or refuse, and say give when they are done with. Close gives back the last.
func (r *Reader) Bound(take func(int) error, give func(int)) { r.take, r.give = take, give }

// Close gives back what the last message holds. It does not close what is read.
func (r *Reader) Close() {
	if r.held > 0 {
		r.buf = nil
		r.give(r.held)
		r.held = 0
	}
}

// Buffered reports whether bytes of the next message are here already.
func (r *Reader) Buffered() bool { return r.b.Buffered() > 0 }

// Whole reports whether all of the next message is here already.
func (r *Reader) Whole() bool {
	head, _ := r.b.Peek(min(r.b.Buffered(), extendedSize))
	if len(head) < headerSize {
		return false
	}
	_, size, n := header(head)
	return n > 0 && r.b.Buffered() >= n+size
}

// Next returns the next message. Its payload is good until the next call.
func (r *Reader) Next() (Message, error) {
	r.Close()
	head, err := r.b.Peek(headerSize)
	if err != nil {
		if len(head) > 0 && errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return Message{}, err
	}
	m, size, n := header(head)
	if n == 0 {
		if head, err = r.b.Peek(extendedSize); err != nil {
			return Message{}, io.ErrUnexpectedEOF
		}
		m, size, n = header(head)
	}
	if size < 0 || size > r.most {
		return m, fmt.Errorf("%w: %d bytes where %d are the most", ErrTooLarge, size, r.most)
	}
	_, _ = r.b.Discard(n) // it was peeked at
	if size > large && r.take != nil {
		if err := r.take(size); err != nil {
			return m, err
		}
		r.held = size
	}
	if cap(r.buf) < size {
		r.buf = make([]byte, size)
	}
	m.Payload = r.buf[:size]
	if _, err := io.ReadFull(r.b, m.Payload); err != nil {
		return m, io.ErrUnexpectedEOF
	}
	return m, nil
}

// Datagram returns the messages of one datagram, at most most; payloads lie in b. What
// follows a message that does not fit is an error.
func Datagram(b []byte, most int) (list []Message, err error) {
	for len(b) > 0 && len(list) < most {
		if len(b) < headerSize {
			return list, io.ErrUnexpectedEOF
		}
		m, size, n := header(b)
		if n == 0 || size < 0 || size > len(b)-n {
			return list, io.ErrUnexpectedEOF
		}
		m.Payload = b[n : n+size]
		list = append(list, m)
		b = b[n+size:]
	}
	return list, nil
}

// Text is the NUL-terminated text that b begins with; without a NUL, all of b.
func Text(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}

// MaxName is the longest name of a channel that is looked at, in bytes.
const MaxName = 500

// Name is the name of a channel in the payload of a search or a creation. A name
// that is empty or longer than [MaxName] is an error.
func Name(b []byte) (string, error) {
	name := Text(b)
	if name == "" || len(name) > MaxName {
		return "", fmt.Errorf("a channel's name has %d bytes", len(name))
	}
	return name, nil
}

// NamePayload is name as a payload.
func NamePayload(name string) []byte { return append([]byte(name), 0) }

// Failure is the message of an exception about a request: its header and why
// (CAproto, "CA_PROTO_ERROR").
func Failure(cid uint32, status Status, request Message, why string) Message {
	request.Payload = nil
	return Message{Command: CmdError, P1: cid, P2: uint32(status), Payload: append(append(Append(nil, request), why...), 0)}
}
