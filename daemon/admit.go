package daemon

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon/queue"
	"github.com/interlock-run/interlock/internal/store/runs"
)

// turns is what a Daemon that serves knows of the runs it has taken.
type turns struct {
	queue *queue.Queue

	mu       sync.Mutex // guards everything below
	live     map[string]*Admission
	stopping bool
	done     int // admissions that ended
}

func newTurns(l queue.Limits, now func() time.Time) *turns {
	return &turns{queue: queue.New(l, now), live: map[string]*Admission{}}
}

// Admission is a submission that was taken: it will be run when its turn comes,
// or recorded as stopped. Exactly one Do must follow.
type Admission struct {
	d      *Daemon
	s      *interlock.Submission
	ticket *queue.Ticket
	ctx    context.Context
	cancel context.CancelCauseFunc
	began  bool // its turn came; guarded by turns.mu
	// starter starts a run that was approved; zero is that it is a run of its own.
	starter interlock.Identity
}

// Admit takes s into the queue of a Daemon that was opened with Serve, and gives
// it an id. The error, an *interlock.Error or a *queue.Busy that unwraps to one,
// says that it was not taken: nothing was or will be run.
func (d *Daemon) Admit(s *interlock.Submission) (*Admission, error) {
	if d.turns == nil {
		return nil, configError("not_serving", "this daemon takes no submissions from others", "start one with `interlock serve`", nil)
	}
	if err := ofOthers(s); err != nil {
		return nil, err
	}
	return d.admit(s, interlock.Identity{})
}

// AdmitStart is Admit for a run that was approved, as [Daemon.Startable] returned it,
// and that who starts.
func (d *Daemon) AdmitStart(s *interlock.Submission, who interlock.Identity) (*Admission, error) {
	if d.turns == nil || s.Approved == "" {
		return nil, configError("not_serving", "this daemon starts nothing for others", "start one with `interlock serve`", nil)
	}
	return d.admit(s, who)
}

func (d *Daemon) admit(s *interlock.Submission, starter interlock.Identity) (*Admission, error) {
	ticket, err := d.turns.queue.Enter(fmt.Sprintf("%s %d %s", s.Who.Kind, s.Who.UID, s.Who.Name))
	if err != nil {
		return nil, refusal(err)
	}
	if s.Approved == "" {
		s.ID = runs.NewID(d.o.Now())
	}
	a := &Admission{d: d, s: s, ticket: ticket, starter: starter}
	a.ctx, a.cancel = context.WithCancelCause(context.Background())
	t := d.turns
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.live[s.ID] != nil {
		ticket.Leave()
		return nil, &interlock.Error{Kind: interlock.Workflow, Name: "used", Code: interlock.ExitRefused,
			Message: fmt.Sprintf("run %s is being started already", s.ID), Hint: fmt.Sprintf("`interlock runs show %s` shows it", s.ID)}
	}
	t.live[s.ID] = a
	if t.stopping {
		a.cancel(interlock.Terminated)
	}
	return a, nil
}

// ID is the run's id.
func (a *Admission) ID() string { return a.s.ID }

// Position is the run's place in the queue; 0 is its turn.
func (a *Admission) Position() int { return a.ticket.Position() }

// Cancel ends the run, in the queue or running, with cause
// interlock.Interrupted or interlock.Terminated. Do then returns its result.
func (a *Admission) Cancel(cause error) { a.cancel(cause) }

// Do waits for the run's turn, says so to began, which may be nil, and takes the
// submission the whole way. A run that is cancelled in the queue goes that way
// too, is recorded, and runs no code.
func (a *Admission) Do(out interlock.Streams, began func()) *interlock.Result {
	defer a.leave()
	if err := a.ticket.Wait(a.ctx); err == nil {
		a.begin()
		if began != nil {
			began()
		}
	}
	if a.s.Approved != "" {
		return a.d.Start(a.ctx, a.starter, a.s, out)
	}
	return a.d.Do(a.ctx, a.s, out)
}

// begin marks the turn, unless the daemon is stopping: what did not begin by then
// does not begin any more.
func (a *Admission) begin() {
	t := a.d.turns
	t.mu.Lock()
	defer t.mu.Unlock()
	if a.began = !t.stopping; t.stopping {
		a.cancel(interlock.Terminated)
	}
}

func (a *Admission) leave() {
	t := a.d.turns
	t.mu.Lock()
	delete(t.live, a.s.ID)
	t.done++
	t.mu.Unlock()
	a.cancel(nil)
	a.ticket.Leave()
}

// Cancel ends the live run that part names, if who may see it or started it: its id, or
// a part of it that no other such run has that goes on. It returns the id.
func (d *Daemon) Cancel(who interlock.Identity, part string, cause error) (string, error) {
	if d.turns == nil || part == "" {
		return "", noLiveRun(part)
	}
	all := d.oversees(who)
	part = strings.ToLower(part)
	t := d.turns
	t.mu.Lock()
	defer t.mu.Unlock()
	var fit []string
	for id, a := range t.live {
		if (all || sameUser(a.s.Who, who) || sameUser(a.starter, who)) && strings.Contains(id, part) {
			fit = append(fit, id)
		}
	}
	switch {
	case len(fit) == 0 && t.live[part] != nil:
		return "", notYours(who, part)
	case len(fit) == 0:
		return "", noLiveRun(part)
	case len(fit) > 1:
		slices.Sort(fit)
		slices.Reverse(fit)
		return "", ambiguous(part, fit)
	}
	t.live[fit[0]].endedBy(who, cause)
	return fit[0], nil
}

// endedBy cancels the run; where it is not the one who waits for it, its record says who.
func (a *Admission) endedBy(who interlock.Identity, cause error) {
	if !sameUser(a.s.Who, who) {
		cause = interlock.EndedBy{Who: who, Cause: cause}
	}
	a.cancel(cause)
}

// NoLiveRun is the Name of the error about a run that does not go on.
const NoLiveRun = "no_live_run"

func noLiveRun(part string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: NoLiveRun, Code: interlock.ExitUsage,
		Message: fmt.Sprintf("no run of yours that waits or runs in the daemon is named %q", part),
		Hint:    "`interlock runs list` shows which runs go on; one that was started without the daemon ends with Ctrl-C where it runs"}
}

// Stopping is the Name of the error of a daemon that takes no more runs.
const Stopping = "stopping"

func refusal(err error) error {
	if err == queue.ErrStopping { //nolint:errorlint // the queue returns it bare, and a *Busy must stay one
		return &interlock.Error{Kind: interlock.Infrastructure, Name: Stopping, Code: interlock.ExitInfrastructure, RetryRun: true,
			Message: err.Error(), Hint: "nothing ran; try again when it has stopped, or has been started again"}
	}
	return err
}
