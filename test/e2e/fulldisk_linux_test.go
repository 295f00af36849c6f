package e2e

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// fullDisk mounts a file system of one MiB at the state directory of home, and fills it.
func fullDisk(t *testing.T, home string) (state string) {
	t.Helper()
	require.Root(t)
	state = filepath.Join(home, ".local", "state", "interlock")
	if err := os.MkdirAll(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", state, "tmpfs", 0, "size=1m,mode=700"); err != nil {
		require.Skip(t, require.Kernel, "no file system can be mounted here: "+err.Error())
	}
	t.Cleanup(func() { syscall.Unmount(state, syscall.MNT_DETACH) })
	f, err := os.Create(filepath.Join(state, "fill"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(f, bytes.NewReader(make([]byte, 2<<20))); err == nil {
		t.Fatal("the disk is not full")
	}
	return state
}

func typed(t *testing.T, home string, args ...string) (status int, said string) {
	t.Helper()
	cmd := program(t, home, args...)
	out, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(out)
}

// TestWritesGoOffOnAFullDisk (N6): the switch needs no room, only its words do. Nor does it
// need that anything was run before.
func TestWritesGoOffOnAFullDisk(t *testing.T) {
	home := t.TempDir()
	state := fullDisk(t, home)
	if status, said := typed(t, home, "writes", "off", "--reason", "smoke"); status != 6 || !strings.Contains(said, "writes ARE OFF") || !strings.Contains(said, "no space left") {
		t.Errorf("%d: %s", status, said)
	}
	if status, said := typed(t, home, "writes", "status"); status != 0 || !strings.Contains(said, "writes are off") {
		t.Errorf("%d: %s", status, said)
	}
	if err := os.Remove(filepath.Join(state, "fill")); err != nil {
		t.Fatal(err)
	}
	if status, said := typed(t, home, "writes", "off", "--reason", "smoke"); status != 0 {
		t.Errorf("%d: %s", status, said)
	}
	if _, said := typed(t, home, "writes", "status"); !strings.Contains(said, "smoke") {
		t.Error(said)
	}
	fresh := t.TempDir()
	if status, said := typed(t, fresh, "writes", "off", "--reason", "smoke"); status != 0 {
		t.Errorf("%d: %s", status, said)
	}
	if _, said := typed(t, fresh, "writes", "status"); !strings.Contains(said, "smoke") {
		t.Error(said)
	}
}

// TestNothingRunsOnAFullDisk (N9, X13): and what to do is said.
func TestNothingRunsOnAFullDisk(t *testing.T) {
	home := t.TempDir()
	fullDisk(t, home)
	script := filepath.Join(t.TempDir(), "x.py")
	if err := os.WriteFile(script, []byte("print('ran')\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said := typed(t, home, "run", script)
	if status != 6 || strings.Contains(said, "ran\n") || !strings.Contains(said, "no space left") || !strings.Contains(said, "hint: free space") {
		t.Errorf("%d: %s", status, said)
	}
}

// TestWhatADiskCutOffIsNotKept (N9, X13): a file for which the disk has no room is not left in
// part, where it would pass for the whole and take the room that the record of the end needs.
func TestWhatADiskCutOffIsNotKept(t *testing.T) {
	home := t.TempDir()
	if err := os.Remove(filepath.Join(fullDisk(t, home), "fill")); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "x.py")
	if err := os.WriteFile(script, []byte("open('big.bin', 'wb').write(bytes(4 << 20))\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said := typed(t, home, "run", script)
	if status != 6 || !strings.Contains(said, "writing big.bin") || !strings.Contains(said, "hint: the code has run") || strings.Contains(said, "could not be recorded") {
		t.Errorf("%d: %s", status, said)
	}
	if _, said := typed(t, home, "runs", "list"); !strings.Contains(said, "error") {
		t.Errorf("the end is not recorded: %s", said)
	}
	if _, said := typed(t, home, "ledger", "query", "--kind", "end"); !strings.Contains(said, "end") {
		t.Errorf("the end is not in the ledger: %s", said)
	}
}
