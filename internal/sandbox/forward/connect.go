package forward

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"github.com/interlock-run/interlock/internal/wire/endpoint"
)

// accept takes the run's connections at one place.
func (f *Forwarder) accept(l net.Listener, p Place) {
	defer f.accepts.Done()
	for {
		c, err := l.Accept()
		if err != nil {
			return // Stop's deadline; a listener that fails can do nothing more
		}
		if !f.room() {
			f.report.tooMany(f.label(p))
			reset(c)
			continue
		}
		f.uploads.Add(1)
		f.all.Add(1)
		go f.serve(c, p)
	}
}

// room waits until another connection may be open. Meanwhile the kernel keeps the
// next ones in its queue, and the run waits: it is not refused what it may have.
func (f *Forwarder) room() bool {
	select {
	case f.slots <- struct{}{}:
		return true
	default:
	}
	patience := time.NewTimer(dialTimeout)
	defer patience.Stop()
	select {
	case f.slots <- struct{}{}:
		return true
	case <-f.stopping:
	case <-patience.C:
	}
	return false
}

// label is the endpoint of a place as the run knows it.
func (f *Forwarder) label(p Place) string {
	if name := f.names.nameOf(p.At.Addr()); name != "" {
		return (endpoint.Endpoint{Host: name, Port: p.At.Port()}).String()
	}
	return p.At.String()
}

func (f *Forwarder) serve(in net.Conn, p Place) {
	defer f.all.Done()
	defer func() { <-f.slots }()
	sent := sync.OnceFunc(f.uploads.Done)
	defer sent()
	if !f.track(in) {
		return
	}
	defer f.drop(in)
	label := f.label(p)
	out, to, err := f.open(p)
	if err != nil {
		if errors.Is(err, endpoint.ErrSpecial) || errors.Is(err, errUnlisted) {
			f.report.forbidden(label, err)
		} else {
			f.report.connection(label, to, 0, 0, reason(err))
		}
		reset(in)
		return
	}
	if !f.track(out) {
		return
	}
	defer f.drop(out)
	up, down := pipe(in, out, sent)
	f.report.connection(label, to, up, down, "")
}

var errUnlisted = errors.New("network.allow does not list this name at this port")

// open dials where the place leads. to is the address that was tried last.
func (f *Forwarder) open(p Place) (c net.Conn, to string, err error) {
	addrs := []netip.Addr{p.Endpoint.Addr}
	if !p.Endpoint.Addr.IsValid() {
		name, port := f.names.nameOf(p.At.Addr()), p.At.Port()
		if !f.listed(name, port) {
			return nil, "", errUnlisted // a spare address of no name, or of one at another port
		}
		if addrs, err = f.names.reach(f.ctx, name, port); err != nil {
			return nil, "", err
		}
	}
	ctx, cancel := context.WithTimeout(f.ctx, dialTimeout)
	defer cancel()
	for _, a := range addrs {
		at := netip.AddrPortFrom(a, p.At.Port())
		if c, err = f.config.Dial(ctx, at); err == nil {
			return c, at.String(), nil
		}
		to = at.String()
	}
	return nil, to, err
}

func (f *Forwarder) listed(name string, port uint16) bool {
	for _, e := range f.layout.list {
		if e.Matches(name, port) {
			return true
		}
	}
	return false
}

// pipe copies both ways until both sides have said that they are done, or one of
// them is gone. sent is called when all that the run sent has gone out.
func pipe(in, out net.Conn, sent func()) (up, down int64) {
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		up = half(out, in)
		sent()
	}()
	down = half(in, out)
	group.Wait()
	return up, down
}

// half copies one direction and passes its end on: the end of the data as such,
// a broken connection by breaking both.
func half(to, from net.Conn) int64 {
	n, err := io.Copy(to, from)
	if err != nil {
		reset(to)
		reset(from)
		return n
	}
	if w, ok := to.(interface{ CloseWrite() error }); ok {
		_ = w.CloseWrite()
	}
	return n
}

// reset closes c so that the other end learns that it broke.
func reset(c net.Conn) {
	if l, ok := c.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0)
	}
	_ = c.Close()
}

// reason is err in a few words without what differs from one try to the next.
func reason(err error) string {
	errno := syscall.Errno(0)
	dns := (*net.DNSError)(nil)
	switch {
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, context.Canceled):
		return "the run ended"
	case errors.As(err, &dns):
		return "looking up the name: " + dns.Err
	}
	return err.Error()
}
