package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEnvironmentWithoutPython (N8, X13): an environment whose Python is gone says so.
func TestEnvironmentWithoutPython(t *testing.T) {
	for name, c := range map[string]struct{ to, want string }{
		"none":     {"", "the folder has no bin/python3"},
		"dangling": {"/nowhere/python3.9", "a link to /nowhere/python3.9, which is not there: make the environment anew"},
		"a folder": {"/", "a link to /, which is no program"},
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
		if c.to != "" {
			if err := os.Symlink(c.to, filepath.Join(dir, "bin/python3")); err != nil {
				t.Fatal(err)
			}
		}
		_, err := ResolveEnvironment(dir, os.Getenv)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
