package daemon

import (
	"context"
	"fmt"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/approval"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// OutcomeUnknown is the state of a request whose run was claimed and has neither a
// result nor a process: it may have done anything that it was granted.
const OutcomeUnknown = "outcome_unknown"

// Describe is r as it is shown.
func (d *Daemon) Describe(r *approval.Request) *apiv1.Request {
	now, s := d.o.Now(), &r.Submission
	out := &apiv1.Request{Schema: apiv1.Schema, ID: r.ID, State: d.stateOf(r, now), Asked: stampOfTime(r.Asked), Expires: stampOfTime(r.Expires()),
		Who: s.Who, Mode: r.Decision.Mode, Digest: r.Digest, Name: s.Name, Description: s.Description, Folder: s.Folder,
		Args: append([]string{}, s.Args...), Inputs: append([]string{}, s.Inputs...), StdinBytes: len(s.Stdin), Stdin: s.Stdin, Source: s.Source, Modules: []apiv1.Module{},
		Facts: r.Facts, Decision: apiv1.NewDecision(r.Decision), Demand: r.Demand, Missing: r.Missing(), Channels: append([]interlock.ChannelGrant{}, r.Grant.Channels...),
		Grant: r.Grant, Parts: r.Parts, Approvals: []apiv1.Verdict{}}
	for _, m := range s.Modules {
		out.Modules = append(out.Modules, apiv1.Module{Path: m.Path, Source: m.Source})
	}
	if h := r.Rehearsal; h != nil {
		out.Rehearsal = &apiv1.Rehearsal{Run: h.Run, DependsOnHeldPut: h.Equipment.DependsOnHeldPut, Puts: apiv1.HeldPuts(h.Equipment), Refused: append([]interlock.Refusal{}, h.Refused...)}
	}
	for _, a := range r.Approvals {
		out.Approvals = append(out.Approvals, apiv1.Verdict{Who: a.Who, At: stampOfTime(a.At), Self: a.Self, Tolerance: a.Narrow.Tolerance, Narrowed: a.Narrow.Channels})
	}
	for _, e := range []*approval.Ending{r.Rejected, r.Withdrawn, r.Claimed} {
		if e != nil {
			out.Ended = &apiv1.Verdict{Who: e.Who, At: stampOfTime(e.At), Reason: e.Reason}
		}
	}
	return out
}

func stampOfTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// stateOf is r's state, or that nobody knows what its run did.
func (d *Daemon) stateOf(r *approval.Request, now time.Time) string {
	state := r.State(now)
	if state != approval.Claimed {
		return string(state)
	}
	e, result, err := d.runs.Show(r.ID)
	switch {
	case err != nil: // pruned
	case result != nil && result.Status == interlock.AwaitingApproval, result == nil && e.Status == runs.Interrupted:
		return OutcomeUnknown
	}
	return string(state)
}

// Requests are all requests, the newest first; open leaves out those that are over.
func (d *Daemon) Requests(ctx context.Context, open bool) ([]apiv1.Request, error) {
	all, err := d.Approvals().List(ctx)
	list := []apiv1.Request{}
	for _, r := range all {
		if state := r.State(d.o.Now()); open && state != approval.Waiting && state != approval.Approved {
			continue
		}
		list = append(list, *d.Describe(r))
	}
	return list, err
}

// Request is the one that part names.
func (d *Daemon) Request(ctx context.Context, part string) (*apiv1.Request, error) {
	r, err := d.Approvals().Get(ctx, part)
	if err != nil {
		return nil, err
	}
	return d.Describe(r), nil
}

// Verdict gives who's verdict on the run that part names, and returns the request as
// it is then.
func (d *Daemon) Verdict(ctx context.Context, who interlock.Identity, part string, v *apiv1.GiveVerdict) (*apiv1.Request, error) {
	desk := d.Approvals()
	r, err := desk.Get(ctx, part)
	if err != nil {
		return nil, err
	}
	if v.Digest != "" && v.Digest != r.Digest {
		return nil, &interlock.Error{Kind: interlock.Workflow, Name: "other_digest", Code: interlock.ExitRefused,
			Message: fmt.Sprintf("the request of run %s has another digest than you were shown", r.ID), Hint: fmt.Sprintf("look at it: `interlock approvals show %s`", r.ID)}
	}
	if v.Verdict != "withdraw" {
		if err := d.mayApprove(who); err != nil {
			return nil, err
		}
	}
	switch v.Verdict {
	case "approve":
		r, err = desk.Agree(ctx, who, r.ID, approval.Narrow{Tolerance: v.Tolerance, Channels: v.Narrow})
	case "reject":
		r, err = desk.Reject(ctx, who, r.ID, v.Reason)
	case "withdraw":
		r, err = desk.Withdraw(ctx, who, r.ID)
	default:
		return nil, configError("bad_verdict", "a verdict is approve, reject or withdraw", "type `interlock approvals --help`", nil)
	}
	if err != nil {
		return nil, err
	}
	return d.Describe(r), nil
}
