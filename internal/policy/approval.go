package policy

import (
	"fmt"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Approval says when a person must agree first, and what that approval must be.
// What it must be holds whichever rule asks for it.
type Approval struct {
	WriteAccess WriteApproval `json:"write_access,omitempty" jsonschema_description:"Approval of runs that may write to equipment."`
	ReadOnly    CodeApproval  `json:"read_only,omitempty" jsonschema_description:"Approval of runs that may not."`
	AllCode     CodeApproval  `json:"all_code,omitempty" jsonschema_description:"Approval of every run. Beside the section of the run's mode; the stricter of the two holds."`
}

// WriteApproval is about runs in mode write_access.
type WriteApproval struct {
	Required  optional[bool]      `json:"required,omitempty" jsonschema_description:"true (default): a run in write_access waits for a person."`
	Approvers optional[Count]     `json:"approvers,omitempty" jsonschema_description:"How many people. Default 1."`
	Self      optional[bool]      `json:"self,omitempty" jsonschema_description:"true: the requester may be one of them. Default false."`
	Expires   optional[Duration]  `json:"expires,omitempty" jsonschema_description:"How long an approval holds. Default 15m."`
	Rehearsal optional[Rehearsal] `json:"rehearsal,omitempty" jsonschema_description:"required: the run is rehearsed, its writes held back, before it can be approved. Default optional."`
}

// CodeApproval is about runs in any mode.
type CodeApproval struct {
	Required  optional[bool]     `json:"required,omitempty" jsonschema_description:"true: such a run waits for a person. Default false."`
	Approvers optional[Count]    `json:"approvers,omitempty" jsonschema_description:"How many people. Default 1."`
	Self      optional[bool]     `json:"self,omitempty" jsonschema_description:"true: the requester may be one of them. Default false."`
	Expires   optional[Duration] `json:"expires,omitempty" jsonschema_description:"How long an approval holds. Default 15m."`
}

// defaultExpires is how long an approval holds where the policy does not say.
const defaultExpires = 15 * time.Minute

// Rehearsal says whether a run must be rehearsed before it is approved.
type Rehearsal string

// DecodeYAML implements strictyaml.Decoder.
func (r *Rehearsal) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	word(n, c, (*string)(r), "optional", "required")
}

func (a WriteApproval) over(base WriteApproval) WriteApproval {
	return WriteApproval{Required: a.Required.Or(base.Required), Approvers: a.Approvers.Or(base.Approvers), Self: a.Self.Or(base.Self),
		Expires: a.Expires.Or(base.Expires), Rehearsal: a.Rehearsal.Or(base.Rehearsal)}
}

func (a CodeApproval) over(base CodeApproval) CodeApproval {
	return CodeApproval{Required: a.Required.Or(base.Required), Approvers: a.Approvers.Or(base.Approvers), Self: a.Self.Or(base.Self),
		Expires: a.Expires.Or(base.Expires)}
}

func (a WriteApproval) demand() interlock.Demand {
	d := CodeApproval{Approvers: a.Approvers, Self: a.Self, Expires: a.Expires}.demand()
	d.Rehearsal = a.Rehearsal.V == "required"
	return d
}

func (a CodeApproval) demand() interlock.Demand {
	d := interlock.Demand{Approvers: max(int(a.Approvers.V), 1), Self: a.Self.V, Expires: time.Duration(a.Expires.V)}
	if !a.Expires.Set {
		d.Expires = defaultExpires
	}
	return d
}

// given reports whether the section says anything.
func (a CodeApproval) given() bool {
	return a.Required.Set || a.Approvers.Set || a.Self.Set || a.Expires.Set
}

// demand is what an approval of a run in mode must be.
func (p *Policy) demand(mode interlock.ExecutionMode) interlock.Demand {
	a := p.doc.Approval
	d := a.ReadOnly.demand()
	if mode == interlock.WriteAccess {
		d = a.WriteAccess.demand()
	}
	if a.AllCode.given() {
		d = d.Stricter(a.AllCode.demand())
	}
	return d
}

// demands is what an approval must be to meet every policy in force, whichever of
// them asks for it.
func (p *Policy) demands(mode interlock.ExecutionMode) interlock.Demand {
	parts := p.Parts()
	d := parts[0].demand(mode)
	for _, part := range parts[1:] {
		d = d.Stricter(part.demand(mode))
	}
	return d
}

// approval adds the demands of the policy for every run of a mode.
func (v *verdict) approval() {
	a := v.p.doc.Approval
	ask := func(rule string, at optional[bool], what, hint string) {
		v.add(interlock.Reason{Rule: rule, Effect: interlock.NeedsApproval, Policy: policyLine(at.Place),
			Message: fmt.Sprintf("%s needs %s", what, v.p.demand(v.mode)), Hint: hint})
	}
	switch {
	case v.mode == interlock.WriteAccess && v.p.approvalRequired():
		ask("approval.write_access.required", a.WriteAccess.Required, "a run that may write to equipment", "run it with --mode read_only to run it without writes")
	case v.mode != interlock.WriteAccess && a.ReadOnly.Required.V:
		ask("approval.read_only.required", a.ReadOnly.Required, "a run in mode read_only", "ask the operator who approves")
	}
	if a.AllCode.Required.V {
		ask("approval.all_code.required", a.AllCode.Required, "every run", "ask the operator who approves")
	}
}
