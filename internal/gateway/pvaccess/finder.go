package pvaccess

import (
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/search"
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
	// around is nil where nothing is searched for by broadcast.
	around  *search.Around
	pace    search.Pace // of broadcasts
	answers *search.Answers
	log     *slog.Logger
	now     func() time.Time
	wake    chan struct{}
	stop    chan struct{}
	done    sync.WaitGroup
	udp     net.PacketConn // nil where nothing is asked by UDP

	mu       sync.Mutex
	closed   bool
	known    map[string]known
	wants    map[string]*want
	byID     map[uint32]*want
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

// newFinder returns one that asks lists and names, and the networks around where there
// are any to ask.
func newFinder(lists, names []netip.AddrPort, broadcast uint16, now func() time.Time, log *slog.Logger) (*finder, error) {
	f := &finder{lists: lists, names: names, log: log, now: now, wake: make(chan struct{}, 1), stop: make(chan struct{}),
		known: map[string]known{}, wants: map[string]*want{}, byID: map[uint32]*want{}, servers: map[netip.AddrPort]*nameServer{}}
	var networks func() []search.Network
	if broadcast != 0 {
		f.around = search.NewAround(broadcast, now, log)
		networks = f.around.Networks
	}
	f.answers = search.NewAnswers(networks, now, log)
	if len(lists) > 0 || broadcast != 0 {
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
		w = &want{name: name, id: search.ID(f.asked), who: map[*seeker]struct{}{}, at: f.now().Add(wait), wait: firstWait}
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

// asked reports whether id is that of a question. f.mu is held.
func (f *finder) asked(id uint32) bool {
	_, taken := f.byID[id]
	return taken
}

// found handles one answer, which may be to many questions. The first server to answer
// has a name.
func (f *finder) found(s pva.SearchResponse, from netip.AddrPort) {
	if !s.Found || s.Protocol != "tcp" || s.Port == 0 {
		return
	}
	addr := s.Server
	if !addr.IsValid() || addr.IsUnspecified() {
		addr = from.Addr()
	}
	if addr = addr.Unmap(); !search.Credible(addr, from.Addr()) {
		return
	}
	by := search.Answer{Server: netip.AddrPortFrom(addr, s.Port), GUID: s.GUID}
	for _, id := range s.IDs {
		if tell, first := f.first(id, by); first {
			tell()
			continue
		}
		f.answers.Second(id, by) // or nobody waits any more
	}
}

// first gives an answer to who waits for it; first is false where nobody does. What it
// returns is to be called without locks.
func (f *finder) first(id uint32, by search.Answer) (tell func(), first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.byID[id]
	if w == nil || f.closed {
		return nil, false
	}
	if len(f.known) >= maxKnown {
		clear(f.known)
	}
	f.known[w.name] = known{addr: by.Server, until: f.now().Add(knownFor)}
	var list []*seeker
	for who := range w.who {
		list = append(list, who)
	}
	clear(w.who)
	w.until = time.Time{}
	f.tidy(w)
	moved := f.answers.First(id, w.name, by)
	return func() {
		moved()
		for _, who := range list {
			who.found(by.Server)
		}
	}, true
}
