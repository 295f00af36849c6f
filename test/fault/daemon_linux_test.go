// Package fault runs a daemon for long and breaks it on purpose: what must not
// grow does not, what was acknowledged is in the ledger, and nothing is left.
//
// INTERLOCK_SOAK is the number of runs of TestSoak (300), INTERLOCK_KILLS that of
// TestKills (20); `make soak` asks for 20,000 and 200.
package fault

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/test/hosttest"
	"github.com/interlock-run/interlock/test/require"
)

// server is an `interlock serve` with a home of its own.
type server struct {
	t      *testing.T
	binary string
	home   string
	env    string
	cmd    *exec.Cmd
	pids   []int // of every daemon so far
}

func newServer(t *testing.T, env string) *server {
	s := &server{t: t, binary: require.Binary(t), env: env, home: t.TempDir()}
	t.Cleanup(s.kill)
	config := filepath.Join(s.home, ".config/interlock/config.yml")
	if err := os.MkdirAll(filepath.Dir(config), 0o700); err != nil {
		t.Fatal(err)
	}
	// By this its interpreters are told from those of other daemons of this host.
	mark := "execution:\n  modes:\n    read_only: {environment: {MARK: " + s.mark() + "}}\n"
	if err := os.WriteFile(config, []byte(mark), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *server) mark() string { return strings.ReplaceAll(s.home[1:], "/", "-") }

func (s *server) state() string { return filepath.Join(s.home, ".local/state/interlock") }

func (s *server) command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.binary, args...)
	cmd.Env = []string{"HOME=" + s.home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()}
	return cmd
}

// start returns once the daemon answers.
func (s *server) start() {
	s.t.Helper()
	s.cmd = s.command("serve")
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.pids = append(s.pids, s.cmd.Process.Pid)
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "serving ") {
			go func() {
				for lines.Scan() { // or it would wait for us
				}
			}()
			return
		}
		s.t.Log(lines.Text())
	}
	s.t.Fatal("the daemon did not start")
}

// kill ends the daemon as a power cut would, and waits for it.
func (s *server) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// submit runs source once; env names the environment to be warm in.
func (s *server) submit(source string) (*client.Outcome, error) {
	o, _, err := client.New(s.state()).Run(s.t.Context(), &client.Submission{Schema: 1, Name: "x.py", Source: source, Interpreter: s.env}, client.Handler{})
	return o, err
}

// good submits until a run comes out as it should.
func (s *server) good() {
	s.t.Helper()
	var o *client.Outcome
	var err error
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		if o, err = s.submit("print(6 * 7)"); err == nil {
			if r, e := o.Decode(); e == nil && r.Stdout == "42\n" {
				return
			}
		}
	}
	s.t.Fatalf("no good run: %v %+v", err, o)
}

// poolStatus is what the daemon says of its warm interpreters.
type poolStatus struct {
	Environment string
	Up          bool
	Warm, Cold  int64
	Restarts    int
}

func (s *server) pool() poolStatus {
	s.t.Helper()
	st, err := client.New(s.state()).Status(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	b, err := json.Marshal(st.Pool)
	if err != nil {
		s.t.Fatal(err)
	}
	var all []poolStatus
	if err := json.Unmarshal(b, &all); err != nil {
		s.t.Fatalf("pools: %s %v", b, err)
	}
	for _, p := range all { // the daemon keeps its own environment warm too
		if strings.HasPrefix(p.Environment, s.env) {
			return p
		}
	}
	s.t.Fatalf("no pool of %s: %s", s.env, b)
	return poolStatus{}
}

// warm waits until the environment that was used is loaded.
func (s *server) warm() {
	s.t.Helper()
	for until := time.Now().Add(2 * time.Minute); !s.pool().Up; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			s.t.Fatal("no warm interpreter")
		}
	}
}

// usage is what a daemon must not use more of, the longer it runs.
type usage struct{ rss, fds, processes, groups, mounts int }

func (s *server) usage() usage {
	pid := s.cmd.Process.Pid
	fds, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	mounts, _ := os.ReadFile(fmt.Sprintf("/proc/%d/mountinfo", pid))
	return usage{rss: rss(pid), fds: len(fds), processes: len(hosttest.Descendants(pid)), groups: len(controlGroups(pid)), mounts: strings.Count(string(mounts), "\n")}
}

func rss(pid int) int {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	kib, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return kib
}

// controlGroups are those that the supervisor pid made, or any if it is 0, of
// every hierarchy, at the top or where a service manager put the daemon.
func controlGroups(pid int) (all []string) {
	name := "interlock-[0-9]*-*"
	if pid != 0 {
		name = fmt.Sprintf("interlock-%d-*", pid)
	}
	b, _ := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.SplitSeq(string(b), "\n") {
		f := strings.Fields(line)
		if i := slices.Index(f, "-"); i < 0 || !strings.HasPrefix(f[i+1], "cgroup") {
			continue
		}
		for _, depth := range []string{"", "*/", "*/*/", "*/*/*/"} {
			found, _ := filepath.Glob(filepath.Join(f[4], depth+name))
			all = append(all, found...)
		}
	}
	return all
}

// interpreters are the processes of this host that run Interlock's runner for s.
func (s *server) interpreters() (pids []int) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		line, _ := os.ReadFile(dir + "/cmdline")
		environ, _ := os.ReadFile(dir + "/environ")
		if strings.Contains(string(line), "interlock_runner/__main__.py") && strings.Contains(string(environ), "MARK="+s.mark()) {
			pid, _ := strconv.Atoi(filepath.Base(dir))
			pids = append(pids, pid)
		}
	}
	return pids
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	if v := os.Getenv(name); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	return otherwise
}

func signal(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) }
