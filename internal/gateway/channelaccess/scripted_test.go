package channelaccess_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// scripted is a server in this process that answers searches for every name and does
// on its circuits what a test says: what no real one would.
type scripted struct {
	tcp net.Listener
	udp net.PacketConn

	mu    sync.Mutex
	serve func(net.Conn)
	only  string // the one channel that it has; "" is all
}

// script starts a server on loopback. serve has each circuit, which is closed after it.
func script(t testing.TB, serve func(net.Conn)) *scripted {
	t.Helper()
	s := &scripted{serve: serve}
	var err error
	if s.tcp, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", gatewaytest.FreePort(t))); err != nil {
		t.Fatal(err)
	}
	if s.udp, err = net.ListenPacket("udp", s.at()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.tcp.Close(); s.udp.Close() })
	go s.names()
	go func() {
		for {
			conn, err := s.tcp.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			serve := s.serve
			s.mu.Unlock()
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return s
}

func (s *scripted) at() string { return s.tcp.Addr().String() }

func (s *scripted) then(serve func(net.Conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serve = serve
}

func (s *scripted) names() {
	b := make([]byte, 4096)
	for {
		n, from, err := s.udp.ReadFrom(b)
		if err != nil {
			return
		}
		list, _ := ca.Datagram(b[:n], 100)
		s.mu.Lock()
		only := s.only
		s.mu.Unlock()
		for _, m := range list {
			if name := ca.Text(m.Payload); m.Command == ca.CmdSearch && name != "nobody" && (only == "" || name == only) {
				port := uint16(s.tcp.Addr().(*net.TCPAddr).Port)
				_, _ = s.udp.WriteTo(ca.Append(nil, ca.Message{Command: ca.CmdSearch, Type: port, P1: 0xffffffff, P2: m.P2, Payload: make([]byte, 8)}), from)
			}
		}
	}
}

// record is a channel of a plain server.
type record struct {
	name  string
	t     ca.Type
	count uint32
}

// plain answers as a server does. put is told of each put before it is answered.
type plain struct {
	put func(channel string, v interlock.ChannelValue)
	// odd, where it is set, is asked first; true is that it has dealt with the message.
	odd func(w io.Writer, m ca.Message) bool
}

// kinds are the channels of a plain server that are not scalar doubles.
var kinds = map[string]record{
	"T:SMALL": {t: ca.Double, count: 4}, "T:MBB": {t: ca.Enum, count: 1}, "T:STR": {t: ca.String, count: 1},
	"T:LONG": {t: ca.Long, count: 1}, "T:CHAR": {t: ca.Char, count: 16}, "T:BIG": {t: ca.Double, count: 1 << 20},
}

func (p plain) serve(conn net.Conn) {
	in := ca.NewReader(conn, 64<<20)
	made := map[uint32]record{}
	send := func(m ca.Message) { _, _ = conn.Write(ca.Append(nil, m)) }
	for {
		m, err := in.Next()
		if err != nil {
			return
		}
		if p.odd != nil && p.odd(conn, m) {
			continue
		}
		switch m.Command {
		case ca.CmdCreate:
			name := ca.Text(m.Payload)
			r, is := kinds[name]
			if !is {
				r = record{t: ca.Double, count: 1}
			}
			r.name = name
			sid := 1000 + m.P1
			made[sid] = r
			send(ca.Message{Command: ca.CmdRights, P1: m.P1, P2: ca.RightRead | ca.RightWrite})
			send(ca.Message{Command: ca.CmdCreate, Type: uint16(r.t), Count: r.count, P1: m.P1, P2: sid})
		case ca.CmdReadNotify, ca.CmdEventAdd:
			n := int(m.Count)
			if n == 0 || n > int(made[m.P1].count) {
				n = int(made[m.P1].count)
			}
			b := make([]byte, 2048)
			if t := ca.Type(m.Type); t.Known() {
				b = make([]byte, t.Bytes(n))
				if t == ca.Enum.Control() {
					copy(b[4:], append([]byte{0, 2}, "Off"...))
					copy(b[6+26:], "On")
				}
			}
			send(ca.Message{Command: m.Command, Type: m.Type, Count: uint32(n), P1: uint32(ca.StatusNormal), P2: m.P2, Payload: b})
		case ca.CmdWrite, ca.CmdWriteNotify:
			v, err := ca.Decode(ca.Type(m.Type), int(m.Count), m.Payload, m.Count > 1)
			name := made[m.P1].name
			if err != nil || ca.Type(m.Type) != made[m.P1].t {
				name = fmt.Sprintf("%s, as type %d: %v", name, m.Type, err)
			}
			if p.put != nil {
				p.put(name, v)
			}
			if m.Command == ca.CmdWriteNotify {
				send(ca.Message{Command: m.Command, Type: m.Type, Count: m.Count, P1: uint32(ca.StatusNormal), P2: m.P2})
			}
		case ca.CmdEcho:
			send(ca.Message{Command: ca.CmdEcho})
		case ca.CmdClearChannel:
			delete(made, m.P1)
			send(m)
		}
	}
}

// inside is one run's door over TCP without a network: who calls dial is a client.
type inside struct {
	conns chan net.Conn
	gone  chan struct{}
	once  sync.Once
}

func newInside() *inside { return &inside{conns: make(chan net.Conn), gone: make(chan struct{})} }

func (i *inside) Accept() (net.Conn, error) {
	select {
	case c := <-i.conns:
		return c, nil
	case <-i.gone:
		return nil, net.ErrClosed
	}
}

func (i *inside) Close() error {
	i.once.Do(func() { close(i.gone) })
	return nil
}

func (*inside) Addr() net.Addr { return &net.TCPAddr{} }

func (i *inside) dial() net.Conn {
	mine, theirs := net.Pipe()
	in, out := io.Pipe()
	i.conns <- &taking{theirs, in}
	return &giving{mine, out}
}

// giving is the client's end of a pipe of which either direction can be closed alone.
// Its writes have no deadline: they end where the gateway closes its end.
type giving struct {
	net.Conn
	out *io.PipeWriter
}

func (g *giving) Write(b []byte) (int, error) { return g.out.Write(b) }
func (g *giving) CloseWrite() error           { return g.out.Close() }
func (g *giving) Close() error                { return errors.Join(g.out.Close(), g.Conn.Close()) }

// taking is the gateway's end.
type taking struct {
	net.Conn
	in *io.PipeReader
}

func (t *taking) Read(b []byte) (int, error) { return t.in.Read(b) }
func (t *taking) Close() error               { return errors.Join(t.in.Close(), t.Conn.Close()) }

// stand is a gateway in front of a scripted server.
type stand struct {
	t       testing.TB
	gateway *gateway.Gateway
	system  *channelaccess.System
	ledger  interlock.Ledger
}

func newStand(t testing.TB, s *scripted, ledger interlock.Ledger, more ...*scripted) *stand {
	t.Helper()
	b := &stand{t: t, ledger: ledger}
	list := []string{s.at()}
	for _, other := range more {
		list = append(list, other.at())
	}
	b.system = channelaccess.New(channelaccess.Options{Upstream: func(interlock.ExecutionMode) channelaccess.Addresses {
		return channelaccess.Addresses{List: list}
	}})
	b.gateway = gateway.New(gateway.Options{Systems: []gateway.System{b.system}, Dir: t.TempDir(), Ledger: ledger, Now: time.Now})
	t.Cleanup(func() {
		if err := b.gateway.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *stand) open(g interlock.Grant) (interlock.Road, *inside) {
	b.t.Helper()
	g.Doors = b.system.Doors()
	r, err := b.gateway.Open(context.Background(), &interlock.Submission{ID: "run-1", Who: interlock.Identity{Name: "alice"}}, g)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { r.Stop() })
	in := newInside()
	if err := r.Serve(interlock.Doors{Streams: map[uint16]net.Listener{5064: in}, Packets: map[uint16]net.PacketConn{}}); err != nil {
		b.t.Fatal(err)
	}
	return r, in
}

// stops fails the test where r does not stop in time, with what still runs.
func stops(t testing.TB, r interlock.Road, most time.Duration) interlock.Equipment {
	t.Helper()
	done := make(chan interlock.Equipment, 1)
	go func() { done <- r.Stop() }()
	select {
	case e := <-done:
		return e
	case <-time.After(most):
		panic("Stop does not return") // so that all goroutines are printed
	}
}

// client is the raw end of a circuit. Its reader never stops reading unless paused.
type client struct {
	t    testing.TB
	conn net.Conn
	in   *ca.Reader
}

func (b *stand) client(in *inside) *client {
	conn := in.dial()
	b.t.Cleanup(func() { conn.Close() })
	c := &client{t: b.t, conn: conn, in: ca.NewReader(conn, 64<<20)}
	c.next(ca.CmdVersion)
	return c
}

func (c *client) send(list ...ca.Message) {
	c.t.Helper()
	var b []byte
	for _, m := range list {
		b = ca.Append(b, m)
	}
	if _, err := c.conn.Write(b); err != nil {
		c.t.Fatalf("the circuit was closed: %v", err)
	}
}

// next returns the next message with that command.
func (c *client) next(command ca.Command) ca.Message {
	c.t.Helper()
	_ = c.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	for {
		m, err := c.in.Next()
		if err != nil {
			c.t.Fatalf("waiting for command %d: %v", command, err)
		}
		if m.Command == command {
			return m
		}
	}
}

// ended fails the test where the circuit is not closed.
func (c *client) ended() {
	c.t.Helper()
	_ = c.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.Copy(io.Discard, c.conn); err != nil {
		c.t.Fatalf("the circuit was not closed: %v", err)
	}
}

func create(cid uint32, name string) ca.Message {
	return ca.Message{Command: ca.CmdCreate, P1: cid, P2: ca.Version, Payload: ca.NamePayload(name)}
}

func (c *client) create(cid uint32, name string) (sid uint32) {
	c.t.Helper()
	c.send(create(cid, name))
	return c.next(ca.CmdCreate).P2
}

func write(sid, ioid uint32, v ...float64) ca.Message {
	return ca.Message{Command: ca.CmdWriteNotify, Type: uint16(ca.Double), Count: uint32(len(v)), P1: sid, P2: ioid,
		Payload: ca.Encode(ca.Double, interlock.ChannelValue{Numbers: v})}
}

// granting is a grant of some channels, each from -5 to 5.
func granting(names ...string) interlock.Grant {
	g := interlock.Grant{Mode: interlock.WriteAccess, Reads: everything}
	for _, name := range names {
		g.Channels = append(g.Channels, interlock.ChannelGrant{Match: name, Writable: true, Min: f64(-5), Max: f64(5)})
	}
	return g
}
