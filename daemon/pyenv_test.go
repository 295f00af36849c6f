package daemon

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A pyenv shim is asked once, and again when something changes that it looks at.
func TestAPyenvShimIsAskedOnce(t *testing.T) {
	root, asked := t.TempDir(), filepath.Join(t.TempDir(), "asked")
	python := filepath.Join(root, "versions", "3.12", "bin", "python3")
	fakePython(t, filepath.Join(root, "versions", "3.12"))
	os.Mkdir(filepath.Join(root, "shims"), 0o755)
	shim := fmt.Sprintf("#!/bin/sh\necho x >> %s\necho %s\n", asked, python)
	if err := os.WriteFile(filepath.Join(root, "shims", "python3"), []byte(shim), 0o755); err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Env = append(o.Env, "PATH="+filepath.Join(root, "shims")+":/usr/bin:/bin")
	times := func() int {
		got, err := o.python3OnPath()
		if err != nil || got != python {
			t.Fatalf("%q, %v", got, err)
		}
		b, err := os.ReadFile(asked)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(b), "x")
	}
	if first, second := times(), times(); first != 1 || second != 1 {
		t.Errorf("asked %d and %d times", first, second)
	}
	if err := os.WriteFile(filepath.Join(root, "version"), []byte("3.12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := times(); n != 2 {
		t.Errorf("another global version: asked %d times", n)
	}
	o.Env = append(o.Env, "PYENV_VERSION=3.12")
	if n := times(); n != 3 {
		t.Errorf("another variable: asked %d times", n)
	}
}
