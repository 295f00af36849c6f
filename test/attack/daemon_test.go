//go:build linux

package attack

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/interlock-run/interlock/client"

	"github.com/interlock-run/interlock/test/hosttest"
)

// daemon runs programs by `interlock run` through an `interlock serve` whose
// interpreters are warm, so that each program is in a copy of one that was loaded
// before.
type daemon struct {
	*alone
	serve  *exec.Cmd
	ended  chan struct{}
	before poolStatus
	runs   atomic.Int64

	mu    sync.Mutex
	grown bool // said once that the daemon took too much memory
}

// poolStatus is what GET /v1/status says of one environment's warm interpreters.
type poolStatus struct {
	Environment  string
	Up           bool
	Spare, Ready int
	Warm, Cold   int64
	Restarts     int
}

// newDaemon starts a daemon and returns once its interpreter is loaded.
func newDaemon(t *testing.T, h *host) *daemon {
	t.Helper()
	d := &daemon{alone: newAlone(t, h, "namespaces"), ended: make(chan struct{})}
	config := filepath.Join(d.dir, "config.yml")
	put(t, config, "server: {pool: 1, drain: 5s}\n")
	d.flags = []string{"--config", config}
	words, err := os.Create(filepath.Join(d.dir, "serve.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer words.Close()
	d.serve = d.command(d.binary, "serve", "--policy", d.policy, "--config", config)
	d.serve.Env = append(d.serve.Env, "VIRTUAL_ENV="+d.env) // it keeps its own warm without being asked
	d.serve.Stdout, d.serve.Stderr = words, words
	h.start(t, d.serve)
	go func() { h.wait(d.serve); close(d.ended) }()
	t.Cleanup(d.stop)
	d.waitFor(t, func() bool { _, err := client.New(d.state()).Status(t.Context()); return err == nil })
	folder := filepath.Join(d.dir, "first")
	for range 2 { // the first asks for an interpreter to be loaded, the last is a copy of it
		if o := d.script(t, program{}, filepath.Join(folder, "first.py"), folder); o.status != "succeeded" {
			t.Fatalf("an ordinary run does not succeed:\n%s", o.all)
		}
		d.waitFor(t, func() bool { return d.pool(t).Up })
	}
	if d.before = d.pool(t); d.before.Warm == 0 {
		t.Fatalf("no run is in a warm copy: %+v", d.before)
	}
	return d
}

func (d *daemon) name() string  { return "daemon" }
func (d *daemon) state() string { return filepath.Join(d.dir, ".local/state/interlock") }

// waitFor fails the test if f does not come true.
func (d *daemon) waitFor(t *testing.T, f func() bool) {
	t.Helper()
	for until := time.Now().Add(2 * patience); !f(); time.Sleep(20 * time.Millisecond) {
		select {
		case <-d.ended:
			words, _ := os.ReadFile(filepath.Join(d.dir, "serve.log"))
			t.Fatalf("the daemon ended:\n%s", words)
		default:
		}
		if time.Now().After(until) {
			t.Fatal("the daemon is not ready")
		}
	}
}

// pool asks the daemon what it has ready.
func (d *daemon) pool(t *testing.T) poolStatus {
	t.Helper()
	st, err := client.New(d.state()).Status(t.Context())
	if err != nil {
		t.Fatalf("asking the daemon: %v", err)
	}
	b, err := json.Marshal(st.Pool)
	var all []poolStatus
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		t.Fatalf("the daemon's pools: %s %v", b, err)
	}
	for _, p := range all {
		if strings.HasPrefix(p.Environment, d.env+"/") {
			return p
		}
	}
	return poolStatus{} // nobody asked for it yet
}

func (d *daemon) run(t *testing.T, p program, g *site, script string) outcome {
	t.Helper()
	d.runs.Add(1)
	o := d.alone.run(t, p, g, script)
	o.left = append(o.left, d.left(t, p.alone && !p.beside)...)
	if peak := keyed(fmt.Sprintf("/proc/%d/status", d.serve.Process.Pid), "VmHWM:") << 10; d.firstAbove(peak) {
		t.Errorf("the daemon took %d MiB, now or in a program that ran beside this one", peak>>20)
	}
	return o
}

// firstAbove reports once that peak is more than a run alone may take.
func (d *daemon) firstAbove(peak int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	first := peak > most && !d.grown
	d.grown = d.grown || first
	return first
}

// left is what a run did to the daemon, seen from outside: the interpreter that
// all are copied from must be the one from the start and must go on making copies.
// Where no other program runs, no process may be there that the code made.
func (d *daemon) left(t *testing.T, only bool) (left []string) {
	t.Helper()
	now := d.pool(t)
	if now.Restarts != d.before.Restarts || !now.Up {
		left = append(left, fmt.Sprintf("the warm interpreter has died: %+v", now))
	}
	if now.Cold != d.before.Cold {
		t.Errorf("a run was not in a warm copy: %+v, at first %+v", now, d.before)
	}
	if !only {
		return left
	}
	var made []string
	for grace := time.Now().Add(2 * time.Second); time.Now().Before(grace); time.Sleep(time.Millisecond) {
		if made = d.made(t); len(made) == 0 {
			return left
		}
	}
	return append(left, made...)
}

// made are processes below the daemon that are none of its own. A copy's process
// namespace lies in the zygote's and has an init, 1, and an interpreter, 2; there
// are as many as are ready, and at most two in the making.
func (d *daemon) made(t *testing.T) (found []string) {
	t.Helper()
	const depth = 3 // numbers that a copy's process has: the host's, the zygote's, its own
	outside, copies := len(numbers("/proc/self/status")), 0
	for _, pid := range hosttest.Descendants(d.serve.Process.Pid) {
		n := numbers(fmt.Sprintf("/proc/%d/status", pid))
		if len(n) < outside+depth-1 {
			continue
		}
		switch inner := n[len(n)-1]; {
		case len(n) > outside+depth-1 || inner != "1" && inner != "2":
			found = append(found, fmt.Sprintf("process %d, %q", pid, n))
		case inner == "2":
			copies++
		}
	}
	if st := d.pool(t); copies > st.Spare+st.Ready+2 {
		found = append(found, fmt.Sprintf("%d copies where %+v", copies, st))
	}
	return found
}

// numbers are a process's in each namespace that sees it, outermost first.
func numbers(status string) []string {
	b, _ := os.ReadFile(status)
	_, rest, _ := strings.Cut(string(b), "NSpid:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Fields(line)
}

// keyed is the number after key in a file of lines, or 0.
func keyed(file, key string) int64 {
	b, _ := os.ReadFile(file)
	_, rest, _ := strings.Cut(string(b), key)
	number, _ := strconv.ParseInt(slices.Concat(strings.Fields(rest), []string{"0"})[0], 10, 64)
	return number
}

// confirm implements runner: every run was in a warm copy, and when the daemon has
// ended nothing of it is left.
func (d *daemon) confirm(t *testing.T) {
	t.Helper()
	d.alone.confirm(t)
	if left := d.left(t, true); len(left) > 0 {
		t.Errorf("left in the daemon: %q", left)
	}
	st, runs := d.pool(t), d.runs.Load()
	t.Logf("%d runs; warm interpreters: %+v, at first %+v", runs, st, d.before)
	if st.Warm-d.before.Warm < runs || st.Cold != d.before.Cold {
		t.Errorf("%d runs, but of %d of them it is known that they were in warm copies", runs, st.Warm-d.before.Warm)
	}
	d.stop()
	if code := d.serve.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the daemon ended with %d", code)
	}
	if left := append(d.orphans(), d.groups()...); len(left) > 0 {
		t.Errorf("left by the daemon: %q", left)
	}
}

// stop is idempotent.
func (d *daemon) stop() {
	_ = d.serve.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(patience, func() { _ = d.serve.Process.Kill() })
	<-d.ended
	late.Stop()
}
