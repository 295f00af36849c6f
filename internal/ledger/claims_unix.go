//go:build linux || darwin

package ledger

import (
	"errors"
	"os"
	"syscall"
)

// errLocked says that another open file holds the lock.
var errLocked = errors.New("locked")

// lockFile opens the file path, made if need be, with an exclusive lock. The
// descriptor is closed in programs that this process starts, so a child does
// not keep a run alive.
func lockFile(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err = flock(f); err != nil {
			f.Close()
			return nil, err
		}
		// A sweeper may have removed the file between open and lock; a lock on a
		// file that nobody can find claims nothing.
		if same(f, path) {
			return f, nil
		}
		f.Close()
	}
}

func flock(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errLocked
		default:
			return err
		}
	}
}

func same(f *os.File, path string) bool {
	mine, err1 := f.Stat()
	there, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(mine, there)
}
