package cli

import (
	"io"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/policy"
)

type policyLearn struct {
	where
	Files   []string `arg:"" optional:"" name:"file" help:"Scripts to learn from; without any, the past runs of the ledger."`
	Extends string   `help:"The shipped policy to build on." default:"scientific"`
	pastFlags
}

// run prints the suggestion and writes nothing: what is in force is the operator's word.
func (cmd *policyLearn) run(c *call) (interlock.ExitCode, error) {
	if _, err := policy.LoadShipped(cmd.Extends, policy.Options{}); err != nil {
		return 0, err
	}
	o, err := cmd.options(c)
	if err != nil {
		return 0, err
	}
	d, err := c.openSoon(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	all, left, err := cmd.subjects(c, d, o)
	if err != nil {
		return 0, err
	}
	if len(all) == 0 {
		return 0, bad("nothing_to_learn_from", "there are no past runs to learn from", "run some scripts first, or name scripts: `interlock policy learn FILE.py`")
	}
	for _, s := range left {
		c.say("left out: %s: %s", s.Run, s.Why)
	}
	observed := make([]policy.Observed, 0, len(all))
	for i := range all {
		one, err := c.observed(d, &all[i])
		if err != nil {
			return 0, err
		}
		observed = append(observed, one)
	}
	_, _ = io.WriteString(c.stdout, policy.Learn(cmd.Extends, observed))
	return interlock.ExitOK, nil
}

// subjects are the files, or the past runs.
func (cmd *policyLearn) subjects(c *call, d *daemon.Daemon, o ledger.PastOptions) (all []subject, left []skipped, err error) {
	if len(cmd.Files) > 0 {
		all, err = c.filesOf(d, cmd.Files)
		return all, nil, err
	}
	return c.pastOf(d, o, cmd.Reanalyse)
}

// observed is x as it was decided; a file is decided on now.
func (c *call) observed(d *daemon.Daemon, x *subject) (policy.Observed, error) {
	if x.past != nil {
		return policy.Observed{Label: "run " + x.Run + ", " + x.Name, Facts: &x.facts, Decision: &x.past.Decision, Commands: x.past.Commands,
			Connections: x.past.Connections, Wall: x.past.Wall, MaxRSS: x.past.MaxRSS}, nil
	}
	decision, err := d.Judge(c, d.Policy(), x.s, &x.facts, nil)
	return policy.Observed{Label: x.Name, Facts: &x.facts, Decision: &decision}, err
}
