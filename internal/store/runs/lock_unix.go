//go:build unix

package runs

import (
	"errors"
	"os"
	"syscall"
)

// lockFolder locks the folder of a run for as long as the returned file is open.
func lockFolder(path string) (*os.File, error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		dir.Close()
		return nil, err
	}
	return dir, nil
}

// goesOn reports whether some process holds the lock of a run.
func goesOn(path string) (bool, error) {
	dir, err := lockFolder(path)
	if err == nil {
		return false, dir.Close()
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
