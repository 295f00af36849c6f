package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/test/require"
)

// network is hosts with interfaces of their own, each a network namespace, and the
// switches that join them. It ends with the test.
type network struct {
	t     *testing.T
	name  string
	wires int
}

var networks atomic.Int32

func newNetwork(t *testing.T, hosts ...string) *network {
	t.Helper()
	require.Root(t)
	if _, err := exec.LookPath("ip"); err != nil {
		require.Skip(t, require.Toolchain, "no program ip: install iproute2")
	}
	n := &network{t: t, name: fmt.Sprintf("interlock-%d-%d-", os.Getpid(), networks.Add(1))}
	for _, h := range append(hosts, "switch") {
		if err := n.try("netns", "add", n.name+h); err != nil {
			require.Skip(t, require.Kernel, err.Error())
		}
		t.Cleanup(func() {
			if err := n.try("netns", "del", n.name+h); err != nil {
				t.Error(err)
			}
		})
		n.ip(h, "link set lo up")
	}
	return n
}

func (n *network) try(args ...string) error {
	out, err := exec.CommandContext(context.WithoutCancel(n.t.Context()), "ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

// ip configures a host.
func (n *network) ip(host, line string) {
	n.t.Helper()
	if err := n.try(append([]string{"-n", n.name + host}, strings.Fields(line)...)...); err != nil {
		n.t.Fatal(err)
	}
}

// join joins hosts by a switch: each gets an interface called name without an address.
func (n *network) join(name string, hosts ...string) {
	n.t.Helper()
	n.ip("switch", "link add "+name+" type bridge")
	n.ip("switch", "link set "+name+" up")
	for _, h := range hosts {
		n.wires++
		port := fmt.Sprintf("port%d", n.wires)
		n.ip("switch", fmt.Sprintf("link add %s type veth peer name %s netns %s", port, name, n.name+h))
		n.ip("switch", fmt.Sprintf("link set %s master %s up", port, name))
		n.ip(h, "link set "+name+" up")
	}
}

// address gives a host an address, with the broadcast address of its network.
func (n *network) address(host, name, address string) {
	n.t.Helper()
	n.ip(host, "addr add "+address+" brd + dev "+name)
}

// at has a command run at a host.
func (n *network) at(host string, cmd *exec.Cmd) *exec.Cmd {
	ip, err := exec.LookPath("ip")
	if err != nil {
		n.t.Fatal(err)
	}
	cmd.Args = append([]string{"ip", "netns", "exec", n.name + host, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = ip
	return cmd
}

// process is a Python program at a host that prints lines, until its input ends.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan string
}

// stop kills it and waits until it is gone. It is idempotent.
func (p *process) stop() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.cmd.Wait()         // killed
}

// start starts a Python program and waits until it prints ready.
func (n *network) start(host, code string, env []string, args ...string) *process {
	n.t.Helper()
	python := gatewaytest.Python(n.t)
	cmd := n.at(host, exec.CommandContext(context.WithoutCancel(n.t.Context()), python, append([]string{"-u", "-c", code}, args...)...))
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + n.t.TempDir(), "PYTHONPYCACHEPREFIX=" + filepath.Join(filepath.Dir(filepath.Dir(python)), "pycache")}, env...)
	cmd.Stderr = os.Stderr
	p := &process{t: n.t, cmd: cmd, lines: make(chan string, 10_000)}
	out, err := cmd.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		n.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(p.stop)
	go p.read(out)
	p.until("ready")
	return p
}

func (p *process) read(out io.Reader) {
	defer close(p.lines)
	for s := bufio.NewScanner(out); s.Scan(); {
		p.lines <- s.Text()
	}
}

// until returns the lines before the one that begins with what.
func (p *process) until(what string) (before []string) {
	p.t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				p.t.Fatalf("the program ended before it printed %q: %v", what, before)
			}
			if strings.HasPrefix(line, what) {
				return before
			}
			before = append(before, line)
		case <-late:
			p.t.Fatalf("no %q: %v", what, before)
		}
	}
}
