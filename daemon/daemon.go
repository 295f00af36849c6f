// Package daemon wires the stages into one interlock.Pipeline and keeps what they
// share: configuration, policy, state directory, ledger. It is the program without
// a way in; a way in (internal/front) or another Go program opens a Daemon and
// hands it submissions.
//
// Open reads configuration and policy, which must be sound, and nothing else. The
// ledger, the parser and the sandbox open when they are first needed: a run starts
// its interpreter, and the rest opens while that comes up, because a one-off run should cost hardly more than the
// interpreter it starts: `check` never opens the ledger.
//
// The state directory, 0700, holds everything that is kept:
//
//	STATE/ledger.db, ledger.key   the record
//	STATE/running/                claims of runs that go on
//	STATE/runs/ID/                what each run left
//
// The cache directory holds what can be made again: the compiled parser and what
// was found out about this host.
//
// In the personal shape this protects the user from the code, and nobody from the
// user: who can write the state directory can rewrite the ledger in it.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/sandbox"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/store/sqlite"
)

// Options say where to look. Env and Now are required.
type Options struct {
	ConfigFile string // --config; "" looks for one
	PolicyFile string // --policy; "" looks for one
	// StateDir is where runs and the ledger are kept; "" leaves it to the
	// environment and the configuration.
	StateDir string
	// Etc is the operator's folder; "" is /etc/interlock. Only a program that
	// embeds this one, or a test, names another.
	Etc string
	// Env is the environment of the caller, as os.Environ returns it: where
	// XDG folders, VIRTUAL_ENV and PATH are found.
	Env []string
	// Log takes warnings about the configuration; nil drops them.
	Log *slog.Logger
	Now func() time.Time
	// Soon says that a submission follows at once: the parser then loads, on
	// another processor, while the rules are read.
	Soon bool
	// Serve says that many submissions follow, by several callers: runs wait for
	// their turn (see Admit), and the rules are read anew when their files change.
	Serve bool
	// Pool is how many warm interpreters wait for runs; with Serve, 0 leaves it to
	// the configuration and a negative number keeps none.
	Pool int
	// Version is the program's, part of what makes two processes judge alike.
	Version string
}

// Daemon is one state directory with the rules in force. It is safe for
// concurrent use.
type Daemon struct {
	// Shared by all runs, whatever rules they began under.
	o        Options
	places   places
	runs     *runs.Store
	sandbox  *sandbox.Sandbox
	analysis *analysis.Analyser
	gateway  *gateway.Gateway
	ledger   lazy[*ledger.Ledger]
	store    *sqlite.Store // under the ledger, once that is open
	warming  sync.WaitGroup
	turns    *turns

	reloading sync.Mutex // held while the rules are compared with their files
	inForce   atomic.Pointer[rules]
	versions  sync.Mutex // held while a policy that came into force is recorded
}

// Open reads configuration and policy. The error is an *interlock.Error that
// names every fault. The caller closes the Daemon.
func Open(o Options) (*Daemon, error) {
	if o.Now == nil {
		return nil, errors.New("opening a daemon without a clock")
	}
	d := &Daemon{o: o}
	src := d.sources()
	d.places.cache = src.xdg("XDG_CACHE_HOME", ".cache")
	var err error
	if d.analysis, err = analysis.New(context.Background(), analysis.Options{CacheDir: d.cacheDir("parser")}); err != nil {
		return nil, err
	}
	if o.Soon {
		// An error shows again, in its place, for whoever needs the parser.
		d.warming.Go(func() { _ = d.analysis.Warm(context.Background()) })
	}
	r, err := d.load(src)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	d.places.config, d.places.state = src.ConfigDir(), r.config.StateDir
	d.runs = runs.New(d.places.state, r.redact)
	d.ledger.open = d.openLedger
	d.sandbox = d.newSandbox(r.config)
	d.inForce.Store(r) // where the gateway finds the servers
	d.gateway = d.newGateway()
	d.inForce.Store(r.wired(d))
	if o.Serve {
		d.turns = newTurns(r.config.Server.Queue, o.Now)
		d.warmUp(r)
	}
	return d, nil
}

// Do takes s the whole way, see [interlock.Pipeline.Do]. It gives s an id where
// it has none.
func (d *Daemon) Do(ctx context.Context, s *interlock.Submission, out interlock.Streams) *interlock.Result {
	if s.ID == "" {
		s.ID = runs.NewID(d.o.Now())
	}
	rules := d.current()
	d.surround(s, rules.config)
	return d.do(ctx, rules, s, out)
}

func (d *Daemon) do(ctx context.Context, rules *rules, s *interlock.Submission, out interlock.Streams) *interlock.Result {
	pipeline, err := d.pipelineFor(ctx, rules, s)
	if err != nil {
		return interlock.NotBegun(s.ID, d.o.Now(), err)
	}
	r := pipeline.Do(ctx, s, out)
	if err := d.runs.Seal(s, r); err != nil {
		r.Observed.Notes = append(r.Observed.Notes, fmt.Sprintf("result.json lacks its place in the ledger: %v", err))
	}
	return r
}

// Check analyses and decides; nothing runs and nothing is recorded.
func (d *Daemon) Check(ctx context.Context, s *interlock.Submission) (interlock.Facts, interlock.Decision, interlock.Timings, error) {
	rules := d.current()
	d.surround(s, rules.config)
	return rules.pipeline.Check(ctx, s)
}

// Runs is the store of what runs left.
func (d *Daemon) Runs() *runs.Store { return d.runs }

// Ledger opens the ledger at first use. It stays the Daemon's to close.
func (d *Daemon) Ledger(ctx context.Context) (*ledger.Ledger, error) { return d.ledger.get(ctx) }

// Warnings are what is wrong with the configuration and covered by a safe
// default. They were logged when it was read.
func (d *Daemon) Warnings() []string { return d.inForce.Load().warnings }

// Policy is the policy in force.
func (d *Daemon) Policy() *policy.Policy { return d.inForce.Load().policy }

// Config is the configuration in force. It is read, never changed.
func (d *Daemon) Config() *Config { return d.inForce.Load().config }

// Prune removes runs by age and size, see [runs.Store.Prune], and records it.
func (d *Daemon) Prune(ctx context.Context, older time.Duration, maxBytes int64) (runs.Pruned, error) {
	l, err := d.ledger.get(ctx)
	if err != nil {
		return runs.Pruned{}, err
	}
	p, err := d.runs.Prune(d.o.Now(), older, maxBytes)
	err = errors.Join(err, d.forgetRequests(ctx, older))
	if len(p.IDs) == 0 {
		return p, err
	}
	_, recorded := l.Append(ctx, interlock.Record{Kind: interlock.RecordPrune, Who: Self(), Policy: d.Policy().Digest(),
		Body: map[string]any{"runs": p.IDs, "bytes": p.Bytes, "older_s": older.Seconds(), "max_bytes": maxBytes}})
	return p, errors.Join(err, recorded)
}

// Close waits for what was being opened and closes it. Runs must have ended.
func (d *Daemon) Close() error {
	d.warming.Wait()
	if d.runs != nil {
		d.runs.Close()
	}
	return errors.Join(
		d.closeSandbox(),
		d.closeGateway(),
		d.ledger.close(func(l *ledger.Ledger) error { return l.Close() }),
		d.analysis.Close(context.Background()),
	)
}
