package queue

import (
	"fmt"
	"time"

	"github.com/interlock-run/interlock"
)

// Busy says that there is no room. It unwraps to the *interlock.Error for people.
type Busy struct {
	Waiting int           // runs that wait: all, or with Own the user's
	RetryIn time.Duration // whole seconds, at least one
	Own     bool          // the user's own limit, not that of all
}

func (b *Busy) Error() string {
	runs := fmt.Sprintf("%d runs are", b.Waiting)
	if b.Waiting == 1 {
		runs = "1 run is"
	}
	if b.Own {
		runs += " yours and"
	}
	return fmt.Sprintf("busy: %s waiting; try again in %d s", runs, int(b.RetryIn/time.Second))
}

// Unwrap returns the error for people.
func (b *Busy) Unwrap() error {
	e := &interlock.Error{Kind: interlock.Infrastructure, Name: "busy", Message: b.Error(), RetryRun: true, Code: interlock.ExitInfrastructure,
		Hint: "nothing ran; try again, or raise server.max_queued in config.yml"}
	if b.Own {
		e.Name, e.Hint = "busy_user", "nothing ran; wait for runs of yours to end, or raise server.per_user_queued in config.yml"
	}
	return e
}

const (
	firstGuess = 5 * time.Second // before any turn was measured
	longest    = 10 * time.Minute
)

// estimate is how long it takes until one of ahead places is free when turns
// last mean and there are that many at a time: one of them ends every mean/turns.
// Half the line is waited for, so that who comes back finds room and does not find
// the daemon idle.
func estimate(mean time.Duration, ahead, turns int) time.Duration {
	if mean == 0 {
		return firstGuess
	}
	d := mean * time.Duration(ahead/2+1) / time.Duration(turns)
	d = (d + time.Second - 1) / time.Second * time.Second
	return min(max(d, time.Second), longest)
}

// measure takes a turn into the mean, which follows the last ten or so.
func (q *Queue) measure(d time.Duration) {
	if d = max(d, 0); q.mean == 0 {
		q.mean = max(d, 1)
		return
	}
	q.mean = max(q.mean+(d-q.mean)/8, 1)
}
