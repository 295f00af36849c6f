package daemon

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// What EPICS clients read of their environment
// (https://docs.epics-controls.org/projects/ca/en/latest/CAref.html,
// https://epics-base.github.io/pvxs/netconfig.html). One thing is other than with them:
// EPICS_CA_AUTO_ADDR_LIST and EPICS_PVA_AUTO_ADDR_LIST are off where they are not set.
// A client that broadcasts is started by who wrote it; here code that nobody has read
// would choose what every host of a network hears, on any machine on which nobody has
// said anything, and what a run may tell the network is nothing unless it is said.

// caVariables reads EPICS_CA_ADDR_LIST and its like.
func caVariables(src Sources) Servers {
	port := src.port("EPICS_CA_SERVER_PORT", caPorts.server)
	return src.servers("EPICS_CA", ports{search: port, server: port})
}

// pvaVariables reads EPICS_PVA_ADDR_LIST and its like.
func pvaVariables(src Sources) Servers {
	return src.servers("EPICS_PVA", ports{
		search: src.port("EPICS_PVA_BROADCAST_PORT", pvaPorts.search),
		server: src.port("EPICS_PVA_SERVER_PORT", pvaPorts.server),
	})
}

func (src Sources) servers(protocol string, usual ports) (s Servers) {
	s.AddressList = src.addresses(protocol+"_ADDR_LIST", usual.search)
	s.NameServers = src.addresses(protocol+"_NAME_SERVERS", usual.server)
	if yes(src.env(protocol + "_AUTO_ADDR_LIST")) {
		s.Broadcast = usual.search
	}
	return s
}

// yes reports whether a variable says yes in one of the ways that a client of EPICS
// takes. Nothing else does.
func yes(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "yes", "y", "true", "1":
		return true
	}
	return false
}

// port is a variable that is a port, or usual where it is none.
func (src Sources) port(name string, usual uint16) uint16 {
	n, err := strconv.ParseUint(strings.TrimSpace(src.env(name)), 10, 16)
	if err != nil || n == 0 {
		return usual
	}
	return uint16(n)
}

// addresses reads a list of servers. What is no address is left out, as clients do.
func (src Sources) addresses(name string, port uint16) (list []string) {
	for _, text := range strings.Fields(src.env(name)) {
		if _, _, err := net.SplitHostPort(text); err != nil {
			text = net.JoinHostPort(text, fmt.Sprint(port))
		}
		if isServerAddress(text) {
			list = append(list, text)
		}
	}
	return list
}
