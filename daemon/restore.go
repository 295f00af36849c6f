package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

// Puts are the puts of a run as the ledger has them, in their order: each with what
// became of it, or PutUnknown where the run did not live to say.
func (d *Daemon) Puts(ctx context.Context, run string) ([]interlock.Put, error) {
	l, err := d.ledger.get(ctx)
	if err != nil {
		return nil, err
	}
	var puts []interlock.Put
	at := map[int]int{}
	for _, kind := range []interlock.RecordKind{interlock.RecordPut, interlock.RecordPutEnd} {
		entries, err := l.Query(ctx, ledger.Filter{Run: run, Kind: kind})
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			p, err := putOf(e)
			if err != nil {
				return nil, fmt.Errorf("reading entry %d of the ledger: %w", e.Seq, err)
			}
			if i, known := at[p.N]; known {
				puts[i] = p
			} else {
				at[p.N] = len(puts)
				puts = append(puts, p)
			}
		}
	}
	return puts, nil
}

// putOf is the put in an entry. A value in which something was blacked out is no value:
// what stands there now is nothing that was ever put.
func putOf(e ledger.Entry) (p interlock.Put, err error) {
	body := e.Body
	if e.Redacted {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(body, &fields); err != nil {
			return p, err
		}
		for _, name := range []string{"old", "new", "read_back"} {
			if bytes.Contains(fields[name], []byte(redact.Mark)) {
				delete(fields, name)
			}
		}
		if body, err = json.Marshal(fields); err != nil {
			return p, err
		}
	}
	err = json.Unmarshal(body, &p)
	return p, err
}

// Restore is the submission that puts the channels of a run back (N5). anyway does so
// where somebody else has changed them since.
func (d *Daemon) Restore(ctx context.Context, run string, anyway, rehearse bool) (*interlock.Submission, error) {
	s := &interlock.Submission{Restores: run, RestoreAnyway: anyway, Rehearse: rehearse, Name: "restore-" + run, Front: "restore", Who: Self()}
	p, err := d.restorePlan(ctx, s)
	if err != nil {
		return nil, err
	}
	s.Source = p.Source()
	return s, nil
}

// restorePlan is what a submission that restores will do, from the ledger alone.
func (d *Daemon) restorePlan(ctx context.Context, s *interlock.Submission) (*gateway.Restore, error) {
	puts, err := d.Puts(ctx, s.Restores)
	if err != nil {
		return nil, err
	}
	p := gateway.PlanRestore(s.Restores, puts)
	p.Anyway = s.RestoreAnyway
	if len(p.Steps) == 0 {
		return nil, &interlock.Error{Kind: interlock.Workflow, Name: "nothing_to_restore", Code: interlock.ExitUsage,
			Message: fmt.Sprintf("run %s put nothing to equipment, as far as the ledger knows", s.Restores), Hint: "`interlock ledger query --kind put` lists what runs have put"}
	}
	if why := p.Cannot(); why != "" {
		return nil, &interlock.Error{Kind: interlock.Workflow, Name: "nothing_to_restore", Code: interlock.ExitUsage,
			Message: fmt.Sprintf("nothing that run %s put can be put back: %s", s.Restores, why), Hint: fmt.Sprintf("`interlock ledger query --run %s --kind put` shows what it put", s.Restores)}
	}
	return p, nil
}

// pipelineFor is the road that s takes: the same for all, but that a restore needs no
// analysis and no interpreter.
func (d *Daemon) pipelineFor(ctx context.Context, r *rules, s *interlock.Submission) (*interlock.Pipeline, error) {
	if s.Restores == "" {
		return &r.pipeline, nil
	}
	plan, err := d.restorePlan(ctx, s)
	if err != nil {
		return nil, err
	}
	p := r.pipeline
	p.Analysis, p.Draft, p.Sandbox = []interlock.Analyser{plan}, nil, plan
	return &p, nil
}
