package channelaccess

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/search"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

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

// ask sends searches when they are due.
func (f *finder) ask() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		datagrams, next := f.dueNow()
		to, servers := f.whom(len(datagrams) > 0)
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

// whom returns who is asked; where there is something to ask, in the networks of now too.
func (f *finder) whom(asking bool) (to []netip.AddrPort, servers []*nameServer) {
	f.mu.Lock()
	to, servers = f.to, f.servers // they are only appended to
	f.mu.Unlock()
	if asking && f.around != nil {
		listed := to
		to = slices.Clone(listed)
		for _, t := range f.around.Ask(listed) {
			to = append(to, t.AddrPort)
		}
	}
	return to, servers
}

// dueNow returns the searches that are due, packed into datagrams, and when to look again.
func (f *finder) dueNow() (datagrams [][]byte, next time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, longest := f.now(), lastPeriod
	if next = time.Hour; f.around != nil {
		longest = search.Longest
	}
	var d []byte
	for w := range f.newFirst {
		if wait := w.due.Sub(now); wait > 0 {
			next = min(next, wait)
			continue
		}
		if f.around != nil && !f.pace.Take(now) {
			next = min(next, search.Pause)
			break // of the rest some are due next, in no order
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
		w.period = min(2*w.period, longest)
	}
	if len(d) > 0 {
		datagrams = append(datagrams, d)
	}
	return datagrams, max(next, time.Millisecond)
}

// newFirst yields what is wanted, first what was never asked for: however many names the
// code in one run looks for, they keep no other run's from being asked for once. f.mu is
// held.
func (f *finder) newFirst(yield func(*want) bool) {
	for _, asked := range []bool{false, true} {
		for _, w := range f.wants {
			if asked == (w.period > firstPeriod) && !yield(w) {
				return
			}
		}
	}
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
