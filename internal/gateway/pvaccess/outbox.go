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

// outbox writes to one circuit, from a goroutine of its own, so that nobody waits
// for a peer that does not read. It is safe for concurrent use.
type outbox struct {
	mu     sync.Mutex
	room   *sync.Cond // of mu: bytes fell, or it is closed
	wake   chan struct{}
	list   [][]byte
	bytes  int
	ready  []puller
	queued map[puller]struct{}
	closed bool
	total  *atomic.Int64 // bytes that wait, of all circuits of a run
	over   func()        // closes the circuit
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

// send queues one or more messages. It reports false where the circuit has ended.
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
	o.stir()
	if full {
		o.over()
	}
	return true
}

// pullFrom says that p has messages.
func (o *outbox) pullFrom(p puller) {
	o.mu.Lock()
	_, in := o.queued[p]
	if !in && !o.closed {
		o.queued[p] = struct{}{}
		o.ready = append(o.ready, p)
	}
	o.mu.Unlock()
	if !in {
		o.stir()
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

// take returns what is to be written next: messages that wait, then one of each puller.
func (o *outbox) take(buf []byte) (out []byte, took int, closed bool) {
	o.mu.Lock()
	for len(o.list) > 0 && len(buf) < outboxBatch {
		buf = append(buf, o.list[0]...)
		took += len(o.list[0])
		o.list[0] = nil
		o.list = o.list[1:]
	}
	closed = o.closed
	o.mu.Unlock()
	for len(buf) < outboxBatch && !closed {
		o.mu.Lock()
		if len(o.ready) == 0 || o.closed {
			o.mu.Unlock()
			break
		}
		p := o.ready[0]
		o.ready = o.ready[1:]
		delete(o.queued, p)
		o.mu.Unlock()
		var more bool
		if buf, more = p.pull(buf); more {
			o.pullFrom(p)
		}
	}
	return buf, took, closed
}

// written says that n bytes of the messages that waited are written.
func (o *outbox) written(n int) {
	o.mu.Lock()
	if !o.closed {
		o.bytes -= n
		o.total.Add(int64(-n))
	}
	o.mu.Unlock()
}

// write writes until the outbox is closed or the peer is gone. idle, where it is not
// nil, is called every period.
func (o *outbox) write(conn net.Conn, period time.Duration, idle func()) {
	var tick <-chan time.Time
	if idle != nil {
		t := time.NewTicker(period)
		defer t.Stop()
		tick = t.C
	}
	var buf []byte
	for {
		if cap(buf) > 4*outboxBatch {
			buf = nil
		}
		out, took, closed := o.take(buf[:0])
		if closed {
			return
		}
		if buf = out; len(out) > 0 {
			if idle != nil { // a server must read; a client may take its time
				_ = conn.SetWriteDeadline(time.Now().Add(writeTime)) // the write itself says what is wrong
			}
			if _, err := conn.Write(out); err != nil {
				o.over()
				return
			}
			o.written(took)
			o.room.Broadcast()
			continue
		}
		select {
		case <-o.wake:
		case <-tick:
			idle()
		}
	}
}
