package daemon

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/pvaccess"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// EPICSServers is where the servers of EPICS are; see config.yml,
// control_system.epics and gateways.
type EPICSServers struct {
	ChannelAccess, PVAccess Servers
}

// Servers is where one protocol's servers are asked for.
type Servers struct {
	AddressList []string // host or host:port, asked over UDP
	NameServers []string // host or host:port, asked over TCP
	// Broadcast is the port at which the networks of this host are asked too; 0 is not to.
	Broadcast uint16
}

// none reports whether there is nobody to ask.
func (s Servers) none() bool { return len(s.AddressList)+len(s.NameServers) == 0 && s.Broadcast == 0 }

// ports are those of a protocol where nothing says another.
type ports struct{ search, server uint16 }

var (
	caPorts  = ports{search: 5064, server: 5064}
	pvaPorts = ports{search: 5076, server: 5075}
)

type rawEPICS struct {
	ChannelAccess rawServers `json:"channel_access"`
	PVAccess      rawServers `json:"pv_access"`
}

type rawServers struct {
	AddressList []serverAddress `json:"address_list"`
	NameServers []serverAddress `json:"name_servers"`
	// Auto is what EPICS_CA_AUTO_ADDR_LIST is, but that it is off where nothing is said:
	// whoever hears a search reads the names in it, which the code chose.
	Auto strictyaml.Value[bool] `json:"auto_address_list"`
}

// serverAddress is host or host:port.
type serverAddress string

// DecodeYAML implements strictyaml.Decoder.
func (a *serverAddress) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "a host, or a host and a port: ioc1.example.org, 192.0.2.7:5064"
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	*a = serverAddress(n.Text)
	if !isServerAddress(n.Text) {
		c.Fault(n, fmt.Sprintf("%s: %q is not the address of a server", c.Path(), n.Text), hint)
	}
}

func isServerAddress(text string) bool {
	host := text
	if h, port, err := net.SplitHostPort(text); err == nil {
		host = h
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return host != "" && !strings.ContainsAny(host, " \t/:,;")
}

func (r rawServers) settled(usual ports) (s Servers) {
	s = Servers{AddressList: addresses(r.AddressList), NameServers: addresses(r.NameServers)}
	if r.Auto.V {
		s.Broadcast = usual.search
	}
	return s
}

// or is r, or other where r says nothing. To say that broadcasts are off is something.
func (r rawServers) or(usual ports, other Servers) Servers {
	if s := r.settled(usual); !s.none() || r.Auto.Set {
		return s
	}
	return other
}

func addresses(list []serverAddress) (out []string) {
	for _, a := range list {
		out = append(out, string(a))
	}
	return out
}

func (r rawEPICS) settled() EPICSServers {
	return EPICSServers{ChannelAccess: r.ChannelAccess.settled(caPorts), PVAccess: r.PVAccess.settled(pvaPorts)}
}

// settleEPICS says where each mode's servers are: its own gateway's, else those of
// control_system.epics, else those that the environment of this process names.
func (raw *rawConfig) settleEPICS(c *Config, src Sources) {
	file := raw.ControlSystem.EPICS
	common := EPICSServers{ChannelAccess: file.ChannelAccess.or(caPorts, caVariables(src)), PVAccess: file.PVAccess.or(pvaPorts, pvaVariables(src))}
	c.EPICS = map[interlock.ExecutionMode]EPICSServers{}
	for _, mode := range []interlock.ExecutionMode{interlock.ReadOnly, interlock.WriteAccess} {
		c.EPICS[mode] = common
		if name := raw.Execution.Modes[mode.String()].Gateway; name.Set {
			c.EPICS[mode] = raw.Gateways[name.V].settled()
		}
	}
}

func (s Servers) pvAccess() pvaccess.Addresses {
	return pvaccess.Addresses{AddressList: s.AddressList, NameServers: s.NameServers, Broadcast: s.Broadcast}
}

func (s Servers) channelAccess() channelaccess.Addresses {
	return channelaccess.Addresses{List: s.AddressList, NameServers: s.NameServers, Broadcast: s.Broadcast}
}
