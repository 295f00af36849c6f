package channelaccess

import (
	"context"
	"fmt"
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
	// A datagram of searches, as clients bound it.
	maxDatagram = 1024
)

// finder asks which server has a channel (CAproto, "CA_PROTO_SEARCH"). It keeps the
// answers until somebody says that they are wrong. It is safe for concurrent use.
type finder struct {
	now     func() time.Time
	sock    *net.UDPConn
	to      []netip.AddrPort
	servers []*nameServer
	ctx     context.Context
	end     context.CancelFunc
	group   sync.WaitGroup
	wake    chan struct{}

	mu    sync.Mutex
	found map[string]netip.AddrPort
	wants map[string]*want
	byID  map[uint32]*want
	next  uint32
}

// want is one name that somebody waits for.
type want struct {
	name    string
	id      uint32
	due     time.Time
	period  time.Duration
	waiting map[chan netip.AddrPort]struct{} // each with room for the one answer
}

func newFinder(a Addresses, now func() time.Time) (*finder, error) {
	f := &finder{now: now, wake: make(chan struct{}, 1), found: map[string]netip.AddrPort{}, wants: map[string]*want{}, byID: map[uint32]*want{}}
	var err error
	if f.to, err = resolve(a.List); err != nil {
		return nil, err
	}
	names, err := resolve(a.NameServers)
	if err != nil {
		return nil, err
	}
	if f.sock, err = net.ListenUDP("udp4", nil); err != nil {
		return nil, fmt.Errorf("opening a socket to look for channels: %w", err)
	}
	f.ctx, f.end = context.WithCancel(context.Background())
	f.group.Go(f.receive)
	f.group.Go(f.ask)
	for _, at := range names {
		n := &nameServer{f: f, at: at, out: make(chan []byte, 16)}
		f.servers = append(f.servers, n)
		f.group.Go(n.run)
	}
	return f, nil
}

// resolve reads host or host:port; the default port is that of Channel Access.
func resolve(list []string) (out []netip.AddrPort, err error) {
	for _, text := range list {
		host, port, err := net.SplitHostPort(text)
		if err != nil {
			host, port = text, fmt.Sprint(serverPort)
		}
		addr, err := net.ResolveUDPAddr("udp4", net.JoinHostPort(host, port))
		if err != nil {
			return nil, fmt.Errorf("finding the Channel Access address %q: %w", text, err)
		}
		out = append(out, addr.AddrPort())
	}
	return out, nil
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
	select {
	case f.wake <- struct{}{}:
	default:
	}
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
		for _, d := range datagrams {
			for _, at := range f.to {
				_, _ = f.sock.WriteToUDPAddrPort(d, at) // the next round tries again
			}
			for _, n := range f.servers {
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
	f.found[w.name] = at
	delete(f.wants, w.name)
	delete(f.byID, w.id)
	for answer := range w.waiting {
		answer <- at
	}
}
