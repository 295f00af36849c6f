package ledger_test

import (
	"crypto/rand"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/test/require"
)

// inside, in the environment of the test binary, says that it runs where the
// disk may be broken.
const inside = "INTERLOCK_LEDGER_TEST_INSIDE"

// again runs the test name once more in a process of its own.
func again(t *testing.T, name string, attr *syscall.SysProcAttr) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+name+"$", "-test.v")
	cmd.Env = append(os.Environ(), inside+"="+name)
	cmd.SysProcAttr = attr
	out, err := cmd.CombinedOutput()
	if attr != nil && cmd.Process == nil {
		require.Skip(t, require.Kernel, "user namespaces, to mount a small disk: "+err.Error())
	}
	if strings.Contains(string(out), "--- SKIP") {
		require.Skip(t, require.Kernel, string(out))
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: "+name) {
		t.Errorf("%v", err)
	}
	t.Logf("inside:\n%s", out)
}

// withMounts is a process that may mount for itself.
func withMounts() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
}

// small is a folder on a disk of that size.
func small(t *testing.T, size string) string {
	t.Helper()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "mode=700,size="+size); err != nil {
		require.Skip(t, require.Kernel, "mounting a small disk: "+err.Error())
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) }) // it goes with the process
	return disk
}

// noisy is a record whose blob does not pack.
func noisy(t *testing.T) interlock.Record {
	r := record(interlock.RecordDenial, "r", nil)
	data := make([]byte, 20<<10)
	if _, err := rand.Read(data); err != nil {
		t.Fatal(err)
	}
	r.Blobs = map[string][]byte{"stdout": data}
	return r
}

// fill appends until that is refused, and returns what was acknowledged.
func fill(t *testing.T, l *ledger.Ledger) (last interlock.Receipt, err error) {
	t.Helper()
	for range 2000 {
		r, err := l.Append(t.Context(), noisy(t))
		if err != nil {
			return last, err
		}
		last = r
	}
	t.Fatal("the disk took everything: the test proves nothing")
	return last, nil
}

// goesOn checks that nothing acknowledged is lost and that the chain goes on,
// in this process and after opening anew.
func goesOn(t *testing.T, l *ledger.Ledger, dir string, last interlock.Receipt) {
	t.Helper()
	next := appendAll(t, l, noisy(t))
	if next.Seq != last.Seq+1 {
		t.Errorf("after %d came %d", last.Seq, next.Seq)
	}
	l.Close()
	l = open(t, dir, nil)
	if r := verified(t, l, nil); r.Last != next.Seq || r.Digest != next.Digest {
		t.Errorf("the ledger ends with %d %s, acknowledged was %v", r.Last, r.Digest, next)
	}
}

// TestFullDisk: a full disk is an error that says so; when there is space
// again, the chain goes on.
func TestFullDisk(t *testing.T) {
	if os.Getenv(inside) == "" {
		again(t, t.Name(), withMounts())
		return
	}
	disk := small(t, "1m")
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 300<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(disk, "state")
	l := open(t, dir, nil)
	last, err := fill(t, l)
	if !strings.Contains(err.Error(), "space") || !strings.Contains(err.Error(), dir) {
		t.Errorf("the error must say what and where: %v", err)
	}
	t.Log(err)
	verified(t, l, nil)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	goesOn(t, l, dir, last)
}

// TestFileLimit: the same where a limit on file sizes stops the write.
func TestFileLimit(t *testing.T) {
	if os.Getenv(inside) == "" {
		again(t, t.Name(), nil)
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	dir := stateDir(t)
	l := open(t, dir, nil)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := before
	limit.Cur = 600 << 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	last, err := fill(t, l)
	if !strings.Contains(err.Error(), "limits on file sizes") && !strings.Contains(err.Error(), "space") || !strings.Contains(err.Error(), dir) {
		t.Errorf("the error must say what and where: %v", err)
	}
	t.Log(err)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	verified(t, l, nil)
	goesOn(t, l, dir, last)
}

// TestReadOnly: a folder that became read-only refuses, with words, and a run
// cannot be claimed in it.
func TestReadOnly(t *testing.T) {
	if os.Getenv(inside) == "" {
		again(t, t.Name(), withMounts())
		return
	}
	disk := small(t, "8m")
	dir := filepath.Join(disk, "state")
	l := open(t, dir, nil)
	last := appendAll(t, l, noisy(t))
	l.Close()
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		require.Skip(t, require.Kernel, "making the disk read-only: "+err.Error())
	}
	l, err := tryOpen(t, dir)
	if err == nil {
		_, err = l.Append(t.Context(), noisy(t))
		l.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "modes") && !strings.Contains(err.Error(), "read-only") || !strings.Contains(err.Error(), dir) {
		t.Errorf("the error must say what and where: %v", err)
	}
	t.Log(err)
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	goesOn(t, open(t, dir, nil), dir, last)
}
