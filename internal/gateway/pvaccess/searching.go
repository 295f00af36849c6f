package pvaccess

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/search"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// nameServer is the circuit to one server that is asked by TCP.
type nameServer struct {
	l     *link
	tried time.Time
}

// ask asks for what is wanted, each name after longer and longer waits.
func (f *finder) ask() {
	defer f.done.Done()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		due, next := f.due()
		for len(due) > 0 {
			n := packet(due)
			f.send(due[:n])
			due = due[n:]
		}
		if !f.rest(timer, next) {
			return
		}
	}
}

// rest waits until there may be something to ask for, and a little longer the more
// names are wanted: it is a walk over all of them. It reports false at the end.
func (f *finder) rest(timer *time.Timer, next time.Duration) bool {
	timer.Reset(next)
	select {
	case <-f.stop:
		return false
	case <-f.wake:
	case <-timer.C:
	}
	f.mu.Lock()
	n := len(f.wants)
	f.mu.Unlock()
	timer.Reset(time.Duration(n/100) * time.Millisecond)
	select {
	case <-f.stop:
		return false
	case <-timer.C:
		return true
	}
}

// due returns what is to be asked for now, and when to look again.
func (f *finder) due() (list []pva.Sought, next time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	next = time.Minute
	longest := max(longestWait, time.Duration(len(f.wants))*time.Second/searchPerSec)
	if f.around != nil {
		longest = max(longest, search.Longest)
	}
	for w := range f.newFirst {
		for s := range w.who {
			if !s.until.IsZero() && now.After(s.until) {
				delete(w.who, s)
			}
		}
		if f.tidy(w); f.wants[w.name] != w {
			continue
		}
		switch {
		case now.Before(w.at):
		case f.around != nil && !f.pace.Take(now):
			next = min(next, search.Pause) // some of the rest are due then, in no order
			continue
		default:
			list = append(list, pva.Sought{ID: w.id, Name: w.name})
			w.at, w.wait = now.Add(w.wait), min(2*w.wait, longest)
		}
		next = min(next, w.at.Sub(now))
	}
	return list, max(next, time.Millisecond)
}

// newFirst yields what is wanted, first what was never asked for: however many names the
// code in one run looks for, they keep no other run's from being asked for once. f.mu is
// held.
func (f *finder) newFirst(yield func(*want) bool) {
	for _, asked := range []bool{false, true} {
		for _, w := range f.wants {
			if asked == (w.wait > firstWait) && !yield(w) {
				return
			}
		}
	}
}

// packet returns how many of list go into one packet.
func packet(list []pva.Sought) (n int) {
	size := 0
	for _, c := range list {
		if size += 7 + len(c.Name); n > 0 && size > searchBytes {
			break
		}
		n++
	}
	return n
}

func (f *finder) send(list []pva.Sought) {
	f.mu.Lock()
	f.sequence++
	s := pva.SearchRequest{Sequence: f.sequence, Channels: list}
	f.mu.Unlock()
	if f.udp != nil {
		f.sendUDP(s)
	}
	for _, addr := range f.names {
		if l := f.nameServer(addr); l != nil {
			l.search(s)
		}
	}
}

func (f *finder) sendUDP(s pva.SearchRequest) {
	local, ok := f.udp.LocalAddr().(*net.UDPAddr)
	if !ok {
		return
	}
	s.Port = uint16(local.Port)
	for _, addr := range f.lists {
		s.Flags = pva.SearchUnicast
		if a := addr.Addr(); a.IsMulticast() || a.Is4() && a.As4()[3] == 0xFF {
			s.Flags = 0
		}
		f.sendTo(s, addr)
	}
	if f.around == nil {
		return
	}
	for _, to := range f.around.Ask(f.lists) {
		// One that is asked alone is asked to pass the search on to others of its host.
		if s.Flags = 0; to.One {
			s.Flags = pva.SearchUnicast
		}
		f.sendTo(s, to.AddrPort)
	}
}

func (f *finder) sendTo(s pva.SearchRequest, addr netip.AddrPort) {
	e := pva.NewEncoder(false, false)
	e.SearchRequest(s)
	_, _ = f.udp.WriteTo(e.B, net.UDPAddrFromAddrPort(addr)) // a packet may be lost anyway; it is sent again
}

// nameServer returns the circuit to a name server, and makes one where there is none.
func (f *finder) nameServer(addr netip.AddrPort) *link {
	f.mu.Lock()
	s := f.servers[addr]
	if s != nil && (!s.l.isDead() || f.now().Sub(s.tried) < longestWait/2) {
		f.mu.Unlock()
		return s.l
	}
	if f.closed {
		f.mu.Unlock()
		return nil
	}
	l := newLink(addr, "", "", f.log, f.found)
	f.servers[addr] = &nameServer{l: l, tried: f.now()}
	f.mu.Unlock()
	if s != nil {
		s.l.stop()
	}
	return l
}

// listen reads the answers that come by UDP.
func (f *finder) listen(udp net.PacketConn) {
	defer f.done.Done()
	buf := make([]byte, 64<<10)
	for {
		n, from, err := udp.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // such as that nobody listens at an address that was asked
		}
		addr, ok := from.(*net.UDPAddr)
		list, _ := pva.Datagram(buf[:n])
		for _, m := range list {
			if !ok || m.Command != pva.SearchAnswer || m.Control {
				continue
			}
			d := m.Decoder()
			if s := d.SearchResponse(); d.Err() == nil {
				f.found(s, addr.AddrPort())
			}
		}
	}
}
