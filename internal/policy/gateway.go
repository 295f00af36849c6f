package policy

import (
	"context"

	interlock "github.com/interlock-run/interlock"
)

// Gateway is the last step of the decision: whether there is a control system to
// reach. A run that may write and has none ends as a configuration failure, unless it
// is refused or waits for a person anyway. The zero value has none.
type Gateway struct{ Configured bool }

// Name implements interlock.Decider.
func (Gateway) Name() string { return "gateway" }

const whereServers = "set control_system.epics.channel_access.address_list (or pv_access) in config.yml, or EPICS_CA_ADDR_LIST (or EPICS_PVA_ADDR_LIST) where Interlock is started; " +
	"to search by broadcast, as EPICS clients do where nothing is set: auto_address_list: true there, or EPICS_CA_AUTO_ADDR_LIST=YES (or EPICS_PVA_AUTO_ADDR_LIST=YES)"

// Decide implements interlock.Decider.
func (g Gateway) Decide(_ context.Context, _ *interlock.Submission, f *interlock.Facts, d interlock.Decision) (interlock.Decision, error) {
	if g.Configured || d.Effect == interlock.Deny || d.Effect == interlock.NeedsApproval {
		return d, nil
	}
	if d.Mode == interlock.WriteAccess {
		return d, &interlock.Error{Kind: interlock.Configuration, Name: "no_control_system", Code: interlock.ExitUsage,
			Message: "the code writes to equipment, and no control system is configured to write to",
			Hint:    whereServers + "; or run it with --mode read_only"}
	}
	if f.Control.Reads.Detected() {
		d.Add(interlock.Reason{Rule: "gateway", Effect: interlock.Warn, Source: firstRead(f),
			Message: "the code reads a control system, and none is configured: its reads will time out", Hint: whereServers})
		d.Warnings = append(d.Warnings, d.Reasons[len(d.Reasons)-1].Message)
	}
	return d, nil
}

func firstRead(f *interlock.Facts) interlock.Pos {
	return first(f, func(a interlock.Access) bool { return a.Op == interlock.OpRead })
}
