//go:build unix

package httpapi

import (
	"math"
	"syscall"
)

// openFiles is how many files, and connections, this process may have open.
func openFiles() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return math.MaxUint64 // a limit that nobody can see is not known to be low
	}
	return uint64(limit.Cur) //nolint:unconvert // it is signed on some systems
}
