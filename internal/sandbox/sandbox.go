// Package sandbox runs granted code and tells what came of it.
//
// It is handed a [interlock.Grant] and nothing else: it cannot consult policy.
// It resolves the Python environment, asks package confine for a plan of what
// the kernel will hold, starts the confined interpreter with the embedded runner
// in it, and sends the code once the caller has recorded its intent.
//
//	Prepare ─▶ plan ─▶ confined interpreter, runner says "ready"
//	Run     ─▶ one frame with the code ─▶ stdout, stderr, frames of claims
//	        ─▶ the kernel says how it ended ─▶ workspace is copied out
//
// What the kernel and this supervisor saw goes to [interlock.Observed]; what came
// over the runner's socket or files goes to [interlock.Claims] and may be forged.
// The guards inside Python that the runner sets up explain refusals; they hold
// nothing.
package sandbox

import (
	"os"
	"path/filepath"
	"sync"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// Options configure a Sandbox.
type Options struct {
	// CacheDir keeps what is expensive to find out, private to this user. "" keeps nothing.
	CacheDir string
	// Getenv reads the caller's environment, where interpreters are found.
	Getenv func(string) string
}

// Sandbox implements interlock.Sandbox for local one-off runs. It is safe for
// concurrent use.
type Sandbox struct {
	opt  Options
	host func() confine.Host
}

// New returns a Sandbox. It does nothing until it is used.
func New(opt Options) *Sandbox {
	s := &Sandbox{opt: opt}
	s.host = sync.OnceValue(func() confine.Host { return cachedHost(opt.CacheDir) })
	return s
}

// Host returns what this host can do, as far as it is known.
func (s *Sandbox) Host() confine.Host { return s.host() }

// Plan computes what Prepare would do for the grant, without doing it.
func (s *Sandbox) Plan(sub *interlock.Submission, g interlock.Grant) (*confine.Plan, error) {
	l, err := s.layout(sub, g)
	if err != nil {
		return nil, err
	}
	return confine.Make(l.spec, s.Host())
}

func private(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o700)
}

// environment resolves an interpreter's name.
func (s *Sandbox) environment(name string) (Environment, error) {
	return ResolveEnvironment(name, s.opt.Getenv)
}
