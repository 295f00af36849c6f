//go:build unix

package cli

import (
	"os"
	"syscall"
)

// openNoWait opens file for reading and returns at once also where it is a pipe.
func openNoWait(file string) (*os.File, error) {
	return os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
}
