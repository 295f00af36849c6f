package daemon

import (
	"context"
	"time"

	"github.com/interlock-run/interlock"
)

// Stop takes no more submissions and ends those that wait in the queue, each
// recorded as terminated. Those that run go on: see Drain.
func (d *Daemon) Stop() {
	t := d.turns
	t.queue.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopping = true
	for _, a := range t.live {
		if !a.began {
			a.cancel(interlock.Terminated)
		}
	}
}

// Drain stops, waits until no run is left or ctx is done, ends what is left
// with interlock.Terminated, and waits for the last record of each.
func (d *Daemon) Drain(ctx context.Context) {
	d.Stop()
	if d.turns.queue.Idle(ctx) == nil {
		return
	}
	t := d.turns
	t.mu.Lock()
	for _, a := range t.live {
		a.cancel(interlock.Terminated)
	}
	t.mu.Unlock()
	_ = t.queue.Idle(context.Background()) // cannot fail: this context has no end
}

// Idle waits until no run waits or goes on, or returns the cause for which ctx
// ended.
func (d *Daemon) Idle(ctx context.Context) error { return d.turns.queue.Idle(ctx) }

// Status is what a Daemon that serves does at the moment.
type Status struct {
	Policy   string // digest of the policy in force
	Rules    string // see Location.Rules
	Stale    string // what is wrong with the rules that should be in force, or ""
	Running  int
	Queued   int
	Done     int           // since it was opened, refused and stopped ones included
	Mean     time.Duration // of recent runs, 0 before the first
	Limits   ServerConfig
	Pool     any // what the sandbox says of its warm interpreters; nil without a pool
	Stopping bool
}

// Status says what the Daemon does now. The rules are looked at first.
func (d *Daemon) Status() Status {
	r, q := d.current(), d.turns.queue.Stats()
	d.turns.mu.Lock()
	defer d.turns.mu.Unlock()
	return Status{Policy: r.policy.Digest(), Rules: r.key, Stale: r.stale, Running: q.Running, Queued: q.Waiting, Done: d.turns.done, Mean: q.Mean,
		Limits: r.config.Server, Pool: d.poolStats(), Stopping: d.turns.stopping}
}

// Rules names the rules in force, see Location.Rules, after a look at their files.
func (d *Daemon) Rules() string { return d.current().key }

// Settle opens the ledger and gives up the claims of runs whose daemon died. It
// returns their ids: what they had done by then is not known. Whoever serves calls
// it before the first submission.
func (d *Daemon) Settle(ctx context.Context) ([]string, error) {
	l, err := d.ledger.get(ctx)
	if err != nil {
		return nil, err
	}
	return l.SweepClaims()
}
