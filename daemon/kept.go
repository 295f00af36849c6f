package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// ListRuns lists the runs that who may see, newest first, at most limit; 0 is all.
func (d *Daemon) ListRuns(ctx context.Context, who interlock.Identity, limit int) (*apiv1.Runs, error) {
	ids, err := d.runs.IDs()
	if err == nil {
		ids, err = d.seen(ctx, who, ids)
	}
	if err != nil {
		return nil, err
	}
	if limit > 0 {
		ids = ids[:min(len(ids), limit)]
	}
	all := make([]runs.Entry, len(ids))
	for i, id := range ids {
		all[i] = d.runs.Entry(id)
	}
	list := &apiv1.Runs{Schema: apiv1.Schema, Runs: make([]apiv1.ListedRun, 0, len(all)), Notes: d.recall(ctx, all)}
	for _, e := range all {
		list.Runs = append(list.Runs, apiv1.ListedRun{ID: e.ID, Status: e.Status, Mode: e.Mode, Name: e.Name,
			Started: e.Started.UTC().Format(time.RFC3339Nano), Folder: e.Path})
	}
	return list, nil
}

// ShowRun is the run that part names, if who may see it: its id, or a part of it that
// no other run has that who may see.
func (d *Daemon) ShowRun(ctx context.Context, who interlock.Identity, part string) (*apiv1.Run, error) {
	id, err := d.find(ctx, who, part)
	if err != nil {
		return nil, err
	}
	e, r, err := d.runs.Show(id)
	if errors.Is(err, runs.ErrNoRun) { // its folder was pruned, and the ledger has it still
		return nil, pruned(id)
	}
	if err != nil {
		return nil, err
	}
	one := []runs.Entry{e}
	notes := d.recall(ctx, one)
	if e = one[0]; r == nil || e.Status == runs.Interrupted {
		return d.unfinished(ctx, e, notes), nil
	}
	return r, nil
}

// RestoreRun is the submission, who's, that puts the channels of the run back that part
// names, if who may see that run: see [Daemon.Restore]. It is held to the rules as any
// other of who's.
func (d *Daemon) RestoreRun(ctx context.Context, who interlock.Identity, part string, how *apiv1.Restore) (*interlock.Submission, error) {
	id, err := d.find(ctx, who, part)
	if err != nil {
		return nil, err
	}
	s, err := d.Restore(ctx, id, how.Anyway, how.Rehearse)
	if err != nil {
		return nil, err
	}
	s.Who, s.Rehearsal = who, how.Rehearsal
	return s, nil
}

// unfinished is what is known of a run without a result: what the ledger says of it,
// with the puts that were about to be sent.
func (d *Daemon) unfinished(ctx context.Context, e runs.Entry, notes []string) *apiv1.Run {
	mode, _ := interlock.ParseExecutionMode(e.Mode) // read_only where the ledger does not say
	r := &interlock.Result{ID: e.ID, Status: interlock.Status(e.Status), Mode: mode, Started: e.Started}
	puts, err := d.Puts(ctx, e.ID)
	if err != nil {
		notes = append(notes, fmt.Sprintf("which puts it made is not known: %v", err))
	}
	r.Observed.Equipment.Puts, r.Observed.Notes = puts, notes
	return apiv1.NewRun(&interlock.Submission{Name: e.Name}, r)
}

// recall completes runs that have no result, in their place, with what the ledger
// says of them: a run that was interrupted left no name in its folder, but nothing
// ran before its start was recorded. A ledger that cannot be read takes nothing
// from the list: what it would have said is in notes. One that ended before its
// record, while it was analysed, stays without a name.
func (d *Daemon) recall(ctx context.Context, all []runs.Entry) (notes []string) {
	d.claimed(ctx, all)
	nameless := func(e runs.Entry) bool {
		return e.Name == "" && (e.Status == runs.Interrupted || e.Status == runs.Running)
	}
	notes = []string{}
	unknown := func(err error) []string {
		return append(notes, fmt.Sprintf("names of runs without a result are not known: %v", err))
	}
	if !slices.ContainsFunc(all, nameless) {
		return notes
	}
	l, err := d.ledger.get(ctx)
	if err != nil {
		return unknown(err)
	}
	for i := range all {
		if !nameless(all[i]) {
			continue
		}
		run, _, err := l.Run(ctx, all[i].ID)
		if err != nil {
			return unknown(err)
		}
		all[i].Name, all[i].Mode = run.Name, run.Mode
	}
	return notes
}

// claimed marks runs that were claimed for a start, and of which nothing more is
// known, as what they are: interrupted.
func (d *Daemon) claimed(ctx context.Context, all []runs.Entry) {
	for i := range all {
		if all[i].Status != string(interlock.AwaitingApproval) {
			continue
		}
		if r, err := d.Request(ctx, all[i].ID); err == nil && r.State == OutcomeUnknown {
			all[i].Status = runs.Interrupted
		}
	}
}
