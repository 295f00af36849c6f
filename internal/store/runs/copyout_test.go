//go:build unix

package runs_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/test/require"
)

func TestCopyOut(t *testing.T) {
	ws, out := t.TempDir(), filepath.Join(t.TempDir(), "new")
	write(t, filepath.Join(ws, "a.csv"), "a")
	write(t, filepath.Join(ws, "sub/b.bin"), "b")
	if err := os.Chmod(filepath.Join(ws, "a.csv"), 0o4755); err != nil {
		t.Fatal(err)
	}
	c, err := runs.CopyOut(ws, out)
	if err != nil || !slices.Equal(c.Files, []string{"a.csv", "sub/b.bin"}) || len(c.Skipped) != 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	if got := read(t, filepath.Join(out, "a.csv")) + read(t, filepath.Join(out, "sub/b.bin")); got != "ab" {
		t.Errorf("copied %q", got)
	}
	if info, _ := os.Stat(filepath.Join(out, "a.csv")); info.Mode()&(os.ModeSetuid|0o111) != 0 {
		t.Errorf("copied with %v", info.Mode())
	}
}

func TestCopyOutNeverOverwritesAndThenCopiesNothing(t *testing.T) {
	ws, out := t.TempDir(), t.TempDir()
	write(t, filepath.Join(ws, "a.csv"), "new")
	write(t, filepath.Join(ws, "b.csv"), "new")
	write(t, filepath.Join(out, "b.csv"), "old")
	_, err := runs.CopyOut(ws, out)
	if !errors.Is(err, runs.ErrExists) || !strings.Contains(err.Error(), "b.csv") {
		t.Errorf("error %v", err)
	}
	if read(t, filepath.Join(out, "b.csv")) != "old" {
		t.Error("a file was overwritten")
	}
	if _, err := os.Stat(filepath.Join(out, "a.csv")); err == nil {
		t.Error("half of the workspace was copied")
	}
}

// The workspace is hostile: no link or special file in it leads anywhere.
func TestCopyOutLeavesLinksAndSpecialFiles(t *testing.T) {
	ws, out, secret := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(secret, "key"), "secret")
	for name, target := range map[string]string{"file": filepath.Join(secret, "key"), "dir": secret, "up": "../../../etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(ws, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(ws, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := runs.CopyOut(ws, out)
	if err != nil || len(c.Files) != 0 || len(c.Skipped) != 4 {
		t.Fatalf("%+v, %v", c, err)
	}
	if left, _ := os.ReadDir(out); len(left) != 0 {
		t.Errorf("copied %v", left)
	}
}

// A link in the target must not lead the copy out of it either.
func TestCopyOutStaysInsideTheTarget(t *testing.T) {
	ws, out, elsewhere := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, filepath.Join(ws, "sub/x"), "x")
	if err := os.Symlink(elsewhere, filepath.Join(out, "sub")); err != nil {
		t.Fatal(err)
	}
	if c, err := runs.CopyOut(ws, out); err == nil {
		t.Errorf("copied %+v through a link", c)
	}
	if left, _ := os.ReadDir(elsewhere); len(left) != 0 {
		t.Errorf("wrote %v outside the target", left)
	}
}

// A tree nested so deep that walking it from the top would take minutes is cut, and said.
func TestCopyOutIsBoundedInDepth(t *testing.T) {
	ws, out := t.TempDir(), t.TempDir()
	at := func(depth int) string { return filepath.Join(ws, strings.Repeat("d/", depth)) }
	if err := os.MkdirAll(at(400), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(at(64), "kept"), "x")
	write(t, filepath.Join(at(65), "too-deep"), "x")
	c, err := runs.CopyOut(ws, out)
	if err != nil || len(c.Files) != 1 || !strings.HasSuffix(c.Files[0], "d/kept") {
		t.Errorf("copied %v, %v", c.Files, err)
	}
	if len(c.Skipped) != 1 || !strings.Contains(c.Skipped[0], "nested deeper than 64 folders") {
		t.Errorf("skipped %q", c.Skipped)
	}
}

// Names need not be text.
func TestCopyOutTakesNamesThatAreNotUTF8(t *testing.T) {
	ws, out := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(ws, "a\xff"), 0o700); err != nil {
		require.Skip(t, require.Kernel, "this file system takes no such name: "+err.Error())
	}
	write(t, filepath.Join(ws, "a\xff/b\xfe.csv"), "x")
	c, err := runs.CopyOut(ws, out)
	if err != nil || len(c.Files) != 1 || len(c.Skipped) != 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	if read(t, filepath.Join(out, "a\xff/b\xfe.csv")) != "x" {
		t.Error("not copied whole")
	}
}
