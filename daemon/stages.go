package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/store/sqlite"
)

// cacheDir is a folder for what can be made again, or "" where there is no home
// to keep it in, or no way to see that it is private: then it is made again.
func (d *Daemon) cacheDir(name string) string {
	if d.places.cache == "" || runtime.GOOS == "windows" {
		return ""
	}
	return filepath.Join(d.places.cache, name)
}

func (d *Daemon) openLedger(ctx context.Context) (*ledger.Ledger, error) {
	store, err := sqlite.Open(ctx, d.places.state)
	if err != nil {
		return nil, unusable(d.places.state, err)
	}
	d.store = store
	l, err := ledger.New(store, ledger.Options{Dir: d.places.state, Now: d.o.Now, Redact: d.inForce.Load().redact})
	if err != nil {
		return nil, errors.Join(unusable(d.places.state, err), store.Close())
	}
	return l, nil
}

func unusable(dir string, err error) error {
	return &interlock.Error{Kind: interlock.Infrastructure, Name: "state_unusable", Code: interlock.ExitInfrastructure, RetryRun: true,
		Message: fmt.Sprintf("the state directory %s cannot be used", dir), Err: err,
		Hint: "free space or fix permissions there, or name another with INTERLOCK_STATE_DIR or state_dir in config.yml"}
}

// records is the ledger as the pipeline of one version of the rules sees it: opened
// by the first record, and told of the version before anything decided by it.
type records struct {
	d      *Daemon
	policy *policy.Policy
}

// Append implements interlock.Ledger.
func (r records) Append(ctx context.Context, records ...interlock.Record) (interlock.Receipt, error) {
	l, err := r.d.ledger.get(ctx)
	if err != nil {
		return interlock.Receipt{}, err
	}
	if slices.ContainsFunc(records, func(r interlock.Record) bool { return r.Kind == interlock.RecordDecision }) {
		if err := r.d.recordVersion(ctx, l, r.policy); err != nil {
			return interlock.Receipt{}, err
		}
	}
	return l.Append(ctx, records...)
}

// Plan is how the sandbox would be built, in words and as JSON.
type Plan struct {
	Text string
	JSON json.RawMessage
}

// Plan computes how the sandbox would be built for g; nothing is built.
func (d *Daemon) Plan(s *interlock.Submission, g interlock.Grant) (Plan, error) {
	p, err := d.sandbox.Plan(s, g)
	if err != nil {
		return Plan{}, err
	}
	b, err := json.Marshal(p)
	if err != nil {
		return Plan{}, fmt.Errorf("encoding the plan of the sandbox: %w", err)
	}
	return Plan{Text: p.String(), JSON: b}, nil
}
