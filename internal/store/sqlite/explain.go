package sqlite

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explain says in words what SQLite's result code means for the ledger, and
// what to do. Other errors get the file's name.
func (s *Store) explain(err error) error {
	if err == nil {
		return nil
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	var words string
	switch e.Code() & 0xff { // the low byte is the kind, the rest its variant
	case sqlite3.SQLITE_FULL:
		words = "no space left on its disk: free some, nothing that was acknowledged is lost"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		words = "the file or its folder cannot be written: look at their owner and modes"
	case sqlite3.SQLITE_CANTOPEN:
		words = "it cannot be opened: look at the owner and modes of the file and its folder, and at the space on the disk"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		words = "another process has held it for longer than 10 s: look for one that hangs"
	case sqlite3.SQLITE_IOERR:
		words = "the disk reported an error: look at the space, the limits on file sizes and the kernel's log"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		words = "the file is damaged: keep it, run `interlock ledger verify`, and restore a backup or use another state directory"
	default:
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return fmt.Errorf("%s: %s (%w)", s.path, words, err)
}
