package queue

import (
	"context"
	"slices"
	"time"
)

// Ticket is one run's place in the queue, and then its turn.
type Ticket struct {
	q    *Queue
	user *user
	turn chan struct{} // closed when the turn comes

	// Guarded by q.mu.
	state state
	began time.Time
}

type state uint8

const (
	inLine state = iota
	served
	gone
)

// Wait returns nil when it is the ticket's turn, or the cause for which ctx
// ended. A turn that came at the same time is taken, not lost.
func (t *Ticket) Wait(ctx context.Context) error {
	select {
	case <-t.turn:
		return nil
	default:
	}
	select {
	case <-t.turn:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Position is how many runs get their turn before this one if nothing else
// happens, plus one; 0 is its turn.
func (t *Ticket) Position() int {
	t.q.mu.Lock()
	defer t.q.mu.Unlock()
	if t.state != inLine {
		return 0
	}
	place := slices.Index(t.user.line, t)
	n, before := 1, true
	for _, u := range t.q.ring {
		switch {
		case u == t.user:
			n, before = n+place, false
		case before:
			n += min(len(u.line), place+1)
		default:
			n += min(len(u.line), place)
		}
	}
	return n
}

// Leave gives back the place or the turn; it is idempotent.
func (t *Ticket) Leave() {
	q := t.q
	q.mu.Lock()
	defer q.mu.Unlock()
	switch t.state {
	case inLine:
		t.outOfLine()
	case served:
		q.running--
		t.user.running--
		q.measure(q.now().Sub(t.began))
	case gone:
		return
	}
	t.state = gone
	if t.user.running == 0 && len(t.user.line) == 0 {
		delete(q.users, t.user.name)
	}
	q.dispatch()
	if q.idle != nil && q.running+q.waiting == 0 {
		close(q.idle)
		q.idle = nil
	}
}

func (t *Ticket) outOfLine() {
	u := t.user
	u.line = slices.DeleteFunc(u.line, func(other *Ticket) bool { return other == t })
	if len(u.line) == 0 {
		t.q.ring = slices.DeleteFunc(t.q.ring, func(other *user) bool { return other == u })
	}
	t.q.waiting--
}
