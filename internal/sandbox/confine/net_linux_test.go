package confine

import (
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
)

// TestTapFilter (P16): the taps take what begins a connection, and datagrams, that
// go elsewhere; what the run's processes say to each other they leave alone.
func TestTapFilter(t *testing.T) {
	const header = 100 // where the simulator finds what the kernel has at networkHeader
	packet := func(to string, flags byte) []byte {
		a := netip.MustParseAddr(to)
		p := make([]byte, header+40)
		if a.Is4() {
			p[0] = 0x45
			copy(p[16:], a.AsSlice())
			p[20+13] = flags
			return p
		}
		copy(p[header+24:], a.AsSlice())
		p[13] = flags
		return p
	}
	for name, c := range map[string]struct {
		to       string
		protocol int
		flags    byte
		want     bool
	}{
		"SYN":                {"192.0.2.1", 6, 0x02, true},
		"SYN with ECN":       {"192.0.2.1", 6, 0xc2, true},
		"SYN and ACK":        {"192.0.2.1", 6, 0x12, false},
		"data":               {"192.0.2.1", 6, 0x18, false},
		"RST":                {"192.0.2.1", 6, 0x14, false},
		"datagram":           {"192.0.2.1", 17, 0, true},
		"to itself":          {"127.0.0.1", 6, 0x02, false},
		"to itself, UDP":     {"127.5.6.7", 17, 0, false},
		"to a granted host":  {"127.87.0.1", 6, 0x02, true},
		"to a neighbour":     {"127.88.0.1", 6, 0x02, false},
		"IPv6 SYN":           {"2001:db8::1", 6, 0x02, true},
		"IPv6 ACK":           {"2001:db8::1", 6, 0x10, false},
		"IPv6 datagram":      {"2001:db8::1", 17, 0, true},
		"IPv6 to itself":     {"::1", 6, 0x02, false},
		"nearly itself":      {"::2", 6, 0x02, true},
		"nearly itself, too": {"1::1", 17, 0, true},
	} {
		kind := tapKind{unix.AF_INET, c.protocol}
		if netip.MustParseAddr(c.to).Is6() {
			kind.family = unix.AF_INET6
		}
		prog, ok := bpf.Disassemble(kind.filter(header))
		vm, err := bpf.NewVM(prog)
		if err != nil || !ok {
			t.Fatalf("%s: the program does not disassemble: %v", name, err)
		}
		if n, err := vm.Run(packet(c.to, c.flags)); err != nil || (n > 0) != c.want {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}

// TestNetworkPlan (P5, P13): the plan shows what is listened to; a level without a
// network of its own refuses endpoints instead of forgetting them.
func TestNetworkPlan(t *testing.T) {
	s := fullSpec()
	s.Grant.Endpoints = []string{"data.example.org:443"}
	s.Hosts = []HostLine{{"data.example.org", netip.MustParseAddr("127.87.0.1")}}
	s.Listen = []netip.AddrPort{netip.MustParseAddrPort("127.87.0.1:443")}
	p, err := Make(s, fullHost())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range p.Mounts {
		if m.Target == "/etc/hosts" && !strings.Contains(string(m.Content), "127.87.0.1 data.example.org\n") {
			t.Errorf("/etc/hosts is %q", m.Content)
		}
	}
	if text := p.String(); !strings.Contains(text, "listen     127.87.0.1:443") {
		t.Errorf("the printed plan lacks it:\n%s", text)
	}
	h := fullHost()
	h.Trial = Trial{Why: "forbidden"}
	s.Level, s.Grant.Isolation = interlock.Landlock, interlock.Landlock
	if _, err := Make(s, h); err == nil || !strings.Contains(err.Error(), "cannot hold network.allow") {
		t.Errorf("%v", err)
	}
}

// TestCommandPlan (P6): a command may be executed, its neighbours may not, and a
// listener is asked only where there is a command.
func TestCommandPlan(t *testing.T) {
	s := fullSpec()
	if p, err := Make(s, fullHost()); err != nil || p.Filter.Notify {
		t.Fatalf("%v", err)
	}
	s.Commands = []Command{{Path: "/opt/fit/bin/fit-2", Name: "/opt/fit/bin/fit"}}
	p, err := Make(s, fullHost())
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, r := range p.Rules {
		if r.Access&AccessExec != 0 && r.Path == "/opt/fit/bin/fit-2" && r.File {
			found = true
		}
	}
	if !found || !p.Filter.Notify || !strings.Contains(strings.Join(p.Exec.Env, "\n"), "PATH=/opt/fit/bin:/usr/bin:/bin") {
		t.Errorf("%+v %q", p.Rules, p.Exec.Env)
	}
}
