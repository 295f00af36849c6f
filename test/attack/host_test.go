//go:build linux

package attack

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/test/require"
)

// host starts every process of the suite, and knows by that which ones nobody
// started: the test is the reaper of orphans, so what outlives its parent becomes
// a child of the test that is not in the table.
type host struct {
	binary, env, cache string

	mu    sync.Mutex
	live  map[int]time.Time // since when
	lives []life            // of every process that has ended, for the control groups that bear its number
}

// life is when a process ran: numbers come round, and other tests kill supervisors
// of theirs at the same time.
type life struct {
	pid        int
	begun, end time.Time
}

// made reports whether a run's id can be one that the process gave: ids begin with
// their time, and sort by it. A group of a pool has no time in its name.
func (l life) made(id string) bool {
	return !runs.ValidID(id) || runs.NewID(l.begun)[:9] <= id[:9] && id[:9] <= runs.NewID(l.end)[:9]
}

// TestMain lets more programs run side by side than there are processors: most of
// a run is waiting.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	m.Run()
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{binary: require.Binary(t), env: require.Env(t), cache: t.TempDir(), live: map[int]time.Time{}}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(fmt.Sprintf("/proc/self/task/%d/children", os.Getpid())); err != nil {
		require.Skip(t, require.Kernel, "the kernel must list a process's children (CONFIG_PROC_CHILDREN), to find what is left behind")
	}
	t.Cleanup(func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) })
	return h
}

// start starts cmd with a session keyring that holds the secret, as a person's
// login has one.
func (h *host) start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with this, and its keyring with it
		if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err == nil {
			_, _ = unix.AddKey("user", "interlock-attack", []byte(beam), unix.KEY_SPEC_SESSION_KEYRING)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		begun := time.Now()
		err := cmd.Start()
		if err == nil {
			h.live[cmd.Process.Pid] = begun
		}
		failed <- err
	}()
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
}

func (h *host) wait(cmd *exec.Cmd) {
	_ = cmd.Wait() // how it ended stands in ProcessState
	h.mu.Lock()
	h.lives = append(h.lives, life{cmd.Process.Pid, h.live[cmd.Process.Pid], time.Now()})
	delete(h.live, cmd.Process.Pid)
	h.mu.Unlock()
}

// patience is far beyond the wall limit of every program.
const patience = time.Minute

// finish runs cmd to its end. Its output goes to a file, since an orphan that
// held a pipe open would keep the test waiting.
func (h *host) finish(t *testing.T, cmd *exec.Cmd) (o outcome) {
	t.Helper()
	dir := t.TempDir()
	var files [2]*os.File
	for i := range files {
		f, err := os.Create(filepath.Join(dir, strconv.Itoa(i)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	cmd.Stdout, cmd.Stderr = files[0], files[1]
	h.start(t, cmd)
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	h.wait(cmd)
	if !late.Stop() {
		t.Errorf("it did not end within %v", patience)
	}
	o.stdout, _ = os.ReadFile(files[0].Name())
	o.stderr, _ = os.ReadFile(files[1].Name())
	o.all = append(slices.Clone(o.stdout), o.stderr...)
	return h.ended(cmd, o)
}

func (h *host) ended(cmd *exec.Cmd, o outcome) outcome {
	o.left, o.exit = h.orphans(), cmd.ProcessState.ExitCode()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		o.rss = usage.Maxrss << 10
	}
	return o
}

// orphans returns what outlived its parent, after it has ended it. A process that
// is ending already has a moment to be gone.
func (h *host) orphans() (left []string) {
	grace := time.Now().Add(100 * time.Millisecond)
	for {
		found := h.unknown()
		switch {
		case len(found) == 0:
			return left
		case time.Now().Before(grace):
			runtime.Gosched()
			continue
		}
		for pid, name := range found {
			left = append(left, fmt.Sprintf("process %d (%s)", pid, name))
			_ = unix.Kill(pid, unix.SIGKILL)
			var status unix.WaitStatus
			_, _ = unix.Wait4(pid, &status, 0, nil)
		}
	}
}

// unknown returns the test's children that it did not start, and reaps the dead.
func (h *host) unknown() map[int]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		found, again := map[int]string{}, false
		for _, pid := range children() {
			b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			end := bytes.LastIndex(b, []byte(") ")) // the name is what the process says
			switch {
			case !h.live[pid].IsZero():
			case end < 0 || b[end+2] == 'Z': // gone, and perhaps its child is ours now
				var status unix.WaitStatus
				_, _ = unix.Wait4(pid, &status, unix.WNOHANG, nil)
				again = true
			default:
				found[pid] = string(b[:end+1])
			}
		}
		if !again {
			return found
		}
	}
}

// children returns the test's own, those included that it inherited.
func children() (pids []int) {
	threads, _ := os.ReadDir("/proc/self/task")
	for _, thread := range threads {
		b, _ := os.ReadFile("/proc/self/task/" + thread.Name() + "/children")
		for _, field := range strings.Fields(string(b)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// groups returns the control groups that a process of the suite left.
func (h *host) groups() (left []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, pattern := range []string{"/sys/fs/cgroup/*", "/sys/fs/cgroup/*/*", "/sys/fs/cgroup/*/*/*"} {
		dirs, _ := filepath.Glob(pattern + "/interlock-*")
		for _, dir := range dirs {
			owner, run, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), "interlock-"), "-")
			pid, err := strconv.Atoi(owner)
			// One that lives is another program's by now.
			if err == nil && unix.Kill(pid, 0) == unix.ESRCH && slices.ContainsFunc(h.lives, func(l life) bool { return l.pid == pid && l.made(run) }) {
				left = append(left, dir)
			}
		}
	}
	return left
}

// mounts returns what is mounted here and bears the project's name or lies in the
// suite's folders.
func (h *host) mounts() (left []string) {
	b, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.SplitSeq(string(b), "\n") {
		if strings.Contains(line, ".interlock/upper") || strings.Contains(line, filepath.Dir(h.cache)) {
			left = append(left, line)
		}
	}
	return left
}

// health returns what a program that used things up has taken from the host.
func (h *host) health() (faults []string) {
	b, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.SplitSeq(string(b), "\n") {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemAvailable:" {
			if kib, _ := strconv.Atoi(f[1]); kib < 256<<10 {
				faults = append(faults, "memory is short: "+line)
			}
		}
	}
	for _, dir := range []string{os.TempDir(), "/dev/shm"} {
		var st unix.Statfs_t
		if unix.Statfs(dir, &st) == nil && st.Blocks > 0 && st.Bavail < min(st.Blocks/2, (64<<20)/uint64(max(st.Bsize, 1))) {
			faults = append(faults, dir+" is full")
		}
	}
	return append(append(faults, h.groups()...), h.mounts()...)
}

func nonce(t *testing.T) string {
	t.Helper()
	b := make([]byte, 8)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(b)
}

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}
