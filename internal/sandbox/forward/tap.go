package forward

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// maxPackets bounds what is looked at in one period: a flood costs the supervisor
// no more, and the kernel counts the rest.
const maxPackets = 2000

// watchTap looks at the run's packets now and then.
func (f *Forwarder) watchTap() {
	tick := time.NewTicker(tapPeriod)
	defer tick.Stop()
	for {
		select {
		case <-f.stopping:
			return
		case <-tick.C:
			f.drainTap(maxPackets)
		}
	}
}

func (f *Forwarder) drainTap(most int) {
	var buf [128]byte
	for range most {
		n, ok := f.socks.Tap.Next(buf[:])
		if !ok {
			return
		}
		kind, to, ok := parse(buf[:n])
		if !ok || kind == connection && f.layout.listens(to) {
			continue
		}
		what := to.String()
		if name := f.names.nameOf(to.Addr()); name != "" {
			what = f.label(Place{At: to})
		}
		f.report.unlisted(kind, what, "kernel", 1)
	}
}

// parse reads where a packet goes, from its network header on.
func parse(p []byte) (kind string, to netip.AddrPort, ok bool) {
	if len(p) < 1 {
		return "", to, false
	}
	var addr netip.Addr
	var protocol byte
	header := 40
	switch {
	case p[0]>>4 == 4 && len(p) >= 20:
		header, protocol = int(p[0]&0xf)*4, p[9]
		addr = netip.AddrFrom4([4]byte(p[16:20]))
	case p[0]>>4 == 6 && len(p) >= 40:
		protocol = p[6]
		addr = netip.AddrFrom16([16]byte(p[24:40]))
	default:
		return "", to, false
	}
	if len(p) < header+4 {
		return "", to, false
	}
	kind = map[byte]string{6: connection, 17: datagram}[protocol]
	return kind, netip.AddrPortFrom(addr, binary.BigEndian.Uint16(p[header+2:])), kind != ""
}
