package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type policyExplain struct {
	where
	File   string `arg:"" help:"The script; - takes code from standard input."`
	Mode   string `help:"Demand a mode: read_only or write_access." placeholder:"MODE"`
	Env    string `help:"The Python interpreter or environment it would run in." placeholder:"PATH"`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *policyExplain) takesArgs() {}

// explained is what `policy explain --format json` prints.
type explained struct {
	Schema int    `json:"schema"`
	File   string `json:"file"`
	policy.Explanation
	Effect   interlock.Effect        `json:"effect"`
	Mode     interlock.ExecutionMode `json:"mode"`
	Warnings []string                `json:"warnings"`
	Policy   inForce                 `json:"policy"`
}

// inForce names a version of the policy.
type inForce struct {
	Files      []string `json:"files"`
	Digest     string   `json:"digest"`                // of all that hold together
	NarrowedBy []string `json:"narrowed_by,omitempty"` // files of what narrows a binding policy
}

func forceOf(p *policy.Policy) inForce {
	return inForce{p.Parts()[0].Files(), p.Digest(), p.Narrowing()}
}

// String is f for a person.
func (f inForce) String() string {
	text := strings.Join(f.Files, ", which extends ")
	if len(f.NarrowedBy) > 0 {
		text += "; narrowed by " + strings.Join(f.NarrowedBy, ", which extends ")
	}
	return text
}

// run explains; that the code would be refused is an answer, no failure.
func (cmd *policyExplain) run(c *call) (interlock.ExitCode, error) {
	mode, err := askedMode(cmd.Mode)
	if err != nil {
		return 0, err
	}
	env, err := absolute("--env", cmd.Env)
	if err != nil {
		return 0, err
	}
	s, err := c.source(cmd.File)
	if err != nil {
		return 0, err
	}
	s.AskedMode, s.Interpreter, s.Args, s.Front, s.Who = mode, env, c.args, "cli", daemon.Self()
	d, err := c.openSoon(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	facts, err := d.Analyse(c, s)
	if err != nil {
		return 0, err
	}
	p := d.Policy()
	decision, err := d.Judge(c, p, s, &facts, nil)
	if err != nil {
		return 0, err
	}
	e, err := p.Explain(c, s, &facts, &decision)
	if err != nil {
		return 0, err
	}
	x := explained{apiv1.Schema, cmd.File, e, decision.Effect, decision.Mode, append([]string{}, decision.Warnings...), forceOf(p)}
	if cmd.Format == "json" {
		x.Findings = append([]policy.Finding{}, x.Findings...)
		return interlock.ExitOK, c.object(x)
	}
	c.explain(s, &x)
	return interlock.ExitOK, nil
}

// explain tells it group by group, what is refused first in each.
func (c *call) explain(s *interlock.Submission, x *explained) {
	for _, group := range policy.Groups() {
		first := true
		for _, effect := range []interlock.Effect{interlock.Deny, interlock.NeedsApproval, interlock.Warn, interlock.Allow} {
			for _, f := range x.Findings {
				if f.Group != group || f.Effect != effect {
					continue
				}
				if first {
					c.print("%s\n", group)
				}
				first = false
				c.print("%s\n", indented(finding(s, f)))
			}
		}
	}
	if len(x.Findings) == 0 {
		c.print("%s: nothing in it concerns the policy: no imports, no builtins with a rule, no files, network, programs or equipment\n", x.File)
	}
	if len(x.Whole) > 0 {
		c.print("the run as a whole\n")
	}
	for _, r := range x.Whole {
		c.print("%s\n", indented(reason.Render(r, sourceOf(s, r.Source.File))))
	}
	c.print("\n%s: %s, mode %s\n  by policy %s\n", x.File, ending[x.Effect], x.Mode, x.Policy)
	if len(x.Policy.NarrowedBy) > 0 {
		c.print("  two policies are in force, and what either refuses is refused\n")
	}
}

// ending is the effect as the last word of an explanation.
var ending = map[interlock.Effect]string{
	interlock.Deny:          "refused (deny)",
	interlock.NeedsApproval: "waits for a person (needs_approval)",
	interlock.Warn:          "would run, with warnings (warn)",
	interlock.Allow:         "would run (allow)",
}

// finding is one finding in words: what speaks against it, or by what it is allowed.
func finding(s *interlock.Submission, f policy.Finding) string {
	if len(f.Reasons) > 0 {
		var all []string
		for _, r := range f.Reasons {
			all = append(all, reason.Render(r, sourceOf(s, r.Source.File)))
		}
		return strings.Join(all, "\n")
	}
	lines := []string{"allowed: " + visible.Line(f.What)}
	if at := reason.Position(f.Source); at != "" {
		lines = append(lines, "  at "+at)
	}
	if snippet := reason.SnippetAt(sourceOf(s, f.Source.File), f.Source); snippet != "" {
		lines = append(lines, snippet)
	}
	for _, by := range append([]policy.Allowance{{Rule: f.Rule, Policy: f.Policy, Why: f.Why}}, f.Also...) {
		why := "  why: " + visible.Line(by.Why)
		if by.Policy.Line > 0 {
			why += fmt.Sprintf(" (%s:%d)", visible.Line(by.Policy.File), by.Policy.Line)
		}
		if !slices.Contains(lines, why) {
			lines = append(lines, why)
		}
	}
	return strings.Join(lines, "\n")
}

func indented(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
