package channelaccess

import (
	"net"
	"sync"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// maxRegistered bounds the clients that hear beacons.
const maxRegistered = 256

// repeater is what clients register with to hear that a server is up (CAproto, "CA
// Repeater"). It has one beacon to tell: that the gateway, which is every server of
// the run, has something new.
type repeater struct {
	conn net.PacketConn

	mu      sync.Mutex
	clients []net.Addr
	number  uint32
}

var loopback = uint32(0x7f000001)

func (r *repeater) serve() {
	b := make([]byte, 2048)
	for {
		n, from, err := r.conn.ReadFrom(b)
		if err != nil {
			return
		}
		list, _ := ca.Datagram(b[:n], 16)
		// An empty datagram is how old clients register.
		if n == 0 || len(list) > 0 && list[0].Command == ca.CmdRegister {
			r.register(from)
		}
	}
}

func (r *repeater) register(from net.Addr) {
	r.mu.Lock()
	known := false
	for _, c := range r.clients {
		known = known || c.String() == from.String()
	}
	if !known && len(r.clients) < maxRegistered {
		r.clients = append(r.clients, from)
	}
	r.mu.Unlock()
	_, _ = r.conn.WriteTo(ca.Append(nil, ca.Message{Command: ca.CmdConfirm, P2: loopback}), from) // it registers again
}

// beacon tells every client to look again for what it misses. A client takes the
// first beacon of a server for one it had not heard before, so there are two.
func (r *repeater) beacon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == nil {
		return
	}
	for range 2 {
		m := ca.Append(nil, ca.Message{Command: ca.CmdBeacon, Type: ca.Version, Count: serverPort, P1: r.number, P2: loopback})
		r.number++
		for _, c := range r.clients {
			_, _ = r.conn.WriteTo(m, c) // who is gone does not matter
		}
	}
}
