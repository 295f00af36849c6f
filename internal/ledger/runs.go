package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	interlock "github.com/interlock-run/interlock"
)

// Words for a run whose start is recorded and whose end is not, beside those of
// [interlock.Status]. Such a run may have had any effect its grant allowed.
const (
	Running     interlock.Status = "running"     // a live process holds its claim
	Interrupted interlock.Status = "interrupted" // its supervisor is gone
)

// Run is what the ledger knows of one run.
type Run struct {
	ID          string             `json:"id"`
	Status      interlock.Status   `json:"status"`
	Name        string             `json:"name"` // the script's
	Description string             `json:"description,omitempty"`
	Front       string             `json:"front"`
	Who         interlock.Identity `json:"who"`
	Flow        string             `json:"flow,omitempty"`
	Mode        string             `json:"mode,omitempty"`
	Effect      string             `json:"effect,omitempty"`
	Error       string             `json:"error,omitempty"`
	Folder      string             `json:"folder,omitempty"` // of its results; "" where nothing ran
	Submitted   time.Time          `json:"submitted"`
	Ended       time.Time          `json:"ended,omitzero"`
	WallMS      int64              `json:"wall_ms"`
	First       uint64             `json:"first"` // seq of its submission
	Last        uint64             `json:"last"`  // seq of its last record of the kinds used here

	end     bool
	started Entry // its start; no seq where there is none
}

// Runs returns the newest runs, at most limit (0 is all), oldest first.
func (l *Ledger) Runs(ctx context.Context, limit int) ([]Run, error) {
	return l.runs(ctx, Selection{}, limit)
}

// Run returns one run; ok is false where the ledger has no submission of it.
func (l *Ledger) Run(ctx context.Context, id string) (run Run, ok bool, err error) {
	runs, err := l.runs(ctx, Selection{Run: id}, 1)
	if err != nil || len(runs) == 0 {
		return Run{}, false, err
	}
	return runs[0], true, nil
}

// runs walks from the newest record back, so that a limit need not read it all:
// a run is complete once its first record, the submission, has been seen.
func (l *Ledger) runs(ctx context.Context, sel Selection, limit int) ([]Run, error) {
	sel.Newest = true
	sel.Kinds = []string{string(interlock.RecordSubmission), string(interlock.RecordDecision),
		string(interlock.RecordStart), string(interlock.RecordEnd)}
	seen := map[string]*Run{}
	var found []Run
	for e, err := range l.entries(ctx, sel) {
		if err != nil {
			return nil, fmt.Errorf("listing runs: %w", err)
		}
		run := seen[e.Run]
		if run == nil {
			run = &Run{ID: e.Run, Last: e.Seq}
			seen[e.Run] = run
		}
		if err := run.take(e); err != nil {
			return nil, fmt.Errorf("listing runs: entry %d: %w", e.Seq, err)
		}
		if e.Kind != interlock.RecordSubmission {
			continue
		}
		if err := l.settle(ctx, run); err != nil {
			return nil, fmt.Errorf("listing runs: %w", err)
		}
		if found = append(found, *run); len(found) == limit {
			break
		}
	}
	slices.Reverse(found)
	return found, nil
}

// take adds what e says of its run. The bodies are those Pipeline.Do appends.
func (run *Run) take(e Entry) error {
	var body struct {
		Name        string           `json:"name"`
		Description string           `json:"description"`
		Front       string           `json:"front"`
		Effect      string           `json:"effect"`
		Mode        string           `json:"mode"`
		Folder      string           `json:"folder"`
		Status      interlock.Status `json:"status"`
		WallMS      int64            `json:"wall_ms"`
		Error       *struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return err
	}
	switch e.Kind {
	case interlock.RecordSubmission:
		run.Name, run.Description, run.Front = body.Name, body.Description, body.Front
		run.Who, run.Flow, run.First, run.Submitted = e.Who, e.Flow, e.Seq, e.Time
	case interlock.RecordDecision:
		run.Effect, run.Mode = body.Effect, body.Mode
	case interlock.RecordStart:
		run.Folder, run.started = body.Folder, e
	case interlock.RecordEnd:
		if run.end || e.Seq < run.started.Seq {
			return nil // that of the wait for approval, before the run began
		}
		run.end, run.Status, run.WallMS, run.Ended = true, body.Status, body.WallMS, e.Time
		if body.Error != nil {
			run.Error = body.Error.Message
		}
	default: // the other kinds say nothing that a list of runs shows
	}
	return nil
}

// settle gives a run without an end its word. The snapshot is older than the
// look at the claim, so a run whose claim is gone may have ended meanwhile: only
// a second look at the ledger tells.
func (l *Ledger) settle(ctx context.Context, run *Run) error {
	if run.end {
		return nil
	}
	live, err := l.claims.live(run.ID)
	if err != nil || live {
		run.Status = Running
		return err
	}
	run.Status = Interrupted
	ends, err := l.Query(ctx, Filter{Run: run.ID, Kind: interlock.RecordEnd})
	for _, e := range ends {
		err = run.take(e)
	}
	return err
}
