//go:build !linux && !darwin

package ledger

import (
	"errors"
	"os"
)

var errLocked = errors.New("locked")

// lockFile refuses: runs are claimed only where Interlock can run code.
func lockFile(string) (*os.File, error) {
	return nil, errors.New("this system cannot claim runs: use Linux, or --server")
}
