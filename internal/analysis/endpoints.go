package analysis

import (
	"net/url"
	"strconv"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// controlPorts are the ports that control systems listen on. What a script says
// there by a plain socket is not known.
var controlPorts = map[int]string{5064: "Channel Access", 5065: "Channel Access", 5075: "PV Access", 5076: "PV Access",
	10000: "Tango", 4840: "OPC UA", 502: "Modbus", 44818: "EtherNet/IP", 102: "S7"}

// endpoint records a constant host with its port.
func (w *walker) endpoint(host, port value, api string, n *parser.Node) {
	k := 0
	if i, ok := port.(integer); ok && i > 0 && i < 65536 {
		k = int(i)
	} else if s, ok := asString(port); ok {
		k, _ = strconv.Atoi(s)
	}
	for _, x := range alternatives(port) {
		w.controlPort(x, api, n)
	}
	for _, x := range alternatives(host) {
		if h, ok := asString(x); ok {
			w.noteEndpoint(interlock.Endpoint{Host: h, Port: k, API: api}, n)
		}
	}
}

// controlPort notes a plain connection to where a control system may listen.
func (w *walker) controlPort(port value, api string, n *parser.Node) {
	k := 0
	switch x := port.(type) {
	case integer:
		k = int(x)
	case str:
		k, _ = strconv.Atoi(string(x))
	default:
		w.suspect(api, "what it says to a port that is not constant is not looked into", n, true)
	}
	if what, ok := controlPorts[k]; ok {
		w.control = true
		w.hide(api, "what it says to port "+strconv.Itoa(k)+" ("+what+") is not looked into", n, true)
	}
}

// address is a (host, port) pair, or the path of a unix socket.
func (w *walker) address(v value, api string, n *parser.Node) {
	for _, x := range alternatives(v) {
		switch x := x.(type) {
		case *sequence:
			if len(x.elems) >= 2 {
				w.endpoint(x.elems[0], x.elems[1], api, n)
			}
		case str:
			w.pathUse(x, "write", api, n)
		}
	}
}

// url records the endpoints of constant URLs.
func (w *walker) url(v value, api string, n *parser.Node) {
	for _, x := range alternatives(v) {
		s, ok := asString(x)
		if !ok {
			continue
		}
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			continue
		}
		port, _ := strconv.Atoi(u.Port())
		if port == 0 {
			port = map[string]int{"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}[strings.ToLower(u.Scheme)]
		}
		w.noteEndpoint(interlock.Endpoint{Host: u.Hostname(), Port: port, URL: s, API: api}, n)
	}
}

func (w *walker) noteEndpoint(e interlock.Endpoint, n *parser.Node) {
	e.Certainty, e.Pos = w.certainty, w.pos(n)
	if w.found.first(endpointKey{pos: e.Pos, host: e.Host, port: e.Port}) {
		w.facts.Endpoints = append(w.facts.Endpoints, e)
	}
}

type endpointKey struct {
	pos  interlock.Pos
	host string
	port int
}
