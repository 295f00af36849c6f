// Package sqlite keeps a ledger in one SQLite file, for one machine.
//
// Several processes may open the same file: writers take turns (BEGIN
// IMMEDIATE, waiting up to 10 s), readers see the moment they began at and wait
// for nobody (WAL). A commit returns after the write-ahead log is on the disk
// (synchronous=FULL), so what was acknowledged survives the process and, as far
// as the disk tells the truth about flushing, the machine.
//
// Opening must cost about a millisecond, because each one-off run opens the
// ledger: the schema's version is one integer in the file's header
// (user_version), the steps are embedded SQL files, and a file that is up to
// date is only asked for that integer.
//
// The file is made with mode 0600 in a folder of mode 0700. It does not protect
// against its owner or root, nor work on a network file system: WAL needs
// memory shared by all openers.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"modernc.org/sqlite"

	"github.com/interlock-run/interlock/internal/ledger"
)

// FileName is the ledger's file in the state directory.
const FileName = "ledger.db"

// Store implements [ledger.Store]. It is safe for concurrent use.
type Store struct {
	db   *sql.DB
	path string
	id   string

	mu       sync.Mutex // one writer at a time in this process; guards what follows
	writer   *sql.Conn
	appender *appender // on writer; nil before the first append
}

var _ ledger.Store = (*Store)(nil)

// Open opens the ledger in the folder dir and makes both at first use. A file
// that another program or a newer Interlock made is an error.
func Open(ctx context.Context, dir string) (*Store, error) {
	s := &Store{path: filepath.Join(dir, FileName)}
	if err := prepare(dir, s.path); err != nil {
		return nil, fmt.Errorf("opening the ledger: %w", err)
	}
	// A POSIX lock would vanish as soon as anything in this process opens and
	// closes the file, a backup for instance. Where the kernel lacks the better
	// kind, or a file is open already, the locks stay as they are.
	_, _ = sqlite.OFDLocking(true)
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(10000)", "synchronous(FULL)", "trusted_schema(0)", logLimit}}
	var err error
	if s.db, err = sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: s.path}).EscapedPath(), RawQuery: query.Encode()}).String()); err != nil {
		return nil, fmt.Errorf("opening the ledger %s: %w", s.path, err)
	}
	if err = s.start(ctx); err != nil {
		err = errors.Join(s.explain(err), s.Close())
		return nil, fmt.Errorf("opening the ledger: %w", err)
	}
	return s, nil
}

// start takes the writer's connection, brings the schema up to date and reads the id.
func (s *Store) start(ctx context.Context) (err error) {
	if s.writer, err = s.db.Conn(ctx); err != nil {
		return err
	}
	if err = keepLog(s.writer); err != nil {
		return err
	}
	if err = migrate(ctx, s.writer); err != nil {
		return err
	}
	return s.writer.QueryRowContext(ctx, "SELECT id FROM ledger").Scan(&s.id)
}

// prepare makes folder and file with their modes. SQLite would make the file
// readable by all, and its log with the file's mode.
func prepare(dir, path string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("others can write in %s, so nothing in it can be trusted: type `chmod 700 %[1]s`", dir)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	if info, err = os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		err = os.Chmod(path, 0o600)
	}
	return err
}

// logLimit is the size in bytes that a log is cut back to when it is reused. That
// there is a limit at all also empties a kept log at the last Close; without, the
// next opener would read and copy all of it once more.
const logLimit = "journal_size_limit(16777216)"

// keepLog leaves the log's file in place when the last process closes: making
// it anew costs the next one-off run a flush of the folder.
func keepLog(c *sql.Conn) error {
	return c.Raw(func(driver any) error {
		if f, ok := driver.(sqlite.FileControl); ok {
			_, err := f.FileControlPersistWAL("main", 1)
			return err
		}
		return nil
	})
}

// ID implements [ledger.Store].
func (s *Store) ID() string { return s.id }

// Close closes the file. Idempotent.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.appender != nil {
		err = s.appender.close()
		s.appender = nil
	}
	if s.writer != nil {
		err = errors.Join(err, s.writer.Close())
		s.writer = nil
	}
	return errors.Join(err, s.db.Close())
}
