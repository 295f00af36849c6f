package pvaccess

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of what waits to be written to one peer.
const (
	outboxCalm  = 1 << 20   // above it nothing more is read from that peer
	outboxMost  = 64 << 20  // above it the circuit is closed: the peer does not read
	runMost     = 256 << 20 // as outboxMost, of all circuits of a run together
	outboxBatch = 64 << 10  // bytes that are written together
	writeTime   = 20 * time.Second
)

// puller has messages that are made when they can be written, so that a peer that
// does not read holds no more of them than there are pullers.
type puller interface {
	// pull appends one message; more is false where there was none.
	pull(to []byte) (out []byte, more bool)
}

// outbox writes to one circuit. Who has something to write writes it at once where
// the socket takes it without waiting; whatever it does not take is left to a
// goroutine of the outbox's own. So nobody waits for a peer that does not read, and
// nobody is woken for a peer that does. It is safe for concurrent use.
type outbox struct {
	mu      sync.Mutex
	room    *sync.Cond // of mu: bytes fell, or it is closed
	wake    chan struct{}
	conn    net.Conn // nil before write
	list    [][]byte
	bytes   int // of list and rest
	ready   []puller
	queued  map[puller]struct{}
	writing bool   // somebody writes, and looks again before it ends
	rest    []byte // what the socket did not take; of who writes
	buf     []byte // of who writes
	closed  bool
	total   *atomic.Int64 // bytes that wait, of all circuits of a run
	over    func()        // closes the circuit
}

func newOutbox(total *atomic.Int64, over func()) *outbox {
	o := &outbox{wake: make(chan struct{}, 1), queued: map[puller]struct{}{}, total: total, over: over}
	o.room = sync.NewCond(&o.mu)
	return o
}

func (o *outbox) stir() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// send writes or queues one or more messages. It reports false where the circuit has
// ended. Locks of the caller's may be held.
func (o *outbox) send(b []byte) bool {
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		return false
	}
	o.list = append(o.list, b)
	o.bytes += len(b)
	full := o.total.Add(int64(len(b))) > runMost || o.bytes > outboxMost
	o.mu.Unlock()
	o.flush(false)
	if full {
		o.over()
	}
	return true
}

// pullFrom says that p has messages. No lock that p takes may be held.
func (o *outbox) pullFrom(p puller) {
	if o.enqueue(p) {
		o.flush(true)
	}
}

func (o *outbox) enqueue(p puller) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, in := o.queued[p]; in || o.closed {
		return false
	}
	o.queued[p] = struct{}{}
	o.ready = append(o.ready, p)
	return true
}

// flush writes what the socket takes without waiting, unless somebody writes already.
func (o *outbox) flush(pull bool) {
	o.mu.Lock()
	conn := o.conn
	mine := !o.writing && !o.closed && conn != nil
	o.writing = o.writing || mine
	o.mu.Unlock()
	if !mine {
		if conn == nil {
			o.stir() // not needed once it has begun; harmless before
		}
		return
	}
	out := o.take(pull)
	n := tryWrite(conn, out)
	o.mu.Lock()
	o.writing = false
	o.rest = out[n:]
	more := len(o.rest) > 0 || len(o.list) > 0 || len(o.ready) > 0
	o.fell(n)
	o.mu.Unlock()
	if more {
		o.stir()
	}
}

// fell says that n bytes are written. o.mu is held.
func (o *outbox) fell(n int) {
	if o.closed {
		return
	}
	o.bytes -= n
	o.total.Add(int64(-n))
	if n > outboxCalm/2 || o.bytes < outboxCalm {
		o.room.Broadcast()
	}
}

// calm waits until little waits to be written.
func (o *outbox) calm() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.bytes > outboxCalm && !o.closed {
		o.room.Wait()
	}
}

func (o *outbox) close() {
	o.mu.Lock()
	o.total.Add(int64(-o.bytes))
	o.closed, o.list, o.ready, o.bytes = true, nil, nil, 0
	o.mu.Unlock()
	o.room.Broadcast()
	o.stir()
}

// take returns what is to be written next: what is left, messages that wait, then
// one of each puller. Only who writes calls it.
func (o *outbox) take(pull bool) []byte {
	buf := o.buf[:0]
	if cap(buf) > 4*outboxBatch {
		buf = nil
	}
	o.mu.Lock()
	buf = append(buf, o.rest...)
	o.rest = nil
	for len(o.list) > 0 && len(buf) < outboxBatch {
		buf = append(buf, o.list[0]...)
		o.list[0] = nil
		o.list = o.list[1:]
	}
	o.mu.Unlock()
	for pull && len(buf) < outboxBatch {
		p := o.next()
		if p == nil {
			break
		}
		at := len(buf)
		var more bool
		if buf, more = p.pull(buf); more {
			o.enqueue(p)
		}
		o.mu.Lock()
		if !o.closed {
			o.bytes += len(buf) - at
			o.total.Add(int64(len(buf) - at))
		}
		o.mu.Unlock()
	}
	o.buf = buf
	return buf
}

// next takes the first of who has messages, or nil.
func (o *outbox) next() puller {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.ready) == 0 || o.closed {
		return nil
	}
	p := o.ready[0]
	o.ready = o.ready[1:]
	delete(o.queued, p)
	return p
}

// write writes until the outbox is closed or the peer is gone. idle, where it is not
// nil, is called every period.
func (o *outbox) write(conn net.Conn, period time.Duration, idle func()) {
	o.mu.Lock()
	o.conn = conn
	o.mu.Unlock()
	var tick <-chan time.Time
	if idle != nil {
		t := time.NewTicker(period)
		defer t.Stop()
		tick = t.C
	}
	for {
		again, err := o.drain(conn, idle != nil)
		switch {
		case err != nil:
			o.over()
			return
		case again:
			continue
		}
		select {
		case <-o.wake:
		case <-tick:
			idle()
		}
	}
}

// drain writes what there is, and waits for the peer to take it. A server must read
// in time; a client may take its own. It reports whether to look again.
func (o *outbox) drain(conn net.Conn, timed bool) (again bool, err error) {
	o.mu.Lock()
	busy, closed := o.writing, o.closed
	o.writing = true
	o.mu.Unlock()
	switch {
	case closed:
		return false, net.ErrClosed
	case busy:
		return false, nil // who writes stirs if something is left
	}
	out := o.take(true)
	if len(out) > 0 {
		if timed {
			_ = conn.SetWriteDeadline(time.Now().Add(writeTime)) // the write itself says what is wrong
		}
		_, err = conn.Write(out)
	}
	o.mu.Lock()
	o.writing = false
	o.fell(len(out))
	more := len(o.list) > 0 || len(o.ready) > 0 // whoever came meanwhile left it to us
	o.mu.Unlock()
	return len(out) > 0 || more, err
}
