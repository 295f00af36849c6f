// Package approval turns a decision that needs approval into a person's verdict.
//
// This build cannot take a verdict: [Pending] leaves every run that needs one
// waiting. That is the refusing half of the stage, and it is all there is: no
// configuration, flag or caller can make it say yes.
package approval

import (
	"context"
	"fmt"

	interlock "github.com/interlock-run/interlock"
)

// Pending is an interlock.Approver that never approves.
type Pending struct{}

// Approve implements interlock.Approver. It always returns an *interlock.Error
// with exit status 4 that names the run.
func (Pending) Approve(_ context.Context, s *interlock.Submission, _ *interlock.Facts, d *interlock.Decision) error {
	why := "the policy asks for one"
	for _, r := range d.Reasons {
		if r.Effect == interlock.NeedsApproval {
			why = r.Message
			break
		}
	}
	return &interlock.Error{Kind: interlock.Workflow, Name: "awaiting_approval", Code: interlock.ExitWaiting,
		Message: fmt.Sprintf("run %s waits for approval: %s", s.ID, why),
		Hint:    fmt.Sprintf("approvals cannot be given in this build yet, so it stays pending; `interlock runs show %s` shows it", s.ID)}
}
