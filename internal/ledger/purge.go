package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	interlock "github.com/interlock-run/interlock"
)

// purged is the body of a KindPurge entry.
type purged struct {
	Blobs  []string `json:"blobs"` // digests
	Reason string   `json:"reason"`
}

// Purge removes blobs by digest and records who did it and why, as one
// transaction. A blob that several records name is gone for all of them. A
// digest that is not stored is an error and nothing is purged.
func (l *Ledger) Purge(ctx context.Context, who interlock.Identity, reason string, digests ...string) (interlock.Receipt, error) {
	if len(digests) == 0 || reason == "" {
		return interlock.Receipt{}, errors.New("purging blobs: name at least one digest, and a reason")
	}
	if err := l.stored(ctx, digests); err != nil {
		return interlock.Receipt{}, fmt.Errorf("purging blobs: %w", err)
	}
	// The digests must survive redaction, or Verify could not know the purge.
	clean, redacted := l.redact.Load().String(reason)
	s, err := l.seal(interlock.Record{Kind: KindPurge, Who: who, Body: purged{Blobs: digests, Reason: clean}}, nil)
	if err != nil {
		return interlock.Receipt{}, fmt.Errorf("purging blobs: %w", err)
	}
	s.entry.Redacted, s.purge = redacted, digests
	w := newWaiting(1)
	w.sealed = append(w.sealed, s)
	receipt, err := l.group.do(ctx, w)
	if err != nil {
		return interlock.Receipt{}, fmt.Errorf("purging blobs: %w", err)
	}
	return receipt, nil
}

func (l *Ledger) stored(ctx context.Context, digests []string) error {
	snap, err := l.store.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	var errs []error
	for _, d := range digests {
		if _, ok, err := snap.Blob(ctx, d); err != nil || !ok {
			errs = append(errs, errors.Join(fmt.Errorf("blob %q is not stored", d), err))
		}
	}
	return errors.Join(errs...)
}

// purgedBy returns the digests that e purges; none where e is no purge.
func purgedBy(e Entry) ([]string, error) {
	if e.Kind != KindPurge {
		return nil, nil
	}
	var body purged
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return nil, fmt.Errorf("reading what was purged: %w", err)
	}
	return body.Blobs, nil
}
