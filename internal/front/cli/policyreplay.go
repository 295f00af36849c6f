package cli

import (
	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type policyReplay struct {
	Config string `help:"The configuration (config.yml) to use." placeholder:"FILE"`
	Policy string `help:"The policy to decide by: a file, or a shipped one by name; without it, the one in force." placeholder:"FILE"`
	pastFlags
	Format string `help:"What to print: text, or json with one object a run and one summary." enum:"text,json" default:"text"`
}

// replayed is one line of `policy replay --format json`.
type replayed struct {
	Schema    int             `json:"schema"`
	Run       string          `json:"run"`
	Name      string          `json:"name"`
	Submitted string          `json:"submitted"`
	Facts     string          `json:"facts"` // recorded or re-analysed
	Was       verdictOf       `json:"was"`
	Now       verdictOf       `json:"now"`
	Changes   []policy.Change `json:"changes"`
}

// replaySummary is the last line.
type replaySummary struct {
	Schema     int       `json:"schema"`
	Summary    bool      `json:"summary"` // true, which tells the line from those of runs
	Policy     inForce   `json:"policy"`
	Runs       int       `json:"runs"`
	Recorded   int       `json:"recorded"`    // decided by the recorded facts
	Reanalysed int       `json:"re_analysed"` // decided by facts made anew
	Different  int       `json:"different"`
	Skipped    []skipped `json:"skipped"`
}

// run exits as diff: 0 all the same, 1 something comes out otherwise.
func (cmd *policyReplay) run(c *call) (interlock.ExitCode, error) {
	o, err := cmd.options(c)
	if err != nil {
		return 0, err
	}
	d, err := c.openSoon(where{Config: cmd.Config})
	if err != nil {
		return 0, err
	}
	defer d.Close()
	p := d.Policy()
	if cmd.Policy != "" {
		if p, err = d.LoadPolicy(cmd.Policy); err != nil {
			return 0, err
		}
	}
	all, left, err := c.pastOf(d, o, cmd.Reanalyse)
	if err != nil {
		return 0, err
	}
	sum := replaySummary{Schema: schema, Summary: true, Policy: forceOf(p), Runs: len(all), Skipped: append([]skipped{}, left...)}
	over := []difference{}
	for i := range all {
		if !all[i].past.Decided {
			sum.Runs--
			sum.Skipped = append(sum.Skipped, skipped{all[i].Run, "analysis or policy failed then, so there is no decision to compare with"})
			continue
		}
		one, err := c.replay(d, p, &all[i])
		if err != nil {
			return 0, err
		}
		if sum.count(&all[i]); len(one.Changes) > 0 {
			sum.Different++
			over = append(over, difference{one.Run, one.Name, one.Facts, one.Was, one.Now, one.Changes, &all[i]})
		}
		if cmd.Format == "json" {
			if err := c.object(one); err != nil {
				return 0, err
			}
		}
	}
	return cmd.end(c, d, &sum, over)
}

func (s *replaySummary) count(x *subject) {
	if x.Basis == recordedFacts {
		s.Recorded++
	} else {
		s.Reanalysed++
	}
}

// replay decides on x again and compares with what was decided. The gateway's word is
// no policy's, so it is left out of what was decided.
func (c *call) replay(d *daemon.Daemon, p *policy.Policy, x *subject) (*replayed, error) {
	now, err := d.Judge(c, p, x.s, &x.facts, nil)
	if err != nil {
		return nil, err
	}
	was := withoutGateway(x.past.Decision)
	if !x.past.Granted {
		was.Grant = now.Grant // none was recorded, so none is compared
	}
	changes, err := policy.Effects(&was, &now)
	if err != nil {
		return nil, err
	}
	return &replayed{schema, x.Run, x.Name, stamp(x.past.Submitted), x.Basis, newVerdict(&was), newVerdict(&now), append([]policy.Change{}, changes...)}, nil
}

func withoutGateway(d interlock.Decision) interlock.Decision {
	gateway := policy.Gateway{}.Name()
	out := d
	out.Effect, out.Reasons = interlock.Allow, nil
	for _, r := range d.Reasons {
		if r.Rule != gateway {
			out.Add(r)
		}
	}
	if len(out.Reasons) == len(d.Reasons) {
		out.Effect = d.Effect
	}
	return out
}

func (cmd *policyReplay) end(c *call, d *daemon.Daemon, sum *replaySummary, over []difference) (interlock.ExitCode, error) {
	code := interlock.ExitOK
	if sum.Different > 0 {
		code = interlock.ExitCodeFailed
	}
	if cmd.Format == "json" {
		return code, c.object(sum)
	}
	c.showDifferences(d, over)
	c.print("\n%d past runs decided again by %s: %d come out otherwise\n", sum.Runs, visible.Line(sum.Policy.String()), sum.Different)
	c.print("  %d by the facts recorded with them, so that only the rules and config.yml differ\n", sum.Recorded)
	if sum.Reanalysed > 0 {
		c.print("  %d by analysing the recorded source anew: asked for, or their facts were blacked out or not recorded\n", sum.Reanalysed)
	}
	c.showSkipped(sum.Skipped)
	return code, nil
}
