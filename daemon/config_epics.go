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
}

type rawEPICS struct {
	ChannelAccess rawServers `json:"channel_access"`
	PVAccess      rawServers `json:"pv_access"`
}

type rawServers struct {
	AddressList []serverAddress `json:"address_list"`
	NameServers []serverAddress `json:"name_servers"`
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

func (r rawServers) settled() Servers {
	return Servers{AddressList: addresses(r.AddressList), NameServers: addresses(r.NameServers)}
}

func addresses(list []serverAddress) (out []string) {
	for _, a := range list {
		out = append(out, string(a))
	}
	return out
}

func (r rawEPICS) settled() EPICSServers {
	return EPICSServers{ChannelAccess: r.ChannelAccess.settled(), PVAccess: r.PVAccess.settled()}
}

// settleEPICS says where each mode's servers are: its own gateway's, else those of
// control_system.epics, else those that the environment of this process names.
func (raw *rawConfig) settleEPICS(c *Config, src Sources) {
	common := raw.ControlSystem.EPICS.settled()
	common.ChannelAccess = common.ChannelAccess.or(fromVariables(src, "CA", "5064"))
	common.PVAccess = common.PVAccess.or(fromVariables(src, "PVA", ""))
	c.EPICS = map[interlock.ExecutionMode]EPICSServers{}
	for _, mode := range []interlock.ExecutionMode{interlock.ReadOnly, interlock.WriteAccess} {
		c.EPICS[mode] = common
		if name := raw.Execution.Modes[mode.String()].Gateway; name.Set {
			c.EPICS[mode] = raw.Gateways[name.V].settled()
		}
	}
}

func (s Servers) or(other Servers) Servers {
	if len(s.AddressList)+len(s.NameServers) == 0 {
		return other
	}
	return s
}

// fromVariables reads what EPICS clients read: EPICS_CA_ADDR_LIST and its like. What is
// no address is left out, as clients do.
func fromVariables(src Sources, protocol, port string) (s Servers) {
	if p := src.env("EPICS_" + protocol + "_SERVER_PORT"); p != "" && protocol == "CA" {
		port = p
	}
	list := func(name string) (out []string) {
		for _, text := range strings.Fields(src.env("EPICS_" + protocol + name)) {
			if _, _, err := net.SplitHostPort(text); err != nil && port != "" {
				text = net.JoinHostPort(text, port)
			}
			if isServerAddress(text) {
				out = append(out, text)
			}
		}
		return out
	}
	return Servers{AddressList: list("_ADDR_LIST"), NameServers: list("_NAME_SERVERS")}
}

func (s Servers) pvAccess() pvaccess.Addresses {
	return pvaccess.Addresses{AddressList: s.AddressList, NameServers: s.NameServers}
}

func (s Servers) channelAccess() channelaccess.Addresses {
	return channelaccess.Addresses{List: s.AddressList, NameServers: s.NameServers}
}
