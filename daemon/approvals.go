package daemon

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/approval"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/policy"
)

// Approvals is where the requests of this state directory lie. Verdicts need no
// policy: what they are held to is in each request.
func (d *Daemon) Approvals() *approval.Desk { return d.current().desk }

// newDesk is the desk as one version of the rules sees it.
func (d *Daemon) newDesk(r *rules) *approval.Desk {
	return approval.New(approval.Options{
		Store:  d.requests,
		Ledger: records{d, r.policy},
		Now:    d.o.Now,
		Around: func(s *interlock.Submission, g interlock.Grant) (map[string]string, error) {
			return d.around(r, s, g)
		},
		Rehearsed: d.rehearsed,
	})
}

// requests is the store of the ledger, which holds the requests too.
func (d *Daemon) requests(ctx context.Context) (approval.Store, error) {
	if _, err := d.ledger.get(ctx); err != nil {
		return nil, err
	}
	return d.store, nil
}

// around is what decides a run beside submission, policy and grant.
func (d *Daemon) around(r *rules, s *interlock.Submission, g interlock.Grant) (out map[string]string, err error) {
	if out = map[string]string{}; s.Restores == "" { // a restore has no interpreter
		if out, err = d.sandbox.Identity(g.Environment.Interpreter); err != nil {
			return nil, err
		}
	}
	if out["the configuration"], err = r.config.deciding(); err != nil {
		return nil, err
	}
	servers, err := json.Marshal(r.config.EPICS)
	if err != nil {
		return nil, fmt.Errorf("digesting the addresses of equipment: %w", err)
	}
	out["the addresses of equipment"] = string(servers)
	return out, nil
}

// deciding is the part of the configuration that decides a run.
func (c *Config) deciding() (string, error) {
	b, err := json.Marshal(struct {
		Control   interlock.ExecutionControlConfig
		Override  bool
		Modes     map[interlock.ExecutionMode]ModeConfig
		Approvals map[interlock.ExecutionMode][]policy.ApprovalRule
		Tables    string
	}{c.Control, c.AllowOverride, c.Modes, c.Approvals, c.Tables.Digest()})
	if err != nil {
		return "", fmt.Errorf("digesting the configuration: %w", err)
	}
	return string(b), nil
}

// rehearsed is what the ledger knows of a rehearsal.
func (d *Daemon) rehearsed(ctx context.Context, id string) (*approval.Rehearsal, error) {
	l, err := d.ledger.get(ctx)
	if err != nil {
		return nil, err
	}
	r := &approval.Rehearsal{Run: id}
	entries, err := l.Query(ctx, ledger.Filter{Run: id})
	for _, e := range entries {
		switch e.Kind {
		case interlock.RecordSubmission:
			var body struct{ Digest string }
			err = json.Unmarshal(e.Body, &body)
			r.Submission, r.Who, r.Policy = body.Digest, e.Who, e.Policy
		case interlock.RecordEnd:
			err = json.Unmarshal(e.Body, r)
		default: // the others say nothing of it that a request shows
		}
		if err != nil {
			return nil, fmt.Errorf("reading the rehearsal %s: %w", id, err)
		}
	}
	return r, err
}

// Startable is the submission of the approved run that part names, for [Daemon.Admit]
// or [Daemon.Do] to start, or why who cannot start it. Nothing is used up yet.
func (d *Daemon) Startable(ctx context.Context, who interlock.Identity, part string) (*interlock.Submission, error) {
	r, err := d.Approvals().Startable(ctx, who, part)
	if err != nil {
		return nil, err
	}
	return r.Again(), nil
}

// claim uses the approval of s for who, by the rules that s then runs under.
func (d *Daemon) claim(ctx context.Context, r *rules, s *interlock.Submission, who interlock.Identity) error {
	pipeline, err := d.pipelineFor(ctx, r, s)
	if err != nil {
		return err
	}
	f, decision, _, err := pipeline.Check(ctx, s)
	if err != nil {
		return err
	}
	return r.desk.Claim(ctx, who, s, &f, &decision)
}

// Start takes an approved submission, as [Daemon.Startable] returned it, the whole
// way. It runs if nothing changed and nobody was faster; else the result says why, and
// nothing was written.
func (d *Daemon) Start(ctx context.Context, who interlock.Identity, s *interlock.Submission, out interlock.Streams) *interlock.Result {
	rules := d.current()
	d.surround(s, rules.config)
	if err := d.claim(ctx, rules, s, who); err != nil {
		return interlock.NotBegun(s.ID, d.o.Now(), err)
	}
	return d.do(ctx, rules, s, out)
}

// forgetRequests removes requests that are over, with the runs of their time.
func (d *Daemon) forgetRequests(ctx context.Context, older time.Duration) error {
	if older <= 0 {
		return nil
	}
	return d.Approvals().Forget(ctx, d.o.Now().Add(-older))
}
