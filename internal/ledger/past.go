package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	interlock "github.com/interlock-run/interlock"
)

// Past is a submission with what was found and decided, as the ledger has it.
type Past struct {
	// Submission lacks the sources, see [Past.Source]. Folder, arguments and text are
	// as they were recorded, so a secret in them is blacked out.
	Submission interlock.Submission
	Submitted  time.Time
	// Decided says that analysis and policy came to a word; Facts and Decision are
	// meaningful only then.
	Decided  bool
	Facts    interlock.Facts
	Decision interlock.Decision // with the grant where one was recorded
	// Granted says that the run was started, with Decision.Grant.
	Granted bool
	// Redacted says that something in the facts was blacked out before they were
	// recorded: rules about it cannot be tried again.
	Redacted bool
	// Observed are programs and connections, as the supervisor saw them.
	Commands    []interlock.Started
	Connections []interlock.Connection
	Status      interlock.Status
	Wall        time.Duration
	MaxRSS      int64 // bytes, largest single process

	blobs map[string]BlobRef
}

// PastOptions select past submissions.
type PastOptions struct {
	Since, Until time.Time // from Since up to, not with, Until; zero is no bound
	Limit        int       // the newest only; 0 is all
}

// Past returns past submissions, oldest first.
func (l *Ledger) Past(ctx context.Context, o PastOptions) ([]Past, error) {
	sel := Selection{Newest: true, Since: nanos(o.Since)} // what was submitted before Until may have been decided after
	for _, kind := range []interlock.RecordKind{interlock.RecordSubmission, interlock.RecordOverride, interlock.RecordDecision, interlock.RecordGrant, interlock.RecordEnd} {
		sel.Kinds = append(sel.Kinds, string(kind))
	}
	seen, found := map[string]*Past{}, []Past(nil)
	for e, err := range l.entries(ctx, sel) {
		if err != nil {
			return nil, fmt.Errorf("reading past submissions: %w", err)
		}
		one := seen[e.Run]
		if one == nil {
			one = &Past{}
			seen[e.Run] = one
		}
		if err := one.take(e); err != nil {
			return nil, fmt.Errorf("reading past submissions: entry %d: %w", e.Seq, err)
		}
		if e.Kind != interlock.RecordSubmission {
			continue
		}
		delete(seen, e.Run)
		if !o.Until.IsZero() && !e.Time.Before(o.Until) {
			continue
		}
		if found = append(found, *one); len(found) == o.Limit {
			break
		}
	}
	slices.Reverse(found)
	return found, nil
}

// take adds what e says. The bodies are those Pipeline.Do appends.
func (p *Past) take(e Entry) error {
	switch e.Kind {
	case interlock.RecordSubmission:
		return p.submission(e)
	case interlock.RecordOverride:
		p.Submission.Override = &interlock.Override{}
		return json.Unmarshal(e.Body, p.Submission.Override)
	case interlock.RecordDecision:
		return p.decision(e)
	case interlock.RecordGrant:
		p.Granted = true
		return json.Unmarshal(e.Body, &p.Decision.Grant)
	case interlock.RecordEnd:
		return p.end(e)
	default: // the other kinds are not selected
		return nil
	}
}

func (p *Past) submission(e Entry) error {
	var body struct {
		Name        string                   `json:"name"`
		Folder      string                   `json:"folder"`
		Args        []string                 `json:"args"`
		Inputs      []string                 `json:"inputs"`
		Front       string                   `json:"front"`
		Description string                   `json:"description"`
		AskedMode   *interlock.ExecutionMode `json:"asked_mode"`
		At          time.Time                `json:"at"`
		Rehearse    bool                     `json:"rehearse"`
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return err
	}
	s := &p.Submission
	s.ID, s.Who, s.Session = e.Run, e.Who, e.Flow
	s.Name, s.Folder, s.Args, s.Inputs = body.Name, body.Folder, body.Args, body.Inputs
	s.Front, s.Description, s.AskedMode, s.Rehearse = body.Front, body.Description, body.AskedMode, body.Rehearse
	if s.At = body.At; s.At.IsZero() {
		s.At = e.Time // recorded before records had it
	}
	p.Submitted, p.blobs = e.Time, e.Blobs
	return nil
}

func (p *Past) decision(e Entry) error {
	grant := p.Decision.Grant
	body := struct {
		*interlock.Decision
		Facts *interlock.Facts `json:"facts"`
	}{&p.Decision, &p.Facts}
	if json.Unmarshal(e.Body, &body) != nil {
		p.Decision, p.Facts = interlock.Decision{Grant: grant}, interlock.Facts{}
		return nil // another version's words: not decided, as far as this one can tell
	}
	p.Decision.Grant, p.Decision.PolicyDigest, p.Redacted = grant, e.Policy, e.Redacted
	// A step that failed denies without a reason, and code that is no Python has one.
	p.Decided = p.Decision.Effect != interlock.Deny || len(p.Decision.Reasons) > 0
	return nil
}

func (p *Past) end(e Entry) error {
	var body struct {
		Status      interlock.Status       `json:"status"`
		WallMS      int64                  `json:"wall_ms"`
		MaxRSS      int64                  `json:"max_rss"`
		Commands    []interlock.Started    `json:"commands"`
		Connections []interlock.Connection `json:"connections"`
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return err
	}
	if p.Status != "" || p.Granted {
		return nil // that of the wait for approval, before the run began
	}
	p.Status, p.Wall, p.MaxRSS = body.Status, time.Duration(body.WallMS)*time.Millisecond, body.MaxRSS
	p.Commands, p.Connections = body.Commands, body.Connections
	return nil
}

// Source returns the bytes of the script, and those of a module by its path. It is an
// error where they were purged. redacted says that they are not the original ones.
func (l *Ledger) Source(ctx context.Context, p *Past, module string) (b []byte, redacted bool, err error) {
	name := "source"
	if module != "" {
		name = "module:" + module
	}
	ref, ok := p.blobs[name]
	if !ok {
		return nil, false, fmt.Errorf("run %s has no %s in the ledger", p.Submission.ID, name)
	}
	b, err = l.Blob(ctx, ref.SHA256)
	return b, ref.Redacted, err
}
