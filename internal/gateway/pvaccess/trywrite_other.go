//go:build !unix

package pvaccess

import "net"

// tryWrite takes nothing: the outbox's own goroutine writes.
func tryWrite(net.Conn, []byte) int { return 0 }
