package gateway

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain makes this binary the other process of tests that need one.
func TestMain(m *testing.M) {
	if role := os.Getenv("INTERLOCK_TEST_ROLE"); role != "" {
		if err := other(role, os.Getenv("INTERLOCK_TEST_DIR")); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// other plays its role, says "have" once it has what the role is about, and gives it
// back at the next line of its input.
func other(role, dir string) error {
	var free func()
	switch role {
	case "order":
		unlock, err := newOrder(dir).lock(context.Background(), "X")
		if err != nil {
			return err
		}
		free = unlock
	case "put":
		off, done, err := NewWrites(dir).begin()
		if err != nil || off != "" {
			return fmt.Errorf("%s %w", off, err)
		}
		free = done
	case "count":
		return count(dir)
	}
	fmt.Println("have")
	in := bufio.NewReader(os.Stdin)
	_, err := in.ReadString('\n')
	free()
	fmt.Println("free")
	_, _ = in.ReadString('\n') // until it is told to end, so that no lock is freed by that
	return err
}

// process is another process of this binary.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(t *testing.T, role, dir string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "INTERLOCK_TEST_ROLE="+role, "INTERLOCK_TEST_DIR="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, in: in, out: bufio.NewReader(out)}
	t.Cleanup(p.kill)
	return p
}

// says waits for the next line, which must be want.
func (p *process) says(want string) {
	p.t.Helper()
	if line, err := p.out.ReadString('\n'); strings.TrimSpace(line) != want {
		p.t.Fatalf("the other process says %q, want %q: %v", line, want, err)
	}
}

func (p *process) next() { fmt.Fprintln(p.in) }

func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.cmd.Wait()         // killed
}
