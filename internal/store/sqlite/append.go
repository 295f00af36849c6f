package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/interlock-run/interlock/internal/ledger"
)

// Append implements [ledger.Store].
func (s *Store) Append(ctx context.Context, build func(ledger.Head) (ledger.Batch, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return fmt.Errorf("writing %s: the ledger is closed", s.path)
	}
	purged, err := s.write(ctx, build)
	if err != nil {
		return s.explain(err)
	}
	if purged {
		// The log still holds the blobs' pages. What cannot be emptied now, because
		// someone reads, goes when the log is next reused.
		_, _ = s.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return nil
}

func (s *Store) write(ctx context.Context, build func(ledger.Head) (ledger.Batch, error)) (purged bool, err error) {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	h, err := head(ctx, tx)
	if err != nil {
		return false, err
	}
	b, err := build(h)
	if err != nil {
		return false, err
	}
	if err := putRows(ctx, tx, b.Rows); err != nil {
		return false, err
	}
	if err := putBlobs(ctx, tx, b); err != nil {
		return false, err
	}
	return len(b.Purge) > 0, tx.Commit()
}

func head(ctx context.Context, q querier) (h ledger.Head, err error) {
	err = q.QueryRowContext(ctx, "SELECT seq, digest FROM entries ORDER BY seq DESC LIMIT 1").Scan(&h.Seq, &h.Digest)
	if err == sql.ErrNoRows {
		return ledger.Head{}, nil
	}
	return h, err
}

func putRows(ctx context.Context, tx *sql.Tx, rows []ledger.Row) error {
	put, err := tx.PrepareContext(ctx, "INSERT INTO entries (seq, digest, entry, at, kind, run, flow, who, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer put.Close()
	for _, r := range rows {
		if _, err := put.ExecContext(ctx, r.Seq, r.Digest, r.Entry, r.At, r.Kind, r.Run, r.Flow, r.Who, r.Name); err != nil {
			return err
		}
	}
	return nil
}

func putBlobs(ctx context.Context, tx *sql.Tx, b ledger.Batch) error {
	for _, blob := range b.Blobs {
		data := blob.Data
		if data == nil {
			data = []byte{} // nil would be NULL
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO blobs (digest, size, packing, data) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			blob.Digest, blob.Size, blob.Packing, data); err != nil {
			return err
		}
	}
	if len(b.Purge) == 0 {
		return nil
	}
	// Freed pages are overwritten, not only unlinked.
	if _, err := tx.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	for _, digest := range b.Purge {
		if _, err := tx.ExecContext(ctx, "DELETE FROM blobs WHERE digest = ?", digest); err != nil {
			return err
		}
	}
	return nil
}
