//go:build !unix

package parser

import (
	"errors"
	"os"
)

// checkOwner refuses: mode bits say nothing here about who can write, so
// compiled code is not kept on disk. Use an empty cache folder.
func checkOwner(string, os.FileInfo) error {
	return errors.New("this system's permissions are not checked; use no cache folder")
}
