package policy

import (
	"context"

	interlock "github.com/interlock-run/interlock"
)

// NoGateway is the last step of the decision in a build without a gateway. A run
// that may write would have nothing between it and the equipment, so it ends as
// an infrastructure failure unless it is refused or waits for a person anyway.
type NoGateway struct{}

// Name implements interlock.Decider.
func (NoGateway) Name() string { return "gateway" }

// Decide implements interlock.Decider.
func (NoGateway) Decide(_ context.Context, _ *interlock.Submission, f *interlock.Facts, d interlock.Decision) (interlock.Decision, error) {
	if d.Effect == interlock.Deny || d.Effect == interlock.NeedsApproval {
		return d, nil
	}
	if d.Mode == interlock.WriteAccess {
		return d, &interlock.Error{Kind: interlock.Infrastructure, Name: "no_gateway", Code: interlock.ExitInfrastructure,
			Message: "write_access needs a gateway, and there is no gateway in this build",
			Hint:    "run it with --mode read_only: it runs, and its writes go nowhere"}
	}
	if f.Control.Reads.Detected() {
		d.Add(interlock.Reason{Rule: "gateway", Effect: interlock.Warn, Source: firstRead(f),
			Message: "the code reads a control system, and there is no gateway in this build: its reads will time out",
			Hint:    "test it with recorded data passed with --input"})
		d.Warnings = append(d.Warnings, d.Reasons[len(d.Reasons)-1].Message)
	}
	return d, nil
}

func firstRead(f *interlock.Facts) interlock.Pos {
	return first(f, func(a interlock.Access) bool { return a.Op == interlock.OpRead })
}
