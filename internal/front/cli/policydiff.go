package cli

import (
	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type policyDiff struct {
	Config string   `help:"The configuration (config.yml) to use." placeholder:"FILE"`
	A      string   `arg:"" help:"The one policy: a file, or a shipped one by name."`
	B      string   `arg:"" help:"The other policy."`
	Files  []string `arg:"" optional:"" name:"file" help:"Scripts to compare over; without any, the past runs of the ledger."`
	pastFlags
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// compared is what `policy diff --format json` prints.
type compared struct {
	Schema   int             `json:"schema"`
	Same     bool            `json:"same"`
	A        inForce         `json:"a"`
	B        inForce         `json:"b"`
	Rules    []policy.Change `json:"rules"`
	Compared int             `json:"compared"` // runs or files
	Over     []difference    `json:"over"`     // those that differ
	Skipped  []skipped       `json:"skipped"`
}

// difference is what comes out otherwise for one piece of code.
type difference struct {
	Run     string          `json:"run,omitempty"`
	Name    string          `json:"name"`
	Facts   string          `json:"facts"` // recorded, re-analysed or analysed
	A       verdictOf       `json:"a"`
	B       verdictOf       `json:"b"`
	Changes []policy.Change `json:"changes"`

	subject *subject
}

// run exits as diff(1): 0 the same, 1 different, 2 and more trouble.
func (cmd *policyDiff) run(c *call) (interlock.ExitCode, error) {
	o, err := cmd.options(c)
	if err != nil {
		return 0, err
	}
	d, err := c.openSoon(where{Config: cmd.Config})
	if err != nil {
		return 0, err
	}
	defer d.Close()
	a, err := d.LoadPolicy(cmd.A)
	if err != nil {
		return 0, err
	}
	b, err := d.LoadPolicy(cmd.B)
	if err != nil {
		return 0, err
	}
	out := compared{Schema: schema, A: forceOf(a), B: forceOf(b), Rules: ruleChanges(a, b), Over: []difference{}}
	var all []subject
	if len(cmd.Files) > 0 {
		all, err = c.filesOf(d, cmd.Files)
	} else {
		all, out.Skipped, err = c.pastOf(d, o, cmd.Reanalyse)
	}
	if err != nil {
		return 0, err
	}
	out.Compared, out.Skipped = len(all), append([]skipped{}, out.Skipped...)
	if out.Over, err = c.differences(d, a, b, all); err != nil {
		return 0, err
	}
	out.Same = len(out.Rules) == 0 && len(out.Over) == 0
	code := interlock.ExitOK
	if !out.Same {
		code = interlock.ExitCodeFailed
	}
	if cmd.Format == "json" {
		return code, c.object(out)
	}
	c.showDiff(d, &out, len(cmd.Files) > 0)
	return code, nil
}

// ruleChanges are how the rules in effect differ, with all that they extend.
func ruleChanges(a, b *policy.Policy) []policy.Change {
	was, _ := asJSON(policyTree(a.Document())).(map[string]any)
	now, _ := asJSON(policyTree(b.Document())).(map[string]any)
	return append([]policy.Change{}, policy.Compare(was, now)...)
}

func (c *call) differences(d *daemon.Daemon, a, b *policy.Policy, all []subject) ([]difference, error) {
	out := []difference{}
	for i := range all {
		x := &all[i]
		one, err := d.Judge(c, a, x.s, &x.facts, nil)
		if err != nil {
			return nil, err
		}
		other, err := d.Judge(c, b, x.s, &x.facts, nil)
		if err != nil {
			return nil, err
		}
		changes, err := policy.Effects(&one, &other)
		if err != nil {
			return nil, err
		}
		if len(changes) > 0 {
			out = append(out, difference{x.Run, x.Name, x.Basis, newVerdict(&one), newVerdict(&other), changes, x})
		}
	}
	return out, nil
}

func (c *call) showDiff(d *daemon.Daemon, out *compared, files bool) {
	c.print("rules, from %s to %s\n", out.A, out.B)
	for _, change := range out.Rules {
		c.showChange(change)
	}
	if len(out.Rules) == 0 {
		c.print("  the same\n")
	}
	c.showDifferences(d, out.Over)
	over := "past runs"
	if files {
		over = "files"
	}
	c.print("\n%d of %d %s come out otherwise\n", len(out.Over), out.Compared, over)
	c.showSkipped(out.Skipped)
	if out.Compared == 0 && !files {
		c.say("no past runs to compare over: name scripts after the two policies")
	}
}

func (c *call) showSkipped(left []skipped) {
	for _, s := range left {
		c.print("  left out: %s: %s\n", s.Run, visible.Line(s.Why))
	}
}

// showDifferences tells what would now be refused first, and what would now run last.
func (c *call) showDifferences(d *daemon.Daemon, over []difference) {
	for _, group := range []struct {
		title string
		in    func(a, b interlock.Effect) bool
	}{
		{"refused from now on", func(a, b interlock.Effect) bool { return b == interlock.Deny && a != b }},
		{"stricter from now on", func(a, b interlock.Effect) bool { return b < a && b != interlock.Deny }},
		{"laxer from now on", func(a, b interlock.Effect) bool { return b > a && a != interlock.Deny }},
		{"no longer refused", func(a, b interlock.Effect) bool { return a == interlock.Deny && a != b }},
		{"the same effect, with another mode or grant", func(a, b interlock.Effect) bool { return a == b }},
	} {
		first := true
		for i := range over {
			if !group.in(over[i].A.Effect, over[i].B.Effect) {
				continue
			}
			if first {
				c.print("\n%s\n", group.title)
			}
			first = false
			c.showDifference(d, &over[i])
		}
	}
}

func (c *call) showDifference(d *daemon.Daemon, one *difference) {
	c.print("  %s (%s facts)\n", visible.Line(one.subject.label()), one.Facts)
	for _, change := range one.Changes {
		c.print("  ")
		c.showChange(change)
		s := c.withSource(d, one.subject)
		for _, r := range change.Reasons {
			c.print("%s\n", indented(indented(indented(reason.Render(r, sourceOf(s, r.Source.File))))))
		}
	}
}

func (c *call) showChange(change policy.Change) {
	if change.Was != "" || change.Now != "" {
		c.print("  %s: %s, now %s\n", change.Key, visible.Line(change.Was), visible.Line(change.Now))
		return
	}
	var parts []string
	for _, item := range change.Removed {
		parts = append(parts, "- "+item)
	}
	for _, item := range change.Added {
		parts = append(parts, "+ "+item)
	}
	if len(parts) == 1 {
		c.print("  %s: %s\n", change.Key, visible.Line(parts[0]))
		return
	}
	c.print("  %s:\n", change.Key)
	for _, part := range parts {
		c.print("    %s\n", visible.Line(part))
	}
}
