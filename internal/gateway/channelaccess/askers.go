package channelaccess

import (
	"net"
	"sync"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// Bounds of one run.
const (
	maxAsked   = 20_000 // channels that are remembered with who asked for them
	maxAskers  = 4      // of one of them: ids of different programs can be alike
	maxAnswers = 30     // of one datagram
)

// asked is a channel as a client looked for it, by the id that it has for it there and
// on its circuit.
type asked struct {
	name string
	cid  uint32
}

// askers remembers who looked for which channel over UDP. libca leaves a channel that
// has lost its server alone for up to 10 s before it looks for it again, but takes an
// answer at any time: so it is told, unasked, when the server is back.
type askers struct {
	conn net.PacketConn

	mu   sync.Mutex
	from map[asked][]net.Addr
}

// remember notes that who is at addr looked for what.
func (a *askers) remember(what asked, addr net.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.from == nil {
		a.from = map[asked][]net.Addr{}
	}
	list := a.from[what]
	for _, known := range list {
		if known.String() == addr.String() {
			return
		}
	}
	if len(list) < maxAskers && (len(list) > 0 || len(a.from) < maxAsked) {
		a.from[what] = append(list, addr)
	}
}

// answer tells who looked for the channels where they are.
func (a *askers) answer(list []asked) {
	a.mu.Lock()
	replies, to := map[string][]uint32{}, map[string]net.Addr{}
	for _, what := range list {
		for _, addr := range a.from[what] {
			replies[addr.String()] = append(replies[addr.String()], what.cid)
			to[addr.String()] = addr
		}
	}
	a.mu.Unlock()
	for key, cids := range replies {
		for len(cids) > 0 {
			n := min(len(cids), maxAnswers)
			reply := ca.Append(nil, ca.Message{Command: ca.CmdVersion, Count: ca.Version})
			for _, cid := range cids[:n] {
				reply = ca.Append(reply, found(cid))
			}
			_, _ = a.conn.WriteTo(reply, to[key]) // it looks by itself in the end
			cids = cids[n:]
		}
	}
}

// found is the answer to a search over UDP: the channel is at the gateway.
func found(cid uint32) ca.Message {
	return ca.Message{Command: ca.CmdSearch, Type: serverPort, P1: 0xffffffff, P2: cid, Payload: []byte{0, ca.Version, 0, 0, 0, 0, 0, 0}}
}
