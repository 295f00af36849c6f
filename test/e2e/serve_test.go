package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/interlock-run/interlock/client"
)

// served is a daemon as a process of its own.
type served struct {
	cmd  *exec.Cmd
	said *bytes.Buffer // what it said after it was ready; read it after wait
	done chan struct{}
}

// serve starts a daemon and waits until it says that it serves. Where env is nil
// its home is home.
func serve(home string, env []string) (*served, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &served{cmd: exec.Command(self, "serve"), said: &bytes.Buffer{}, done: make(chan struct{})}
	if env == nil {
		env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "XDG_CACHE_HOME=" + sharedCache()}
	}
	s.cmd.Env = append(env, asMain+"=1")
	words, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(words)
	for {
		line, err := lines.ReadString('\n')
		if strings.HasPrefix(line, "interlock: serving ") {
			break
		}
		s.said.WriteString(line)
		if err != nil {
			s.cmd.Wait()
			return nil, fmt.Errorf("the daemon does not serve: %w: %s", err, s.said)
		}
	}
	go func() {
		defer close(s.done)
		s.said.ReadFrom(lines)
	}()
	return s, nil
}

// wait returns how the daemon ended, and what it said.
func (s *served) wait() (status int, said string) {
	<-s.done
	s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode(), s.said.String()
}

// TestScriptsThroughADaemon runs the same scripts where a daemon serves the state
// directory: output, exit status, objects, files and ledger must be the same.
func TestScriptsThroughADaemon(t *testing.T) {
	var through atomic.Int64
	t.Run("scripts", func(t *testing.T) {
		p := scripts(true)
		alone := p.Setup
		p.Setup = func(e *testscript.Env) error {
			if err := alone(e); err != nil {
				return err
			}
			d, err := serve(e.Getenv("HOME"), e.Vars)
			if err != nil {
				return err
			}
			e.Defer(func() {
				if s, err := client.New(e.Getenv("STATE")).Status(context.Background()); err == nil {
					through.Add(int64(s.Done))
				}
				d.cmd.Process.Signal(syscall.SIGTERM)
				if status, said := d.wait(); status != 0 {
					t.Errorf("the daemon ended with %d: %s", status, said)
				}
			})
			return nil
		}
		testscript.Run(t, p)
	})
	if n := through.Load(); n < 20 {
		t.Errorf("only %d runs went through a daemon", n)
	}
}

// running starts `interlock run` of a script that says it is ready and waits.
func running(t *testing.T, home string) (cmd *exec.Cmd, said *bytes.Buffer) {
	t.Helper()
	script := filepath.Join(t.TempDir(), "waits.py")
	if err := os.WriteFile(script, []byte(waits), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, said = program(t, home, "run", script), &bytes.Buffer{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		cmd.Process.Kill()
		cmd.Wait()
		t.Fatalf("%q, %v: %s", line, err, said)
	}
	return cmd, said
}

func daemonIn(t *testing.T) (home string, d *served) {
	t.Helper()
	home = t.TempDir()
	d, err := serve(home, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.cmd.Process.Kill()
		d.wait()
	})
	return home, d
}

func stateOf(home string) string { return filepath.Join(home, ".local", "state", "interlock") }

// verified wants the ledger to verify and the only run to have the status.
func verified(t *testing.T, home, status string) {
	t.Helper()
	if word, err := program(t, home, "ledger", "verify").CombinedOutput(); err != nil {
		t.Errorf("%v, %s", err, word)
	}
	list, err := program(t, home, "runs", "list").Output()
	if err != nil || !strings.Contains(string(list), " "+status+" ") {
		t.Errorf("%v, %s; want %s", err, list, status)
	}
}

// P17: signals of the client end its run in the daemon, which goes on.
func TestSignalsEndTheRunInTheDaemon(t *testing.T) {
	for signal, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		home, _ := daemonIn(t)
		cmd, said := running(t, home)
		cmd.Process.Signal(signal)
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("%v: status %d, want %d: %s", signal, got, want, said)
		}
		verified(t, home, "stopped")
		s, err := client.New(stateOf(home)).Status(context.Background())
		if err != nil || s.Done != 1 || s.Running != 0 {
			t.Errorf("%v: %+v, %v", signal, s, err)
		}
	}
}

// A client that dies cancels its run.
func TestAClientThatDiesCancelsItsRun(t *testing.T) {
	home, d := daemonIn(t)
	cmd, _ := running(t, home)
	cmd.Process.Kill()
	cmd.Wait()
	// Draining ends at once only if the run was cancelled: it would wait 30 s.
	d.cmd.Process.Signal(syscall.SIGTERM)
	if status, said := d.wait(); status != 0 {
		t.Errorf("%d: %s", status, said)
	}
	verified(t, home, "stopped")
	word, err := program(t, home, "ledger", "query", "--kind", "end", "--format", "json").Output()
	if err != nil || !strings.Contains(string(word), "interrupted") {
		t.Errorf("%v: %s", err, word)
	}
}

func TestRunsCancelEndsARunInTheDaemon(t *testing.T) {
	home, _ := daemonIn(t)
	if out, err := program(t, home, "runs", "cancel", "1").CombinedOutput(); err == nil || !strings.Contains(string(out), "runs list") {
		t.Errorf("no run: %v, %s", err, out)
	}
	cmd, said := running(t, home)
	ids, err := os.ReadDir(filepath.Join(stateOf(home), "runs"))
	if err != nil || len(ids) != 1 {
		t.Fatalf("%v, %v", ids, err)
	}
	if out, err := program(t, home, "runs", "cancel", ids[0].Name()).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Errorf("status %d: %s", got, said)
	}
	verified(t, home, "stopped")
}

// A second signal ends what runs; each end is recorded, the socket goes, and the
// daemon ends with 0. P17.
func TestASecondSignalEndsTheRunsOfTheDaemon(t *testing.T) {
	home, d := daemonIn(t)
	cmd, said := running(t, home)
	d.cmd.Process.Signal(syscall.SIGTERM)
	// The daemon says that it is stopping when it does.
	for {
		s, err := client.New(stateOf(home)).Status(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if s.Stopping {
			break
		}
	}
	// A client that comes now runs alone.
	ok := filepath.Join(t.TempDir(), "ok.py")
	os.WriteFile(ok, []byte("print('ok')\n"), 0o600)
	if out, err := program(t, home, "run", ok).CombinedOutput(); err != nil || !strings.Contains(string(out), "the daemon is stopping; running without it") {
		t.Errorf("%v: %s", err, out)
	}
	d.cmd.Process.Signal(syscall.SIGTERM)
	if status, words := d.wait(); status != 0 {
		t.Errorf("the daemon ended with %d: %s", status, words)
	}
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 143 {
		t.Errorf("status %d: %s", got, said)
	}
	if _, err := os.Lstat(filepath.Join(stateOf(home), "daemon.sock")); err == nil {
		t.Error("the socket stays")
	}
	verified(t, home, "stopped")
}

// One signal lets what runs go on to its end, in the time for it.
func TestStoppingLetsRunsFinish(t *testing.T) {
	home, d := daemonIn(t)
	script := filepath.Join(t.TempDir(), "ends.py")
	if err := os.WriteFile(script, []byte("import time\nprint('ready', flush=True)\ntime.sleep(1)\nprint('done')\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, home, "run", script)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Errorf("%q, %v", line, err)
	}
	d.cmd.Process.Signal(syscall.SIGTERM)
	if line, err := lines.ReadString('\n'); line != "done\n" {
		t.Errorf("%q, %v", line, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if status, said := d.wait(); status != 0 || !strings.Contains(said, "runs may go on for 30s: 1") {
		t.Errorf("%d: %s", status, said)
	}
	verified(t, home, "succeeded")
}

// N7: kill -9 of the daemon: the client says so and runs nothing again, no
// acknowledged record is lost, and the next daemon starts clean and says what it found.
func TestKillingTheDaemonLosesNothing(t *testing.T) {
	home, d := daemonIn(t)
	cmd, said := running(t, home)
	d.cmd.Process.Kill()
	d.wait()
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 6 || !strings.Contains(said.String(), "runs show") {
		t.Errorf("status %d: %s", got, said)
	}
	if ids, err := os.ReadDir(filepath.Join(stateOf(home), "runs")); err != nil || len(ids) != 1 {
		t.Errorf("the code ran again: %v, %v", ids, err)
	}
	next, err := serve(home, nil)
	if err != nil {
		t.Fatal(err)
	}
	verified(t, home, "interrupted")
	next.cmd.Process.Signal(syscall.SIGTERM)
	status, words := next.wait()
	if status != 0 || !strings.Contains(words, "what they did is not known") {
		t.Errorf("%d: %s", status, words)
	}
}

// Two daemons on one state directory cannot be.
func TestASecondDaemonIsRefused(t *testing.T) {
	home, _ := daemonIn(t)
	out, err := program(t, home, "serve").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "listening there already") {
		t.Errorf("%v: %s", err, out)
	}
}
