package approval_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/approval"
)

var _ interlock.Approver = approval.Pending{}

// Nothing is approved: a demanded approval holds the run back with exit 4 and its id.
func TestPendingNeverApproves(t *testing.T) {
	for _, d := range []interlock.Decision{{}, {Effect: interlock.Allow}, {Effect: interlock.NeedsApproval,
		Reasons: []interlock.Reason{{Effect: interlock.Warn, Message: "no"}, {Effect: interlock.NeedsApproval, Message: "because"}}}} {
		err := approval.Pending{}.Approve(context.Background(), &interlock.Submission{ID: "r42"}, &interlock.Facts{}, &d)
		e := (*interlock.Error)(nil)
		if !errors.As(err, &e) || e.Code.Status() != 4 || e.Kind != interlock.Workflow || !strings.Contains(e.Message, "r42") {
			t.Fatalf("got %v", err)
		}
		if len(d.Reasons) > 0 && !strings.Contains(e.Message, "because") {
			t.Errorf("the reason is missing in %q", e.Message)
		}
	}
}
