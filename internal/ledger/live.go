package ledger

import (
	"context"
	"fmt"
	"iter"
)

// live is the store itself, at one moment.
type live struct {
	id   string
	snap Snapshot
}

func (s live) LedgerID() string { return s.id }

func (s live) Rows(ctx context.Context) iter.Seq2[Row, error] { return s.snap.Rows(ctx, Selection{}) }

func (s live) Blobs(ctx context.Context) iter.Seq2[Blob, error] { return s.snap.Blobs(ctx) }

func (s live) HasBlobs() bool { return true }

func (s live) End() (*Checkpoint, []Fault) { return nil, nil }

// Verify verifies the live store as it is at one moment; appends may go on.
func (l *Ledger) Verify(ctx context.Context, o VerifyOptions) (Report, error) {
	snap, err := l.store.Snapshot(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("verifying the ledger: %w", err)
	}
	defer snap.Close()
	r, err := Verify(ctx, live{id: l.ID(), snap: snap}, o)
	if err != nil {
		return r, err
	}
	astray, err := snap.Astray(ctx)
	if err != nil {
		r.fault(0, Unreadable, "checking the store: %v", err)
	}
	for _, words := range astray {
		r.fault(0, Misleading, "%s", words)
	}
	return r, nil
}
