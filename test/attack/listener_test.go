//go:build linux

package attack

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// settling bounds the wait for a listener that a program has broken.
const settling = 5 * time.Second

func (g *site) listen(t *testing.T) {
	g.tcp = g.accept(t, "tcp4", "127.0.0.1:0").(*net.TCPAddr).Port
	if l, err := net.Listen("tcp6", "[::1]:0"); err == nil { // a host may be without IPv6
		l.Close()
		g.tcp6 = g.accept(t, "tcp6", "[::1]:0").(*net.TCPAddr).Port
	}
	addresses, _ := net.InterfaceAddrs()
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() && g.outer.IP == nil {
			g.outer = *g.accept(t, "tcp4", n.IP.String()+":0").(*net.TCPAddr)
		}
	}
	for _, name := range []string{g.stream, "@" + g.stream, g.shown, filepath.Join(g.input, "s")} {
		g.accept(t, "unix", name)
	}
	udp := g.receive(t, "udp4", "127.0.0.1:0")
	g.udp = udp.(*net.UDPAddr).Port
	for _, name := range []string{g.datagram, filepath.Join(g.input, "d")} {
		g.receive(t, "unixgram", name)
	}
	for _, name := range []string{g.stream, g.shown, g.datagram, filepath.Join(g.input, "s"), filepath.Join(g.input, "d")} {
		if err := os.Chmod(name, 0o777); err != nil { // so that not its mode is what keeps a run away
			t.Fatal(err)
		}
	}
}

func (g *site) accept(t *testing.T, network, address string) net.Addr {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			g.reached.Add(1)
			fmt.Fprintln(c, "HTTP/1.0 200 OK\r\n\r\n"+beam)
			c.Close()
		}
	}()
	g.settle = append(g.settle, func() { // connections are accepted in the order in which they came
		c, err := net.Dial(network, l.Addr().String())
		if err != nil {
			return
		}
		defer c.Close()
		_ = c.SetReadDeadline(time.Now().Add(settling))
		if n, _ := c.Read(make([]byte, 1)); n > 0 {
			g.reached.Add(-1)
		}
	})
	return l.Addr()
}

func (g *site) receive(t *testing.T, network, address string) net.Addr {
	t.Helper()
	c, err := net.ListenPacket(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	last, seen := "last-"+g.nonce, make(chan struct{}, 1)
	go func() {
		for b := make([]byte, 100); ; {
			n, _, err := c.ReadFrom(b)
			switch {
			case err != nil:
				return
			case string(b[:n]) == last:
				seen <- struct{}{}
			default:
				g.reached.Add(1)
			}
		}
	}()
	g.settle = append(g.settle, func() {
		d, err := net.Dial(network, c.LocalAddr().String())
		if err != nil {
			return
		}
		defer d.Close()
		_ = d.SetWriteDeadline(time.Now().Add(settling))
		if _, err := d.Write([]byte(last)); err != nil {
			return
		}
		select {
		case <-seen:
		case <-time.After(settling): // the datagram was dropped, after others
		}
	})
	return c.LocalAddr()
}
