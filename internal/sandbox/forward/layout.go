package forward

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/endpoint"
)

// Resolver is where a run's programs ask for names.
var Resolver = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 53)

// Spare is how many names below wildcards one run can reach.
const Spare = 16

// maxListeners bounds the sockets of one run: they are handed over in one message
// of the kernel's, which holds 253.
const maxListeners = 240

// Layout is what a grant's endpoints look like inside a run.
type Layout struct {
	Hosts  []Host
	Listen []Place
	list   []endpoint.Endpoint
	spare  []netip.Addr // for names below wildcards
}

// Host is a name and its address inside.
type Host struct {
	Name string
	Addr netip.Addr
}

// Place is one address and port inside where the run finds an endpoint. At spare
// addresses Endpoint is zero: the name decides.
type Place struct {
	At       netip.AddrPort
	Endpoint endpoint.Endpoint
}

// hostAddr is the address of the nth host; spareAddr that of the nth spare one.
func hostAddr(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, 87, byte(n / 250), byte(1 + n%250)})
}
func spareAddr(n int) netip.Addr { return netip.AddrFrom4([4]byte{127, 87, 255, byte(1 + n)}) }

// Inside reports whether addr is one that Lay gives to hosts.
func Inside(addr netip.Addr) bool { return netip.MustParsePrefix("127.87.0.0/16").Contains(addr) }

// Lay lays the endpoints of a grant out. It is pure. An entry that it cannot read
// is an error, and so are more than fit.
func Lay(entries []string) (*Layout, error) {
	l := &Layout{}
	hosts := map[string]netip.Addr{}
	var ports []uint16 // of wildcards
	for _, s := range entries {
		e, err := endpoint.Parse(s)
		if err != nil {
			return nil, misfit("network.allow has an entry that cannot be read: "+err.Error(), "correct it in the policy")
		}
		l.list = append(l.list, e)
		switch {
		case e.Range.IsValid():
		case e.Wildcard:
			ports = append(ports, e.Port)
		case e.Addr.IsValid():
			l.listen(Place{netip.AddrPortFrom(e.Addr, e.Port), e})
		default:
			if _, known := hosts[e.Host]; !known {
				hosts[e.Host] = hostAddr(len(hosts))
				l.Hosts = append(l.Hosts, Host{e.Host, hosts[e.Host]})
			}
			l.listen(Place{netip.AddrPortFrom(hosts[e.Host], e.Port), e})
		}
	}
	l.addSpare(ports)
	if len(l.Listen) > maxListeners {
		return nil, misfit(fmt.Sprintf("network.allow needs %d sockets in a run, and %d is the most: each host and port needs one, each port below a wildcard %d", len(l.Listen), maxListeners, Spare),
			"list fewer hosts, or fewer different ports below wildcards")
	}
	return l, nil
}

// listen adds a place once, however often it is listed.
func (l *Layout) listen(p Place) {
	if !l.listens(p.At) {
		l.Listen = append(l.Listen, p)
	}
}

func (l *Layout) addSpare(ports []uint16) {
	if len(ports) == 0 {
		return
	}
	slices.Sort(ports)
	ports = slices.Compact(ports)
	for n := range Spare {
		l.spare = append(l.spare, spareAddr(n))
		for _, port := range ports {
			l.Listen = append(l.Listen, Place{At: netip.AddrPortFrom(spareAddr(n), port)})
		}
	}
}

func misfit(message, hint string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: "network", Message: message, Hint: hint, Code: interlock.ExitUsage}
}

// ports are those at which the list lets name be reached.
func (l *Layout) ports(name string) (ports []uint16) {
	for _, e := range l.list {
		if e.Matches(name, 0) {
			ports = append(ports, e.Port)
		}
	}
	return ports
}

// listens reports whether the run finds an endpoint there.
func (l *Layout) listens(at netip.AddrPort) bool {
	return slices.ContainsFunc(l.Listen, func(p Place) bool { return p.At == at })
}
