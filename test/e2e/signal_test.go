package e2e

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// program is interlock as a process of its own, in a home of its own.
func program(t *testing.T, home string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = []string{asMain + "=1", "HOME=" + home, "PATH=" + os.Getenv("PATH"), "XDG_CACHE_HOME=" + sharedCache()}
	return cmd
}

// waits prints one line and then waits, in children too, and ignores what asks it
// to end.
const waits = `
import os, signal, time
for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(s, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
print("ready", flush=True)
time.sleep(600)
`

// Ctrl-C and SIGTERM end the run and all its processes, and the run is kept and
// recorded. A second Ctrl-C changes nothing. P17.
func TestSignalsEndTheRun(t *testing.T) {
	for _, c := range []struct {
		signal syscall.Signal
		status int
		says   string
	}{{syscall.SIGINT, 130, "interrupted"}, {syscall.SIGTERM, 143, "asked to stop"}} {
		home, dir := t.TempDir(), t.TempDir()
		script := filepath.Join(dir, "waits.py")
		if err := os.WriteFile(script, []byte(waits), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := program(t, home, "run", script)
		var said bytes.Buffer
		cmd.Stderr = &said
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
			t.Fatalf("%q, %v: %s", line, err, said.String())
		}
		for range 2 {
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Log(err) // it ended after the first
			}
		}
		// Wait returns once every holder of the pipe has gone: children too.
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != c.status || !strings.Contains(said.String(), c.says) {
			t.Errorf("%v: status %d, %q; want %d and %q", c.signal, got, said.String(), c.status, c.says)
		}
		list, err := program(t, home, "runs", "list").Output()
		if err != nil || !strings.Contains(string(list), " stopped ") {
			t.Errorf("%v: %v, %s", c.signal, err, list)
		}
		if word, err := program(t, home, "ledger", "verify").CombinedOutput(); err != nil {
			t.Errorf("%v: %v, %s", c.signal, err, word)
		}
	}
}

// A reader that goes away ends an endless writer, as it ends any program.
func TestClosedPipeEndsTheRun(t *testing.T) {
	script := filepath.Join(t.TempDir(), "endless.py")
	if err := os.WriteFile(script, []byte("while True: print('y' * 1000)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, t.TempDir(), "run", "--timeout", "20s", script)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if _, err := bufio.NewReaderSize(r, 16).ReadByte(); err != nil {
		t.Error(err)
	}
	r.Close()
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 && got != 5 {
		t.Errorf("status %d, want 130, or 5 where the output limit came first", got)
	}
}
