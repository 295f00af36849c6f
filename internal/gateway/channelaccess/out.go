package channelaccess

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// out is the sending half of a circuit. Messages gather until somebody flushes them,
// so that what came together goes on together. It is safe for concurrent use.
type out struct {
	conn net.Conn
	// most is how long the other side may take no bytes; 0 is for ever.
	most time.Duration

	mu    sync.Mutex
	b     []byte
	spare []byte

	writing sync.Mutex // held while bytes are sent; before mu
	err     error
}

// gather is how many bytes wait before who adds more should flush.
const gather = 64 << 10

// add appends messages as one piece. It does not block.
func (o *out) add(list ...ca.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range list {
		o.b = ca.Append(o.b, m)
	}
}

// large reports whether it is time to flush.
func (o *out) large() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.b) > gather
}

// flush sends what waits. It blocks while the other side does not read, where most
// does not bound it. An error is kept and closes the connection, so that its reader
// sees it too.
func (o *out) flush() error {
	o.writing.Lock()
	defer o.writing.Unlock()
	return o.sendAll()
}

// flushUnless flushes where hold is 0. Where it is not, what waits is sent only if it
// is much, and the other side must take it soon: its connection is closed else.
func (o *out) flushUnless(hold *atomic.Int32) {
	o.writing.Lock()
	defer o.writing.Unlock()
	if hold.Load() == 0 {
		_ = o.sendAll() // it is kept
		return
	}
	if o.waits() > patientSize {
		_ = o.conn.SetWriteDeadline(time.Now().Add(patientTime))
		_ = o.sendAll()
		_ = o.conn.SetWriteDeadline(time.Time{})
	}
}

// What a client may leave unread, and how long, while a put of its own holds locks.
const (
	patientSize = 4 << 20
	patientTime = 250 * time.Millisecond
)

func (o *out) waits() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.b)
}

// sendAll sends what waits. o.writing is held.
func (o *out) sendAll() error {
	o.mu.Lock()
	b := o.b
	o.b = o.spare[:0]
	o.mu.Unlock()
	o.send(b)
	if cap(b) <= 4*gather {
		o.spare = b
	} else {
		o.spare = nil
	}
	return o.err
}

// send sends b piece by piece: each has its own time, so that a slow network is no
// dead server. o.writing is held.
func (o *out) send(b []byte) {
	for len(b) > 0 && o.err == nil {
		n := len(b)
		if o.most > 0 {
			n = min(n, gather)
			_ = o.conn.SetWriteDeadline(time.Now().Add(o.most))
		}
		if _, o.err = o.conn.Write(b[:n]); o.err != nil {
			_ = o.conn.Close()
		}
		b = b[n:]
	}
}
