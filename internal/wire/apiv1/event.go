package apiv1

import (
	"encoding/json"
	"fmt"

	"github.com/interlock-run/interlock"
)

// The kinds of events, in the order in which they come: one queued, at most one
// started, any number of stdout, stderr and notice, one result, or cut_off in its place.
const (
	EventQueued  = "queued"
	EventStarted = "started"
	EventStdout  = "stdout"
	EventStderr  = "stderr"
	EventNotice  = "notice"
	EventResult  = "result"
	EventCutOff  = "cut_off"
)

// Event is one line of the answer to POST /v1/runs. A stream that ends without a
// result was cut off: what became of the run is then in the server's ledger. Where the
// server did so of itself, and could, it says why in a last event.
type Event struct {
	Event    string `json:"event"`
	ID       string `json:"id,omitempty"`       // queued: the run's
	Position *int   `json:"position,omitempty"` // queued: the place in the queue; 0 is its turn
	Data     []byte `json:"data,omitempty"`     // stdout, stderr: base64
	Text     string `json:"text,omitempty"`     // notice: Interlock's own words; cut_off: why

	// Of the result: the exit status of `interlock run`, the object that it prints
	// with --format json, the modules beside the script that its reasons quote, and the
	// script where they quote it and the client did not send it.
	ExitStatus *int            `json:"exit_status,omitempty"`
	Result     json.RawMessage `json:"result,omitempty"`
	Modules    []Module        `json:"modules,omitempty"`
	Source     []byte          `json:"source,omitempty"` // base64
}

// Module is one file from the script's folder, as it was analysed.
type Module struct {
	Path   string `json:"path"`
	Source []byte `json:"source"` // base64
}

// ResultEvent is the last event of a run.
func ResultEvent(s *interlock.Submission, r *interlock.Result) (*Event, error) {
	run, err := Encode(NewRun(s, r))
	if err != nil {
		return nil, err
	}
	status := r.ExitStatus()
	e := &Event{Event: EventResult, ExitStatus: &status, Result: run}
	quoted := map[string]bool{}
	for _, reason := range r.Decision.Reasons {
		quoted[reason.Source.File] = true
	}
	if quoted[""] && (s.Approved != "" || s.Restores != "") {
		e.Source = s.Source
	}
	for _, m := range s.Modules {
		if quoted[m.Path] {
			e.Modules = append(e.Modules, Module{Path: m.Path, Source: m.Source})
		}
	}
	return e, nil
}

// Refusal is the body of every answer that is not a success.
type Refusal struct {
	Schema int    `json:"schema"`
	Error  *Error `json:"error"`
	// ExitStatus is what `interlock run` exits with on this error.
	ExitStatus int `json:"exit_status"`
	// RetryAfterS is when to try again, in seconds, where the server is busy.
	RetryAfterS int `json:"retry_after_s,omitempty"`
}

// Cancel is the body of POST /v1/runs/ID/cancel. Cause is "interrupted" or
// "terminated"; "" is interrupted.
type Cancel struct {
	Cause string `json:"cause,omitempty"`
}

// DecodeCancel reads the cause of a Cancel; no body is an empty one.
func DecodeCancel(b []byte) (cause error, err error) {
	var c Cancel
	if len(b) > 0 {
		if err := decodeStrict(b, &c); err != nil {
			return nil, err
		}
	}
	switch c.Cause {
	case "", interlock.Interrupted.Error():
		return interlock.Interrupted, nil
	case interlock.Terminated.Error():
		return interlock.Terminated, nil
	}
	return nil, fmt.Errorf("cause is %q, neither interrupted nor terminated", c.Cause)
}

// Cancelled is the answer to a cancellation that reached a run.
type Cancelled struct {
	Schema int    `json:"schema"`
	ID     string `json:"id"`
}

// Status is the answer to GET /v1/status.
type Status struct {
	Schema   int     `json:"schema"`
	Version  string  `json:"version"`
	PID      int     `json:"pid"`
	State    string  `json:"state"`  // the state directory
	Policy   string  `json:"policy"` // digest of the policy in force
	Stale    string  `json:"stale"`  // why newer rules on disk are not in force; "" where none are
	Stopping bool    `json:"stopping"`
	Running  int     `json:"running"`
	Queued   int     `json:"queued"`
	Done     int     `json:"done"`    // runs that ended since the server started
	MeanMS   float64 `json:"mean_ms"` // of recent runs; 0 before the first
	Limits   Limits  `json:"limits"`
	Pool     any     `json:"pool"` // of warm interpreters; null without one
}

// Limits are those of the queue.
type Limits struct {
	MaxRunning     int `json:"max_running"`
	MaxQueued      int `json:"max_queued"`
	PerUserRunning int `json:"per_user_running"`
	PerUserQueued  int `json:"per_user_queued"`
}
