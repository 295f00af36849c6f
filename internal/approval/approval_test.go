package approval_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/approval"
	"github.com/interlock-run/interlock/internal/store/sqlite"
)

var _ interlock.Approver = (*approval.Desk)(nil)

var (
	ann = interlock.Identity{Kind: interlock.PeerIdentity, UID: 1001, Name: "ann"}
	bob = interlock.Identity{Kind: interlock.PeerIdentity, UID: 1002, Name: "bob"}
	cat = interlock.Identity{Kind: interlock.PeerIdentity, UID: 1003, Name: "cat"}
)

// bench is a desk on a real store, with everything that it asks for in fields.
type bench struct {
	*testing.T
	*approval.Desk
	now       time.Time
	around    map[string]string
	rehearsal *approval.Rehearsal
	folder    string

	mu       sync.Mutex
	recorded []interlock.Record
	broken   error // of the ledger
}

func newBench(t *testing.T) *bench {
	b := &bench{T: t, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), around: map[string]string{"the configuration": "c", "package numpy-2.0": "p"}, folder: t.TempDir()}
	store, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	b.Desk = b.desk(store)
	return b
}

func (b *bench) desk(store approval.Store) *approval.Desk {
	return approval.New(approval.Options{
		Store: func(context.Context) (approval.Store, error) { return store, nil }, Ledger: b, Now: func() time.Time { return b.now },
		Around:    func(*interlock.Submission, interlock.Grant) (map[string]string, error) { return b.around, nil },
		Rehearsed: func(context.Context, string) (*approval.Rehearsal, error) { return b.rehearsal, nil },
	})
}

// Append implements interlock.Ledger.
func (b *bench) Append(_ context.Context, records ...interlock.Record) (interlock.Receipt, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.recorded = append(b.recorded, records...)
	return interlock.Receipt{}, b.broken
}

// one is a submission with its facts and decision, all of it changeable.
type one struct {
	s interlock.Submission
	f interlock.Facts
	d interlock.Decision
}

func ptr[T any](v T) *T { return &v }

func (b *bench) one() *one {
	b.write("fit.py", "caput('A', 1)\n")
	input := filepath.Join(b.TempDir(), "in.csv")
	if err := os.WriteFile(input, []byte("1\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	return &one{
		s: interlock.Submission{ID: "1q3kx0v2f-7k2m", Name: "fit.py", Source: []byte("caput('A', 1)\n"), Folder: b.folder, Args: []string{"x"}, Stdin: []byte("in"),
			Inputs: []string{input}, Who: ann, Front: "cli", Description: "a fit", Modules: []interlock.Module{{Name: "helper", Path: "helper.py", Source: []byte("h\n")}}},
		f: interlock.Facts{SourceSHA256: "f", Control: interlock.Control{Writes: interlock.Definite}},
		d: interlock.Decision{Effect: interlock.NeedsApproval, Mode: interlock.WriteAccess, PolicyDigest: "p1", Approval: &interlock.Demand{Approvers: 1, Expires: 15 * time.Minute},
			Reasons: []interlock.Reason{{Rule: "approval.write_access.required", Effect: interlock.NeedsApproval, Message: "because"}},
			Grant: interlock.Grant{Mode: interlock.WriteAccess, Files: interlock.Files{Folder: b.folder}, Environment: interlock.Environment{Interpreter: "/py", Variables: map[string]string{"A": "1"}},
				Resources: interlock.Resources{Wall: time.Minute}, Channels: interlock.ChannelGrants{{Match: "A", Writable: true, Max: ptr(5.0), Tolerance: interlock.Tolerance{Percent: 1}}}}},
	}
}

func (b *bench) write(name, text string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(b.folder, name), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// ask makes the request and wants it to wait.
func (b *bench) ask(o *one) {
	b.Helper()
	b.refuses(b.Approve(b.Context(), &o.s, &o.f, &o.d), "awaiting_approval", 4)
}

// refuses wants an error for people of that name and exit status.
func (b *bench) refuses(err error, name string, status int) *interlock.Error {
	b.Helper()
	e := (*interlock.Error)(nil)
	if !errors.As(err, &e) || e.Name != name || e.Code.Status() != status || e.Message == "" || e.Hint == "" {
		b.Fatalf("got %#v, want %s with exit %d", err, name, status)
	}
	return e
}

func (b *bench) agree(who interlock.Identity, n approval.Narrow) *approval.Request {
	b.Helper()
	r, err := b.Agree(b.Context(), who, "7k2m", n)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// again is the start of what was approved.
func (b *bench) again(o *one, who interlock.Identity) (*interlock.Submission, error) {
	r, err := b.Startable(b.Context(), who, o.s.ID)
	if err != nil {
		return nil, err
	}
	s := r.Again()
	s.Modules = o.s.Modules // analysis reads them anew
	return s, nil
}

// start claims and uses the approval: what a daemon does.
func (b *bench) start(o *one) error {
	s, err := b.again(o, ann)
	if err != nil {
		return err
	}
	if err := b.Claim(b.Context(), ann, s, &o.f, &o.d); err != nil {
		return err
	}
	return b.Approve(b.Context(), s, &o.f, &o.d)
}

func (b *bench) kinds() (all []interlock.RecordKind) {
	for _, r := range b.recorded {
		all = append(all, r.Kind)
	}
	return all
}

// TestApprovedRunsOnce (X9, N4): asked, approved by somebody else, started, and never
// again; each step is recorded with who and the digest, before it counts.
func TestApprovedRunsOnce(t *testing.T) {
	b := newBench(t)
	o := b.one()
	b.ask(o)
	b.refuses(b.start(o), "awaiting_approval", 4)
	if r := b.agree(bob, approval.Narrow{}); r.State(b.now) != approval.Approved || r.Approvals[0].Self {
		t.Fatalf("%+v", r)
	}
	s, err := b.again(o, ann)
	if err != nil {
		t.Fatal(err)
	}
	b.write(".fit.py.swp", "an editor's") // the run is not shown it
	if err := b.start(o); err != nil {
		t.Fatal(err)
	}
	b.refuses(b.start(o), "used", 3)
	b.refuses(b.Approve(t.Context(), s, &o.f, &o.d), "not_claimed", 3) // nor in this process
	r, err := b.Get(t.Context(), o.s.ID)
	if err != nil || r.Submission.Source != nil || r.Submission.Stdin != nil {
		t.Errorf("what cannot start any more is still kept: %v, %+v", err, r.Submission)
	}
	want := []interlock.RecordKind{interlock.RecordRequest, interlock.RecordApproval, interlock.RecordClaim}
	if !slices.Equal(b.kinds(), want) {
		t.Errorf("recorded %v", b.kinds())
	}
	for i, who := range []interlock.Identity{ann, bob, ann} {
		if body, _ := b.recorded[i].Body.(map[string]any); b.recorded[i].Who != who || body["digest"] != r.Digest {
			t.Errorf("record %d: %+v", i, b.recorded[i])
		}
	}
}

// TestNothingIsApprovedByItself: a submission that says that it was approved, and that
// nobody claimed, does not run; nor does one whose claim cannot be recorded.
func TestNothingIsApprovedByItself(t *testing.T) {
	b := newBench(t)
	o := b.one()
	o.s.Approved = "0000"
	b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "not_claimed", 3)
	o.s.Approved = ""
	b.ask(o)
	b.agree(bob, approval.Narrow{})
	b.broken = errors.New("disk full")
	if err := b.start(o); err == nil {
		t.Error("it runs without a record")
	}
	b.broken = nil
	b.refuses(b.start(o), "used", 3) // nobody knows, so never
	b = newBench(t)
	o = b.one()
	b.broken = errors.New("disk full")
	if err := b.Approve(t.Context(), &o.s, &o.f, &o.d); err == nil {
		t.Error("a request without a record")
	}
	b.broken = nil
	if all, err := b.List(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("it is kept: %v, %v", all, err)
	}
}

// TestWhoApproves (X9): not the requester, unless the policy lets them, whichever way
// they come in; then it is recorded as what it is.
func TestWhoApproves(t *testing.T) {
	b := newBench(t)
	o := b.one()
	b.ask(o)
	for _, who := range []interlock.Identity{ann, {Kind: interlock.SelfIdentity, UID: 1001, Name: "another"}} {
		_, err := b.Agree(t.Context(), who, o.s.ID, approval.Narrow{})
		if e := b.refuses(err, "own_request", 3); !strings.Contains(e.Hint, "write_access: {self: true}") {
			t.Errorf("the hint does not say what to write: %s", e.Hint)
		}
	}
	o.s.ID, o.d.Approval.Self = "1q3kx0v2g-aaaa", true
	b.ask(o)
	r, err := b.Agree(t.Context(), ann, "aaaa", approval.Narrow{})
	if err != nil || !r.Approvals[0].Self {
		t.Fatalf("%v, %+v", err, r)
	}
	if body, _ := b.recorded[len(b.recorded)-1].Body.(map[string]any); body["verdict"] != "self-approved" || body["boundary"] != false {
		t.Errorf("recorded %v", body)
	}
}

// TestSeveralPeople: two of three, each counted once, and the third comes too late.
func TestSeveralPeople(t *testing.T) {
	b := newBench(t)
	o := b.one()
	o.d.Approval.Approvers = 2
	b.ask(o)
	if r := b.agree(bob, approval.Narrow{}); r.Missing() != 1 || r.State(b.now) != approval.Waiting {
		t.Fatalf("%+v", r)
	}
	_, err := b.Agree(t.Context(), interlock.Identity{Kind: interlock.SelfIdentity, UID: bob.UID}, o.s.ID, approval.Narrow{})
	b.refuses(err, "agreed_already", 3)
	b.refuses(b.start(o), "awaiting_approval", 4)
	b.agree(cat, approval.Narrow{})
	_, err = b.Agree(t.Context(), interlock.Identity{Kind: interlock.PeerIdentity, UID: 1004}, o.s.ID, approval.Narrow{})
	b.refuses(err, "approved_already", 3)
	if err := b.start(o); err != nil {
		t.Error(err)
	}
}

// TestExpiry (N4): an approval holds for its time from the first person's, a request
// for a day.
func TestExpiry(t *testing.T) {
	b := newBench(t)
	o := b.one()
	o.d.Approval.Approvers = 2
	b.ask(o)
	b.now = b.now.Add(approval.Waits - time.Second)
	b.agree(bob, approval.Narrow{})
	b.now = b.now.Add(15*time.Minute - time.Second)
	b.agree(cat, approval.Narrow{})
	b.now = b.now.Add(time.Second)
	b.refuses(b.start(o), "expired", 3)
	_, err := b.Agree(t.Context(), cat, o.s.ID, approval.Narrow{})
	b.refuses(err, "expired", 3)

	o.s.ID, o.d.Approval.Expires = "1q3kx0v2g-aaaa", 0
	b.ask(o)
	b.now = b.now.Add(approval.Waits)
	_, err = b.Agree(t.Context(), bob, "aaaa", approval.Narrow{})
	b.refuses(err, "expired", 3)
	if err := b.Forget(t.Context(), b.now); err != nil {
		t.Fatal(err)
	}
	if all, err := b.List(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// TestEnds: rejected and withdrawn requests never start, and only the requester withdraws.
func TestEnds(t *testing.T) {
	b := newBench(t)
	o := b.one()
	b.ask(o)
	_, err := b.Withdraw(t.Context(), bob, o.s.ID)
	b.refuses(err, "not_yours", 3)
	_, err = b.Reject(t.Context(), bob, o.s.ID, " ")
	b.refuses(err, "usage", 2)
	b.agree(bob, approval.Narrow{})
	if _, err = b.Withdraw(t.Context(), ann, o.s.ID); err != nil {
		t.Fatal(err)
	}
	b.refuses(b.start(o), "withdrawn", 3)
	o.s.ID = "1q3kx0v2g-aaaa"
	b.ask(o)
	if _, err = b.Reject(t.Context(), cat, "aaaa", "the beam is on"); err != nil {
		t.Fatal(err)
	}
	if e := b.refuses(b.start(o), "rejected", 3); !strings.Contains(e.Message, "the beam is on") {
		t.Error(e.Message)
	}
	want := []interlock.RecordKind{interlock.RecordRequest, interlock.RecordApproval, interlock.RecordWithdrawal, interlock.RecordRequest, interlock.RecordRejection}
	if !slices.Equal(b.kinds(), want) {
		t.Errorf("recorded %v", b.kinds())
	}
}

// TestWhoStarts: who asked or approved, and nobody else.
func TestWhoStarts(t *testing.T) {
	b := newBench(t)
	o := b.one()
	b.ask(o)
	b.agree(bob, approval.Narrow{})
	_, err := b.again(o, cat)
	b.refuses(err, "not_yours", 3)
	for _, who := range []interlock.Identity{ann, bob} {
		if _, err := b.again(o, who); err != nil {
			t.Error(err)
		}
	}
}

// TestOneOfManyStarts (N4): of many starts at once, over two processes' stores, one wins.
func TestOneOfManyStarts(t *testing.T) {
	b := newBench(t)
	dir := t.TempDir()
	var desks []*approval.Desk
	for range 2 {
		store, err := sqlite.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		desks = append(desks, b.desk(store))
	}
	b.Desk = desks[0]
	o := b.one()
	b.ask(o)
	b.agree(bob, approval.Narrow{})
	s, err := b.again(o, ann)
	if err != nil {
		t.Fatal(err)
	}
	won := make(chan error, 8)
	var group sync.WaitGroup
	for i := range cap(won) {
		group.Go(func() {
			mine, decision := *s, o.d
			err := desks[i%2].Claim(context.Background(), ann, &mine, &o.f, &decision)
			if err == nil {
				err = desks[i%2].Approve(context.Background(), &mine, &o.f, &decision)
			}
			won <- err
		})
	}
	group.Wait()
	close(won)
	wins := 0
	for err := range won {
		if err == nil {
			wins++
		} else {
			b.refuses(err, "used", 3)
		}
	}
	if wins != 1 {
		t.Errorf("%d starts", wins)
	}
}

// TestNotShown: what an approver cannot be shown as it is cannot be asked for.
func TestNotShown(t *testing.T) {
	b := newBench(t)
	o := b.one()
	o.s.Args = []string{"\xff"}
	b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "not_text", 2)
	o = b.one()
	o.s.Inputs = []string{filepath.Join(b.folder, "nothing")}
	b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "not_bound", 2)
	o = b.one()
	for i := range 4001 {
		b.write(fmt.Sprintf("f%d", i), "")
	}
	b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "not_bound", 2)
}

// TestRoom: requests are bounded in size and number; what is over makes room, what
// waits does not.
func TestRoom(t *testing.T) {
	b := newBench(t)
	o := b.one()
	o.s.Inputs, o.s.Stdin = nil, make([]byte, 8<<20)
	b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "too_large", 2)
	o.s.Stdin = nil
	for i := range 1000 {
		o.s.ID = fmt.Sprintf("1q3kx0v2f-%04d", i)
		b.ask(o)
	}
	o.s.ID = "1q3kx0v2g-aaaa"
	b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "too_many_requests", 6)
	b.now = b.now.Add(approval.Waits + time.Second)
	b.ask(o)
	if all, err := b.List(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d, %v", len(all), err)
	}
}
