package unixsock

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// PeerOf returns who is at the other end of c, from the kernel (SO_PEERCRED, see
// unix(7)).
func PeerOf(c *net.UnixConn) (Peer, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return Peer{}, fmt.Errorf("asking who is at the other end: %w", err)
	}
	var cred *unix.Ucred
	var asked error
	if err = raw.Control(func(fd uintptr) { cred, asked = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err == nil {
		err = asked
	}
	if err != nil {
		return Peer{}, fmt.Errorf("asking who is at the other end: %w", err)
	}
	return Peer{UID: int(cred.Uid), PID: int(cred.Pid)}, nil
}

// address is the socket's address in dir. A path that is too long for one goes
// through a descriptor of its folder, which the caller closes when the address is
// no longer used; for others it is nil, and closing nil does nothing.
func address(dir string) (*net.UnixAddr, *os.File, error) {
	if path := Path(dir); len(path) <= maxAddress {
		return &net.UnixAddr{Name: path, Net: "unix"}, nil, nil
	}
	folder, err := os.OpenFile(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the state directory: %w", err)
	}
	return &net.UnixAddr{Name: fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), Name), Net: "unix"}, folder, nil
}
