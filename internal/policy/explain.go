package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

// Finding is one fact about the code with what decides it, allowed or not.
type Finding struct {
	Group     string              `json:"group"` // one of Groups
	What      string              `json:"what"`  // "import of numpy"
	Source    interlock.Pos       `json:"source"`
	Certainty interlock.Certainty `json:"certainty"`
	Effect    interlock.Effect    `json:"effect"` // what the rules about this fact alone would do
	// Reasons are what speaks against it; empty where nothing does.
	Reasons []interlock.Reason `json:"reasons"`
	// Rule, Policy and Why say by what it is allowed, where nothing speaks against
	// it. Policy is zero where it is allowed by default.
	Rule   string               `json:"rule"`
	Policy interlock.PolicyLine `json:"policy"`
	Why    string               `json:"why"`
	// Also says by what the policies that narrow the first one allow it.
	Also []Allowance `json:"also,omitempty"`
}

// Allowance is by what one policy allows a fact. Policy is zero where it is allowed
// by default.
type Allowance struct {
	Rule   string               `json:"rule"`
	Policy interlock.PolicyLine `json:"policy"`
	Why    string               `json:"why"`
}

// Groups are the groups of findings in the order they are told.
func Groups() []string {
	return []string{"imports", "builtins", "paths", "endpoints", "commands", "installs", "control system", "unresolved"}
}

// Explanation is what decides each fact of a submission.
type Explanation struct {
	Findings []Finding `json:"findings"`
	// Whole are the reasons about the run as a whole: its mode, an approval, inputs,
	// rules over all of the facts.
	Whole []interlock.Reason `json:"whole"`
}

// Explain says which rule decides each fact in f about s, where d is the decision
// that was made. Each fact is decided again alone by p itself, so that what is told
// here is what [Policy.Decide] does and no second reading of the rules; only why
// something is allowed is looked up, because a decision does not say it.
func (p *Policy) Explain(ctx context.Context, s *interlock.Submission, f *interlock.Facts, d *interlock.Decision) (Explanation, error) {
	x := explainer{p: p, s: s, d: d}
	for _, one := range x.facts(f) {
		if err := x.judge(ctx, one); err != nil {
			return Explanation{}, fmt.Errorf("explaining %s: %w", one.finding.What, err)
		}
	}
	e := Explanation{Findings: x.findings, Whole: []interlock.Reason{}}
	for _, r := range d.Reasons {
		if !slices.ContainsFunc(x.findings, func(f Finding) bool { return slices.Contains(f.Reasons, r) }) {
			e.Whole = append(e.Whole, r)
		}
	}
	return e, nil
}

type explainer struct {
	p        *Policy
	s        *interlock.Submission
	d        *interlock.Decision
	findings []Finding
}

// fact is one entry of the facts, alone, with what allows it if nothing speaks
// against it.
type fact struct {
	finding Finding
	alone   interlock.Facts
	allowed func(*explainer) Allowance // by the policy of the explainer alone
}

func (x *explainer) judge(ctx context.Context, one fact) error {
	one.alone.SourceSHA256, one.alone.Complete = interlock.SourceDigest(x.s.Source), len(one.alone.Unresolved) == 0
	if len(one.alone.Accesses) == 0 {
		one.alone.Control = interlock.Control{Reads: interlock.None, Writes: interlock.None}
	}
	d, err := x.p.Decide(ctx, x.s, &one.alone, interlock.Decision{Effect: interlock.Allow, Mode: x.d.Mode})
	if err != nil {
		return err
	}
	f := one.finding
	f.Effect, f.Reasons = interlock.Allow, []interlock.Reason{}
	for _, r := range append(d.Reasons, x.d.Reasons...) {
		about := slices.Contains(d.Reasons, r) || f.Group == "control system"
		if r.Source == f.Source && r.Source.Line > 0 && about && !slices.Contains(f.Reasons, r) {
			f.Reasons, f.Effect = append(f.Reasons, r), min(f.Effect, r.Effect)
		}
	}
	if len(f.Reasons) == 0 {
		by := x.allowances(one)
		f.Rule, f.Policy, f.Why, f.Also = by[0].Rule, by[0].Policy, by[0].Why, by[1:]
	}
	x.findings = append(x.findings, f)
	return nil
}

// allowances are by what each policy allows it, the binding one first.
func (x *explainer) allowances(one fact) (all []Allowance) {
	for _, part := range x.p.Parts() {
		by := *x
		by.p = part
		all = append(all, one.allowed(&by))
	}
	return all
}

// facts takes f apart.
func (x *explainer) facts(f *interlock.Facts) (all []fact) {
	add := func(group, what string, at interlock.Pos, c interlock.Certainty, alone interlock.Facts, allowed func(*explainer) Allowance) {
		all = append(all, fact{Finding{Group: group, What: what, Source: at, Certainty: c}, alone, allowed})
	}
	for _, i := range f.Imports {
		add("imports", importWords(i), i.Pos, i.Certainty, interlock.Facts{Imports: []interlock.Import{i}}, func(x *explainer) Allowance { return x.allowsImport(i) })
	}
	for _, u := range f.Builtins {
		add("builtins", "use of "+u.Name, u.Pos, u.Certainty, interlock.Facts{Builtins: []interlock.Use{u}}, func(x *explainer) Allowance { return x.allowsBuiltin(u) })
	}
	for _, u := range f.Paths {
		add("paths", act(u)+" of "+u.Path, u.Pos, u.Certainty, interlock.Facts{Paths: []interlock.PathUse{u}}, func(x *explainer) Allowance { return x.allowsPath(u) })
	}
	for _, e := range f.Endpoints {
		add("endpoints", endpointWords(e), e.Pos, e.Certainty, interlock.Facts{Endpoints: []interlock.Endpoint{e}}, func(x *explainer) Allowance { return x.allowsEndpoint(e) })
	}
	for _, c := range f.Commands {
		add("commands", c.API+shown(" starts ", c.Text, ""), c.Pos, c.Certainty, interlock.Facts{Commands: []interlock.Command{c}}, func(x *explainer) Allowance { return x.allowsCommand(c) })
	}
	for _, i := range f.Installs {
		add("installs", "install of "+strings.Join(i.Packages, " "), i.Pos, interlock.Definite, interlock.Facts{Installs: []interlock.Install{i}}, func(*explainer) Allowance { return unexplained() })
	}
	for _, a := range f.Accesses {
		alone := interlock.Facts{Accesses: []interlock.Access{a}, Control: interlock.Control{Reads: interlock.None, Writes: interlock.None}}
		if a.Op == interlock.OpRead {
			alone.Control.Reads = a.Certainty
		} else {
			alone.Control.Writes = a.Certainty
		}
		add("control system", accessWords(a), a.Pos, a.Certainty, alone, func(x *explainer) Allowance { return x.allowsAccess(a) })
	}
	for _, u := range f.Unresolved {
		add("unresolved", u.What+": "+u.Why, u.Pos, interlock.Unresolved, interlock.Facts{Unresolved: []interlock.Unresolve{u}}, func(x *explainer) Allowance { return x.allowsUnresolved(u) })
	}
	return all
}

func importWords(i interlock.Import) string {
	switch {
	case i.Name == "":
		return "import of " + i.Module
	case i.Module == "":
		return "import of " + i.Name
	}
	return fmt.Sprintf("import of %s from %s", i.Name, i.Module)
}

func endpointWords(e interlock.Endpoint) string {
	to := e.Host
	if e.Port > 0 {
		to = fmt.Sprintf("%s:%d", bracketed(e.Host), e.Port)
	}
	return "connection to " + to + shown(" by ", e.API, "")
}

func accessWords(a interlock.Access) string {
	channels := "channels that analysis does not know"
	if len(a.Channels.Values) > 0 {
		channels = shown("", strings.Join(a.Channels.Values, ", "), "")
	}
	return fmt.Sprintf("%s of %s by %s", a.Op, channels, a.API)
}

func unexplained() Allowance { return Allowance{Why: "no rule speaks against it"} }
