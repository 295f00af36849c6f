package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

// Decide implements interlock.Decider. d.Mode is what [Control] settled.
func (p *Policy) Decide(_ context.Context, s *interlock.Submission, f *interlock.Facts, d interlock.Decision) (interlock.Decision, error) {
	all, parts := &verdict{}, p.Parts()
	for i, part := range parts {
		v := part.judge(s, f, d.Mode)
		if i == 0 {
			d.Grant = *v.grant
		} else {
			d.Grant = Intersect(d.Grant, *v.grant)
		}
		for _, r := range v.reasons {
			all.add(r)
		}
	}
	if last := len(parts) - 1; last > 0 {
		all.unseen(&verdict{p: parts[last], s: s, f: f, mode: d.Mode, grant: &d.Grant})
	}
	d.PolicyDigest = p.digest
	var warned []interlock.Reason // by their words: two policies may say the same
	for _, r := range all.sorted() {
		d.Add(r)
		words := interlock.Reason{Message: r.Message, Source: r.Source}
		if r.Effect == interlock.Warn && !slices.Contains(warned, words) {
			d.Warnings, warned = append(d.Warnings, r.Message), append(warned, words)
		}
	}
	if d.Effect == interlock.NeedsApproval {
		demand := p.demands(d.Mode)
		d.Approval = &demand
	}
	return d, nil
}

// judge is the word of p alone, whatever narrows it.
func (p *Policy) judge(s *interlock.Submission, f *interlock.Facts, mode interlock.ExecutionMode) *verdict {
	grant, note := p.grant(s, mode)
	v := &verdict{p: p, s: s, f: f, mode: mode, grant: &grant}
	v.syntax()
	v.names()
	v.commands()
	v.installs()
	v.endpoints()
	v.inputs()
	v.paths()
	v.reads()
	v.puts()
	v.unresolvedWrites()
	v.expressions()
	v.approval()
	v.oneOfEach()
	if note != "" {
		v.add(interlock.Reason{Rule: "filesystem.script_folder", Effect: interlock.Warn, Policy: policyLine(p.doc.Filesystem.ScriptFolder.Place),
			Message: "the script's folder is not shown to the run, only the script itself: " + note,
			Hint:    "put the script in a folder of its own, or pass what it needs with --input and name it by its whole path"})
	}
	return v
}

// verdict collects the reasons about one submission.
type verdict struct {
	p       *Policy
	s       *interlock.Submission
	f       *interlock.Facts
	mode    interlock.ExecutionMode
	grant   *interlock.Grant
	reasons []interlock.Reason
}

// maxReasons bounds what a person is shown; the effect counts all.
const maxReasons = 100

func (v *verdict) add(r interlock.Reason) {
	if !slices.Contains(v.reasons, r) {
		v.reasons = append(v.reasons, r)
	}
}

// sorted returns the reasons in the order of the source, the strictest ones
// first on a line; what is about no line comes last. Beyond maxReasons only the
// strictest effect of the rest is kept.
func (v *verdict) sorted() []interlock.Reason {
	slices.SortStableFunc(v.reasons, func(a, b interlock.Reason) int {
		return cmp.Or(cmp.Compare(noLine(a), noLine(b)), cmp.Compare(a.Source.File, b.Source.File), cmp.Compare(a.Source.Line, b.Source.Line),
			cmp.Compare(a.Source.Column, b.Source.Column), cmp.Compare(a.Effect, b.Effect))
	})
	if len(v.reasons) <= maxReasons {
		return v.reasons
	}
	rest := v.reasons[maxReasons:]
	more := interlock.Reason{Rule: "policy", Effect: interlock.Allow, Source: rest[0].Source, Message: fmt.Sprintf("and %d more like these", len(rest))}
	for _, r := range rest {
		more.Effect = min(more.Effect, r.Effect)
	}
	return append(v.reasons[:maxReasons:maxReasons], more)
}

func noLine(r interlock.Reason) int {
	if r.Source.Line > 0 {
		return 0
	}
	return 1
}

// counts reports whether a finding of certainty c is acted on: what analysis is
// sure of or thinks possible. What it could not resolve has its own rules.
func counts(c interlock.Certainty) bool { return c.Detected() }

func (v *verdict) syntax() {
	e := v.f.SyntaxError
	if e == nil {
		return
	}
	v.add(interlock.Reason{Rule: "syntax", Effect: interlock.Deny, Source: e.Pos, Message: notPython(e.Message),
		Hint: "correct the source; nothing has run"})
}

func notPython(why string) string {
	if strings.Contains(why, "notebook lines are not Python: ") {
		return why
	}
	return "this is not Python: " + why
}

func (v *verdict) names() {
	for _, i := range v.f.Imports {
		if !counts(i.Certainty) {
			continue
		}
		names := []string{i.Module}
		if i.Name != "" && i.Module != "" {
			names = append(names, i.Module+"."+i.Name)
		}
		if r, hit := v.p.imports.judge(i.Local, names...); hit {
			r.Source = i.Pos
			v.add(r)
		}
	}
	for _, u := range v.f.Builtins {
		if u.Certainty == interlock.None {
			continue
		}
		if r, hit := v.p.builtins.judge(false, u.Name); hit {
			r.Source = u.Pos
			v.add(r)
		}
	}
}

// unresolvedWrites applies to code that may hide a write, also where it shows
// others openly.
func (v *verdict) unresolvedWrites() {
	rule := v.p.doc.ControlSystem.UnresolvedWrites
	var effect interlock.Effect
	switch rule.V {
	case "", ReadOnlyUnresolved:
		return
	case AskUnresolved:
		effect = interlock.NeedsApproval
	default:
		effect = interlock.Deny
	}
	hidden := slices.IndexFunc(v.f.Unresolved, func(u interlock.Unresolve) bool { return u.Writes })
	if hidden < 0 && v.f.Control.Writes != interlock.Unresolved {
		return
	}
	r := interlock.Reason{Rule: "control_system.unresolved_writes", Effect: effect, Policy: policyLine(rule.Place),
		Message: "the code may hide a write to equipment that analysis cannot see",
		Hint:    "name modules, functions and channels in the code itself instead of building them at run time"}
	if hidden >= 0 {
		u := v.f.Unresolved[hidden]
		r.Source, r.Message = u.Pos, fmt.Sprintf("%s: %s (%s)", r.Message, u.What, u.Why)
	}
	v.add(r)
}
