package channelaccess_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
)

// line is one line of a client's, and when it came.
type line struct {
	text string
	at   time.Time
}

// session is a client program that a test talks with, a line at a time.
type session struct {
	t     *testing.T
	in    io.Writer
	lines chan line
	at    time.Time // when the line came that was waited for last

	mu     sync.Mutex
	stderr bytes.Buffer
}

// Write implements io.Writer for what the program says to stderr.
func (s *session) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stderr.Write(b)
}

// talk starts a program on a road. It is killed when the test ends.
func talk(t *testing.T, r *road, code string) *session {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{t: t, lines: make(chan line, 100_000)}
	cmd := exec.CommandContext(ctx, gatewaytest.Python(t), "-u", "-c", code)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir(), "EPICS_PVA_AUTO_ADDR_LIST=NO"}
	for name, value := range r.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stderr = s
	out, err := cmd.StdoutPipe()
	if err == nil {
		s.in, err = cmd.StdinPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(s.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			s.lines <- line{in.Text(), time.Now()}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-read
		_ = cmd.Wait() // killed
	})
	return s
}

// says waits for a line that begins with want, and returns it.
func (s *session) says(want string) string {
	s.t.Helper()
	limit := time.After(30 * time.Second)
	var seen []string
	for {
		select {
		case l, more := <-s.lines:
			if strings.HasPrefix(l.text, want) {
				s.at = l.at
				return l.text
			}
			if seen = append(seen, l.text); more {
				continue
			}
		case <-limit:
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.t.Fatalf("the client never says %q: %q\n%s", want, seen, s.stderr.String())
	}
}

// tell writes a line to the program.
func (s *session) tell(line string) { fmt.Fprintln(s.in, line) }
