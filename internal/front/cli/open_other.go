//go:build !unix

package cli

import "os"

// openNoWait opens file for reading; here no path names a pipe that waits.
func openNoWait(file string) (*os.File, error) { return os.Open(file) }
