// Package pvaccess is PV Access as a control system of the gateway: its doors inside
// a run, the circuits to servers, and what goes between.
//
// Both sides end here. Whatever a client sends is decoded and, where it is allowed,
// said anew to the server with ids of our own; whatever a server sends is decoded and
// said anew to the client. Each run has circuits of its own to the servers, which
// carry its identity in authNZ "ca", so a server's access security and put log see
// it. Runs share which server has a name, and nothing else.
//
//	client ──▶ circuit ─▶ channel ─▶ request │ put ══▶ gateway.Run
//	session ──────┘           │          │       │
//	           finder ◀───────┤          ▼       ▼
//	                          └─▶ link ─ remote ─ operation ──▶ server
//
// Searches: a channel that may not be read is answered at once with our own address,
// so that its existence cannot be told, and every operation on it ends with the
// refusal's words (but for the question for its type, which says that it has no
// fields). Another is answered once a server has it: we search for it as long
// as the client keeps asking, and an answer that is late goes to who asked last. When
// a server goes away its channels are destroyed at the client, which then searches
// again.
//
// Requests: a client's pvRequest is said anew. Which fields it names stays; the
// options that stay are block, queueSize, pipeline. An option that makes a record
// process (record[process=true]) is refused, and so are RPC, PUT_GET, PROCESS, ARRAY
// and MULTIPLE_DATA: what they do at a server cannot be told from what they say.
//
// Puts: each field that a put changes is decided as a channel of its own:
//
//	value, or value.index of an enumeration      CHANNEL
//	any other field, without .value at its end   CHANNEL.path.of.the.field
//
// so the member x of a group PV (x.value, or x where it is plain) is CHANNEL.x, and a
// grant must name it. A field that is put as it already is does not count as changed
// and is not sent. All are decided before any is sent: if one field is refused none is
// sent, held back, recorded or counted.
//
// Interlock's own puts, those of a restore, come from a client of its own: the circuit
// that the package has for servers, over a pipe to a circuit that it has for clients. So
// they are decided, recorded and sent as any other. A put of a field is recorded with the
// name of its channel and the path in it, so that a restore puts that field and no other.
//
// Monitors: a client that does not read, or acknowledges nothing, gets fewer updates,
// each with what changed since the last; nobody else waits.
//
// Not protected against, beyond what package gateway says: PV Access has no way to say
// how many elements an array holds at most, or how long a text may be, so a server may
// cut what was put (a grant with verify readback shows it); answers to searches carry
// no proof of who sent them.
package pvaccess

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
)

// The ports of the doors, which are those that clients know.
const (
	tcpPort = 5075
	udpPort = 5076
)

// Addresses are where channels are searched for, each a host or host:port.
type Addresses struct {
	AddressList []string // by UDP; port 5076 where there is none
	NameServers []string // by TCP; port 5075 where there is none
	// Broadcast is the port at which all servers in the networks of this host are asked,
	// as they are then; 0 is not to.
	Broadcast uint16
}

func (a Addresses) empty() bool {
	return len(a.AddressList)+len(a.NameServers) == 0 && a.Broadcast == 0
}

func (a Addresses) same(b Addresses) bool {
	return slices.Equal(a.AddressList, b.AddressList) && slices.Equal(a.NameServers, b.NameServers) && a.Broadcast == b.Broadcast
}

// Options configure a System. Upstream and Now are required.
type Options struct {
	// Upstream says where runs of a mode find their channels. It must always say the
	// same.
	Upstream func(interlock.ExecutionMode) Addresses
	Now      func() time.Time
	Log      *slog.Logger
}

// System implements gateway.System. It is safe for concurrent use.
type System struct {
	opt Options

	mu      sync.Mutex
	closed  bool
	finders []shared
}

type shared struct {
	at Addresses
	f  *finder
}

// New returns a System. It opens nothing until a run is served. The caller closes it.
func New(opt Options) *System {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	return &System{opt: opt}
}

// Name implements gateway.System.
func (s *System) Name() string { return protocol }

const protocol = "pv_access"

// Doors implements gateway.System.
func (s *System) Doors() []interlock.Door {
	if s.opt.Upstream(interlock.ReadOnly).empty() && s.opt.Upstream(interlock.WriteAccess).empty() {
		return nil
	}
	return []interlock.Door{{Network: "tcp", Port: tcpPort}, {Network: "udp", Port: udpPort}}
}

// Variables implements gateway.System.
//
// The broadcast port is not that of the door: a client binds it to hear beacons, and
// p4p does not start where it cannot. There is no name server, although the door
// takes searches by TCP: on loopback no datagram is lost, and pvaPy, which asks a name
// server anew for each try, crashes now and then when an answer is not there at once.
func (s *System) Variables() map[string]string {
	return map[string]string{
		"EPICS_PVA_ADDR_LIST":      "127.0.0.1:5076",
		"EPICS_PVA_AUTO_ADDR_LIST": "NO",
		"EPICS_PVA_NAME_SERVERS":   "",
		"EPICS_PVA_BROADCAST_PORT": "5077",
		"EPICS_PVA_SERVER_PORT":    "5075",
	}
}

// finder returns what searches for runs of a mode.
func (s *System) finder(mode interlock.ExecutionMode) (*finder, error) {
	at := s.opt.Upstream(mode)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("searching for channels: the gateway is closed")
	}
	for _, have := range s.finders {
		if have.at.same(at) {
			return have.f, nil
		}
	}
	lists, err := resolve(at.AddressList, udpPort)
	if err != nil {
		return nil, err
	}
	names, err := resolve(at.NameServers, tcpPort)
	if err != nil {
		return nil, err
	}
	f, err := newFinder(lists, names, at.Broadcast, s.opt.Now, s.opt.Log)
	if err != nil {
		return nil, fmt.Errorf("opening a socket to search for channels: %w", err)
	}
	s.finders = append(s.finders, shared{at: at, f: f})
	return f, nil
}

// resolve looks up the hosts of a list.
func resolve(list []string, usual int) (out []netip.AddrPort, err error) {
	for _, text := range list {
		host, port, err := net.SplitHostPort(text)
		if err != nil {
			host, port = text, strconv.Itoa(usual)
		}
		addr, err := net.ResolveUDPAddr("udp4", net.JoinHostPort(host, port))
		if err != nil {
			return nil, fmt.Errorf("finding the PV Access address %q: %w", text, err)
		}
		at := addr.AddrPort()
		out = append(out, netip.AddrPortFrom(at.Addr().Unmap(), at.Port()))
	}
	return out, nil
}

// Serve implements gateway.System.
func (s *System) Serve(r *gateway.Run, doors interlock.Doors) (gateway.Server, error) {
	f, err := s.finder(r.Mode())
	if err != nil {
		doors.Close()
		return nil, err
	}
	return newServer(s, r, f, doors), nil
}

// Close implements gateway.System. The servers of its runs must have stopped.
func (s *System) Close() error {
	s.mu.Lock()
	finders := s.finders
	s.finders, s.closed = nil, true
	s.mu.Unlock()
	for _, have := range finders {
		have.f.close()
	}
	return nil
}
