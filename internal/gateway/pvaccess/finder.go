package pvaccess

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// Times and bounds of searching upstream.
const (
	knownFor     = 5 * time.Minute // how long a server is believed to have a name
	firstWait    = 30 * time.Millisecond
	longestWait  = time.Second // so that a server that is back is found within it
	lingers      = 15 * time.Second
	maxWanted    = 500_000
	maxKnown     = 100_000
	searchBytes  = 1_300  // of names in a packet
	searchPerSec = 10_000 // names that are asked for in a second, all together
)

// finder knows which server has a name. It is all that runs share, and they share it
// only where they search at the same addresses. It is safe for concurrent use.
type finder struct {
	lists []netip.AddrPort // by UDP
	names []netip.AddrPort // by TCP
	log   *slog.Logger
	now   func() time.Time
	wake  chan struct{}
	stop  chan struct{}
	done  sync.WaitGroup
	udp   net.PacketConn // nil where nothing is asked by UDP

	mu       sync.Mutex
	closed   bool
	known    map[string]known
	wants    map[string]*want
	byID     map[uint32]*want
	next     uint32
	sequence uint32
	servers  map[netip.AddrPort]*nameServer
}

type known struct {
	addr  netip.AddrPort
	until time.Time
}

// want is one name that somebody waits for.
type want struct {
	name string
	id   uint32
	at   time.Time // of the next asking
	wait time.Duration
	who  map[*seeker]struct{}
	// until is how long it is sought although nobody waits: pvaPy asks by TCP, hangs up
	// and asks again later, and then the answer must be there.
	until time.Time
}

// seeker waits for one name. found is called at most once, from a goroutine of the
// finder; it must not wait.
type seeker struct {
	f     *finder
	name  string
	until time.Time // zero is as long as it is not cancelled
	found func(netip.AddrPort)
}

// nameServer is the circuit to one server that is asked by TCP.
type nameServer struct {
	l     *link
	tried time.Time
}

func newFinder(lists, names []netip.AddrPort, now func() time.Time, log *slog.Logger) (*finder, error) {
	f := &finder{lists: lists, names: names, log: log, now: now, wake: make(chan struct{}, 1), stop: make(chan struct{}),
		known: map[string]known{}, wants: map[string]*want{}, byID: map[uint32]*want{}, servers: map[netip.AddrPort]*nameServer{}}
	if len(lists) > 0 {
		udp, err := net.ListenUDP("udp4", nil)
		if err != nil {
			return nil, err
		}
		f.udp = udp
		f.done.Add(1)
		go f.listen(udp)
	}
	f.done.Add(1)
	go f.ask()
	return f, nil
}

func (f *finder) close() {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return
	}
	f.closed = true
	servers := f.servers
	f.servers = map[netip.AddrPort]*nameServer{}
	f.mu.Unlock()
	close(f.stop)
	if f.udp != nil {
		_ = f.udp.Close()
	}
	for _, s := range servers {
		s.l.stop()
	}
	f.done.Wait()
}

// lookup returns the server that has a name, where that is known.
func (f *finder) lookup(name string) (netip.AddrPort, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k, ok := f.known[name]
	if ok && f.now().After(k.until) {
		delete(f.known, name)
		ok = false
	}
	return k.addr, ok
}

// forget says that a server does not have a name any more.
func (f *finder) forget(name string, addr netip.AddrPort) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known[name].addr == addr {
		delete(f.known, name)
	}
}

// seek searches for a name after wait, and on until it is found or the seeker is
// cancelled. It returns nil where too much is searched for.
func (f *finder) seek(name string, wait, patience time.Duration, found func(netip.AddrPort)) *seeker {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &seeker{f: f, name: name, found: found}
	if patience > 0 {
		s.until = f.now().Add(patience)
	}
	w := f.wants[name]
	if w == nil {
		if f.closed || len(f.wants) >= maxWanted {
			return nil
		}
		f.next++
		w = &want{name: name, id: f.next, who: map[*seeker]struct{}{}, at: f.now().Add(wait), wait: firstWait}
		f.wants[name], f.byID[w.id] = w, w
	}
	w.who[s] = struct{}{}
	w.until = f.now().Add(lingers)
	f.stir()
	return s
}

// renew lets a seeker wait longer. It reports false where it waits no more.
func (s *seeker) renew(patience time.Duration) bool {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	w := s.f.wants[s.name]
	if w == nil {
		return false
	}
	if _, waits := w.who[s]; !waits {
		return false
	}
	s.until = s.f.now().Add(patience)
	return true
}

// cancel ends a seeker. found may be being called meanwhile.
func (s *seeker) cancel() {
	if s == nil {
		return
	}
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	if w := s.f.wants[s.name]; w != nil {
		delete(w.who, s)
		s.f.tidy(w)
	}
}

// tidy forgets a name that nobody waits for any more. f.mu is held.
func (f *finder) tidy(w *want) {
	if len(w.who) == 0 && f.wants[w.name] == w && !f.now().Before(w.until) {
		delete(f.wants, w.name)
		delete(f.byID, w.id)
	}
}

func (f *finder) stir() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
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
	for _, w := range f.wants {
		for s := range w.who {
			if !s.until.IsZero() && now.After(s.until) {
				delete(w.who, s)
			}
		}
		if f.tidy(w); f.wants[w.name] != w {
			continue
		}
		if !now.Before(w.at) {
			list = append(list, pva.Sought{ID: w.id, Name: w.name})
			w.at, w.wait = now.Add(w.wait), min(2*w.wait, longest)
		}
		next = min(next, w.at.Sub(now))
	}
	return list, max(next, time.Millisecond)
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
		e := pva.NewEncoder(false, false)
		e.SearchRequest(s)
		_, _ = f.udp.WriteTo(e.B, net.UDPAddrFromAddrPort(addr)) // a packet may be lost anyway; it is sent again
	}
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

// found handles one answer.
func (f *finder) found(s pva.SearchResponse, from netip.AddrPort) {
	if !s.Found || s.Protocol != "tcp" {
		return
	}
	addr := netip.AddrPortFrom(s.Server, s.Port)
	if !s.Server.IsValid() || s.Server.IsUnspecified() {
		addr = netip.AddrPortFrom(from.Addr().Unmap(), s.Port)
	}
	if s.Port == 0 {
		return
	}
	var tell []*seeker
	f.mu.Lock()
	for _, id := range s.IDs {
		w := f.byID[id]
		if w == nil || f.closed {
			continue
		}
		if len(f.known) >= maxKnown {
			clear(f.known)
		}
		f.known[w.name] = known{addr: addr, until: f.now().Add(knownFor)}
		for who := range w.who {
			tell = append(tell, who)
		}
		clear(w.who)
		w.until = time.Time{}
		f.tidy(w)
	}
	f.mu.Unlock()
	for _, who := range tell {
		who.found(addr)
	}
}
