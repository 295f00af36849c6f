package daemon

import (
	"context"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/approval"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

// rules is one version of configuration and policy, and the pipeline that holds
// runs to it. It is immutable: a run keeps the one it began under.
type rules struct {
	config   *Config
	warnings []string
	policy   *policy.Policy
	redact   *redact.Redactor
	key      string // see rulesKey
	files    stamps // what it came from, for seeing changes

	// stale says what is wrong with the files that should be in force instead; "" is
	// that these are the ones.
	stale    string
	pipeline interlock.Pipeline
	desk     *approval.Desk
}

// load reads configuration and policy. The result has no pipeline yet.
func (d *Daemon) load(src Sources) (*rules, error) {
	r := &rules{}
	var err error
	if r.config, r.warnings, err = LoadConfig(src); err != nil {
		return nil, err
	}
	if r.policy, err = loadPolicies(r.config.Policy, policyOptions(src, r.config)); err != nil {
		return nil, err
	}
	r.redact, err = redact.Compile(r.policy.Redact())
	r.key = rulesKey(src, r.config, d.o.Version)
	return r, err
}

// loadPolicies reads the policy at p and the one that narrows it, if there is one.
// A narrower one that is broken is an error: without it more would be allowed.
func loadPolicies(p PolicySource, o policy.Options) (*policy.Policy, error) {
	if p.Path == "" {
		return policy.LoadShipped(p.Shipped, o)
	}
	one, err := policy.Load(p.Path, o)
	if err != nil || p.NarrowedBy == nil {
		return one, err
	}
	narrower, err := policy.Load(p.NarrowedBy.Path, o.ForNarrowing())
	if err != nil {
		return nil, err
	}
	return one.NarrowedBy(narrower), nil
}

// policyOptions is what this deployment adds to any policy.
func policyOptions(src Sources, c *Config) policy.Options {
	return policy.Options{Home: src.Home, Modes: c.PolicyModes(), Forbid: forbidden(src, c)}
}

// wired gives r its pipeline over what all rules share.
func (r *rules) wired(d *Daemon) *rules {
	d.analysis.SetSite(r.config.Tables)
	r.desk = d.newDesk(r)
	r.pipeline = interlock.Pipeline{
		Analysis: []interlock.Analyser{d.analysis},
		Policy:   r.deciders(d),
		Draft:    drafter{d, r},
		Approval: r.desk,
		Sandbox:  d.sandbox,
		Gateway:  d.gateway,
		Runs:     d.runs,
		Ledger:   records{d, r.policy},
		Now:      d.o.Now,
	}
	return r
}

// deciders are the steps of the decision in their order.
func (r *rules) deciders(d *Daemon) []interlock.Decider {
	steps := []interlock.Decider{r.config.PolicyControl(isOperator), found{d, r.policy}, policy.Gateway{Configured: len(d.gateway.Doors()) > 0}}
	if r.stale != "" {
		steps = append(steps, outdated(r.stale))
	}
	return steps
}

// drafter is the policy's draft with the caller's environment in it.
type drafter struct {
	d *Daemon
	r *rules
}

// Draft implements interlock.Drafter.
func (p drafter) Draft(s *interlock.Submission) (interlock.Grant, bool) { return p.r.draft(p.d, s) }

func (r *rules) draft(d *Daemon, s *interlock.Submission) (interlock.Grant, bool) {
	g, ok := r.policy.Draft(s)
	return d.equipped(surrounded(s, g)), ok
}

// found is the policy's step with the caller's environment in its grant.
type found struct {
	d *Daemon
	*policy.Policy
}

// Decide implements interlock.Decider.
func (p found) Decide(ctx context.Context, s *interlock.Submission, f *interlock.Facts, d interlock.Decision) (interlock.Decision, error) {
	d, err := p.Policy.Decide(ctx, s, f, d)
	d.Grant = p.d.equipped(surrounded(s, d.Grant))
	return d, err
}

// surrounded names the environment of a grant that names none: the policy is the
// same for every caller, and what $VIRTUAL_ENV says is not.
func surrounded(s *interlock.Submission, g interlock.Grant) interlock.Grant {
	if g.Environment.Interpreter == "" {
		g.Environment.Interpreter = s.Found
	}
	return g
}

// outdated warns that newer rules are written down and cannot be used.
type outdated string

// Name implements interlock.Decider.
func (outdated) Name() string { return "reload" }

// Decide implements interlock.Decider.
func (o outdated) Decide(_ context.Context, _ *interlock.Submission, _ *interlock.Facts, d interlock.Decision) (interlock.Decision, error) {
	d.Warnings = append(append([]string{}, d.Warnings...), string(o))
	return d, nil
}
