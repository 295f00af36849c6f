package channelaccess

import (
	"net"
	"net/netip"
	"time"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// nameServer asks one server over TCP. Its circuit is opened when there is something
// to ask and kept.
type nameServer struct {
	f   *finder
	at  netip.AddrPort
	out chan []byte
}

// send asks, unless the server is behind with what it was asked before.
func (n *nameServer) send(searches []byte) {
	select {
	case n.out <- searches:
	default:
	}
}

func (n *nameServer) run() {
	for {
		select {
		case <-n.f.ctx.Done():
			return
		case first := <-n.out:
			n.circuit(first)
		}
	}
}

const dialTime = 5 * time.Second

// circuit serves until the server closes it; what is not answered is asked again.
func (n *nameServer) circuit(first []byte) {
	d := net.Dialer{Timeout: dialTime}
	conn, err := d.DialContext(n.f.ctx, "tcp", n.at.String())
	if err != nil {
		return
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		n.hear(conn)
	}()
	defer func() { <-gone }()
	defer conn.Close()
	for b := first; ; {
		_ = conn.SetWriteDeadline(time.Now().Add(dialTime))
		if _, err := conn.Write(b); err != nil {
			return
		}
		select {
		case <-n.f.ctx.Done():
			return
		case <-gone:
			return
		case b = <-n.out:
		}
	}
}

func (n *nameServer) hear(conn net.Conn) {
	r := ca.NewReader(conn, maxDatagram)
	for {
		m, err := r.Next()
		if err != nil {
			return
		}
		n.f.answer(m, n.at)
	}
}
