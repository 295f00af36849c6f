package search

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// TestMain makes this binary a process that lists what it sees, in a network of a test's.
func TestMain(m *testing.M) {
	if os.Getenv("INTERLOCK_TEST_ROLE") != "interfaces" {
		os.Exit(m.Run())
	}
	list, err := interfaces()
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	for _, i := range list {
		fmt.Println("interface", i.Local, i.Up, i.Loopback, i.Broadcast, i.Peer)
	}
	for _, n := range Networks(list) {
		fmt.Println("asks", n.Ask, n.Line, n.Local)
	}
}

// TestInterfacesOfAHost: what the kernel says of interfaces of each kind, in a network
// namespace that has one of each.
func TestInterfacesOfAHost(t *testing.T) {
	require.Root(t)
	if _, err := exec.LookPath("ip"); err != nil {
		require.Skip(t, require.Toolchain, "no program ip: install iproute2")
	}
	host := fmt.Sprintf("interlock-test-%d", os.Getpid())
	ip := func(args ...string) error {
		out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "ip", args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
		}
		return nil
	}
	if err := ip("netns", "add", host); err != nil {
		require.Skip(t, require.Kernel, err.Error())
	}
	t.Cleanup(func() {
		if err := ip("netns", "del", host); err != nil {
			t.Error(err)
		}
	})
	for _, line := range []string{
		"link set lo up",
		"link add plain type veth peer name plain-peer", "addr add 10.1.0.5/24 brd + dev plain", "link set plain up",
		"link add idle type veth peer name idle-peer", "addr add 10.2.0.5/24 brd + dev idle",
		"link add unset type veth peer name unset-peer", "addr add 10.3.0.5/24 dev unset", "link set unset up",
		"link add odd type veth peer name odd-peer", "addr add 10.4.0.5/24 brd 10.4.0.77 dev odd", "addr add 10.5.0.5/22 brd + dev odd", "link set odd up",
		"tuntap add dev line mode tun", "addr add 10.8.0.1 peer 10.8.0.2 dev line", "link set line up",
	} {
		if err := ip(append([]string{"-n", host}, strings.Fields(line)...)...); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "ip", "netns", "exec", host, self)
	cmd.Env = append(os.Environ(), "INTERLOCK_TEST_ROLE=interfaces")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{"asks 10.1.0.255 false 10.1.0.5/24", "asks 10.4.0.77 false 10.4.0.5/24", "asks 10.5.3.255 false 10.5.0.5/22", "asks 10.8.0.2 true 10.8.0.1/32",
		"interface 127.0.0.1/8 true true", "interface 10.2.0.5/24 false false 10.2.0.255"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	if n := strings.Count(string(out), "asks "); n != 4 {
		t.Errorf("%d networks are asked, not 4:\n%s", n, out)
	}
}
