package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/internal/sandbox/forward"
)

// serveNetwork takes over the sockets of the run's network and serves them. It
// comes before the code is sent, so that nothing the code tries goes unseen.
func (c *child) serveNetwork() error {
	files, err := c.proc.Network()
	if err != nil || files == nil {
		return err
	}
	c.notes = append(c.notes, files.Notes...)
	socks, err := sockets(files)
	if err != nil {
		socks.Close()
		return err
	}
	c.forwarder = forward.Start(c.layout.net, c.outside(), socks)
	return nil
}

func (c *child) outside() forward.Config {
	if c.layout.outside != nil {
		return *c.layout.outside
	}
	return outside(c.grant.Denials.Network)
}

// stopNetwork ends the run's network after its processes are gone, and puts down
// what was seen of it. It is idempotent.
func (c *child) stopNetwork(o *interlock.Observed) {
	if c.forwarder == nil {
		return
	}
	r := c.forwarder.Stop()
	c.forwarder = nil
	o.Refused, o.RefusedMore = append(o.Refused, r.Refused...), o.RefusedMore+r.More
	o.Connections = r.Connections
}

// sockets makes what the forwarder uses of the descriptors, and closes those. It
// returns what it has made also with an error.
func sockets(files *confine.NetworkFiles) (s forward.Sockets, err error) {
	if files.Tap != nil {
		s.Tap = &tap{file: files.Tap, fd: int(files.Tap.Fd())}
	}
	var errs []error
	keep := func(err error) { errs = append(errs, err) }
	s.DNS, err = net.FilePacketConn(files.DNS)
	keep(err)
	s.Stream, err = net.FileListener(files.Stream)
	keep(err)
	for _, f := range files.Listen {
		l, err := net.FileListener(f)
		keep(err)
		if err == nil {
			s.Listeners = append(s.Listeners, l)
		}
	}
	for _, f := range append([]*os.File{files.DNS, files.Stream}, files.Listen...) {
		keep(f.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return s, fmt.Errorf("using the run's network: %w", err)
	}
	return s, nil
}

// tap implements forward.Tap on a packet socket.
type tap struct {
	file *os.File
	fd   int
}

// Next implements forward.Tap.
func (t *tap) Next(packet []byte) (int, bool) {
	n, _, err := unix.Recvfrom(t.fd, packet, unix.MSG_DONTWAIT)
	return n, err == nil
}

// Dropped implements forward.Tap. The kernel counts from one call to the next.
func (t *tap) Dropped() int {
	stats, err := unix.GetsockoptTpacketStats(t.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return 0
	}
	return int(stats.Drops)
}

// Close implements forward.Tap.
func (t *tap) Close() error { return t.file.Close() }
