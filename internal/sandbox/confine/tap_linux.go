package confine

import (
	"encoding/binary"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// taps are the sockets that see what the run tries to reach: raw ones, since the
// kernel waits 15 ms for all processors when a packet socket is closed. A raw
// socket receives what is delivered to this network's own addresses, and every
// address is one of lo's; datagrams to a group that nobody has joined are not.
var taps = [...]tapKind{
	{unix.AF_INET, unix.IPPROTO_TCP}, {unix.AF_INET, unix.IPPROTO_UDP},
	{unix.AF_INET6, unix.IPPROTO_TCP}, {unix.AF_INET6, unix.IPPROTO_UDP},
}

type tapKind struct{ family, protocol int }

// tap makes a socket that receives the first packet of each attempt.
func (b *builder) tap(sock uint8, t tapKind) {
	open := b.add("opening a tap", unix.SYS_SOCKET, uintptr(t.family), unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, uintptr(t.protocol))
	open.save, open.allow = sock, uintptr(unix.EAFNOSUPPORT)
	raw := t.filter(networkHeader)
	var code []byte
	for _, i := range raw {
		code = binary.NativeEndian.AppendUint16(code, i.Op)
		code = append(code, i.Jt, i.Jf)
		code = binary.NativeEndian.AppendUint32(code, i.K)
	}
	prog := b.data(words(uint64(len(raw)), uint64(b.data(code)))) // sock_fprog
	filter := b.add("filtering a tap", unix.SYS_SETSOCKOPT, 0, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, prog, 16)
	filter.from[0], filter.allow = sock, uintptr(unix.EBADF)
	if t.family == unix.AF_INET6 { // whose raw sockets leave the header out
		to := b.add("asking a tap for addresses", unix.SYS_SETSOCKOPT, 0, unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, b.data([]byte{1, 0, 0, 0}), 4)
		to.from[0], to.allow = sock, uintptr(unix.EBADF)
	}
}

// rawSocket reports whether a descriptor is one.
func rawSocket(fd int) bool {
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	domain, err2 := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
	return err == nil && err2 == nil && kind == unix.SOCK_RAW && domain == unix.AF_INET6
}

const (
	insideNet     = 0x7f570000 // 127.87.0.0/16, where the grant's hosts are
	networkHeader = 0xfff00000 // SKF_NET_OFF: loads from here on are from the network header on
)

// filter keeps what begins a connection (SYN without ACK) and datagrams, and
// leaves out what the run's own processes say to each other on 127.0.0.0/8 and
// ::1. An IPv4 socket's program starts at the network header, an IPv6 one's behind
// it; header is where that one's loads find it.
func (t tapKind) filter(header uint32) []bpf.RawInstruction {
	wordAt := func(off uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: off, Size: 4} }
	is := func(v uint32, yes uint8) bpf.Instruction {
		return bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: yes}
	}
	not := func(v uint32, skip uint8) bpf.Instruction {
		return bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: v, SkipTrue: skip}
	}
	no, yes := bpf.RetConstant{}, bpf.RetConstant{Val: 64} // bytes
	prog := []bpf.Instruction{
		wordAt(16), bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0xff000000}, not(0x7f000000, 4),
		wordAt(16), bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0xffff0000}, is(insideNet, 1), no,
	}
	flags := []bpf.Instruction{bpf.LoadMemShift{Off: 0}, bpf.LoadIndirect{Off: 13, Size: 1}}
	if t.family == unix.AF_INET6 {
		prog = []bpf.Instruction{
			wordAt(header + 24), not(0, 7), wordAt(header + 28), not(0, 5), wordAt(header + 32), not(0, 3), wordAt(header + 36), not(1, 1), no,
		}
		flags = []bpf.Instruction{bpf.LoadAbsolute{Off: 13, Size: 1}}
	}
	if t.protocol == unix.IPPROTO_TCP {
		prog = append(append(prog, flags...), bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0x12}, is(0x02, 1), no)
	}
	raw, err := bpf.Assemble(append(prog, yes))
	if err != nil {
		panic("confine: a tap's filter: " + err.Error()) // it is a constant
	}
	return raw
}
