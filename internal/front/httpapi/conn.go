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

// bounded accepts a connection only when there is room for it; others wait in the
// kernel's backlog. One of a user who has too many is closed.
type bounded struct {
	net.Listener
	room             chan struct{}
	whose            func(net.Conn) int
	users, strangers *shares

	once   sync.Once
	closed chan struct{}
}

func (b *bounded) done() chan struct{} {
	b.once.Do(func() { b.closed = make(chan struct{}) })
	return b.closed
}

// Accept implements net.Listener.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		select {
		case b.room <- struct{}{}:
		case <-b.done():
			return nil, net.ErrClosed
		}
		c, err := b.Listener.Accept()
		if err != nil {
			<-b.room
			return nil, err
		}
		uid, users := b.whose(c), b.users
		if uid == stranger {
			users = b.strangers
		}
		if users.take(uid, 1) {
			return &countedConn{Conn: c, free: sync.OnceFunc(func() { users.give(uid, 1); <-b.room })}, nil
		}
		full(c)
		<-b.room
	}
}

// Close implements net.Listener. The http.Server calls it once.
func (b *bounded) Close() error {
	close(b.done())
	return b.Listener.Close()
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
