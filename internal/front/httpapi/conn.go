package httpapi

import (
	"context"
	"net"
	"sync"

	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

type peerKey struct{}

// withPeer keeps who is at the other end beside the connection. One that the
// kernel does not name is nobody's, and is not admitted.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	if counted, ok := c.(*countedConn); ok {
		c = counted.Conn
	}
	if peer, ok := peerOf(c); ok {
		return context.WithValue(ctx, peerKey{}, peer)
	}
	return ctx
}

// peerOf is whom the kernel names.
func peerOf(c net.Conn) (unixsock.Peer, bool) {
	unix, ok := c.(*net.UnixConn)
	if !ok {
		return unixsock.Peer{}, false
	}
	peer, err := unixsock.PeerOf(unix)
	return peer, err == nil
}

// bounded accepts the connections that there is room for, and closes the others. None
// waits: who is behind it may be the daemon's own user, for whom there is room.
type bounded struct {
	net.Listener
	whose            func(net.Conn) int
	users, strangers *shares
}

// connsFor is how many connections those who are served may have on each of two sockets,
// where the process may have so many files open: what a run needs is left, and the daemon's
// own user gets in.
func connsFor(files uint64) int64 { return int64(min(max(files/4, 32), maxConns)) }

// Accept implements net.Listener.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		uid, users := b.whose(c), b.users
		if uid == stranger {
			users = b.strangers
		}
		if users.take(uid, 1) {
			return &countedConn{Conn: c, free: sync.OnceFunc(func() { users.give(uid, 1) })}, nil
		}
		full(c)
	}
}

// countedConn makes room when it is closed.
type countedConn struct {
	net.Conn
	free func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	defer c.free()
	return c.Conn.Close()
}
