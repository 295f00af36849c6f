package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed schema/*.sql
var schema embed.FS

// application marks the file as a ledger of Interlock: "iLck".
const application = 0x694c636b

// steps returns the SQL of each version: steps[0] makes version 1.
func steps() (all []string, err error) {
	names, err := fs.Glob(schema, "schema/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, string(text))
	}
	return all, nil
}

// migrate brings the schema up to date. A file that is so already costs one
// read of the header.
func migrate(ctx context.Context, c *sql.Conn) error {
	all, err := steps()
	if err != nil {
		return err
	}
	if done, err := current(ctx, c, len(all)); done || err != nil {
		return err
	}
	if err := useLog(ctx, c); err != nil {
		return err
	}
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Another process may have been here between the look and the lock.
	if done, err := current(ctx, tx, len(all)); done || err != nil {
		return err
	}
	if err := upgrade(ctx, tx, all); err != nil {
		return err
	}
	return tx.Commit()
}

// querier is a connection or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// current reports whether the file has the version want, and refuses one that
// it must not touch.
func current(ctx context.Context, q querier, want int) (bool, error) {
	var version, app, objects int
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return false, err
	}
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return false, err
	}
	if version == want && app == application {
		return true, nil
	}
	if app == application && version > want {
		return false, fmt.Errorf("it was written by a newer Interlock (version %d of its schema, this program knows %d): use that Interlock, or another state directory", version, want)
	}
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&objects); err != nil {
		return false, err
	}
	if app != application && (objects > 0 || version != 0) {
		return false, errors.New("the file belongs to another program: use another state directory")
	}
	return false, nil
}

func upgrade(ctx context.Context, tx *sql.Tx, all []string) error {
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	for i, text := range all[version:] {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("making version %d of the schema: %w", version+i+1, err)
		}
	}
	if version == 0 {
		id := make([]byte, 16)
		if _, err := rand.Read(id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO ledger (only, id) VALUES (1, ?)", hex.EncodeToString(id)); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, len(all)))
	return err
}

// useLog turns the write-ahead log on, which stays with the file. The switch
// needs the file alone and does not wait by itself, so two processes that make
// a ledger at once try in turn.
func useLog(ctx context.Context, c *sql.Conn) error {
	for wait := time.Millisecond; ; wait *= 2 {
		var mode string
		err := c.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
		if err == nil && mode != "wal" {
			return fmt.Errorf("the file system does not carry a write-ahead log (it stays %q): put the state directory on a local disk", mode)
		}
		if e := (*sqlite.Error)(nil); err == nil || wait > 4*time.Second || !errors.As(err, &e) || e.Code()&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
