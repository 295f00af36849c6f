package approval

import (
	"context"
	"fmt"
	"time"

	"github.com/interlock-run/interlock"
)

// Bounds of what is kept, so that who may ask cannot fill the disk with it.
const (
	maxKept     = 8 << 20 // bytes of source, modules and standard input of one request
	maxRequests = 1000
	tidyAfter   = 24 * time.Hour // for what is over, where there is no room
)

// room refuses a request that there is no room for. What was over for a day goes first.
func (d *Desk) room(ctx context.Context, r *Request) error {
	n := len(r.Submission.Source) + len(r.Submission.Stdin)
	for _, m := range r.Submission.Modules {
		n += len(m.Source)
	}
	if n > maxKept {
		return bad("too_large", fmt.Sprintf("the code and its standard input have %d bytes, and a request holds %d at most: nobody could look at more", n, maxKept),
			"pass data with --input, which is bound by its digest")
	}
	store, err := d.o.Store(ctx)
	if err != nil {
		return err
	}
	for _, last := range []bool{false, true} {
		ids, err := store.RequestIDs(ctx)
		switch {
		case err != nil:
			return err
		case len(ids) < maxRequests:
			return nil
		case last:
			return &interlock.Error{Kind: interlock.Infrastructure, Name: "too_many_requests", Code: interlock.ExitInfrastructure, RetryRun: true,
				Message: fmt.Sprintf("%d runs wait for approval or did lately, and there is no room for another", len(ids)), Hint: "decide on some: `interlock approvals list`"}
		}
		if err := d.Forget(ctx, d.o.Now().Add(-tidyAfter)); err != nil {
			return err
		}
	}
	return nil
}
