package channelaccess

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/search"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// How often a name is asked for while somebody wants it: soon at first, then at a
// pace that finds a server soon after it is back.
const (
	firstPeriod = 32 * time.Millisecond
	lastPeriod  = 500 * time.Millisecond
	// Answers that are kept.
	maxFound = 200_000
	// A datagram of searches, as clients bound it.
	maxDatagram = 1024
)

// finder asks which server has a channel (CAproto, "CA_PROTO_SEARCH"). It keeps the
// answers until somebody says that they are wrong. It is safe for concurrent use.
type finder struct {
	now   func() time.Time
	log   *slog.Logger
	sock  *net.UDPConn
	ctx   context.Context
	end   context.CancelFunc
	group sync.WaitGroup
	wake  chan struct{}

	around  *search.Around // nil where nothing is searched for by broadcast
	pace    search.Pace    // of broadcasts
	answers *search.Answers

	mu      sync.Mutex
	to      []netip.AddrPort // that are listed
	servers []*nameServer
	found   map[string]netip.AddrPort
	wants   map[string]*want
	byID    map[uint32]*want
}

// want is one name that somebody waits for.
type want struct {
	name    string
	id      uint32
	due     time.Time
	period  time.Duration
	waiting map[chan netip.AddrPort]struct{} // each with room for the one answer
}

func newFinder(a Addresses, opt Options) (*finder, error) {
	f := &finder{now: opt.Now, log: opt.Log, wake: make(chan struct{}, 1), found: map[string]netip.AddrPort{}, wants: map[string]*want{}, byID: map[uint32]*want{}}
	var networks func() []search.Network
	if a.Broadcast != 0 {
		f.around = search.NewAround(a.Broadcast, opt.Now, opt.Log)
		networks = f.around.Networks
	}
	f.answers = search.NewAnswers(networks, opt.Now, opt.Log)
	var err error
	if f.sock, err = net.ListenUDP("udp4", nil); err != nil {
		return nil, fmt.Errorf("opening a socket to look for channels: %w", err)
	}
	f.ctx, f.end = context.WithCancel(context.Background())
	f.group.Go(f.receive)
	f.group.Go(f.ask)
	for _, text := range a.List {
		f.group.Go(func() { f.join(text, f.byDatagrams) })
	}
	for _, text := range a.NameServers {
		f.group.Go(func() { f.join(text, f.byCircuit) })
	}
	return f, nil
}

// again has every name asked for soon, as if it were new.
func (f *finder) again() {
	f.mu.Lock()
	for _, w := range f.wants {
		w.due, w.period = f.now(), firstPeriod
	}
	f.mu.Unlock()
	f.look()
}

// look has what is due sent.
func (f *finder) look() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *finder) close() {
	f.end()
	_ = f.sock.Close()
	f.group.Wait()
}

// known returns the server of a name if it was found before.
func (f *finder) known(name string) (at netip.AddrPort, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at, ok = f.found[name]
	return at, ok
}

// find waits until a server says that it has the channel, or ctx is done.
func (f *finder) find(ctx context.Context, name string) (netip.AddrPort, error) {
	f.mu.Lock()
	if at, ok := f.found[name]; ok {
		f.mu.Unlock()
		return at, nil
	}
	w := f.wants[name]
	if w == nil {
		w = &want{name: name, id: search.ID(f.asked), due: f.now(), period: firstPeriod, waiting: map[chan netip.AddrPort]struct{}{}}
		f.wants[name], f.byID[w.id] = w, w
	}
	answer := make(chan netip.AddrPort, 1)
	w.waiting[answer] = struct{}{}
	f.mu.Unlock()
	f.look()
	select {
	case at := <-answer:
		return at, nil
	case <-ctx.Done():
	case <-f.ctx.Done():
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if delete(w.waiting, answer); len(w.waiting) == 0 && f.wants[name] == w {
		delete(f.wants, name)
		delete(f.byID, w.id)
	}
	return netip.AddrPort{}, fmt.Errorf("no server has the channel %s", name)
}

// forget drops an answer that turned out wrong.
func (f *finder) forget(name string, at netip.AddrPort) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.found[name] == at {
		delete(f.found, name)
	}
}

// asked reports whether id is that of a question. f.mu is held.
func (f *finder) asked(id uint32) bool {
	_, taken := f.byID[id]
	return taken
}

// answer takes a reply to a search: the server's port, and its address unless that is
// where the reply came from. The first to answer has the channel.
func (f *finder) answer(m ca.Message, from netip.AddrPort) {
	if m.Command != ca.CmdSearch || m.Type == 0 {
		return
	}
	addr := from.Addr().Unmap()
	if m.P1 != 0xffffffff && m.P1 != 0 {
		addr = netip.AddrFrom4([4]byte{byte(m.P1 >> 24), byte(m.P1 >> 16), byte(m.P1 >> 8), byte(m.P1)})
	}
	if !search.Credible(addr, from.Addr()) {
		return
	}
	by := search.Answer{Server: netip.AddrPortFrom(addr, m.Type)}
	if tell, first := f.first(m.P2, by); first {
		tell()
		return
	}
	f.answers.Second(m.P2, by) // or nobody waits any more
}

// first gives the answer to who waits for it; first is false where nobody does.
func (f *finder) first(id uint32, by search.Answer) (tell func(), first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.byID[id]
	if w == nil {
		return nil, false
	}
	if len(f.found) >= maxFound { // a server that has every name has this one again
		clear(f.found)
	}
	f.found[w.name] = by.Server
	delete(f.wants, w.name)
	delete(f.byID, w.id)
	for answer := range w.waiting {
		answer <- by.Server
	}
	return f.answers.First(id, w.name, by), true
}
