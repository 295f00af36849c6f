package channelaccess

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

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

	mu      sync.Mutex
	to      []netip.AddrPort
	servers []*nameServer
	found   map[string]netip.AddrPort
	wants   map[string]*want
	byID    map[uint32]*want
	next    uint32
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

// join has the server of an address asked once its name is resolved. A name that does
// not resolve keeps nobody from the others, and is tried again.
func (f *finder) join(text string, add func(netip.AddrPort)) {
	for told := false; ; told = true {
		at, err := resolve(f.ctx, text)
		if err == nil {
			add(at)
			f.again()
			return
		}
		if !told && f.ctx.Err() == nil {
			f.log.Warn("a server of Channel Access is not asked before its name resolves", slog.String("address", text), slog.Any("err", err))
		}
		select {
		case <-f.ctx.Done():
			return
		case <-time.After(dialTime):
		}
	}
}

func (f *finder) byDatagrams(at netip.AddrPort) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.to = append(f.to, at)
}

func (f *finder) byCircuit(at netip.AddrPort) {
	n := &nameServer{f: f, at: at, out: make(chan []byte, 16)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.servers = append(f.servers, n)
	f.group.Go(n.run)
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

// resolve reads host or host:port; the default port is that of Channel Access.
func resolve(ctx context.Context, text string) (at netip.AddrPort, err error) {
	host, service, err := net.SplitHostPort(text)
	if err != nil {
		host, service = text, fmt.Sprint(serverPort)
	}
	port, err := net.DefaultResolver.LookupPort(ctx, "tcp", service)
	if err != nil {
		return at, err
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
	if err != nil {
		return at, err
	}
	return netip.AddrPortFrom(addrs[0].Unmap(), uint16(port)), nil
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
		f.next++
		w = &want{name: name, id: f.next, due: f.now(), period: firstPeriod, waiting: map[chan netip.AddrPort]struct{}{}}
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

// ask sends searches when they are due.
func (f *finder) ask() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		datagrams, next := f.dueNow()
		f.mu.Lock()
		to, servers := f.to, f.servers // they are only appended to
		f.mu.Unlock()
		for _, d := range datagrams {
			for _, at := range to {
				_, _ = f.sock.WriteToUDPAddrPort(d, at) // the next round tries again
			}
			for _, n := range servers {
				n.send(d)
			}
		}
		timer.Reset(next)
		select {
		case <-f.ctx.Done():
			return
		case <-f.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// dueNow returns the searches that are due, packed into datagrams, and when to look again.
func (f *finder) dueNow() (datagrams [][]byte, next time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	next = time.Hour
	var d []byte
	for _, w := range f.wants {
		if wait := w.due.Sub(now); wait > 0 {
			next = min(next, wait)
			continue
		}
		m := ca.Append(nil, ca.Message{Command: ca.CmdSearch, Type: 5, Count: ca.Version, P1: w.id, P2: w.id, Payload: ca.NamePayload(w.name)})
		if len(d)+len(m) > maxDatagram {
			datagrams, d = append(datagrams, d), nil
		}
		if len(d) == 0 {
			d = ca.Append(d, ca.Message{Command: ca.CmdVersion, Count: ca.Version})
		}
		d = append(d, m...)
		w.due = now.Add(w.period)
		next = min(next, w.period)
		w.period = min(2*w.period, lastPeriod)
	}
	if len(d) > 0 {
		datagrams = append(datagrams, d)
	}
	return datagrams, max(next, time.Millisecond)
}

func (f *finder) receive() {
	b := make([]byte, 64<<10)
	for {
		n, from, err := f.sock.ReadFromUDPAddrPort(b)
		if f.ctx.Err() != nil {
			return
		}
		if err != nil {
			continue // of a datagram sent before: nobody is at that port
		}
		list, _ := ca.Datagram(b[:n], maxDatagram)
		for _, m := range list {
			f.answer(m, from)
		}
	}
}

// answer takes a reply to a search: the server's port, and its address unless that is
// where the reply came from.
func (f *finder) answer(m ca.Message, from netip.AddrPort) {
	if m.Command != ca.CmdSearch || m.Type == 0 {
		return
	}
	addr := from.Addr().Unmap()
	if m.P1 != 0xffffffff && m.P1 != 0 {
		addr = netip.AddrFrom4([4]byte{byte(m.P1 >> 24), byte(m.P1 >> 16), byte(m.P1 >> 8), byte(m.P1)})
	}
	at := netip.AddrPortFrom(addr, m.Type)
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.byID[m.P2]
	if w == nil {
		return // a second server, or nobody waits any more
	}
	if len(f.found) >= maxFound { // a server that has every name has this one again
		clear(f.found)
	}
	f.found[w.name] = at
	delete(f.wants, w.name)
	delete(f.byID, w.id)
	for answer := range w.waiting {
		answer <- at
	}
}
