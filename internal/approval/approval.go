// Package approval turns a decision that needs approval into people's verdict, and
// a verdict into one run.
//
//	decision ─▶ request, waiting ─▶ enough people agree ─▶ claimed ─▶ the run, once
//	                 │  └─▶ rejected │ withdrawn │ expired            (final, all of them)
//	                 └ bound to a digest of everything that decides the run and was shown
//
// A [Desk] is where requests lie. What was asked never changes: a request is the
// submission whole, what analysis found, the decision, the draft grant, the rehearsal
// where there is one, and [Parts], a digest of each thing by name. When the run is
// started all of it is found out anew, and if anything differs the start is refused
// with the names of what changed.
//
// A verdict is in the ledger before it counts. A start is claimed by compare-and-swap
// before anything runs and is recorded before the run begins: of two starts one wins,
// and what was claimed is never started again, whatever became of the process. Who
// gives a verdict is who the way in says, from the kernel; text that the submitter
// typed is shown and decides nothing.
//
// Not protected against: in the personal shape, the user, who owns the state directory
// and is requester and approver at once; files under the policy's filesystem.read and
// the insides of installed packages, which the digest does not cover; whoever can
// change an input between the start and the moment the run reads it; an approver who
// does not look.
package approval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
)

// Options are what a Desk needs; all are required.
type Options struct {
	// Store opens the store at first use.
	Store  func(context.Context) (Store, error)
	Ledger interlock.Ledger
	Now    func() time.Time
	// Around is what decides a run beside its submission, the policy and the grant, in
	// words by name: the configuration, the environment's packages, the addresses of
	// equipment.
	Around func(*interlock.Submission, interlock.Grant) (map[string]string, error)
	// Rehearsed is the rehearsal that the ledger has under an id.
	Rehearsed func(ctx context.Context, id string) (*Rehearsal, error)
}

// Desk is where requests lie. It implements interlock.Approver and is safe for
// concurrent use, also by several processes on one store.
type Desk struct {
	o Options

	mu   sync.Mutex
	mine map[string]*Request // claimed by this process and not yet run
}

// New returns a Desk. It opens nothing yet.
func New(o Options) *Desk { return &Desk{o: o, mine: map[string]*Request{}} }

// Approve implements interlock.Approver. A submission that was not approved becomes a
// request, and the error, an *interlock.Error with exit status 4, names it. One that
// was, and that [Desk.Claim] claimed, gets the grant that was approved.
func (d *Desk) Approve(ctx context.Context, s *interlock.Submission, f *interlock.Facts, decision *interlock.Decision) error {
	if s.Approved != "" {
		return d.use(s, f, decision)
	}
	r, err := d.ask(ctx, s, f, decision)
	if err != nil {
		return err
	}
	return &interlock.Error{Kind: interlock.Workflow, Name: "awaiting_approval", Code: interlock.ExitWaiting,
		Message: fmt.Sprintf("run %s waits for approval: %s", s.ID, why(decision)),
		Hint:    fmt.Sprintf("`interlock approvals show %[1]s`, then `interlock approvals approve %[1]s`; it then runs with `interlock runs start %[1]s`; it waits until %[2]s", s.ID, r.Expires().Format(time.DateTime))}
}

// why is the first reason that asks for a person.
func why(d *interlock.Decision) string {
	for _, r := range d.Reasons {
		if r.Effect == interlock.NeedsApproval {
			return r.Message
		}
	}
	return "the policy asks for one"
}

// ask records and keeps a request.
func (d *Desk) ask(ctx context.Context, s *interlock.Submission, f *interlock.Facts, decision *interlock.Decision) (*Request, error) {
	r := &Request{ID: s.ID, Asked: d.o.Now(), Facts: *f, Decision: *decision, Grant: decision.Grant}
	if decision.Approval != nil {
		r.Demand = *decision.Approval
	}
	var err error
	if r.Submission, err = submitted(s); err != nil {
		return nil, err
	}
	if err := d.room(ctx, r); err != nil {
		return nil, err
	}
	if r.Rehearsal, err = d.rehearsal(ctx, s, decision, r.Demand); err != nil {
		return nil, err
	}
	if r.Parts, err = d.parts(s, f, decision, r.Rehearsal); err != nil {
		return nil, err
	}
	if r.Digest, err = r.Parts.Digest(); err != nil {
		return nil, err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding the request of run %s: %w", r.ID, err)
	}
	if err := d.record(ctx, interlock.RecordRequest, r, s.Who, map[string]any{"parts": r.Parts, "demand": r.Demand, "rehearsal": s.Rehearsal, "expires": r.Expires()}); err != nil {
		return nil, err
	}
	store, err := d.o.Store(ctx)
	if err != nil {
		return nil, err
	}
	if err := store.AddRequest(ctx, r.ID, body); err != nil {
		return nil, fmt.Errorf("keeping the request of run %s: %w", r.ID, err)
	}
	return r, nil
}

// rehearsal is the one that s names, checked; nil where it names none and none is wanted.
func (d *Desk) rehearsal(ctx context.Context, s *interlock.Submission, decision *interlock.Decision, demand interlock.Demand) (*Rehearsal, error) {
	switch {
	case s.Rehearsal == "" && demand.Rehearsal && !s.Rehearse:
		return nil, &interlock.Error{Kind: interlock.Workflow, Name: "rehearsal_required", Code: interlock.ExitRefused,
			Message: "the policy wants the run rehearsed before anybody approves it", Hint: "rehearse it and ask in one go: `interlock run --rehearse --request FILE`, or `interlock runs restore ID --rehearse --request`"}
	case s.Rehearsal == "":
		return nil, nil //nolint:nilnil // there is none, and none is needed
	}
	r, err := d.o.Rehearsed(ctx, s.Rehearsal)
	if err != nil {
		return nil, err
	}
	return r, r.of(s, decision)
}

// record appends one step about r; every one carries the digest.
func (d *Desk) record(ctx context.Context, kind interlock.RecordKind, r *Request, who interlock.Identity, body map[string]any) error {
	body["digest"] = r.Digest
	_, err := d.o.Ledger.Append(ctx, interlock.Record{Kind: kind, Time: d.o.Now(), Run: r.ID, Who: who, Flow: r.Submission.Session, Policy: r.Decision.PolicyDigest, Body: body})
	if err != nil {
		return fmt.Errorf("recording the %s of run %s: %w", kind, r.ID, err)
	}
	return nil
}

// Now is the desk's clock.
func (d *Desk) Now() time.Time { return d.o.Now() }

// Get returns the request that part names: the id of its run, or a part of it that is
// unique.
func (d *Desk) Get(ctx context.Context, part string) (*Request, error) {
	r, _, err := d.find(ctx, part)
	return r, err
}

func (d *Desk) find(ctx context.Context, part string) (*Request, int64, error) {
	store, err := d.o.Store(ctx)
	if err != nil {
		return nil, 0, err
	}
	id, err := resolve(ctx, store, part)
	if err != nil {
		return nil, 0, err
	}
	k, ok, err := store.Request(ctx, id)
	if err == nil && !ok {
		err = noRequest(part)
	}
	if err != nil {
		return nil, 0, err
	}
	r, err := k.request()
	return r, k.Version, err
}

func resolve(ctx context.Context, store Store, part string) (string, error) {
	ids, err := store.RequestIDs(ctx)
	if err != nil {
		return "", err
	}
	part = strings.ToLower(part)
	var fit []string
	for _, id := range ids {
		if part != "" && strings.Contains(id, part) {
			fit = append(fit, id)
		}
	}
	switch {
	case slices.Contains(fit, part):
		return part, nil
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) == 0:
		return "", noRequest(part)
	}
	return "", bad("ambiguous", fmt.Sprintf("%q fits %d requests", part, len(fit)), "type more of the id; `interlock approvals list` shows it")
}

// NoRequest is the Name of the error about a run that nobody asked an approval for.
const NoRequest = "no_request"

func noRequest(part string) error {
	return bad(NoRequest, fmt.Sprintf("no run that waits, or waited, for approval is named %q", part), "`interlock approvals list --all` shows them")
}

// List returns all requests, the newest first. One that cannot be read does not hide
// the others: the error joins what is wrong.
func (d *Desk) List(ctx context.Context) (list []*Request, err error) {
	store, err := d.o.Store(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := store.RequestIDs(ctx)
	faults := []error{err}
	for _, id := range ids {
		k, ok, err := store.Request(ctx, id)
		if err != nil || !ok {
			faults = append(faults, err)
			continue
		}
		r, err := k.request()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		list = append(list, r)
	}
	return list, errors.Join(faults...)
}
