package interlock

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"time"
)

// Submission is everything a caller hands in: what to run and all that can
// change what it does.
type Submission struct {
	ID string // the run's id, unique in its state directory

	Name    string   // the script's name as tracebacks show it, e.g. "fit.py" or "<stdin>"
	Source  []byte   // exactly the bytes that are analysed and run
	Modules []Module // modules the script imports from its own folder; set by analysis
	Folder  string   // absolute folder of the script; "" when the code has none (stdin)
	Args    []string // sys.argv[1:]
	Stdin   []byte   // the run's standard input; nil is empty
	Inputs  []string // absolute paths the caller shows to the run, read-only

	Who         Identity
	Front       string // the way in: "cli"
	Description string
	Session     string

	// Restores is the run whose puts are undone, for a restore; such a submission is no
	// code, and Source says what it does in words.
	Restores string
	// RestoreAnyway puts back what somebody else has changed since, too.
	RestoreAnyway bool
	// Rehearse holds every put back, so that people see what would be put.
	Rehearse bool

	// At is when the submission was handed in: the time that rules of the policy
	// judge by, so that judging again later gives the same word. [Pipeline] sets it
	// where it is zero.
	At time.Time

	// AskedMode is a mode the caller demands; nil leaves the choice to analysis.
	AskedMode *ExecutionMode
	// Override is set when AskedMode is less strict than what analysis would
	// choose; without the right to it the decision refuses.
	Override *Override

	// Interpreter is the Python command or environment the caller asked for
	// (--env); "" leaves the choice to the configuration.
	Interpreter string
	// Found is the environment that the caller's surroundings name, for where
	// neither Interpreter nor the configuration names one: an absolute folder or
	// executable; "" is python3 on the PATH of this process.
	Found string
	// Wall narrows the policy's wall clock; 0 leaves it. In seconds.
	Wall float64

	// Rehearsal is the id of an ended rehearsal of this same submission, which whoever
	// approves is shown and which the run is then held to; "" is none.
	Rehearsal string
	// Approved is the digest under which the run with this ID was approved; "" is a
	// run of its own. Only who keeps the approval sets it.
	Approved string
}

// Module is a Python file from the script's own folder that the submission imports.
type Module struct {
	Name   string // dotted module name, e.g. "helper" or "pkg.sub"
	Path   string // slash-separated path relative to Submission.Folder
	Source []byte
}

// Override is a caller's demand for another mode than analysis would choose
// (X10). It stands in for "detected", never for "enabled".
type Override struct {
	Mode ExecutionMode `json:"mode"`
	Who  Identity      `json:"who"`
	Why  string        `json:"why"`
}

// Digest covers all of the submission that can change what it does: source,
// name, sibling modules, arguments, standard input, input paths, the mode asked
// for, and whether it is a rehearsal. It returns lower-case hex of a SHA-256. The
// digest does not cover the contents of input folders.
func (s *Submission) Digest() string {
	h := sha256.New()
	field := func(tag string, b []byte) {
		fmt.Fprintf(h, "%s %d\n", tag, len(b))
		h.Write(b)
	}
	field("source", s.Source)
	field("name", []byte(s.Name))
	mods := append([]Module(nil), s.Modules...)
	sort.Slice(mods, func(i, j int) bool { return mods[i].Path < mods[j].Path })
	for _, m := range mods {
		field("module", []byte(m.Path))
		field("module_source", m.Source)
	}
	for _, a := range s.Args {
		field("arg", []byte(a))
	}
	field("stdin", s.Stdin)
	field("folder", []byte(s.Folder))
	for _, p := range s.Inputs {
		field("input", []byte(p))
	}
	if s.AskedMode != nil {
		field("mode", []byte(s.AskedMode.String()))
	}
	field("interpreter", []byte(s.Interpreter))
	if s.Restores != "" {
		field("restores", []byte(s.Restores))
		field("anyway", strconv.AppendBool(nil, s.RestoreAnyway))
	}
	if s.Rehearse {
		field("rehearse", nil)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// SourceDigest returns lower-case hex of the SHA-256 of b.
func SourceDigest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
