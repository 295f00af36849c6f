package cli

import (
	"slices"

	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/store/runs"
)

// recall completes runs that have no result, in their place, with what the ledger
// says of them: a run that was interrupted left no name in its folder, but nothing
// ran before its start was recorded. A ledger that cannot be read takes nothing
// from the list. One that ended before its record, while it was analysed, stays
// without a name.
func (c *call) recall(d *daemon.Daemon, all []runs.Entry) {
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
