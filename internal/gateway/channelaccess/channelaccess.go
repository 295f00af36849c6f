// Package channelaccess is the gateway of EPICS Channel Access
// (https://epics.anl.gov/base/R7-0/6-docs/CAproto.html).
//
//	client ── UDP search ──▶ names ── finder ──▶ servers    answered once a server has the channel
//	client ── TCP ─────────▶ circuit ── upstream ──▶ server  one upstream circuit per client circuit and server
//	client ── UDP register ▶ repeater                        beacons inward when a server is back
//
// Both sides end here. Channel ids, server ids, request ids and subscription ids of
// one side never appear on the other; a client's message that names an id nobody
// gave out, or that does not fit its place, closes its circuit, and so does a
// server's. Messages of one client circuit are taken in their order, so that what it
// puts and then reads stays in that order; a put is decided by [gateway.Run.Put].
//
// A channel that the run may not read is there for the client, whether or not any
// server has it: it connects, and each request of it says no at once.
// One that it may not put now has no write access; access rights follow the kill
// switch while the client is connected.
//
// What a server sends is bounded in size and number and goes on to the client as it
// is, under the client's own ids. A client that does not read holds up only its own
// upstream circuits.
//
// Not protected against: a host on the control network that answers searches with an
// address of its own, as anywhere in Channel Access.
package channelaccess

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
)

// The doors inside a run.
const (
	serverPort   = 5064
	repeaterPort = 5065
)

// Bounds of one run.
const (
	maxCircuits = 64      // of clients, at one time
	maxChannels = 20_000  // of one circuit
	maxRequests = 20_000  // of one circuit that wait for an answer
	maxThings   = 200_000 // channels and monitors of all circuits
	maxSearches = 4_000   // names that a run looks for at one time
	maxTold     = 10_000  // channels that may not be read, of which each is told once
	maxWarnings = 20      // of circuits that were closed
	maxElements = 1 << 20 // of a channel that is put
	bigPut      = 1 << 14 // elements; of larger puts there is one at a time
)

// Addresses is where servers are.
type Addresses struct {
	List        []string // host or host:port, asked over UDP; broadcast addresses too
	NameServers []string // host or host:port, asked over TCP
	// Broadcast is the port at which all servers in the networks of this host are asked,
	// as they are then; 0 is not to.
	Broadcast uint16
}

// Empty reports whether there is nobody to ask.
func (a Addresses) Empty() bool { return len(a.List)+len(a.NameServers) == 0 && a.Broadcast == 0 }

// Options configure a System.
type Options struct {
	// Upstream is where the servers of a mode are.
	Upstream func(interlock.ExecutionMode) Addresses
	// MaxArray is the largest payload of a message, in bytes; 0 is 64 MiB, which is the most.
	MaxArray int
	Log      *slog.Logger
	Now      func() time.Time
}

// System implements gateway.System.
type System struct {
	opt Options

	mu      sync.Mutex
	finders map[string]*finder // by their addresses
	closed  bool
}

// New returns a System. It opens nothing before a run looks for a channel. The caller
// closes it.
func New(opt Options) *System {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.MaxArray <= 0 || opt.MaxArray > clientRoom {
		opt.MaxArray = clientRoom
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	return &System{opt: opt, finders: map[string]*finder{}}
}

// Name implements gateway.System.
func (*System) Name() string { return "channel_access" }

// Doors implements gateway.System.
func (s *System) Doors() []interlock.Door {
	if s.opt.Upstream(interlock.ReadOnly).Empty() && s.opt.Upstream(interlock.WriteAccess).Empty() {
		return nil
	}
	return []interlock.Door{{Network: "udp", Port: serverPort}, {Network: "tcp", Port: serverPort}, {Network: "udp", Port: repeaterPort}}
}

// Variables implements gateway.System.
func (*System) Variables() map[string]string {
	return map[string]string{
		"EPICS_CA_ADDR_LIST": "127.0.0.1", "EPICS_CA_AUTO_ADDR_LIST": "NO", "EPICS_CA_NAME_SERVERS": "",
		"EPICS_CA_SERVER_PORT": fmt.Sprint(serverPort), "EPICS_CA_REPEATER_PORT": fmt.Sprint(repeaterPort), "EPICS_CA_MAX_ARRAY_BYTES": "64000000",
	}
}

// finder returns the one that asks the servers of mode, which runs share.
func (s *System) finder(mode interlock.ExecutionMode) (*finder, error) {
	addresses := s.opt.Upstream(mode)
	key := fmt.Sprint(addresses)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("looking for channels after the gateway was closed")
	}
	if f := s.finders[key]; f != nil {
		return f, nil
	}
	f, err := newFinder(addresses, s.opt)
	if err != nil {
		return nil, err
	}
	s.finders[key] = f
	return f, nil
}

// Close implements gateway.System.
func (s *System) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for key, f := range s.finders {
		f.close()
		delete(s.finders, key)
	}
	return nil
}

// Serve implements gateway.System.
func (s *System) Serve(r *gateway.Run, doors interlock.Doors) (gateway.Server, error) {
	return s.server(r, doors), nil
}

func (s *System) server(r *gateway.Run, doors interlock.Doors) *server {
	v := &server{s: s, run: r, doors: doors, circuits: map[*circuit]struct{}{}, slots: make(chan struct{}, maxCircuits), fromClients: newRoom(clientRoom), fromServers: newRoom(serverRoom)}
	v.repeater.conn = doors.Packets[repeaterPort]
	v.start()
	return v
}
