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
	unix, ok := c.(*net.UnixConn)
	if !ok {
		return ctx
	}
	peer, err := unixsock.PeerOf(unix)
	if err != nil {
		return ctx
	}
	return context.WithValue(ctx, peerKey{}, peer)
}

// bounded accepts a connection only when there is room for it; others wait in the
// kernel's backlog.
type bounded struct {
	net.Listener
	room chan struct{}

	once   sync.Once
	closed chan struct{}
}

func (b *bounded) done() chan struct{} {
	b.once.Do(func() { b.closed = make(chan struct{}) })
	return b.closed
}

// Accept implements net.Listener.
func (b *bounded) Accept() (net.Conn, error) {
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
	return &countedConn{Conn: c, free: sync.OnceFunc(func() { <-b.room })}, nil
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
