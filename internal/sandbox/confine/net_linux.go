package confine

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// The descriptors of a run's network go to the supervisor in one message, in this
// order, then those of Network.Listen, then those of Network.Doors.
const (
	netRoutes = iota // the netlink socket, in which the kernel's answers wait
	netTap
	netDNS = iota + len(taps) - 1
	netStream
	netFixed
)

const (
	loIndex = 1 // of lo: the first interface of every network
	backlog = 128
	dnsPort = 53
)

// network makes the sockets of the run's network and hands them over. It must
// come before handOverWorkspace: messages are read in that order.
//
// What a kernel may lack, IPv6, does not end the run: its place in the message
// then holds something else, and NetworkFiles says so.
func (b *builder) network() {
	first := b.clearOf()
	n := b.plan.Network.sockets()
	// The host's /proc is still needed, and must not lie where the sockets go.
	keep := b.add("keeping the host's /proc", unix.SYS_FCNTL, 0, unix.F_DUPFD_CLOEXEC, uintptr(first+n))
	keep.from[0], keep.save = b.proc, b.proc
	// What else lies low is done with. A socket that is made then gets a low number,
	// and never one that it is about to be placed at.
	b.add("making room for the network", unix.SYS_CLOSE_RANGE, 4, lowFD-1, 0)
	sock := b.slot()
	place := func(what string, i int) *step {
		s := b.add("placing "+what, unix.SYS_DUP3, 0, uintptr(first+i), unix.O_CLOEXEC)
		s.from[0] = sock
		return s
	}
	b.routes(sock)
	place("the routes", netRoutes)
	for i := range taps {
		place("the routes", netTap+i)
	}
	b.add("closing the routes", unix.SYS_CLOSE, 0).from[0] = sock
	for i, t := range taps {
		b.tap(sock, t)
		place("a tap", netTap+i).allow = uintptr(unix.EBADF)
		closing := b.add("closing a tap", unix.SYS_CLOSE, 0)
		closing.from[0], closing.allow = sock, uintptr(unix.EBADF)
	}
	listen := func(i, kind int, at netip.AddrPort) {
		b.bound(sock, kind, at)
		place(at.String(), i)
		b.add("closing "+at.String(), unix.SYS_CLOSE, 0).from[0] = sock
	}
	resolver := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), dnsPort)
	listen(netDNS, unix.SOCK_DGRAM, resolver)
	listen(netStream, unix.SOCK_STREAM, resolver)
	for i, at := range b.plan.Network.Listen {
		listen(netFixed+i, unix.SOCK_STREAM, at)
	}
	for i, d := range b.plan.Network.Doors {
		kind := unix.SOCK_STREAM
		if d.Network == "udp" {
			kind = unix.SOCK_DGRAM
		}
		listen(netFixed+len(b.plan.Network.Listen)+i, kind, netip.AddrPortFrom(resolver.Addr(), d.Port))
	}
	fds := make([]int, n)
	for i := range fds {
		fds[i] = first + i
	}
	b.send("handing over the network", b.fds.upper, fds...)
	b.add("closing the network", unix.SYS_CLOSE_RANGE, uintptr(first), uintptr(first+n-1), 0)
}

// sockets is how many descriptors are handed over.
func (n *Network) sockets() int { return netFixed + len(n.Listen) + len(n.Doors) }

// clearOf returns a number above every descriptor that the program needs.
func (b *builder) clearOf() int {
	f := b.fds
	top := max(lowFD, f.goRead, f.goWrite, f.report, f.upper, f.stdin, f.stdout, f.stderr, f.control, f.named[0], f.named[1])
	for _, fd := range f.trees {
		top = max(top, fd)
	}
	return top + 1
}

// routes makes every address one of lo. Nobody listens there, so that a
// connection is reset at once and not lost or refused without a trace.
func (b *builder) routes(sock uint8) {
	b.add("opening routes", unix.SYS_SOCKET, unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE).save = sock
	for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
		request := localRoute(family)
		b.add("routing all addresses to lo", unix.SYS_SENDTO, 0, b.data(request), uintptr(len(request)), 0, 0, 0).from[0] = sock
	}
}

// localRoute is `ip route add local default dev lo`, as rtnetlink(7) has it; the
// sequence number is the family.
func localRoute(family byte) []byte {
	e := binary.NativeEndian
	m := e.AppendUint32(nil, 0) // nlmsghdr; the length follows
	m = e.AppendUint16(m, unix.RTM_NEWROUTE)
	m = e.AppendUint16(m, unix.NLM_F_REQUEST|unix.NLM_F_ACK|unix.NLM_F_CREATE|unix.NLM_F_REPLACE)
	m = e.AppendUint32(m, uint32(family))
	m = e.AppendUint32(m, 0)
	scope := byte(unix.RT_SCOPE_HOST)
	if family == unix.AF_INET6 {
		scope = unix.RT_SCOPE_UNIVERSE
	}
	m = append(m, family, 0, 0, 0, unix.RT_TABLE_LOCAL, unix.RTPROT_BOOT, scope, unix.RTN_LOCAL, 0, 0, 0, 0) // rtmsg
	m = e.AppendUint16(m, 8)
	m = e.AppendUint16(m, unix.RTA_OIF)
	m = e.AppendUint32(m, loIndex)
	e.PutUint32(m, uint32(len(m)))
	return m
}

// bound makes a socket at an address that lo need not have.
func (b *builder) bound(sock uint8, kind int, at netip.AddrPort) {
	family, level, option := unix.AF_INET, unix.IPPROTO_IP, unix.IP_FREEBIND
	if at.Addr().Is6() {
		family, level, option = unix.AF_INET6, unix.IPPROTO_IPV6, unix.IPV6_FREEBIND
	}
	what := at.String()
	b.add("opening "+what, unix.SYS_SOCKET, uintptr(family), uintptr(kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK), 0).save = sock
	b.add("preparing "+what, unix.SYS_SETSOCKOPT, 0, uintptr(level), uintptr(option), b.data([]byte{1, 0, 0, 0}), 4).from[0] = sock
	address := sockaddr(at)
	b.add("binding "+what, unix.SYS_BIND, 0, b.data(address), uintptr(len(address))).from[0] = sock
	if kind == unix.SOCK_STREAM {
		b.add("listening at "+what, unix.SYS_LISTEN, 0, backlog).from[0] = sock
	}
}

// sockaddr is struct sockaddr_in or sockaddr_in6.
func sockaddr(at netip.AddrPort) []byte {
	family := uint16(unix.AF_INET)
	if at.Addr().Is6() {
		family = unix.AF_INET6
	}
	a := binary.BigEndian.AppendUint16(binary.NativeEndian.AppendUint16(nil, family), at.Port())
	if at.Addr().Is6() {
		a = append(a, 0, 0, 0, 0)
		ip := at.Addr().As16()
		return append(append(a, ip[:]...), 0, 0, 0, 0)
	}
	ip := at.Addr().As4()
	return append(append(a, ip[:]...), make([]byte, 8)...)
}

// NetworkFiles are the supervisor's descriptors in the run's network. The caller
// closes them.
type NetworkFiles struct {
	Taps        []*os.File // raw sockets, not blocking: see taps
	DNS, Stream *os.File   // 127.0.0.1:53, UDP and TCP
	Listen      []*os.File
	Doors       []*os.File // in the order of Network.Doors
	Notes       []string   // what does not work in this network, in words
}

// Network returns the descriptors that init handed over. It must be called once,
// after python has started and before Workspace; nil where the run has no network
// of its own.
func (p *Process) Network() (*NetworkFiles, error) {
	if p.plan.Network == nil {
		return nil, nil
	}
	want, doors := p.plan.Network.sockets(), netFixed+len(p.plan.Network.Listen)
	oob, err := p.message()
	if err != nil {
		return nil, fmt.Errorf("receiving the run's network: %w", err)
	}
	var fds []int
	if msgs, err := unix.ParseSocketControlMessage(oob); err == nil && len(msgs) == 1 {
		fds, _ = unix.ParseUnixRights(&msgs[0])
	}
	files := make([]*os.File, len(fds))
	for i, fd := range fds {
		files[i] = os.NewFile(uintptr(fd), "network")
	}
	if len(files) != want {
		for _, f := range files {
			f.Close()
		}
		return nil, fmt.Errorf("receiving the run's network: %d descriptors instead of %d", len(files), want)
	}
	out := &NetworkFiles{Taps: files[netTap:netDNS:netDNS], DNS: files[netDNS], Stream: files[netStream], Listen: files[netFixed:doors:doors], Doors: files[doors:]}
	out.Notes = routeNotes(fds[netRoutes])
	files[netRoutes].Close()
	if !rawSocket(fds[netDNS-1]) { // the last of taps, of IPv6
		out.Taps = out.Taps[:len(taps)/2]
		closeAll(files[netTap+len(taps)/2 : netDNS])
	}
	return out, nil
}

// routeNotes reads the kernel's answers to localRoute.
func routeNotes(sock int) (notes []string) {
	failed := map[uint32]string{unix.AF_INET: "IPv4", unix.AF_INET6: "IPv6"}
	buf := make([]byte, 4096)
	for range len(failed) {
		n, _, err := unix.Recvfrom(sock, buf, unix.MSG_DONTWAIT)
		if err != nil {
			break
		}
		// nlmsghdr: length, type, flags, sequence, port; then the errno.
		if e := binary.NativeEndian; n >= 20 && e.Uint16(buf[4:]) == unix.NLMSG_ERROR && e.Uint32(buf[16:]) == 0 {
			delete(failed, e.Uint32(buf[8:]))
		}
	}
	for _, name := range []string{"IPv4", "IPv6"} {
		for _, f := range failed {
			if f == name {
				notes = append(notes, "this kernel does not route "+name+" to the run's loopback, so such connections are refused without being seen or recorded")
			}
		}
	}
	return notes
}
