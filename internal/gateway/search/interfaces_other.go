//go:build !linux

package search

import (
	"errors"
	"runtime"
)

// interfaces refuses: runs need Linux.
func interfaces() ([]Interface, error) {
	return nil, errors.New("reading the interfaces of a host needs Linux; this is " + runtime.GOOS)
}
