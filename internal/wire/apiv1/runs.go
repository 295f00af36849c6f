package apiv1

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
)

// ListedRun is one run of a list.
type ListedRun struct {
	ID      string `json:"id"`
	Status  string `json:"status"` // as in Run, or running, or interrupted
	Mode    string `json:"mode"`
	Name    string `json:"name"` // the script's; "" where it is not known
	Started string `json:"started"`
	Folder  string `json:"folder"` // on the machine of the daemon, and its user's
}

// Runs is the object of `interlock runs list --format json` and the answer to GET
// /v1/runs: the newest first.
type Runs struct {
	Schema int         `json:"schema"`
	Runs   []ListedRun `json:"runs"`
	Notes  []string    `json:"notes"` // what the list could not say, in words
}

// Restore is the body of POST /v1/runs/ID/restore: how the puts of that run are undone.
// No body is an empty one.
type Restore struct {
	Rehearse bool `json:"rehearse,omitempty"` // only show what would be put
	Anyway   bool `json:"anyway,omitempty"`   // what somebody else has changed since, too
	// Rehearsal is the id of such a run with Rehearse that an approval is to be bound to.
	Rehearsal string `json:"rehearsal,omitempty"`
}

// DecodeRestore reads and checks a Restore. The error is for people.
func DecodeRestore(b []byte) (*Restore, error) {
	var r Restore
	if len(b) > 0 {
		if err := decodeStrict(b, &r); err != nil {
			return nil, err
		}
	}
	if r.Rehearse && r.Rehearsal != "" {
		return nil, errors.New("rehearsal names a rehearsal that ended, and rehearse makes one: give one of the two")
	}
	if len(r.Rehearsal) > maxText {
		return nil, fmt.Errorf("rehearsal has more than %d bytes", maxText)
	}
	return &r, nil
}

// Writes is how the kill switch stands: the object of `interlock writes status --format
// json` and the answer to GET and POST /v1/writes.
type Writes struct {
	Schema int                `json:"schema"`
	Off    bool               `json:"off"`
	Reason string             `json:"reason"`
	Who    interlock.Identity `json:"who"`
	At     time.Time          `json:"at"` // of being turned off; zero where writes are on
	// Enabled says whether the configuration lets anybody write at all.
	Enabled bool `json:"enabled"`
	// Fault is why it cannot be told how the switch stands; writes are then off. "" where it can.
	Fault string `json:"fault"`
}

// TurnWrites is the body of POST /v1/writes.
type TurnWrites struct {
	Writes string `json:"writes"` // off or on
	Reason string `json:"reason"` // required
}

// DecodeTurnWrites reads and checks a TurnWrites. The error is for people.
func DecodeTurnWrites(b []byte) (*TurnWrites, error) {
	var t TurnWrites
	if err := decodeStrict(b, &t); err != nil {
		return nil, err
	}
	switch {
	case t.Writes != "off" && t.Writes != "on":
		return nil, fmt.Errorf("writes is %q: want off or on", t.Writes)
	case strings.TrimSpace(t.Reason) == "":
		return nil, errors.New("reason is missing: runs and the ledger say it")
	case len(t.Reason) > maxText:
		return nil, fmt.Errorf("reason has more than %d bytes", maxText)
	}
	return &t, nil
}
