package confine

import (
	"net/netip"
	"strings"

	"github.com/interlock-run/interlock"
)

// Network is a run's own network: a loopback and, in it, the supervisor's sockets.
// init makes them before the run is confined and hands them over (net_linux.go).
// Whatever else a program connects to is an address of lo with nobody there, so
// that it is reset at once, and a tap on lo shows the supervisor what was tried.
type Network struct {
	Hosts  []HostLine       `json:"hosts,omitempty"`
	Listen []netip.AddrPort `json:"listen,omitempty"`
	// Doors are where clients of a control system are served, on 127.0.0.1.
	Doors []interlock.Door `json:"doors,omitempty"`
}

// HostLine is a name in the run's /etc/hosts.
type HostLine struct {
	Name string     `json:"name"`
	Addr netip.Addr `json:"address"`
}

// network plans the run's network. A level without one cannot hold an allow list:
// Landlock knows ports and no addresses.
func (p *Plan) network(s Spec) error {
	switch {
	case s.Level == interlock.Namespaces:
		p.Network = &Network{Hosts: s.Hosts, Listen: s.Listen, Doors: s.Grant.Doors}
	case s.Level == interlock.Landlock && len(s.Grant.Doors) > 0 && (s.Grant.Mode == interlock.WriteAccess || s.Grant.Rehearse):
		return cannot("gateway", "this host reaches only isolation level landlock, which cannot hold a run to the gateway",
			"`interlock doctor` says what namespaces need here; or run it with --mode read_only: it runs, and its puts go nowhere")
	case s.Level == interlock.Landlock && len(s.Grant.Endpoints) > 0:
		return cannot("network", "this host reaches only isolation level landlock, which cannot hold network.allow",
			"`interlock doctor` says what namespaces need here; or take network.allow out of the policy, and pass data with --input")
	}
	return nil
}

func hostsFile(hosts []HostLine) string {
	var b strings.Builder
	b.WriteString("127.0.0.1 localhost interlock\n::1 localhost\n")
	for _, h := range hosts {
		b.WriteString(h.Addr.String() + " " + h.Name + "\n")
	}
	return b.String()
}

func (n *Network) print(line func(format string, args ...any)) {
	if n == nil {
		return
	}
	line("network    own, only lo; other addresses are refused")
	for _, h := range n.Hosts {
		line("host       %s is %s", h.Name, h.Addr)
	}
	for _, at := range n.Listen {
		line("listen     %s, forwarded by the supervisor", at)
	}
	for _, d := range n.Doors {
		line("door       127.0.0.1:%d/%s, to the gateway", d.Port, d.Network)
	}
}
