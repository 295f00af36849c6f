// Package gatewaytest starts the real parts that tests of gateways need: soft IOCs
// and Python clients of the libraries that users have. It needs the environment
// that `make tables-env` builds.
package gatewaytest

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/test/require"
)

//go:embed ioc.py
var program string

// Python is the interpreter that has the control-system libraries: that of
// INTERLOCK_TABLES_ENV, else of .interlock/tables-env in the checkout.
func Python(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		require.Skip(t, require.Time, "IOCs and their clients take seconds to start; run without -short")
	}
	dir := os.Getenv("INTERLOCK_TABLES_ENV")
	if dir == "" {
		dir = filepath.Join(require.Repo(t), ".interlock", "tables-env")
	}
	python := filepath.Join(dir, "bin", "python3")
	if _, err := os.Stat(python); err != nil {
		require.Skip(t, require.EPICS, fmt.Sprintf("no control-system libraries in %s: type `make tables-env`", dir))
	}
	return python
}

// IOC is a real soft IOC on loopback. It serves Channel Access and PV Access.
type IOC struct {
	Prefix  string
	CA, PVA int // ports

	t      testing.TB
	source string
	cmd    *exec.Cmd
	stdin  io.WriteCloser

	mu    sync.Mutex
	lines []string
	more  chan struct{} // closed at the next line
}

// StartIOC starts an IOC with records PREFIX:AO and so on (see ioc.py), or with those
// of source where it is not empty. It ends with the test.
func StartIOC(t testing.TB, prefix, source string) *IOC {
	t.Helper()
	if source == "" {
		source = program
	}
	i := &IOC{Prefix: prefix, CA: FreePort(t), PVA: FreePort(t), t: t, source: source}
	i.Start()
	t.Cleanup(i.Kill)
	return i
}

// ports is how many this process has looked at.
var ports atomic.Uint32

// FreePort is a port of loopback that nobody has, for TCP and UDP, and below those that
// the kernel gives to whoever asks for any: so nobody gets it while an IOC is down.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := 20_000 + (os.Getpid()*101+int(ports.Add(1)))%12_000
		at := fmt.Sprintf("127.0.0.1:%d", port)
		var any net.ListenConfig
		l, err := any.Listen(t.Context(), "tcp", at)
		if err != nil {
			continue
		}
		_ = l.Close() // nothing was accepted
		if c, err := any.ListenPacket(t.Context(), "udp", at); err == nil {
			_ = c.Close() // nothing was received
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// Start starts the IOC again at the same ports, and returns when it serves.
func (i *IOC) Start() {
	i.t.Helper()
	i.cmd = exec.CommandContext(context.WithoutCancel(i.t.Context()), Python(i.t), "-u", "-c", i.source, i.Prefix)
	i.cmd.Env = append(plainEnv(i.t), "EPICS_CAS_INTF_ADDR_LIST=127.0.0.1", fmt.Sprint("EPICS_CAS_SERVER_PORT=", i.CA), "EPICS_CAS_AUTO_BEACON_ADDR_LIST=NO",
		"EPICS_CAS_BEACON_ADDR_LIST=127.0.0.1:9", "EPICS_PVAS_INTF_ADDR_LIST=127.0.0.1", fmt.Sprint("EPICS_PVAS_SERVER_PORT=", i.PVA),
		fmt.Sprint("EPICS_PVAS_BROADCAST_PORT=", i.PVA), "EPICS_PVAS_AUTO_BEACON_ADDR_LIST=NO", "EPICS_PVAS_BEACON_ADDR_LIST=127.0.0.1:9")
	var err error
	if i.stdin, err = i.cmd.StdinPipe(); err != nil {
		i.t.Fatal(err)
	}
	out, err := i.cmd.StdoutPipe()
	if err != nil {
		i.t.Fatal(err)
	}
	var stderr bytes.Buffer
	i.cmd.Stderr = &stderr
	if err := i.cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	i.mu.Lock()
	i.lines, i.more = nil, make(chan struct{})
	i.mu.Unlock()
	go i.read(out)
	if !i.Wait(30*time.Second, func(line string) bool { return strings.HasPrefix(line, "ready") }) {
		i.Kill()
		i.t.Fatalf("the IOC did not start: %s", stderr.String())
	}
}

func (i *IOC) read(out io.Reader) {
	s := bufio.NewScanner(out)
	for s.Scan() {
		i.mu.Lock()
		i.lines = append(i.lines, s.Text())
		close(i.more)
		i.more = make(chan struct{})
		i.mu.Unlock()
	}
}

// Lines are what the IOC has printed since it started.
func (i *IOC) Lines() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.lines)
}

// Wait waits until the IOC has printed a line of which is says yes.
func (i *IOC) Wait(most time.Duration, is func(line string) bool) bool {
	deadline := time.After(most)
	for {
		i.mu.Lock()
		found, more := slices.ContainsFunc(i.lines, is), i.more
		i.mu.Unlock()
		if found {
			return true
		}
		select {
		case <-more:
		case <-deadline:
			return false
		}
	}
}

// Settle returns when the IOC has printed nothing for a while: what was on its way has
// arrived.
func (i *IOC) Settle() {
	for before := -1; before != len(i.Lines()); {
		before = len(i.Lines())
		time.Sleep(300 * time.Millisecond) // there is no event for "nothing more"
	}
}

// Say writes a line to the IOC's input, which means what its program makes of it.
func (i *IOC) Say(line string) {
	if _, err := io.WriteString(i.stdin, line+"\n"); err != nil {
		i.t.Errorf("talking to the IOC: %v", err)
	}
}

// Kill kills the IOC. It is idempotent.
func (i *IOC) Kill() {
	if i.cmd != nil && i.cmd.Process != nil {
		_ = i.cmd.Process.Kill()
		_ = i.cmd.Wait() // killed
		i.cmd = nil
	}
}

// plainEnv is an environment without anything of a control system's.
func plainEnv(t testing.TB) []string {
	return []string{"PATH=/usr/bin:/bin", "HOME=" + t.TempDir(), "LANG=C.UTF-8", "EPICS_CA_AUTO_ADDR_LIST=NO", "EPICS_PVA_AUTO_ADDR_LIST=NO",
		"PYTHONPYCACHEPREFIX=" + filepath.Join(filepath.Dir(filepath.Dir(Python(t))), "pycache")}
}

// Client runs a Python program with the control-system libraries and returns what it
// printed. env is added to a plain environment. It fails the test after a minute.
func Client(t testing.TB, env map[string]string, code string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, Python(t), append([]string{"-c", code}, args...)...)
	cmd.Env = plainEnv(t)
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatalf("the client hung: %s", out)
	}
	exit := (*exec.ExitError)(nil)
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out)
}

// Ledger remembers records. It is no ledger: nothing is durable. Fail, where it is
// set, is asked first.
type Ledger struct {
	Fail func(interlock.Record) error

	mu      sync.Mutex
	records []interlock.Record
}

// Append implements interlock.Ledger.
func (l *Ledger) Append(_ context.Context, records ...interlock.Record) (interlock.Receipt, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range records {
		if l.Fail != nil {
			if err := l.Fail(r); err != nil {
				return interlock.Receipt{}, err
			}
		}
		l.records = append(l.records, r)
	}
	return interlock.Receipt{Seq: uint64(len(l.records))}, nil
}

// Kinds are the kinds of the records so far, in their order.
func (l *Ledger) Kinds() (kinds []interlock.RecordKind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.records {
		kinds = append(kinds, r.Kind)
	}
	return kinds
}

// Count is how many records of a kind there are.
func (l *Ledger) Count(kind interlock.RecordKind) (n int) {
	for _, k := range l.Kinds() {
		if k == kind {
			n++
		}
	}
	return n
}

// Puts are the intents of puts so far.
func (l *Ledger) Puts() (list []interlock.Put) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.records {
		if p, is := r.Body.(interlock.Put); is && r.Kind == interlock.RecordPut {
			list = append(list, p)
		}
	}
	return list
}
