package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/internal/sandbox/forward"
)

// serveNetwork takes over the sockets of the run's network and serves them. It
// comes before the code is sent, so that nothing the code tries goes unseen.
func (c *child) serveNetwork(road interlock.Road) error {
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
	return c.serveDoors(files.Doors, road)
}

// serveDoors hands the sockets of the grant's doors to the gateway.
func (c *child) serveDoors(files []*os.File, road interlock.Road) error {
	doors := interlock.Doors{Streams: map[uint16]net.Listener{}, Packets: map[uint16]net.PacketConn{}}
	var errs []error
	for i, f := range files {
		var err error
		if d := c.grant.Doors[i]; d.Network == "udp" {
			doors.Packets[d.Port], err = net.FilePacketConn(f)
		} else {
			doors.Streams[d.Port], err = net.FileListener(f)
		}
		errs = append(errs, err, f.Close())
	}
	if err := errors.Join(errs...); err != nil {
		maps.DeleteFunc(doors.Streams, func(_ uint16, l net.Listener) bool { return l == nil })
		maps.DeleteFunc(doors.Packets, func(_ uint16, c net.PacketConn) bool { return c == nil })
		doors.Close()
		return fmt.Errorf("taking over the doors to the gateway: %w", err)
	}
	if len(files) == 0 {
		return nil
	}
	if road == nil {
		doors.Close()
		return nil // Interlock's own runs: nobody answers
	}
	return road.Serve(doors)
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
	s.Tap = &tap{files: files.Taps}
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

// tap implements forward.Tap on raw sockets.
type tap struct {
	files []*os.File
	next  int
}

// Next implements forward.Tap. It takes turns, so that a flood of one kind does
// not hide the others.
func (t *tap) Next(packet []byte) (int, bool) {
	for range t.files {
		fd := int(t.files[t.next].Fd())
		t.next = (t.next + 1) % len(t.files)
		if n, ok := receive(fd, packet); ok {
			return n, true
		}
	}
	return 0, false
}

// receive reads one packet, from its network header on. A raw socket of IPv6
// leaves that out and tells the address beside it.
func receive(fd int, packet []byte) (int, bool) {
	const header = 40
	oob := make([]byte, unix.CmsgSpace(unix.SizeofInet6Pktinfo))
	protocol, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
	if err != nil {
		return 0, false
	}
	if domain, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN); err != nil || domain == unix.AF_INET {
		n, _, err := unix.Recvfrom(fd, packet, unix.MSG_DONTWAIT)
		return n, err == nil
	}
	n, oobn, _, _, err := unix.Recvmsg(fd, packet[header:], oob, unix.MSG_DONTWAIT)
	if err != nil {
		return 0, false
	}
	clear(packet[:header])
	packet[0], packet[6] = 6<<4, byte(protocol)
	if control, err := unix.ParseSocketControlMessage(oob[:oobn]); err == nil && len(control) == 1 {
		copy(packet[24:header], control[0].Data[:16]) // in6_pktinfo begins with the address
	}
	return header + n, true
}

// Dropped implements forward.Tap. It is asked once, at the end.
func (t *tap) Dropped() (n int) {
	for _, f := range t.files {
		n += dropped(int(f.Fd()))
	}
	return n
}

// Close implements forward.Tap.
func (t *tap) Close() (err error) {
	for _, f := range t.files {
		err = errors.Join(err, f.Close())
	}
	return err
}
