//go:build unix

package cli

import (
	"path/filepath"
	"syscall"
	"testing"
)

// What opens but never ends must not be read as a script.
func TestSpecialFilesAreNoScripts(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	refusesScript(t, pipe, "interlock run - <")
	refusesScript(t, "/dev/zero", "not a regular file")
}
