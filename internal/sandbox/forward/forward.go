// Package forward is the supervisor's end of a run's network: it lets through
// what the grant lists, and says what else was tried.
//
//	run ── connect ──▶ listener in the run's empty network ══ descriptor ══▶ Forwarder ── dial ──▶ host
//	 ├── name ───────▶ 127.0.0.1:53 there ══════════════════════════════════▶ resolver: listed names only
//	 └── anything else ─▶ the run's own lo: reset at once; a tap tells the Forwarder
//
// Every socket inside was made by the run's init before the run was confined, and
// its descriptor was handed to the supervisor; nothing of the supervisor's own
// network is reachable from the inside. Each listed host has a loopback address
// in the run ([Lay]); a name below a wildcard gets one of a few spare ones when it
// is first asked for. A name is looked up outside once and keeps its answer
// (DNS rebinding), and is refused where the answer is special ([endpoint.Check]).
// Bytes are copied as they are, TLS with them.
//
// A Forwarder sees the grant and nothing of the policy. What it holds is bounded:
// connections at one time, names below wildcards, rows of its report.
//
// Not protected against: what the code says to a host that is listed; the names it
// asks for below a wildcard, which reach that domain's servers, at most
// [MaxLookups] of them; a listed host that hands on to others.
package forward

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
)

// Bounds of one run.
const (
	MaxConnections = 256 // at one time
	MaxLookups     = 64  // names below wildcards that are looked up outside
	dialTimeout    = 10 * time.Second
	lookupTimeout  = 5 * time.Second
	flushTimeout   = time.Second // for what an ended run had sent
	tapPeriod      = 50 * time.Millisecond
)

// Config is what a Forwarder works with. Denial has the words for what is refused.
type Config struct {
	Denial interlock.Denial
	// Lookup resolves a name outside. It must stop with its context.
	Lookup func(ctx context.Context, name string) ([]netip.Addr, error)
	// Dial opens a TCP connection outside. It must stop with its context.
	Dial func(ctx context.Context, to netip.AddrPort) (net.Conn, error)
}

// Tap receives the first bytes of packets in the run that no allowed connection
// is made of, from the network header on. Next does not wait.
type Tap interface {
	Next(packet []byte) (n int, ok bool)
	Dropped() int // packets that it had no room for
	Close() error
}

// Sockets are the supervisor's ends in the run's network. A Forwarder closes them.
// Listeners are in the order of [Layout.Listen]. DNS, Stream and Tap may be nil.
type Sockets struct {
	Listeners []net.Listener
	DNS       net.PacketConn
	Stream    net.Listener // DNS over TCP
	Tap       Tap
}

// Close closes all of s.
func (s *Sockets) Close() {
	for _, l := range s.Listeners {
		_ = l.Close()
	}
	if s.DNS != nil {
		_ = s.DNS.Close()
	}
	if s.Stream != nil {
		_ = s.Stream.Close()
	}
	if s.Tap != nil {
		_ = s.Tap.Close()
	}
}

// Forwarder serves one run. Stop must be called, once.
type Forwarder struct {
	layout *Layout
	config Config
	socks  Sockets

	ctx     context.Context
	cancel  context.CancelFunc
	slots   chan struct{} // one for each connection that may be open
	accepts sync.WaitGroup
	uploads sync.WaitGroup // from accept until what the run sent has gone out
	all     sync.WaitGroup
	// stopping is closed when Stop begins.
	stopping chan struct{}

	names  *names
	report *report

	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// Start serves the sockets of a run that was laid out as l.
func Start(l *Layout, c Config, s Sockets) *Forwarder {
	f := &Forwarder{layout: l, config: c, socks: s, slots: make(chan struct{}, MaxConnections), stopping: make(chan struct{}),
		names: newNames(l, c), report: &report{denial: c.Denial}, conns: map[net.Conn]struct{}{}}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	for i, listener := range s.Listeners {
		f.accepts.Add(1)
		go f.accept(listener, l.Listen[i])
	}
	f.goServe(s.DNS != nil, f.datagrams)
	f.goServe(s.Stream != nil, f.streams)
	f.goServe(s.Tap != nil, f.watchTap)
	return f
}

func (f *Forwarder) goServe(has bool, serve func()) {
	if !has {
		return
	}
	f.all.Add(1)
	go func() { defer f.all.Done(); serve() }()
}

// Stop ends everything after the run's processes are gone, and tells what went on.
// What the run had sent before it ended still goes out, within flushTimeout.
func (f *Forwarder) Stop() Report {
	close(f.stopping)
	for _, l := range f.socks.Listeners {
		if d, ok := l.(interface{ SetDeadline(time.Time) error }); ok {
			_ = d.SetDeadline(time.Now().Add(backlogTime))
		} else {
			_ = l.Close()
		}
	}
	f.accepts.Wait()
	flushed := make(chan struct{})
	go func() { f.uploads.Wait(); close(flushed) }()
	select {
	case <-flushed:
	case <-time.After(flushTimeout):
	}
	f.cancel()
	f.closeConns()
	if f.socks.DNS != nil {
		_ = f.socks.DNS.Close()
	}
	if f.socks.Stream != nil {
		_ = f.socks.Stream.Close()
	}
	<-flushed
	f.all.Wait()
	if f.socks.Tap != nil {
		f.drainTap(maxPackets)
		f.report.lost(f.socks.Tap.Dropped())
	}
	f.socks.Close()
	return f.report.result()
}

// backlogTime is how long after a run's end its connections that nobody accepted
// yet are waited for; they are in the kernel's queue already.
const backlogTime = 10 * time.Millisecond

// track remembers c so that Stop can close it; false where Stop has come first.
func (f *Forwarder) track(c net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ctx.Err() != nil {
		_ = c.Close()
		return false
	}
	f.conns[c] = struct{}{}
	return true
}

func (f *Forwarder) drop(c net.Conn) {
	f.mu.Lock()
	delete(f.conns, c)
	f.mu.Unlock()
	_ = c.Close()
}

func (f *Forwarder) closeConns() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		_ = c.Close()
	}
}
