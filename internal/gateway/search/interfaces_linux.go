package search

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// interfaces reads the IPv4 addresses of this host. Package net has no broadcast
// addresses and no far ends, so this asks the kernel (rtnetlink(7), RTM_GETADDR).
func interfaces() ([]Interface, error) {
	answer, err := syscall.NetlinkRIB(syscall.RTM_GETADDR, syscall.AF_INET)
	if err != nil {
		return nil, fmt.Errorf("asking the kernel for the addresses of this host: %w", err)
	}
	messages, err := syscall.ParseNetlinkMessage(answer)
	if err != nil {
		return nil, fmt.Errorf("reading the addresses of this host: %w", err)
	}
	links, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("asking the kernel for the interfaces of this host: %w", err)
	}
	flags := map[uint32]net.Flags{}
	for _, l := range links {
		flags[uint32(l.Index)] = l.Flags
	}
	var list []Interface
	for _, m := range messages {
		if m.Header.Type != syscall.RTM_NEWADDR {
			continue
		}
		i, index, err := address(m)
		if err != nil {
			return nil, fmt.Errorf("reading the addresses of this host: %w", err)
		}
		f := flags[index] // of one that went meanwhile: it is down
		i.Up, i.Loopback = f&net.FlagUp != 0, f&net.FlagLoopback != 0
		i.CanBroadcast, i.PointToPoint = f&net.FlagBroadcast != 0, f&net.FlagPointToPoint != 0
		list = append(list, i)
	}
	return list, nil
}

// address reads one ifaddrmsg with its attributes. The local address is IFA_LOCAL, and
// then IFA_ADDRESS is the far end; where there is no IFA_LOCAL it is IFA_ADDRESS.
func address(m syscall.NetlinkMessage) (i Interface, index uint32, err error) {
	if len(m.Data) < syscall.SizeofIfAddrmsg {
		return i, 0, fmt.Errorf("an answer of %d bytes", len(m.Data))
	}
	bits := int(m.Data[1])
	index = binary.NativeEndian.Uint32(m.Data[4:])
	attributes, err := syscall.ParseNetlinkRouteAttr(&m)
	if err != nil {
		return i, 0, err
	}
	var local netip.Addr
	for _, a := range attributes {
		addr, ok := netip.AddrFromSlice(a.Value)
		switch {
		case !ok:
		case a.Attr.Type == syscall.IFA_LOCAL:
			local = addr
		case a.Attr.Type == syscall.IFA_ADDRESS:
			i.Peer = addr
		case a.Attr.Type == syscall.IFA_BROADCAST:
			i.Broadcast = addr
		}
	}
	if !local.IsValid() {
		local = i.Peer
	}
	if i.Local = netip.PrefixFrom(local, bits); i.Peer == local {
		i.Peer = netip.Addr{}
	}
	return i, index, nil
}
