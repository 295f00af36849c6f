package cli

import (
	"slices"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// unfinished is what is known of a run without a result: what the ledger says of it,
// with the puts that were about to be sent.
func (c *call) unfinished(d *daemon.Daemon, e runs.Entry) *apiv1.Run {
	mode, _ := interlock.ParseExecutionMode(e.Mode) // read_only where the ledger does not say
	r := &interlock.Result{ID: e.ID, Status: interlock.Status(e.Status), Mode: mode, Started: e.Started}
	puts, err := d.Puts(c, e.ID)
	if err != nil {
		c.say("which puts it made is not known: %v", err)
	}
	r.Observed.Equipment.Puts = puts
	return apiv1.NewRun(&interlock.Submission{Name: e.Name}, r)
}

// knownPuts lists the puts of a run that died.
func (c *call) knownPuts(r *apiv1.Run) {
	if len(r.Puts) == 0 {
		c.print("%-10s the ledger knows of no put; each is recorded before it is sent\n", "")
	}
	for _, p := range r.Puts {
		c.print("%-10s %s: %s, was %s, %s\n", "put", visible.Line(p.Channel), plainJSON(p.Value), plainJSON(p.Old), p.Status)
	}
}

// claimed marks runs that were claimed for a start, and of which nothing more is
// known, as what they are: interrupted.
func (c *call) claimed(d *daemon.Daemon, all []runs.Entry) {
	for i := range all {
		if all[i].Status != string(interlock.AwaitingApproval) {
			continue
		}
		if r, err := d.Request(c, all[i].ID); err == nil && r.State == daemon.OutcomeUnknown {
			all[i].Status = runs.Interrupted
		}
	}
}

// recall completes runs that have no result, in their place, with what the ledger
// says of them: a run that was interrupted left no name in its folder, but nothing
// ran before its start was recorded. A ledger that cannot be read takes nothing
// from the list. One that ended before its record, while it was analysed, stays
// without a name.
func (c *call) recall(d *daemon.Daemon, all []runs.Entry) {
	c.claimed(d, all)
	nameless := func(e runs.Entry) bool {
		return e.Name == "" && (e.Status == runs.Interrupted || e.Status == runs.Running)
	}
	if !slices.ContainsFunc(all, nameless) {
		return
	}
	l, err := d.Ledger(c)
	if err != nil {
		c.say("names of runs without a result are not known: %v", err)
		return
	}
	for i := range all {
		if !nameless(all[i]) {
			continue
		}
		run, _, err := l.Run(c, all[i].ID)
		if err != nil {
			c.say("names of runs without a result are not known: %v", err)
			return
		}
		all[i].Name, all[i].Mode = run.Name, run.Mode
	}
}
