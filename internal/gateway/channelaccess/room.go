package channelaccess

import (
	"errors"
	"sync"
	"time"
)

// Bounds of large payloads of one run, over all its circuits, in bytes. Each side has
// its own: what clients send must not keep a server's answer out.
const (
	clientRoom = 64 << 20
	serverRoom = 192 << 20
	roomTime   = time.Second // that a server's message waits for its room
)

var errNoRoom = errors.New("the run has no room for so much data at one time")

// room is a bound that the circuits of a run share. The zero room is closed. It is
// safe for concurrent use.
type room struct {
	mu   sync.Mutex
	free int
	wake chan struct{} // closed when there is more room; nil is closed for good
}

func newRoom(size int) *room { return &room{free: size, wake: make(chan struct{})} }

// take waits for n bytes of room, no longer than most where it is set. Who has taken
// them gives them back.
func (r *room) take(n int, most time.Duration) error {
	var late <-chan time.Time
	if most > 0 {
		timer := time.NewTimer(most)
		defer timer.Stop()
		late = timer.C
	}
	for {
		r.mu.Lock()
		wake := r.wake
		if wake != nil && r.free >= n {
			r.free -= n
			r.mu.Unlock()
			return nil
		}
		r.mu.Unlock()
		if wake == nil {
			return errNoRoom
		}
		select {
		case <-wake:
		case <-late:
			return errNoRoom
		}
	}
}

func (r *room) give(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free += n
	if r.wake != nil {
		close(r.wake)
		r.wake = make(chan struct{})
	}
}

// close lets nobody wait any more.
func (r *room) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wake != nil {
		close(r.wake)
		r.wake = nil
	}
}
