// Package search is what the finders of all protocols share where servers are searched
// for by broadcast, as EPICS clients do by default: whom to ask, how often, and what to
// make of answers.
//
//	interfaces of this host ─▶ Networks ─▶ where a search goes (Around keeps up with them)
//	names that are due      ─▶ Pace     ─▶ names that go out now
//	answers                 ─▶ Credible ─▶ Answers: the first holds, a second one is told
//
// The first server that answers for a name has it, and no later answer changes that.
// Anybody on the network may answer, so what an answer can do is bounded: it must carry
// the id of a question that is open, which is not to be guessed ([ID]), and it never
// leads to this host's own loopback.
//
// Not protected against: a host on the control network that hears a search, which is
// everybody, and answers it first; one that repeats the GUID of a server of PV Access,
// which hides that it is another, and gains nothing else. Whether two addresses that
// answer over two networks of this host are one server cannot be known in Channel
// Access; that is told in other words.
package search

import (
	"crypto/rand"
	"encoding/binary"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Longest is the longest wait between two questions for the same name by broadcast:
// all servers hear each.
const Longest = 2 * time.Second

// freshFor is how long what was read of the interfaces holds.
const freshFor = time.Second

// Around knows the networks that this host is in, while they come and go. The zero
// value is not for use. It is safe for concurrent use.
type Around struct {
	now  func() time.Time
	log  *slog.Logger
	port uint16
	read func() ([]Interface, error)

	mu       sync.Mutex
	at       time.Time
	networks []Network
	faulty   bool
}

// NewAround returns one that asks at port. It reads nothing yet.
func NewAround(port uint16, now func() time.Time, log *slog.Logger) *Around {
	return &Around{port: port, now: now, log: log, read: interfaces}
}

// Networks are those of now, to a second; the caller must not change them. Where the
// interfaces cannot be read it stays with those it knew.
func (a *Around) Networks() []Network {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := a.now(); a.at.IsZero() || now.Sub(a.at) >= freshFor {
		a.at = now
		a.look()
	}
	return a.networks
}

// look reads the interfaces. a.mu is held.
func (a *Around) look() {
	list, err := a.read()
	if err != nil {
		if !a.faulty {
			a.log.Warn("the interfaces of this host cannot be read, so servers are not searched for by broadcast on new ones", slog.Any("err", err))
		}
		a.faulty = true
		return
	}
	a.faulty = false
	if networks := Networks(list); !slices.Equal(networks, a.networks) {
		a.networks = networks
		a.log.Info("servers are searched for by broadcast", slog.Any("at", a.where(networks)))
	}
}

func (a *Around) where(networks []Network) (list []Target) {
	for _, n := range networks {
		if t := (Target{netip.AddrPortFrom(n.Ask, a.port), n.Line}); !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

// Target is where a search goes.
type Target struct {
	netip.AddrPort
	One bool // it is one host, and not all of a network
}

// Ask is where a search goes beside the servers that are listed. Where this host is in
// no network, and nobody is listed, that is its own loopback, as libca has it.
func (a *Around) Ask(listed []netip.AddrPort) []Target {
	list := a.where(a.Networks())
	if len(list)+len(listed) == 0 {
		return []Target{{netip.AddrPortFrom(loopback, a.port), true}}
	}
	return slices.DeleteFunc(list, func(t Target) bool { return slices.Contains(listed, t.AddrPort) })
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// ID returns an id for a question that nobody can guess and that is not taken.
func ID(taken func(uint32) bool) uint32 {
	for {
		var b [4]byte
		_, _ = rand.Read(b[:]) // it never fails
		if id := binary.NativeEndian.Uint32(b[:]); id != 0 && id != 0xffffffff && !taken(id) {
			return id
		}
	}
}
