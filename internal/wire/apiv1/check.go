package apiv1

import (
	"encoding/json"

	"github.com/interlock-run/interlock"
)

// Check is the facts and the decision on one file; nothing ran.
type Check struct {
	Schema   int             `json:"schema"`
	File     string          `json:"file"` // as the caller named it
	Facts    interlock.Facts `json:"facts"`
	Decision Decision        `json:"decision"`
	Error    *Error          `json:"error"`          // why the file could not be judged, or is not Python; else null
	Plan     json.RawMessage `json:"plan,omitempty"` // with --plan: how the sandbox would be built
}

// NewCheck returns the object of a check. err may be nil.
func NewCheck(file string, f interlock.Facts, d interlock.Decision, err *interlock.Error) *Check {
	return &Check{Schema: Schema, File: text(file), Facts: facts(f), Decision: decision(d), Error: Failure(err)}
}

// facts returns f with no list null.
func facts(f interlock.Facts) interlock.Facts {
	accesses := make([]interlock.Access, len(f.Accesses))
	for i, a := range f.Accesses {
		a.Channels.Values, a.Value.Values, a.Trail = list(a.Channels.Values), list(a.Value.Values), list(a.Trail)
		if a.Times.Kind == "" {
			a.Times.Kind = "unknown"
		}
		accesses[i] = a
	}
	installs := make([]interlock.Install, len(f.Installs))
	for i, in := range f.Installs {
		in.Packages = list(in.Packages)
		installs[i] = in
	}
	f.Accesses, f.Installs = accesses, installs
	f.Imports, f.Builtins, f.Commands = list(f.Imports), list(f.Builtins), list(f.Commands)
	f.Paths, f.Endpoints, f.Unresolved = list(f.Paths), list(f.Endpoints), list(f.Unresolved)
	f.Environment = list(f.Environment)
	return f
}
