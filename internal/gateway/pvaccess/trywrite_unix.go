//go:build unix

package pvaccess

import (
	"net"
	"syscall"
)

// tryWrite writes what the socket takes without waiting and returns how much that
// was. An error is nothing taken: who waits for the socket then meets it.
func tryWrite(conn net.Conn, b []byte) (n int) {
	s, ok := conn.(syscall.Conn)
	if !ok || len(b) == 0 {
		return 0
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return 0
	}
	err = raw.Control(func(fd uintptr) { n, _ = syscall.Write(int(fd), b) })
	if err != nil {
		return 0
	}
	return max(n, 0)
}
