package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/interlock-run/interlock/internal/approval"
)

var _ approval.Store = (*Store)(nil)

// AddRequest implements [approval.Store].
func (s *Store) AddRequest(ctx context.Context, id string, body []byte) error {
	_, err := s.change(ctx, "INSERT INTO requests (id, version, body) VALUES (?, 1, ?)", id, body)
	return err
}

// SwapRequest implements [approval.Store].
func (s *Store) SwapRequest(ctx context.Context, id string, version int64, body []byte) (bool, error) {
	n, err := s.change(ctx, "UPDATE requests SET version = version + 1, body = ? WHERE id = ? AND version = ?", body, id, version)
	return n == 1, err
}

// DropRequest implements [approval.Store].
func (s *Store) DropRequest(ctx context.Context, id string, version int64) (bool, error) {
	n, err := s.change(ctx, "DELETE FROM requests WHERE id = ? AND version = ?", id, version)
	return n == 1, err
}

// change is one statement that is durable, or was not done, when it returns.
func (s *Store) change(ctx context.Context, statement string, args ...any) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return 0, fmt.Errorf("writing %s: it is closed", s.path)
	}
	done, err := s.writer.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, s.explain(err)
	}
	return done.RowsAffected()
}

// Request implements [approval.Store].
func (s *Store) Request(ctx context.Context, id string) (k approval.Kept, ok bool, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT id, version, body FROM requests WHERE id = ?", id).Scan(&k.ID, &k.Version, &k.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return k, false, nil
	}
	if err != nil {
		return k, false, s.explain(err)
	}
	return k, true, nil
}

// RequestIDs implements [approval.Store].
func (s *Store) RequestIDs(ctx context.Context) (ids []string, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM requests ORDER BY id DESC")
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, s.explain(err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
