package apiv1

import (
	"encoding/json"
	"fmt"

	"github.com/interlock-run/interlock"
)

// The states of a request in which something can come of it.
const (
	StateWaiting  = "waiting"
	StateApproved = "approved" // and not yet started
)

// Request is a run that waits, or waited, for people: the object of `interlock
// approvals show --format json`. Text in it is the submitter's where it says so;
// nothing of that decides anything.
type Request struct {
	Schema  int                     `json:"schema"`
	ID      string                  `json:"id"`
	State   string                  `json:"state"` // waiting, approved, started, outcome_unknown, rejected, withdrawn, expired
	Asked   string                  `json:"asked"`
	Expires string                  `json:"expires"` // RFC 3339
	Who     interlock.Identity      `json:"who"`
	Mode    interlock.ExecutionMode `json:"mode"`
	Digest  string                  `json:"digest"` // what a verdict is to

	// The submitter's.
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Folder      string   `json:"folder"`
	Args        []string `json:"args"`
	Inputs      []string `json:"inputs"`
	StdinBytes  int      `json:"stdin_bytes"`
	Stdin       []byte   `json:"stdin"`  // base64; null once the run can no longer start
	Source      []byte   `json:"source"` // base64; null once the run can no longer start
	Modules     []Module `json:"modules"`

	Facts    interlock.Facts          `json:"facts"`
	Decision Decision                 `json:"decision"`
	Demand   interlock.Demand         `json:"demand"`
	Missing  int                      `json:"missing"` // how many more people must agree
	Channels []interlock.ChannelGrant `json:"channels"`
	Grant    interlock.Grant          `json:"grant"`

	Rehearsal *Rehearsal        `json:"rehearsal"` // null where there is none
	Parts     map[string]string `json:"parts"`     // what the digest is over

	Approvals []Verdict `json:"approvals"`
	Ended     *Verdict  `json:"ended"` // the rejection, withdrawal or start; null where there is none
}

// Rehearsal is what a rehearsed run would have put.
type Rehearsal struct {
	Run              string              `json:"run"`
	DependsOnHeldPut bool                `json:"depends_on_held_put"`
	Puts             []Put               `json:"puts"`
	Refused          []interlock.Refusal `json:"refused"`
}

// Verdict is what one person did with a request.
type Verdict struct {
	Who       interlock.Identity       `json:"who"`
	At        string                   `json:"at"`
	Self      bool                     `json:"self,omitempty"` // the requester's own: no boundary
	Reason    string                   `json:"reason,omitempty"`
	Tolerance *interlock.Tolerance     `json:"tolerance,omitempty"`
	Narrowed  []interlock.ChannelGrant `json:"narrowed,omitempty"`
}

// Requests is the answer of a list.
type Requests struct {
	Schema   int       `json:"schema"`
	Requests []Request `json:"requests"`
}

// GiveVerdict is the body of POST /v1/approvals/{id}.
type GiveVerdict struct {
	Verdict   string                   `json:"verdict"` // approve, reject, withdraw
	Reason    string                   `json:"reason,omitempty"`
	Tolerance *interlock.Tolerance     `json:"tolerance,omitempty"`
	Narrow    []interlock.ChannelGrant `json:"narrow,omitempty"`
	// Digest is what the approver was shown, and must be the request's; "" trusts that
	// a request never changes.
	Digest string `json:"digest,omitempty"`
}

// DecodeVerdict reads and checks a GiveVerdict. The error is for people.
func DecodeVerdict(b []byte) (*GiveVerdict, error) {
	var v GiveVerdict
	if err := decodeStrict(b, &v); err != nil {
		return nil, err
	}
	switch v.Verdict {
	case "approve", "reject", "withdraw":
	default:
		return nil, fmt.Errorf("verdict is %q: want approve, reject or withdraw", v.Verdict)
	}
	if len(v.Reason) > maxText {
		return nil, fmt.Errorf("reason has more than %d bytes", maxText)
	}
	return &v, nil
}

// NewDecision is d as it is printed.
func NewDecision(d interlock.Decision) Decision { return decision(d) }

// DecodeRequest reads a Request.
func DecodeRequest(b []byte) (*Request, error) {
	var r Request
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("reading a request: %w", err)
	}
	return &r, nil
}
