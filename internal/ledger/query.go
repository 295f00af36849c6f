package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	interlock "github.com/interlock-run/interlock"
)

// Filter selects entries; every field that is set narrows it. The zero Filter
// selects all.
type Filter struct {
	Run  string
	Kind interlock.RecordKind
	// Who is an identity as WhoKey writes it, "self:1000", or a name.
	Who          string
	Flow         string
	Since, Until time.Time // from Since up to, not with, Until
	// Effect selects entries whose body has this effect: "deny" finds refusals.
	Effect string
	// Limit keeps only the newest entries; 0 is no limit.
	Limit int
}

// Query returns the entries that f selects, in the order of the chain. It
// checks each entry's own digest, so a changed one is an error and never an
// answer; whether the chain as a whole is right is for Verify.
func (l *Ledger) Query(ctx context.Context, f Filter) ([]Entry, error) {
	sel := Selection{Run: f.Run, Flow: f.Flow, Who: f.Who, Since: nanos(f.Since), Until: nanos(f.Until), Newest: f.Limit > 0}
	if f.Kind != "" {
		if _, known := ofRun(f.Kind); !known {
			return nil, fmt.Errorf("querying the ledger: unknown kind %q: want one of %q", f.Kind, Kinds())
		}
		sel.Kinds = []string{string(f.Kind)}
	}
	var found []Entry
	for e, err := range l.entries(ctx, sel) {
		if err != nil {
			return nil, fmt.Errorf("querying the ledger: %w", err)
		}
		if f.Effect != "" && effect(e) != f.Effect {
			continue
		}
		if found = append(found, e); len(found) == f.Limit {
			break
		}
	}
	if sel.Newest {
		slices.Reverse(found)
	}
	return found, nil
}

// entries yields the decoded entries of one snapshot.
func (l *Ledger) entries(ctx context.Context, sel Selection) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		snap, err := l.store.Snapshot(ctx)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		defer snap.Close()
		for row, err := range snap.Rows(ctx, sel) {
			var e Entry
			if err == nil {
				e, err = row.entry()
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// entry decodes the row and refuses one that is not what was appended.
func (r Row) entry() (Entry, error) {
	e, err := decode(r.Entry)
	if err == nil && e.Digest != r.Digest {
		err = fmt.Errorf("its digest does not match")
	}
	if err != nil {
		return e, fmt.Errorf("entry %d has been changed (%w): run `interlock ledger verify`", r.Seq, err)
	}
	return e, nil
}

// Blob returns the bytes of a blob by its digest, checked. One that was purged,
// or never stored, is an error.
func (l *Ledger) Blob(ctx context.Context, digest string) ([]byte, error) {
	snap, err := l.store.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading blob %s: %w", digest, err)
	}
	defer snap.Close()
	b, ok, err := snap.Blob(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("reading blob %s: %w", digest, err)
	}
	if !ok {
		return nil, fmt.Errorf("reading blob %s: it is not stored, or was purged: `interlock ledger query --kind purge` shows purges", digest)
	}
	return b.unpack()
}

func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func effect(e Entry) string {
	var body struct {
		Effect string `json:"effect"`
	}
	// A body whose effect is no string has no effect to match.
	_ = json.Unmarshal(e.Body, &body)
	return body.Effect
}
