package policy

import (
	"cmp"
	"context"
	"fmt"

	interlock "github.com/interlock-run/interlock"
)

// Control is the first step of the decision: it settles the execution mode
// (X2, X6, X10). Its zero value enables no writes and lets nobody override.
//
//	asked        writes detected            not detected
//	nothing      enabled: write_access      read_only
//	             disabled: deny
//	read_only    read_only, a warning       read_only
//	write_access enabled: write_access      enabled and an override by who has
//	             disabled: deny             the right to: write_access, else deny
//
// Detected is definite or possible, not unresolved. Reads change nothing. A
// rehearsal is read_only whatever is asked or enabled: none of its puts leaves, so it
// needs what any run in read_only needs and nothing of what writes need.
type Control struct {
	Config interlock.ExecutionControlConfig
	// At is where the configuration says whether writes are enabled; zero where
	// nothing says it.
	At interlock.PolicyLine
	// RequiresApproval is execution.modes.<mode>.requires_approval.
	RequiresApproval map[interlock.ExecutionMode]interlock.PolicyLine
	// Approvals is what config.yml's approval.* asks for, by mode (X9).
	Approvals map[interlock.ExecutionMode][]ApprovalRule
	// AllowOverride says who may demand a less strict mode; nil is nobody.
	AllowOverride func(interlock.Identity) bool
}

// ApprovalRule is one demand for approval that the configuration makes.
type ApprovalRule struct {
	Rule string // the key that asks
	At   interlock.PolicyLine
}

// Name implements interlock.Decider.
func (c *Control) Name() string { return "execution control" }

// Decide implements interlock.Decider.
func (c *Control) Decide(_ context.Context, s *interlock.Submission, f *interlock.Facts, d interlock.Decision) (interlock.Decision, error) {
	writes, reads := f.Control.Writes.Detected(), f.Control.Reads.Detected()
	d.Mode = interlock.ReadOnly
	switch asked := s.AskedMode; {
	case s.Rehearse: // no put leaves, so nothing has to be enabled
	case asked != nil && *asked != interlock.WriteAccess:
		if writes {
			c.warn(&d, "control_system.mode", firstWrite(f), "the code writes to equipment; in read_only its writes are refused")
		}
	case writes && !c.Config.EPICSWritesEnabled:
		c.refuse(&d, "control_system.writes_enabled", firstWrite(f), interlock.WritesDisabledReason, writesHint)
	case writes || asked == nil:
		d.Mode = c.Config.ExecutionMode(writes, reads)
	default:
		c.override(s, reads, &d)
	}
	if at, required := c.RequiresApproval[d.Mode]; required && d.Effect != interlock.Deny {
		d.Add(interlock.Reason{Rule: fmt.Sprintf("execution.modes.%s.requires_approval", d.Mode), Effect: interlock.NeedsApproval, Policy: at,
			Message: fmt.Sprintf("a run in mode %s needs a person's approval", d.Mode), Hint: "wait for it, or ask the operator"})
	}
	for _, a := range c.Approvals[d.Mode] {
		d.Add(interlock.Reason{Rule: a.Rule, Effect: interlock.NeedsApproval, Policy: a.At,
			Message: fmt.Sprintf("the configuration asks for a person's approval of a run in mode %s", d.Mode), Hint: "wait for it, or ask the operator"})
	}
	return d, nil
}

const writesHint = "run it with --mode read_only to run it with its writes refused, or ask the operator to set execution_control.epics.writes_enabled: true in config.yml"

// override settles a demand for write_access by code in which no write was
// detected. It stands in for detected, never for enabled.
func (c *Control) override(s *interlock.Submission, reads bool, d *interlock.Decision) {
	const rule = "control_system.override"
	o := s.Override
	switch {
	case !c.Config.EPICSWritesEnabled:
		c.refuse(d, "control_system.writes_enabled", interlock.Pos{}, "write_access was asked for, but writes are disabled in configuration; an override cannot enable them",
			"leave --mode out, or ask the operator to set execution_control.epics.writes_enabled: true in config.yml")
	case o == nil || o.Mode != interlock.WriteAccess || o.Who != s.Who:
		c.refuse(d, rule, interlock.Pos{}, "write_access was asked for, but no write was detected in the code", "leave --mode out: the mode follows from the code")
	case c.AllowOverride == nil || !c.AllowOverride(o.Who):
		c.refuse(d, rule, interlock.Pos{}, "write_access was asked for without the right to override what analysis found",
			"leave --mode out, or ask the operator to set execution_control.allow_override: true in config.yml")
	case o.Why == "":
		c.refuse(d, rule, interlock.Pos{}, "write_access was asked for without saying why", "say why with --description")
	default:
		d.Mode = c.Config.ExecutionMode(true, reads)
		c.warn(d, rule, interlock.Pos{}, fmt.Sprintf("mode write_access by override of %s: %s", named(o.Who), o.Why))
	}
}

func named(who interlock.Identity) string {
	if who.Name != "" {
		return fmt.Sprintf("%s (%s, uid %d)", who.Name, who.Kind, who.UID)
	}
	return fmt.Sprintf("%s uid %d", who.Kind, who.UID)
}

func (c *Control) refuse(d *interlock.Decision, rule string, at interlock.Pos, message, hint string) {
	d.Add(interlock.Reason{Rule: rule, Effect: interlock.Deny, Policy: c.At, Source: at, Message: message, Hint: hint})
}

func (c *Control) warn(d *interlock.Decision, rule string, at interlock.Pos, message string) {
	d.Add(interlock.Reason{Rule: rule, Effect: interlock.Warn, Policy: c.At, Source: at, Message: message})
	d.Warnings = append(d.Warnings, message)
}

// firstWrite is where the code first writes, in the order of the source.
func firstWrite(f *interlock.Facts) interlock.Pos {
	return first(f, func(a interlock.Access) bool { return a.Op != interlock.OpRead })
}

// first is where the first detected access of a kind stands: in the script
// itself before its modules, whose order is that of their names.
func first(f *interlock.Facts, kind func(interlock.Access) bool) (at interlock.Pos) {
	for _, a := range f.Accesses {
		if !kind(a) || !a.Certainty.Detected() {
			continue
		}
		if at.Line == 0 || cmp.Or(cmp.Compare(a.File, at.File), cmp.Compare(a.Line, at.Line), cmp.Compare(a.Column, at.Column)) < 0 {
			at = a.Pos
		}
	}
	return at
}
