package interlock

import (
	"context"
	"fmt"
	"io"
	"time"
)

// Analyser is one step of analysis. It adds to f what it found and must leave
// an entry in f.Unresolved for what it could not see. An error refuses the
// submission.
type Analyser interface {
	Name() string
	Analyse(ctx context.Context, s *Submission, f *Facts) error
}

// Decider is one step of the decision. It returns d with its reasons added; it
// may set the mode and the draft grant, and may only tighten the effect. An
// error refuses the submission.
type Decider interface {
	Name() string
	Decide(ctx context.Context, s *Submission, f *Facts, d Decision) (Decision, error)
}

// Drafter guesses the grant of a submission before it is analysed, so that the
// interpreter can start meanwhile. ok is false where there is no good guess.
type Drafter interface {
	Draft(s *Submission) (g Grant, ok bool)
}

// Approver turns a decision that needs approval into a verdict. It returns nil
// only where the run may go on now; it may then have narrowed d.Grant, and never
// widened it. A submission that says that it was approved is not believed: the
// Approver looks whether exactly this was, and whether it was used already.
type Approver interface {
	Approve(ctx context.Context, s *Submission, f *Facts, d *Decision) error
}

// Sandbox confines runs.
type Sandbox interface {
	// Prepare starts a confined interpreter for g, without any user code in it.
	// An error says that this host cannot hold the grant.
	Prepare(ctx context.Context, s *Submission, g Grant) (Child, error)
}

// Child is one confined interpreter. Exactly one Run may follow; Close must be
// called in any case, ends every process of the run, and is idempotent.
type Child interface {
	// Fits reports whether the child was prepared for exactly g, and runs s as a
	// child that was prepared for s would.
	Fits(s *Submission, g Grant) bool
	// Level is the isolation the child runs under.
	Level() Level
	// Run sends the code and waits until the run has ended. Files that the run
	// leaves behind are moved to workspace, an existing empty folder. road serves the grant's
	// doors, if it has any, and is not stopped.
	Run(ctx context.Context, s *Submission, workspace string, out Streams, road Road) (Observed, Claims, error)
	Close() error
}

// Runs keeps what is left of each run: workspace, figures, notebook.
type Runs interface {
	// Create makes the folder of a run.
	Create(id string) (RunFolder, error)
	// Keep writes figures and notebook of a finished run and completes r.Folder.
	Keep(s *Submission, r *Result) error
}

// Streams receive a run's output as it comes. Notice receives Interlock's own
// words to the person; it may be nil. Writes come from one goroutine at a time
// per stream.
type Streams struct {
	Stdout, Stderr io.Writer
	Notice         func(text string)
}

// Pipeline is the one road from a submission to a result. All fields but Draft
// are required: a Pipeline without deciders, ledger, sandbox or gateway refuses.
type Pipeline struct {
	Analysis []Analyser
	Policy   []Decider
	Draft    Drafter
	Approval Approver
	Sandbox  Sandbox
	Gateway  Gateway
	Runs     Runs
	Ledger   Ledger
	Now      func() time.Time
}

// Check analyses and decides; nothing runs and nothing is recorded. An error
// means that a step failed; the decision then denies.
func (p *Pipeline) Check(ctx context.Context, s *Submission) (Facts, Decision, Timings, error) {
	var f Facts
	var t Timings
	began := p.Now()
	if s.At.IsZero() {
		s.At = began
	}
	refuse := func(err error) (Facts, Decision, Timings, error) {
		return f, Decision{Effect: Deny}, t, err
	}
	if len(p.Analysis) == 0 || len(p.Policy) == 0 {
		return refuse(&Error{Kind: Configuration, Name: "no_steps", Code: ExitUsage,
			Message: "the pipeline has no analysis or no policy, so nothing may run"})
	}
	if ctx.Err() != nil {
		return refuse(stoppedError(ctx))
	}
	f = Facts{SourceSHA256: SourceDigest(s.Source), Control: Control{Reads: None, Writes: None}, Complete: true}
	for _, a := range p.Analysis {
		if err := a.Analyse(ctx, s, &f); err != nil {
			return refuse(unlessStopped(ctx, stepError("analysis", a.Name(), err)))
		}
	}
	t.Analyse = p.Now().Sub(began)
	d := Decision{Effect: Allow}
	for _, step := range p.Policy {
		next, err := step.Decide(ctx, s, &f, d)
		if err != nil {
			return refuse(unlessStopped(ctx, stepError("policy", step.Name(), err)))
		}
		next.Effect = min(next.Effect, d.Effect)
		d = next
	}
	t.Decide = p.Now().Sub(began) - t.Analyse
	return f, d, t, nil
}

// stepError keeps an error made for people and says which step refused otherwise.
func stepError(stage, name string, err error) error {
	e := *AsError(err)
	if e.Name == "internal" {
		e.Message = fmt.Sprintf("%s step %q failed, so the submission is refused: %s", stage, name, e.Message)
	}
	return &e
}

// Do takes a submission the whole way. It always returns a result: a denial, a
// failure and a stopped run are results with an Error that says why. Do is safe
// for concurrent use if the stages are.
func (p *Pipeline) Do(ctx context.Context, s *Submission, out Streams) *Result {
	r := &Result{ID: s.ID, Status: Errored, Started: p.Now()}
	if s.At.IsZero() {
		s.At = r.Started
	}
	ahead := p.prepareAhead(ctx, s)
	defer ahead.close()

	var err error
	if r.Folder, err = p.Runs.Create(s.ID); err != nil {
		return p.unrecorded(r, err)
	}
	r.Facts, r.Decision, r.Timings, err = p.Check(ctx, s)
	r.Mode = r.Decision.Mode
	if err != nil {
		return p.finish(ctx, s, r.fail(err))
	}
	if r.Decision.Effect == Deny {
		return p.finish(ctx, s, r.refuse())
	}
	if r.Decision.Effect == NeedsApproval || s.Approved != "" {
		if err = p.Approval.Approve(ctx, s, &r.Facts, &r.Decision); err != nil {
			return p.finish(ctx, s, r.fail(err))
		}
	}
	child, err := ahead.child(ctx, s, r.Decision.Grant)
	if err != nil {
		return p.finish(ctx, s, r.fail(unlessStopped(ctx, err)))
	}
	defer child.Close()
	if ctx.Err() != nil {
		return p.finish(ctx, s, r.fail(stoppedError(ctx)))
	}
	if p.Gateway == nil {
		return p.finish(ctx, s, r.fail(&Error{Kind: Configuration, Name: "no_steps", Code: ExitUsage, Message: "the pipeline has no gateway, so nothing may run"}))
	}
	road, err := p.Gateway.Open(ctx, s, r.Decision.Grant)
	if err != nil {
		return p.finish(ctx, s, r.fail(err))
	}
	defer road.Stop()
	r.Timings.Start = p.Now().Sub(r.Started) - r.Timings.Analyse - r.Timings.Decide
	// Who stops the run now must not make its record look as if it could not be written.
	if _, err = p.Ledger.Append(context.WithoutCancel(ctx), p.intent(s, r, child.Level())...); err != nil {
		return p.unrecorded(r, err)
	}
	began := p.Now()
	r.Observed, r.Claims, err = child.Run(ctx, s, r.Folder.Workspace, out, road)
	r.Observed.reached(road.Stop())
	r.Timings.Run = p.Now().Sub(began)
	return p.finish(ctx, s, r.conclude(ctx, s, err))
}

// finish keeps what is left of the run and records its end. It runs to the end
// even where ctx is done: a started run must get its last record.
func (p *Pipeline) finish(ctx context.Context, s *Submission, r *Result) *Result {
	ctx = context.WithoutCancel(ctx)
	began := p.Now()
	if err := p.Runs.Keep(s, r); err != nil && r.Error == nil {
		r.fail(&Error{Kind: Infrastructure, Name: "not_kept", Code: ExitInfrastructure, RetryRun: true, Err: err,
			Message: "the run ended, but its results could not be kept",
			Hint:    "free space under the state directory; `interlock runs prune` removes old runs"})
	}
	records := []Record{p.record(RecordEnd, s, r, endBody(r))}
	if !r.Observed.Started {
		records = append(p.decided(s, r), records...)
	}
	records[len(records)-1].Blobs = map[string][]byte{"stdout": r.Observed.Stdout, "stderr": r.Observed.Stderr}
	receipt, err := p.Ledger.Append(ctx, records...)
	if err != nil {
		return p.unrecorded(r, err)
	}
	r.Receipt = receipt
	r.Timings.Record = p.Now().Sub(began)
	r.Timings.Total = p.Now().Sub(r.Started)
	return r
}

// unrecorded ends a run whose record cannot be written: nothing more happens. What ran
// already did what it did, and must not look as if it could be run again unseen.
func (p *Pipeline) unrecorded(r *Result, err error) *Result {
	e := &Error{Kind: Infrastructure, Name: "not_recorded", Code: ExitInfrastructure, RetryRun: !r.Observed.Started, Err: err,
		Message: "the state directory cannot be written, and nothing runs without a record",
		Hint:    "free space or fix permissions under the state directory; `interlock doctor` shows where it is"}
	if r.Observed.Started {
		e.Message = "the code ran, and how it ended could not be recorded"
		e.Hint += "; what it put to equipment is in the ledger"
	}
	r.fail(e)
	r.Timings.Total = p.Now().Sub(r.Started)
	return r
}

// ahead is an interpreter that starts while the submission is analysed.
type ahead struct {
	p     *Pipeline
	ready chan struct{}
	got   Child
	stop  context.CancelFunc
}

func (p *Pipeline) prepareAhead(ctx context.Context, s *Submission) *ahead {
	a := &ahead{p: p, ready: make(chan struct{}), stop: func() {}}
	var g Grant
	ok := false
	if p.Draft != nil && ctx.Err() == nil {
		g, ok = p.Draft.Draft(s)
	}
	if !ok {
		close(a.ready)
		return a
	}
	ctx, a.stop = context.WithCancel(ctx)
	go func() {
		defer close(a.ready)
		a.got, _ = p.Sandbox.Prepare(ctx, s, g) // an error shows again for the real grant
	}()
	return a
}

// child returns the prepared child where it fits the grant, else a new one.
func (a *ahead) child(ctx context.Context, s *Submission, g Grant) (Child, error) {
	<-a.ready
	if a.got != nil && a.got.Fits(s, g) {
		return a.got, nil
	}
	if a.got != nil {
		_ = a.got.Close() // it has the run's name, and no code
		a.got = nil
	}
	return a.p.Sandbox.Prepare(ctx, s, g)
}

func (a *ahead) close() {
	a.stop()
	<-a.ready
	if a.got != nil {
		_ = a.got.Close() // a child that Do used is closed already, and no other had code
	}
}
