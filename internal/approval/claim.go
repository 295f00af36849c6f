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

// Startable returns the approved request that part names, or why who cannot start it.
// It changes nothing.
func (d *Desk) Startable(ctx context.Context, who interlock.Identity, part string) (*Request, error) {
	r, _, err := d.find(ctx, part)
	if err != nil {
		return nil, err
	}
	return r, r.mayStart(who, d.o.Now())
}

// mayStart reports why who cannot start r: it is the requester's to start, or that
// of who approved it.
func (r *Request) mayStart(who interlock.Identity, now time.Time) error {
	if r.State(now) != Approved {
		return r.over(now)
	}
	if !same(who, r.Submission.Who) && !slices.ContainsFunc(r.Approvals, func(a Approval) bool { return same(a.Who, who) }) {
		return refused("not_yours", fmt.Sprintf("run %s is %s's request, and who asked or approved starts it", r.ID, r.Submission.Who.Named()), "leave it to them")
	}
	return nil
}

// Claim uses the approval of s, which is [Request.Again] analysed and decided anew.
// It refuses what is not exactly what was approved, and names what changed; nothing is
// used up then. When it returns nil this process, and no other, ever, may run s, once:
// by handing it to a pipeline whose Approver is d.
func (d *Desk) Claim(ctx context.Context, who interlock.Identity, s *interlock.Submission, f *interlock.Facts, decision *interlock.Decision) error {
	store, err := d.o.Store(ctx)
	if err != nil {
		return err
	}
	r, version, err := d.find(ctx, s.ID)
	if err != nil {
		return err
	}
	if err := r.mayStart(who, d.o.Now()); err != nil {
		return err
	}
	if err := d.fresh(r, s, f, decision); err != nil {
		return err
	}
	now := d.o.Now() // reading the inputs took time
	if err := r.mayStart(who, now); err != nil {
		return err
	}
	claimed := *r
	claimed.Claimed = &Ending{Who: who, At: now}
	claimed.forget()
	body, err := json.Marshal(claimed)
	if err != nil {
		return fmt.Errorf("encoding the request of run %s: %w", r.ID, err)
	}
	swapped, err := store.SwapRequest(ctx, r.ID, version, body)
	if err != nil {
		return fmt.Errorf("claiming run %s: %w", r.ID, err)
	}
	if !swapped {
		return d.lost(ctx, r.ID)
	}
	// Not recorded, it does not run; and it stays claimed.
	if err := d.record(context.WithoutCancel(ctx), interlock.RecordClaim, r, who, map[string]any{"approvals": r.Approvals, "requester": r.Submission.Who}); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mine[r.ID] = r
	return nil
}

// lost is the error of a claim that somebody else's change came before.
func (d *Desk) lost(ctx context.Context, id string) error {
	r, _, err := d.find(ctx, id)
	if err != nil {
		return err
	}
	return r.over(d.o.Now())
}

// fresh refuses s if anything of what was approved has changed.
func (d *Desk) fresh(r *Request, s *interlock.Submission, f *interlock.Facts, decision *interlock.Decision) error {
	now, err := d.parts(s, f, decision, r.Rehearsal)
	if err != nil {
		return err
	}
	changed := r.Parts.Changed(now)
	digest, err := now.Digest()
	if err != nil {
		return err
	}
	if len(changed) == 0 && digest == r.Digest && digest == s.Approved {
		return nil
	}
	return stale(r.ID, changed)
}

// stale is the error about an approved run of which these things have changed.
func stale(id string, changed []string) error {
	const most = 8
	text := strings.Join(changed[:min(len(changed), most)], "; ")
	if n := len(changed) - most; n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	if text == "" {
		text = "its digest is another"
	}
	return refused("stale", fmt.Sprintf("run %s is not what was approved any more: %s", id, text),
		"put back what changed, or run it again to ask anew; nothing ran")
}

// use gives a claimed run its grant. Everything is compared once more, with the
// decision that the run is held to.
func (d *Desk) use(s *interlock.Submission, f *interlock.Facts, decision *interlock.Decision) error {
	d.mu.Lock()
	r := d.mine[s.ID]
	delete(d.mine, s.ID)
	d.mu.Unlock()
	if r == nil {
		return refused("not_claimed", fmt.Sprintf("run %s says that it was approved, and nobody claimed it", s.ID), fmt.Sprintf("start it with `interlock runs start %s`", s.ID))
	}
	if err := d.fresh(r, s, f, decision); err != nil {
		return err
	}
	decision.Grant = r.granted(decision.Grant)
	return nil
}

// Forget removes requests that were asked for before then and that nothing more can
// come of. The ledger keeps its records of them.
func (d *Desk) Forget(ctx context.Context, then time.Time) error {
	store, err := d.o.Store(ctx)
	if err != nil {
		return err
	}
	ids, err := store.RequestIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		k, ok, err := store.Request(ctx, id)
		if err != nil {
			return err
		}
		r, bad := k.request()
		if !ok || bad != nil || !r.Asked.Before(then) {
			continue
		}
		if state := r.State(d.o.Now()); state != Waiting && state != Approved {
			if _, err := store.DropRequest(ctx, id, k.Version); err != nil {
				return err
			}
		}
	}
	return nil
}
