package sandbox

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/internal/sandbox/forward"
)

// network lays the grant's endpoints out in the run's own network.
func (l *layout) network(g interlock.Grant) error {
	net, err := forward.Lay(g.Endpoints)
	if err != nil {
		return err
	}
	l.net = net
	for _, h := range net.Hosts {
		l.spec.Hosts = append(l.spec.Hosts, confine.HostLine{Name: h.Name, Addr: h.Addr})
	}
	for _, p := range net.Listen {
		l.spec.Listen = append(l.spec.Listen, p.At)
	}
	return nil
}

// outside are the supervisor's own ways to the network.
func outside(denial interlock.Denial) forward.Config {
	return forward.Config{Denial: denial, Lookup: lookup, Dial: dial}
}

// lookup resolves a name as this host does. A name with a dot is complete: search
// domains, which whoever runs the local network can set, do not apply to it.
func lookup(ctx context.Context, name string) ([]netip.Addr, error) {
	if strings.Contains(name, ".") {
		name += "."
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
}

func dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", to.String())
}
