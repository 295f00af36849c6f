package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/interlock-run/interlock/internal/ledger"
)

// snapshot is one read transaction.
type snapshot struct {
	s  *Store
	tx *sql.Tx
}

// Snapshot implements [ledger.Store]. A snapshot that stays open keeps the log
// from being emptied.
func (s *Store) Snapshot(ctx context.Context) (ledger.Snapshot, error) {
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.explain(err)
	}
	// SQLite chooses the moment of the view at the first read, not at BEGIN.
	if _, err := headOf(tx.QueryRowContext(ctx, headQuery)); err != nil {
		return nil, errors.Join(s.explain(err), tx.Rollback())
	}
	return snapshot{s: s, tx: tx}, nil
}

// Close implements [ledger.Snapshot]. Idempotent.
func (v snapshot) Close() error {
	if err := v.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// Head implements [ledger.Snapshot].
func (v snapshot) Head(ctx context.Context) (ledger.Head, error) {
	h, err := headOf(v.tx.QueryRowContext(ctx, headQuery))
	return h, v.s.explain(err)
}

// Rows implements [ledger.Snapshot].
func (v snapshot) Rows(ctx context.Context, sel ledger.Selection) iter.Seq2[ledger.Row, error] {
	query, args := rowsQuery(sel)
	return scan(ctx, v, query, args, func(rows *sql.Rows, r *ledger.Row) error {
		return rows.Scan(&r.Seq, &r.Digest, &r.Entry, &r.At, &r.Kind, &r.Run, &r.Flow, &r.Who, &r.Name)
	})
}

// Blobs implements [ledger.Snapshot].
func (v snapshot) Blobs(ctx context.Context) iter.Seq2[ledger.Blob, error] {
	return scan(ctx, v, "SELECT digest, size, packing, data FROM blobs ORDER BY digest", nil, func(rows *sql.Rows, b *ledger.Blob) error {
		return rows.Scan(&b.Digest, &b.Size, &b.Packing, &b.Data)
	})
}

// Blob implements [ledger.Snapshot].
func (v snapshot) Blob(ctx context.Context, digest string) (b ledger.Blob, ok bool, err error) {
	err = v.tx.QueryRowContext(ctx, "SELECT digest, size, packing, data FROM blobs WHERE digest = ?", digest).
		Scan(&b.Digest, &b.Size, &b.Packing, &b.Data)
	if errors.Is(err, sql.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, v.s.explain(err)
}

func scan[T any](ctx context.Context, v snapshot, query string, args []any, into func(*sql.Rows, *T) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		rows, err := v.tx.QueryContext(ctx, query, args...)
		if err != nil {
			yield(zero, v.s.explain(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var item T
			err := into(rows, &item)
			if !yield(item, v.s.explain(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(zero, v.s.explain(err))
		}
	}
}

func rowsQuery(sel ledger.Selection) (query string, args []any) {
	var where []string
	and := func(clause string, values ...any) {
		where, args = append(where, clause), append(args, values...)
	}
	// The index of a column leaves '' out, and SQLite must see that it may use it.
	if sel.Run != "" {
		and("run = ? AND run <> ''", sel.Run)
	}
	if sel.Flow != "" {
		and("flow = ? AND flow <> ''", sel.Flow)
	}
	if sel.Who != "" {
		and("(who = ? OR name = ?)", sel.Who, sel.Who)
	}
	if sel.Since != 0 {
		and("at >= ?", sel.Since)
	}
	if sel.Until != 0 {
		and("at < ?", sel.Until)
	}
	if len(sel.Kinds) > 0 {
		var kinds []any
		for _, k := range sel.Kinds {
			kinds = append(kinds, k)
		}
		// The plus keeps the index of kinds out where a run or flow selects better,
		// and where the order of seq is worth more than a few skipped rows.
		column := "kind"
		if sel.Run != "" || sel.Flow != "" || len(kinds) > 1 {
			column = "+kind"
		}
		and(fmt.Sprintf("%s IN (?%s)", column, strings.Repeat(", ?", len(kinds)-1)), kinds...)
	}
	query = "SELECT seq, digest, entry, at, kind, run, flow, who, name FROM entries"
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY seq"
	if sel.Newest {
		query += " DESC"
	}
	return query, args
}
