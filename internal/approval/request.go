package approval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/interlock-run/interlock"
)

// Waits is how long a request waits for its first approval.
const Waits = 24 * time.Hour

// DefaultExpires is how long an approval holds where neither the policy nor the
// deployment says.
const DefaultExpires = 15 * time.Minute

// Request is one run that waits, or waited, for people. What was asked never
// changes; verdicts are added.
type Request struct {
	ID         string             `json:"id"` // of the run
	Asked      time.Time          `json:"asked"`
	Submission Submitted          `json:"submission"`
	Facts      interlock.Facts    `json:"facts"`
	Decision   interlock.Decision `json:"decision"`
	Grant      interlock.Grant    `json:"grant"` // the draft
	Demand     interlock.Demand   `json:"demand"`
	Rehearsal  *Rehearsal         `json:"rehearsal,omitempty"`
	// Parts are everything that decides the run and that is shown, by name; Digest is
	// over all of them.
	Parts  Parts  `json:"parts"`
	Digest string `json:"digest"`

	Approvals []Approval `json:"approvals,omitempty"`
	Rejected  *Ending    `json:"rejected,omitempty"`
	Withdrawn *Ending    `json:"withdrawn,omitempty"`
	Claimed   *Ending    `json:"claimed,omitempty"`
}

// Submitted is the submission as it is kept: enough to submit exactly it again.
// Source, modules and standard input are dropped as soon as the run can no longer
// start, because nothing here is redacted.
type Submitted struct {
	Name        string                   `json:"name"`
	Source      []byte                   `json:"source,omitempty"`
	Modules     []interlock.Module       `json:"modules,omitempty"` // for showing; a start reads them anew
	Folder      string                   `json:"folder"`
	Args        []string                 `json:"args"`
	Stdin       []byte                   `json:"stdin,omitempty"`
	Inputs      []string                 `json:"inputs"`
	Who         interlock.Identity       `json:"who"`
	Front       string                   `json:"front"`
	Description string                   `json:"description"`
	Session     string                   `json:"session,omitempty"`
	AskedMode   *interlock.ExecutionMode `json:"asked_mode,omitempty"`
	Override    *interlock.Override      `json:"override,omitempty"`
	Interpreter string                   `json:"interpreter,omitempty"`
	Found       string                   `json:"found,omitempty"`
	Wall        float64                  `json:"wall,omitempty"`
	Rehearsal   string                   `json:"rehearsal,omitempty"`
	Rehearse    bool                     `json:"rehearse,omitempty"` // of a rehearsal that itself needs a person
	// Restores and RestoreAnyway are of a restore.
	Restores      string `json:"restores,omitempty"`
	RestoreAnyway bool   `json:"restore_anyway,omitempty"`
}

// Approval is one person's yes.
type Approval struct {
	Who interlock.Identity `json:"who"`
	At  time.Time          `json:"at"`
	// Self says that it is the requester's own, which is no boundary against them.
	Self   bool   `json:"self"`
	Digest string `json:"digest"` // what the yes is to
	Narrow Narrow `json:"narrow,omitzero"`
}

// Ending is what ended a request.
type Ending struct {
	Who    interlock.Identity `json:"who"`
	At     time.Time          `json:"at"`
	Reason string             `json:"reason,omitempty"`
}

// State is where a request stands.
type State string

// The states. All but Waiting and Approved are final.
const (
	Waiting   State = "waiting"
	Approved  State = "approved" // and not yet used
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
	// Claimed is that the run was started, or was about to be: it never is again.
	Claimed State = "started"
)

// State says where r stands at now.
func (r *Request) State(now time.Time) State {
	switch {
	case r.Claimed != nil:
		return Claimed
	case r.Withdrawn != nil:
		return Withdrawn
	case r.Rejected != nil:
		return Rejected
	case !now.Before(r.Expires()):
		return Expired
	case r.Missing() == 0:
		return Approved
	}
	return Waiting
}

// Expires is when r can no longer be started: a fixed time after the first
// approval, so that the others and the start have to follow in that time.
func (r *Request) Expires() time.Time {
	if len(r.Approvals) == 0 {
		return r.Asked.Add(Waits)
	}
	holds := r.Demand.Expires
	if holds <= 0 {
		holds = DefaultExpires
	}
	return r.Approvals[0].At.Add(holds)
}

// Missing is how many more people must agree.
func (r *Request) Missing() int {
	return max(max(r.Demand.Approvers, 1)-len(r.Approvals), 0)
}

// forget drops what only a start needs.
func (r *Request) forget() {
	r.Submission.Source, r.Submission.Modules, r.Submission.Stdin = nil, nil, nil
}

// same reports whether a and b are one person: a user of this machine is the same
// with and without a daemon between.
func same(a, b interlock.Identity) bool {
	local := func(i interlock.Identity) bool {
		return i.Kind == interlock.SelfIdentity || i.Kind == interlock.PeerIdentity
	}
	if local(a) && local(b) {
		return a.UID == b.UID
	}
	return a == b
}

// submitted is s as it is kept. What JSON cannot carry unchanged is an error:
// another run would start than was shown.
func submitted(s *interlock.Submission) (Submitted, error) {
	for _, text := range append(append([]string{s.Name, s.Folder, s.Interpreter, s.Found, s.Description, s.Session}, s.Args...), s.Inputs...) {
		if !utf8.ValidString(text) {
			return Submitted{}, &interlock.Error{Kind: interlock.Configuration, Name: "not_text", Code: interlock.ExitUsage,
				Message: fmt.Sprintf("%q is not UTF-8, so nobody can be shown what they would approve", text), Hint: "rename the file, or pass the argument in a file with --input"}
		}
	}
	return Submitted{Name: s.Name, Source: bytes.Clone(s.Source), Modules: s.Modules, Folder: s.Folder, Args: s.Args, Stdin: s.Stdin, Inputs: s.Inputs,
		Who: s.Who, Front: s.Front, Description: s.Description, Session: s.Session, AskedMode: s.AskedMode, Override: s.Override,
		Interpreter: s.Interpreter, Found: s.Found, Wall: s.Wall, Rehearsal: s.Rehearsal, Rehearse: s.Rehearse, Restores: s.Restores, RestoreAnyway: s.RestoreAnyway}, nil
}

// Again is the submission to start r with. Its modules are read anew.
func (r *Request) Again() *interlock.Submission {
	k := r.Submission
	return &interlock.Submission{ID: r.ID, Name: k.Name, Source: bytes.Clone(k.Source), Folder: k.Folder, Args: k.Args, Stdin: k.Stdin, Inputs: k.Inputs,
		Who: k.Who, Front: k.Front, Description: k.Description, Session: k.Session, AskedMode: k.AskedMode, Override: k.Override,
		Interpreter: k.Interpreter, Found: k.Found, Wall: k.Wall, Rehearsal: k.Rehearsal, Rehearse: k.Rehearse, Restores: k.Restores, RestoreAnyway: k.RestoreAnyway, Approved: r.Digest}
}

func (k Kept) request() (*Request, error) {
	var r Request
	if err := json.Unmarshal(k.Body, &r); err != nil {
		return nil, fmt.Errorf("reading the request of run %s: %w", k.ID, err)
	}
	return &r, nil
}
