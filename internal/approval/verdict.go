package approval

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
)

// Agree gives who's approval of the run that part names, narrowed. It returns the
// request as it stands then; [Request.Missing] says how many more must agree.
func (d *Desk) Agree(ctx context.Context, who interlock.Identity, part string, n Narrow) (*Request, error) {
	return d.change(ctx, part, interlock.RecordApproval, who, func(r *Request, now time.Time) (map[string]any, error) {
		if err := r.mayAgree(who, now); err != nil {
			return nil, err
		}
		if err := n.check(r); err != nil {
			return nil, err
		}
		a := Approval{Who: who, At: now, Self: same(who, r.Submission.Who), Digest: r.Digest, Narrow: n}
		r.Approvals = append(r.Approvals, a)
		body := map[string]any{"self": a.Self, "narrow": n, "missing": r.Missing(), "expires": r.Expires()}
		if a.Self {
			body["verdict"], body["boundary"] = "self-approved", false
		}
		return body, nil
	})
}

// Reject ends the request with who's no. Whoever could approve can reject, and
// so can the requester, who would rather withdraw.
func (d *Desk) Reject(ctx context.Context, who interlock.Identity, part, reason string) (*Request, error) {
	if strings.TrimSpace(reason) == "" {
		return nil, bad("usage", "a rejection says why", "add --reason TEXT")
	}
	return d.change(ctx, part, interlock.RecordRejection, who, func(r *Request, now time.Time) (map[string]any, error) {
		r.Rejected = &Ending{Who: who, At: now, Reason: reason}
		r.forget()
		return map[string]any{"reason": reason}, nil
	})
}

// Withdraw takes the request back; only the requester can.
func (d *Desk) Withdraw(ctx context.Context, who interlock.Identity, part string) (*Request, error) {
	return d.change(ctx, part, interlock.RecordWithdrawal, who, func(r *Request, now time.Time) (map[string]any, error) {
		if !same(who, r.Submission.Who) {
			return nil, refused("not_yours", fmt.Sprintf("run %s is %s's request, and only who asked withdraws it", r.ID, r.Submission.Who.Named()),
				fmt.Sprintf("reject it: `interlock approvals reject %s --reason TEXT`", r.ID))
		}
		r.Withdrawn = &Ending{Who: who, At: now}
		r.forget()
		return map[string]any{}, nil
	})
}

// change makes one step: change is applied to the request as it is, recorded, and put
// in place if nobody else was faster; else all of it is done again. A step that was
// recorded and came too late is in the ledger and counts nothing.
func (d *Desk) change(ctx context.Context, part string, kind interlock.RecordKind, who interlock.Identity, step func(*Request, time.Time) (map[string]any, error)) (*Request, error) {
	store, err := d.o.Store(ctx)
	if err != nil {
		return nil, err
	}
	for recorded := false; ; recorded = true {
		r, version, err := d.find(ctx, part)
		if err != nil {
			return nil, err
		}
		now := d.o.Now()
		if state := r.State(now); state != Waiting && state != Approved {
			return nil, r.over(now)
		}
		body, err := step(r, now)
		if err != nil {
			return nil, err
		}
		if !recorded {
			if err := d.record(ctx, kind, r, who, body); err != nil {
				return nil, err
			}
		}
		kept, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("encoding the request of run %s: %w", r.ID, err)
		}
		if swapped, err := store.SwapRequest(ctx, r.ID, version, kept); err != nil || swapped {
			return r, err
		}
	}
}

// mayAgree reports why who's approval would not count.
func (r *Request) mayAgree(who interlock.Identity, now time.Time) error {
	switch {
	case slices.ContainsFunc(r.Approvals, func(a Approval) bool { return same(a.Who, who) }):
		return refused("agreed_already", fmt.Sprintf("you approved run %s already, and one person counts once", r.ID), r.next(now))
	case r.Missing() == 0:
		return refused("approved_already", fmt.Sprintf("run %s is approved already", r.ID), r.next(now))
	case same(who, r.Submission.Who) && !r.Demand.Self:
		return refused("own_request", fmt.Sprintf("you asked for run %s yourself, and the policy wants somebody else to approve it", r.ID),
			fmt.Sprintf("ask somebody who may; alone on this machine an operator may write `approval: {%s}` in the policy, which is recorded as self-approved and is no boundary against yourself", r.selfSections()))
	}
	return nil
}

// selfSections are the policy's sections that let a requester approve: all that the
// demand may come from, because the strictest of them holds.
func (r *Request) selfSections() string {
	sections := []string{"read_only: {self: true}"}
	if r.Decision.Mode == interlock.WriteAccess {
		sections[0] = "write_access: {self: true}"
	}
	if slices.ContainsFunc(r.Decision.Reasons, func(x interlock.Reason) bool { return strings.HasPrefix(x.Rule, "approval.all_code") }) {
		sections = append(sections, "all_code: {required: true, self: true}")
	}
	return strings.Join(sections, ", ")
}

// next is what to type about r.
func (r *Request) next(now time.Time) string {
	switch {
	case r.State(now) == Approved:
		return fmt.Sprintf("`interlock runs start %s` starts it, until %s", r.ID, r.Expires().Format(time.DateTime))
	case r.Missing() == 1:
		return fmt.Sprintf("one more person must agree, until %s", r.Expires().Format(time.DateTime))
	}
	return fmt.Sprintf("%d more people must agree, until %s", r.Missing(), r.Expires().Format(time.DateTime))
}

// over is the error about a request that nothing more can come of.
func (r *Request) over(now time.Time) error {
	again := "ask anew: run it again"
	switch r.State(now) {
	case Claimed:
		return refused("used", fmt.Sprintf("run %s was started already (by %s at %s), and an approval is used once", r.ID, r.Claimed.Who.Named(), r.Claimed.At.Format(time.DateTime)),
			fmt.Sprintf("`interlock runs show %s` shows what came of it; to run it again, ask anew", r.ID))
	case Withdrawn:
		return refused("withdrawn", fmt.Sprintf("the request of run %s was withdrawn", r.ID), again)
	case Rejected:
		return refused("rejected", fmt.Sprintf("run %s was rejected by %s: %s", r.ID, r.Rejected.Who.Named(), r.Rejected.Reason), "change what was objected to and "+again)
	case Expired:
		what := "the request"
		if len(r.Approvals) > 0 {
			what = "the approval"
		}
		return refused("expired", fmt.Sprintf("%s of run %s expired at %s", what, r.ID, r.Expires().Format(time.DateTime)), again)
	case Waiting, Approved:
	}
	return waiting(r, now)
}

// waiting is the error about a request that lacks approvals.
func waiting(r *Request, now time.Time) error {
	return &interlock.Error{Kind: interlock.Workflow, Name: "awaiting_approval", Code: interlock.ExitWaiting,
		Message: fmt.Sprintf("run %s waits for approval", r.ID), Hint: r.next(now) + fmt.Sprintf(": `interlock approvals approve %s`", r.ID)}
}

func refused(name, message, hint string) error {
	return &interlock.Error{Kind: interlock.Workflow, Name: name, Message: message, Hint: hint, Code: interlock.ExitRefused}
}
