//go:build !unix

package runs

import (
	"errors"
	"os"
)

var errNoLocks = errors.New("runs are kept on Linux only: use --server, or run Interlock there")

func lockFolder(string) (*os.File, error) { return nil, errNoLocks }

// goesOn says yes: what cannot be known to have ended is not touched.
func goesOn(string) (bool, error) { return true, nil }
