package sqlite

import (
	"context"
	"database/sql"
	"errors"
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
	if s.appender == nil { // not before: most who open a ledger only read it
		var err error
		if s.appender, err = newAppender(ctx, s.writer); err != nil {
			return s.explain(err)
		}
	}
	purged, err := s.appender.write(ctx, build)
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

// appender is an append in statements that are parsed once: parsing them each time
// costs as much as what they do.
type appender struct {
	conn                                  *sql.Conn
	begin, head, insert, commit, rollback *sql.Stmt
}

func newAppender(ctx context.Context, conn *sql.Conn) (*appender, error) {
	a := &appender{conn: conn}
	for text, stmt := range map[string]**sql.Stmt{
		"BEGIN IMMEDIATE": &a.begin, headQuery: &a.head, "COMMIT": &a.commit, "ROLLBACK": &a.rollback,
		"INSERT INTO entries (seq, digest, entry, at, kind, run, flow, who, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)": &a.insert,
	} {
		var err error
		if *stmt, err = conn.PrepareContext(ctx, text); err != nil {
			return nil, errors.Join(err, a.close())
		}
	}
	return a, nil
}

// close gives the statements back; those that were never made are none.
func (a *appender) close() (err error) {
	for _, stmt := range []*sql.Stmt{a.begin, a.head, a.insert, a.commit, a.rollback} {
		if stmt != nil {
			err = errors.Join(err, stmt.Close())
		}
	}
	return err
}

// write makes one transaction of what build returns.
func (a *appender) write(ctx context.Context, build func(ledger.Head) (ledger.Batch, error)) (purged bool, err error) {
	if _, err := a.begin.ExecContext(ctx); err != nil {
		return false, err
	}
	done := false
	defer func() {
		if !done {
			_, _ = a.rollback.ExecContext(ctx) // some faults have done it
		}
	}()
	h, err := headOf(a.head.QueryRowContext(ctx))
	if err != nil {
		return false, err
	}
	b, err := build(h)
	if err != nil {
		return false, err
	}
	for _, r := range b.Rows {
		if _, err := a.insert.ExecContext(ctx, r.Seq, r.Digest, r.Entry, r.At, r.Kind, r.Run, r.Flow, r.Who, r.Name); err != nil {
			return false, err
		}
	}
	if err := putBlobs(ctx, a.conn, b); err != nil {
		return false, err
	}
	_, err = a.commit.ExecContext(ctx)
	done = err == nil
	return len(b.Purge) > 0, err
}

const headQuery = "SELECT seq, digest FROM entries ORDER BY seq DESC LIMIT 1"

// headOf reads the answer to headQuery.
func headOf(row *sql.Row) (h ledger.Head, err error) {
	err = row.Scan(&h.Seq, &h.Digest)
	if err == sql.ErrNoRows {
		return ledger.Head{}, nil
	}
	return h, err
}

func putBlobs(ctx context.Context, conn *sql.Conn, b ledger.Batch) error {
	for _, blob := range b.Blobs {
		data := blob.Data
		if data == nil {
			data = []byte{} // nil would be NULL
		}
		if _, err := conn.ExecContext(ctx, "INSERT INTO blobs (digest, size, packing, data) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			blob.Digest, blob.Size, blob.Packing, data); err != nil {
			return err
		}
	}
	if len(b.Purge) == 0 {
		return nil
	}
	// Freed pages are overwritten, not only unlinked.
	if _, err := conn.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	for _, digest := range b.Purge {
		if _, err := conn.ExecContext(ctx, "DELETE FROM blobs WHERE digest = ?", digest); err != nil {
			return err
		}
	}
	return nil
}
