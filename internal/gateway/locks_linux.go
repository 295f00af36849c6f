package gateway

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile waits for a lock of the whole file: alone, or shared with others.
func lockFile(f *os.File, alone bool) error {
	how := unix.LOCK_SH
	if alone {
		how = unix.LOCK_EX
	}
	return again(func() error { return unix.Flock(int(f.Fd()), how) }, "locking", f)
}

func unlockFile(f *os.File) error {
	return again(func() error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }, "unlocking", f)
}

// lockByte waits for one byte of the file. The lock is that of the open file, not of
// the process, so that whoever closes another descriptor of it does not free it.
func lockByte(f *os.File, at int64) error { return byteLock(f, at, unix.F_WRLCK) }

func unlockByte(f *os.File, at int64) error { return byteLock(f, at, unix.F_UNLCK) }

func byteLock(f *os.File, at int64, kind int16) error {
	l := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: at, Len: 1}
	return again(func() error { return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLKW, &l) }, "locking", f)
}

func again(call func() error, what string, f *os.File) error {
	for {
		err := call()
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("%s %s: %w", what, f.Name(), err)
		}
	}
}
