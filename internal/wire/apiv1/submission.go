package apiv1

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/interlock-run/interlock"
)

// Submission is the body of POST /v1/runs. Who submits is not in it: the server
// knows that from the connection.
type Submission struct {
	Schema int `json:"schema"`
	// The code: Source as text, or Bytes (base64) where it is not UTF-8. One of the
	// two; Bytes wins where Source is "".
	Source string `json:"source,omitempty"`
	Bytes  []byte `json:"source_base64,omitempty"`

	Name        string   `json:"name"`                   // as tracebacks show it: "fit.py", "<stdin>"
	Folder      string   `json:"folder,omitempty"`       // of the script, absolute; "" where the code has none
	Args        []string `json:"args,omitempty"`         // sys.argv[1:]
	Stdin       []byte   `json:"stdin,omitempty"`        // base64
	Inputs      []string `json:"inputs,omitempty"`       // absolute paths the run may read
	Mode        string   `json:"mode,omitempty"`         // read_only or write_access; "" leaves it to analysis
	Description string   `json:"description,omitempty"`  // what the run is for, for the record
	Session     string   `json:"session,omitempty"`      // the larger work this belongs to, for the record
	TimeoutMS   int64    `json:"timeout_ms,omitempty"`   // narrows the policy's wall clock; 0 leaves it
	Interpreter string   `json:"interpreter,omitempty"`  // the environment asked for, absolute; "" leaves it to the configuration
	Found       string   `json:"found_python,omitempty"` // the caller's own environment, absolute: used where nothing names one
	Front       string   `json:"front,omitempty"`        // "cli", or "" for any other client
	// Rules is the digest of the rules that the client would judge by; a server with
	// others refuses with the error "other_rules". "" accepts the server's.
	Rules string `json:"rules,omitempty"`
	// Rehearse holds every put back; Rehearsal is the id of such a run of this same
	// submission, which an approval is then bound to.
	Rehearse  bool   `json:"rehearse,omitempty"`
	Rehearsal string `json:"rehearsal,omitempty"`
}

// Bounds of a submission.
const (
	MaxBody   = 100 << 20 // bytes of the body
	MaxSource = 1 << 20   // of the code: what analysis accepts
	MaxStdin  = 64 << 20
	maxText   = 4096    // of a name, a path, a description
	maxArgs   = 2 << 20 // of all arguments together, one byte added to each
	maxPaths  = 1000
)

// DecodeSubmission reads and checks a submission. The error is for people.
func DecodeSubmission(b []byte) (*Submission, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("the body is not UTF-8: source_base64 takes any bytes")
	}
	var s Submission
	if err := decodeStrict(b, &s); err != nil {
		return nil, err
	}
	return &s, s.check()
}

func (s *Submission) check() error {
	if s.Schema != Schema {
		return fmt.Errorf("schema is %d, and this server reads %d", s.Schema, Schema)
	}
	if s.Source != "" && len(s.Bytes) > 0 {
		return errors.New("source and source_base64 are both given")
	}
	if n := len(s.Source) + len(s.Bytes); n > MaxSource {
		return fmt.Errorf("source has %d bytes, and %d are the most", n, MaxSource)
	}
	if len(s.Stdin) > MaxStdin {
		return fmt.Errorf("stdin has %d bytes, and %d are the most", len(s.Stdin), MaxStdin)
	}
	if s.Name == "" {
		return errors.New("name is missing: what tracebacks call the code, such as fit.py")
	}
	if s.Front != "" && s.Front != "cli" {
		return errors.New("front is neither cli nor left out")
	}
	if s.TimeoutMS < 0 || s.TimeoutMS > math.MaxInt64/int64(time.Millisecond) {
		return errors.New("timeout_ms is negative or too large")
	}
	if _, err := s.mode(); err != nil {
		return err
	}
	return errors.Join(s.texts(), s.paths())
}

// texts checks what is shown and recorded.
func (s *Submission) texts() error {
	for name, text := range map[string]string{"name": s.Name, "description": s.Description, "session": s.Session, "rules": s.Rules, "rehearsal": s.Rehearsal} {
		if len(text) > maxText || strings.ContainsRune(text, 0) {
			return fmt.Errorf("%s has more than %d bytes or a zero byte", name, maxText)
		}
	}
	n := 0
	for _, a := range s.Args {
		if n += len(a) + 1; strings.ContainsRune(a, 0) {
			return errors.New("an argument has a zero byte")
		}
	}
	if n > maxArgs {
		return fmt.Errorf("args have %d bytes together, and %d are the most", n, maxArgs)
	}
	return nil
}

func (s *Submission) paths() error {
	if len(s.Inputs) > maxPaths {
		return fmt.Errorf("%d inputs, and %d are the most: name their folder", len(s.Inputs), maxPaths)
	}
	for name, list := range map[string][]string{"folder": {s.Folder}, "interpreter": {s.Interpreter}, "found_python": {s.Found}, "inputs": s.Inputs} {
		for _, p := range list {
			switch {
			case p == "" && name != "inputs":
			case len(p) > maxText || strings.ContainsRune(p, 0):
				return fmt.Errorf("%s: a path has more than %d bytes or a zero byte", name, maxText)
			case !filepath.IsAbs(p):
				return fmt.Errorf("%s: %q is not an absolute path", name, p)
			}
		}
	}
	return nil
}

func (s *Submission) mode() (*interlock.ExecutionMode, error) {
	if s.Mode == "" {
		return nil, nil
	}
	m, err := interlock.ParseExecutionMode(s.Mode)
	return &m, err
}

// NewSubmission returns s as a client sends it, or an error where JSON cannot
// carry it unchanged: paths and arguments are text there.
func NewSubmission(s *interlock.Submission, rules string) (*Submission, error) {
	for _, text := range append(append([]string{s.Name, s.Folder, s.Interpreter, s.Found, s.Description, s.Session}, s.Args...), s.Inputs...) {
		if !utf8.ValidString(text) {
			return nil, fmt.Errorf("%q is not UTF-8", text)
		}
	}
	out := &Submission{Schema: Schema, Name: s.Name, Folder: s.Folder, Args: s.Args, Stdin: s.Stdin, Inputs: s.Inputs,
		Description: s.Description, Session: s.Session, Interpreter: s.Interpreter, Found: s.Found, Front: s.Front, Rules: rules,
		TimeoutMS: int64(math.Ceil(s.Wall * 1000)), Rehearse: s.Rehearse, Rehearsal: s.Rehearsal}
	if utf8.Valid(s.Source) {
		out.Source = string(s.Source)
	} else {
		out.Bytes = s.Source
	}
	if s.AskedMode != nil {
		out.Mode = s.AskedMode.String()
	}
	return out, out.check()
}

// Submitted is what the server makes of s for who, who alone the connection names.
func (s *Submission) Submitted(who interlock.Identity) *interlock.Submission {
	out := &interlock.Submission{Name: s.Name, Source: s.Bytes, Folder: s.Folder, Args: s.Args, Stdin: s.Stdin, Inputs: s.Inputs,
		Who: who, Front: s.Front, Description: s.Description, Session: s.Session, Interpreter: s.Interpreter, Found: s.Found,
		Wall: float64(s.TimeoutMS) / 1000, Rehearse: s.Rehearse, Rehearsal: s.Rehearsal}
	if s.Source != "" {
		out.Source = []byte(s.Source)
	}
	if out.Front == "" {
		out.Front = "api"
	}
	out.AskedMode, _ = s.mode() // checked when it was read
	if out.AskedMode != nil && *out.AskedMode == interlock.WriteAccess {
		out.Override = &interlock.Override{Mode: *out.AskedMode, Who: who, Why: s.Description}
	}
	out.Source = bytes.Clone(out.Source)
	return out
}
