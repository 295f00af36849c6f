//go:build !unix

package unixsock

import (
	"errors"
	"os"
)

func lockFile(string) (*os.File, error) {
	return nil, errors.New("interlock serve needs Linux")
}

// refused says yes: no daemon runs here.
func refused(err error) bool { return err != nil }
