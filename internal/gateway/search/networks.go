package search

import "net/netip"

// Interface is one IPv4 address of an interface, as the kernel has it. The zero value
// is down.
type Interface struct {
	Up, Loopback, CanBroadcast, PointToPoint bool
	// Local is the address, with the length of its network's prefix.
	Local netip.Prefix
	// Broadcast is the network's broadcast address, and Peer the far end of a line from
	// point to point; not valid where there is none.
	Broadcast, Peer netip.Addr
}

// Network is a network of this host as a search by broadcast reaches it.
type Network struct {
	Ask   netip.Addr   // the broadcast address, or the far end of a line
	Line  bool         // it is the latter
	Local netip.Prefix // this host's address in it
}

// Networks are those that libca searches: of interfaces that are up and not loopback
// the broadcast address, where the kernel has one, else the far end of a line
// (https://docs.epics-controls.org/projects/ca/en/latest/CAref.html, "EPICS_CA_AUTO_ADDR_LIST").
// An interface that does not broadcast, or for which no broadcast address is set, is
// none: list the servers behind it.
func Networks(list []Interface) (networks []Network) {
	for _, i := range list {
		n := Network{Local: i.Local}
		switch {
		case !i.Up || i.Loopback:
		case i.CanBroadcast:
			n.Ask = i.Broadcast
		case i.PointToPoint:
			n.Ask, n.Line = i.Peer, true
		}
		if usable(n.Ask) {
			networks = append(networks, n)
		}
	}
	return networks
}

func usable(a netip.Addr) bool { return a.Is4() && !a.IsUnspecified() && !a.IsLoopback() }

// Credible reports whether an answer that came from from may lead to server: to one
// host, and to this host's loopback only where it came from there.
func Credible(server, from netip.Addr) bool {
	server, from = server.Unmap(), from.Unmap()
	switch {
	case !server.IsValid(), server.IsUnspecified(), server.IsMulticast(), server == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return false
	case server.IsLoopback():
		return from.IsLoopback()
	}
	return true
}

// beside returns which of the networks holds an address, or -1.
func beside(networks []Network, a netip.Addr) int {
	for i, n := range networks {
		if n.Local.Contains(a) || n.Ask == a {
			return i
		}
	}
	return -1
}
