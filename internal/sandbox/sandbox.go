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
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/internal/sandbox/forward"
)

// Options configure a Sandbox.
type Options struct {
	// CacheDir keeps what is expensive to find out, private to this user. "" keeps nothing.
	CacheDir string
	// Getenv reads the caller's environment, where interpreters are found.
	Getenv func(string) string
	// Pool is how many warm children are kept ready for the code that was run last
	// in an environment; 0 starts an interpreter for each run. Close must be called.
	Pool int
	// Preload are the modules that warm interpreters load, those that exist; nil is [Preload].
	Preload []string
	// Log hears of what goes on behind runs; nil drops it.
	Log *slog.Logger
}

// Preload are the modules that most scientific code begins with.
var Preload = []string{"numpy", "pandas", "matplotlib.pyplot", "scipy.optimize", "scipy.signal", "scipy.stats"}

// PoolStatus is what one environment's warm pool has ready.
type PoolStatus struct {
	Environment string `json:"environment"`
	Up          bool   `json:"up"`       // the zygote is loaded
	Spare       int    `json:"spare"`    // children that fit any grant
	Ready       int    `json:"ready"`    // children that are confined for a grant
	Warm        int64  `json:"warm"`     // runs that took a child
	Cold        int64  `json:"cold"`     // runs that had to start an interpreter
	Restarts    int    `json:"restarts"` // of the zygote
}

// Sandbox implements interlock.Sandbox on this host. It is safe for concurrent use.
type Sandbox struct {
	opt  Options
	host func() confine.Host

	outside *forward.Config // nil is the host's own network
	warm    warmth
}

// New returns a Sandbox. It does nothing until it is used.
func New(opt Options) *Sandbox {
	s := &Sandbox{opt: opt}
	if s.opt.Log == nil {
		s.opt.Log = slog.New(slog.DiscardHandler)
	}
	if s.opt.Preload == nil {
		s.opt.Preload = Preload
	}
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
	s.stock(l, sub)
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
