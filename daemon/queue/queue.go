// Package queue gives runs their turn: fair between users, bounded, and with a
// clear word when there is no room.
//
// Each user has a line of their own, first come first served. Turns go round the
// users that wait and are below their own limit of running runs, so that who sent
// a hundred runs delays another's single run by one turn, not by a hundred:
//
//	Enter ─▶ Ticket (a place in the user's line) ─▶ Wait: a turn ─▶ Leave: the turn goes on
//	   └──▶ *Busy: no room; how many wait, and in how long to try again
//
// Nothing here starts a goroutine or a timer: a turn is given in the moment when
// one is given back, or when somebody enters.
//
// It divides turns, not processors: how much of the machine a run takes is for
// the sandbox to hold. Users are what the caller says they are.
package queue

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Limits bound the queue. Each must be at least 1.
type Limits struct {
	Running        int // turns at a time
	Queued         int // that wait for one
	RunningPerUser int
	QueuedPerUser  int
}

// ErrStopping is returned to whoever enters after Stop.
var ErrStopping = errors.New("the daemon is stopping and takes no more runs")

// Queue is safe for concurrent use.
type Queue struct {
	now func() time.Time

	mu       sync.Mutex // guards everything below
	limits   Limits
	stopping bool
	users    map[string]*user
	ring     []*user // those with somebody waiting, in the order of their turns
	running  int
	waiting  int
	mean     time.Duration // of recent turns, 0 before the first
	idle     chan struct{} // closed when nobody runs or waits; nil while nobody asks
}

// user is the line of one user. It is forgotten when it is empty.
type user struct {
	name    string
	running int
	line    []*Ticket
}

// New returns an empty queue. now is the clock by which turns are measured.
func New(l Limits, now func() time.Time) *Queue {
	return &Queue{now: now, limits: l.atLeastOne(), users: map[string]*user{}}
}

func (l Limits) atLeastOne() Limits {
	return Limits{max(l.Running, 1), max(l.Queued, 1), max(l.RunningPerUser, 1), max(l.QueuedPerUser, 1)}
}

// SetLimits puts other limits in force. Who has a turn or a place keeps it.
func (q *Queue) SetLimits(l Limits) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.limits = l.atLeastOne()
	q.dispatch()
}

// Enter takes a place for one run of the user name. The error is a *Busy, or
// ErrStopping. Who gets a ticket must Leave with it.
func (q *Queue) Enter(name string) (*Ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopping {
		return nil, ErrStopping
	}
	u := q.users[name]
	if u == nil {
		u = &user{name: name}
	}
	t := &Ticket{q: q, user: u, turn: make(chan struct{})}
	if !q.free(u) {
		if err := q.full(u); err != nil {
			return nil, err
		}
	}
	q.users[name] = u
	if u.line = append(u.line, t); len(u.line) == 1 {
		q.ring = append(q.ring, u)
	}
	q.waiting++
	q.dispatch()
	return t, nil
}

// free reports whether a run of u that comes now gets its turn at once: a place
// in the line is then not what it needs.
func (q *Queue) free(u *user) bool {
	return q.running < q.limits.Running && u.running < q.limits.RunningPerUser && len(u.line) == 0
}

// full says whether the line that a run of u would have to join has no room.
func (q *Queue) full(u *user) error {
	all, own := q.waiting >= q.limits.Queued, len(u.line) >= q.limits.QueuedPerUser
	if !all && !own {
		return nil
	}
	b := &Busy{Waiting: q.waiting, Own: own && !all}
	ahead, turns := q.waiting, q.limits.Running
	if b.Own {
		b.Waiting, ahead, turns = len(u.line), len(u.line), min(turns, q.limits.RunningPerUser)
	}
	b.RetryIn = estimate(q.mean, ahead, turns)
	return b
}

// dispatch gives turns while there are any to give. It passes over users that
// have all the turns they may.
func (q *Queue) dispatch() {
	for passed := 0; q.running < q.limits.Running && passed < len(q.ring); {
		u := q.ring[0]
		q.ring = q.ring[1:]
		if u.running >= q.limits.RunningPerUser {
			q.ring = append(q.ring, u)
			passed++
			continue
		}
		t := u.line[0]
		if u.line = u.line[1:]; len(u.line) > 0 {
			q.ring = append(q.ring, u) // behind everybody who waited longer for a turn
		}
		passed = 0
		q.waiting--
		q.running++
		u.running++
		t.state, t.began = served, q.now()
		close(t.turn)
	}
}

// Stop lets nobody enter any more. Who waits goes on waiting: whoever brought
// them cancels them.
func (q *Queue) Stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopping = true
}

// Stopping reports whether Stop was called.
func (q *Queue) Stopping() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.stopping
}

// Idle waits until nobody runs or waits, or until ctx is done.
func (q *Queue) Idle(ctx context.Context) error {
	q.mu.Lock()
	if q.running+q.waiting == 0 {
		q.mu.Unlock()
		return nil
	}
	if q.idle == nil {
		q.idle = make(chan struct{})
	}
	idle := q.idle
	q.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Stats is how full the queue is.
type Stats struct {
	Running int
	Waiting int
	Mean    time.Duration // of recent turns, 0 before the first
}

// Stats returns how full the queue is now.
func (q *Queue) Stats() Stats {
	q.mu.Lock()
	defer q.mu.Unlock()
	return Stats{Running: q.running, Waiting: q.waiting, Mean: q.mean}
}
