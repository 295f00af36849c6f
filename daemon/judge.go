package daemon

import (
	"context"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// The ways to ask what a policy would do. Nothing here runs code, records anything
// or changes what is in force.

// LoadPolicy reads another policy, by its file or the name of a shipped one, as it
// would be in force under this configuration if it were the only one: a policy that
// binds does not narrow it, nor it the one that binds. Who may write the file does not
// matter.
func (d *Daemon) LoadPolicy(name string) (*policy.Policy, error) {
	o := policyOptions(d.sources(), d.inForce.Load().config)
	o.NotInForce = true
	for _, shipped := range policy.Shipped() {
		if name == shipped {
			return policy.LoadShipped(name, o)
		}
	}
	return policy.Load(name, o)
}

// Analyse is the facts of s, without a decision.
func (d *Daemon) Analyse(ctx context.Context, s *interlock.Submission) (interlock.Facts, error) {
	p := interlock.Pipeline{Analysis: []interlock.Analyser{d.analysis}, Policy: []interlock.Decider{undecided{}}, Now: d.o.Now}
	f, _, _, err := p.Check(ctx, s)
	return f, err
}

// undecided is a step that says nothing; the pipeline insists on one.
type undecided struct{}

func (undecided) Name() string { return "undecided" }

func (undecided) Decide(_ context.Context, _ *interlock.Submission, _ *interlock.Facts, d interlock.Decision) (interlock.Decision, error) {
	return d, nil
}

// Judge is what p would decide on s with the facts f under this configuration, where
// writes, if it is not nil, stands in for writes_enabled. What this build cannot do is
// left out: it is no word of the policy.
func (d *Daemon) Judge(ctx context.Context, p *policy.Policy, s *interlock.Submission, f *interlock.Facts, writes *bool) (interlock.Decision, error) {
	r := *d.inForce.Load()
	r.policy, r.stale = p, ""
	if writes != nil {
		c := *r.config
		c.Control.EPICSWritesEnabled, r.config = *writes, &c
	}
	d.surround(s, r.config)
	if s.At.IsZero() {
		s.At = d.o.Now()
	}
	decision := interlock.Decision{Effect: interlock.Allow}
	for _, step := range r.deciders(d) {
		if step.Name() == (policy.Gateway{}).Name() {
			continue
		}
		next, err := step.Decide(ctx, s, f, decision)
		if err != nil {
			return interlock.Decision{Effect: interlock.Deny}, err
		}
		next.Effect = min(next.Effect, decision.Effect)
		decision = next
	}
	return decision, nil
}

// ModuleName is the dotted name of a module at a slash-separated path.
func ModuleName(path string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(path, ".py"), "/__init__")
	return strings.ReplaceAll(name, "/", ".")
}
