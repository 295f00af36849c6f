package channelaccess

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// upstream is a circuit to one server, under the run's own identity. All ids on it are
// given out here. Its reader ends with it and is waited for by the client's circuit.
type upstream struct {
	c      *circuit
	at     netip.AddrPort
	conn   net.Conn
	out    *out
	opened chan struct{} // closed once it is open, or never will be
	dead   chan struct{} // closed once it is no more

	minor atomic.Uint32 // the server's protocol version, once it has said it

	// urgent is how many puts look, or wait for their receipt, and hold locks: then the
	// client's reading must not keep the reader from the server's answers.
	urgent atomic.Int32

	mu       sync.Mutex
	err      error
	next     uint32
	channels map[uint32]*channel // by the ids given out here
	requests map[uint32]func(ca.Message, ca.Status)
	subs     map[uint32]*subscription
	echoes   []chan struct{} // in their order
}

func newUpstream(c *circuit, at netip.AddrPort) *upstream {
	return &upstream{c: c, at: at, opened: make(chan struct{}), dead: make(chan struct{}), channels: map[uint32]*channel{},
		requests: map[uint32]func(ca.Message, ca.Status){}, subs: map[uint32]*subscription{}}
}

// open connects and says who is there (CAproto, "CA_PROTO_CLIENT_NAME").
func (u *upstream) open(ctx context.Context) {
	defer close(u.opened)
	d := net.Dialer{Timeout: dialTime}
	conn, err := d.DialContext(ctx, "tcp", u.at.String())
	if err != nil {
		u.fail(err)
		return
	}
	u.conn, u.out = conn, &out{conn: conn, most: patience}
	user, host := u.c.v.run.Identity()
	u.out.add(ca.Message{Command: ca.CmdVersion, Count: ca.Version},
		ca.Message{Command: ca.CmdClientName, Payload: ca.NamePayload(user)}, ca.Message{Command: ca.CmdHostName, Payload: ca.NamePayload(host)})
	u.c.mu.Lock()
	if u.c.off {
		u.out.add(ca.Message{Command: ca.CmdEventsOff})
	}
	u.c.mu.Unlock()
	if err := u.out.flush(); err != nil {
		u.fail(err)
		return
	}
	u.c.reading.Go(func() {
		u.read0()
		_ = u.c.out.flush() // that the channels are gone
	})
}

// flush is out.flush for a put, which holds locks: a server that has not taken all
// of it when ctx is done is cut off.
func (u *upstream) flush(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { u.cut(errors.New("the server takes nothing more")) })
	defer stop()
	return u.out.flush()
}

// cut ends the circuit, and what this host has not delivered yet is never delivered.
func (u *upstream) cut(err error) {
	if tcp, is := u.conn.(*net.TCPConn); is {
		_ = tcp.SetLinger(0) // it may be closed already
	}
	u.fail(err)
}

func (u *upstream) failed() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.err
}

// fail ends the circuit: what waits is told, and the client that its channels are gone.
func (u *upstream) fail(err error) {
	u.mu.Lock()
	if u.err != nil {
		u.mu.Unlock()
		return
	}
	u.err = err
	requests, channels := u.requests, u.channels
	u.requests, u.channels, u.subs, u.echoes = nil, nil, nil, nil
	close(u.dead)
	u.mu.Unlock()
	if u.conn != nil {
		_ = u.conn.Close()
	}
	for _, done := range requests {
		done(ca.Message{}, ca.StatusDisconn)
	}
	var lost []*channel
	for _, ch := range channels {
		ch.mu.Lock()
		was := ch.connected
		ch.up, ch.connected = nil, false
		ch.mu.Unlock()
		if was {
			lost = append(lost, ch)
		} else if u.c.drop(ch) {
			u.c.out.add(ca.Message{Command: ca.CmdCreateFail, P1: ch.cid})
		}
	}
	u.c.disconnected(u, lost)
}

func (u *upstream) close() {
	<-u.opened
	u.fail(net.ErrClosed)
}

// isOpen reports whether it has been opened, with success.
func (u *upstream) isOpen() bool {
	select {
	case <-u.opened:
		return u.out != nil
	default:
		return false
	}
}

// How long a server may be silent, and then take for an echo, as libca has it.
const (
	silence  = 15 * time.Second
	patience = 5 * time.Second
)

// read0 takes the server's messages.
func (u *upstream) read0() {
	in := ca.NewReader(u.conn, u.c.v.s.opt.MaxArray)
	in.Bound(func(n int) error { return u.c.v.fromServers.take(n, roomTime) }, u.c.v.fromServers.give)
	defer in.Close()
	asked := false
	for {
		if !in.Buffered() || u.c.out.large() {
			u.c.out.flushUnless(&u.urgent) // what came together goes on together
			wait := silence
			if asked {
				wait = patience
			}
			_ = u.conn.SetReadDeadline(time.Now().Add(wait))
		}
		m, err := in.Next()
		if errors.Is(err, os.ErrDeadlineExceeded) && !asked {
			asked = true
			u.echo()
			if err = u.out.flush(); err == nil {
				continue
			}
		}
		if err == nil {
			asked = false
			err = u.take(m)
		}
		if err != nil {
			u.fail(err)
			return
		}
	}
}

// take does what one message of the server says. What concerns nobody any more is
// dropped: an answer may cross with a clearing.
func (u *upstream) take(m ca.Message) error {
	switch m.Command {
	case ca.CmdReadNotify:
		u.finish(m.P2, m, ca.Status(m.P1))
	case ca.CmdWriteNotify:
		u.finish(m.P2, ca.Message{}, ca.Status(m.P1))
	case ca.CmdEventAdd:
		if s := u.sub(m.P2); s != nil {
			if !ca.Status(m.P1).OK() {
				m.Payload, m.Count = nil, 0
			} else if ca.Type(m.Type) != s.t || s.count > 0 && m.Count > s.count || s.t.Bytes(int(m.Count)) > len(m.Payload) {
				return anomaly("an update of %d elements of type %d in %d bytes", m.Count, m.Type, len(m.Payload))
			}
			s.event(m)
		}
	case ca.CmdCreate:
		return u.made(m)
	case ca.CmdRights:
		u.rights(m)
	case ca.CmdCreateFail, ca.CmdDisconnected:
		u.lost(m.P1)
	case ca.CmdEcho:
		u.echoed()
	case ca.CmdError:
		u.complaint(m)
	case ca.CmdVersion:
		u.minor.Store(m.Count)
	case ca.CmdClearChannel, ca.CmdSearch, ca.CmdEventCancel:
	default:
		return anomaly("command %d", m.Command)
	}
	return nil
}

func (u *upstream) sub(id uint32) *subscription {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.subs[id]
}

// finish gives a request its answer.
func (u *upstream) finish(id uint32, m ca.Message, status ca.Status) {
	u.mu.Lock()
	done := u.requests[id]
	delete(u.requests, id)
	u.mu.Unlock()
	if done != nil {
		done(m, status)
	}
}

// made is the server's answer to create.
func (u *upstream) made(m ca.Message) error {
	u.mu.Lock()
	ch := u.channels[m.P1]
	u.mu.Unlock()
	if ch == nil {
		return nil
	}
	if ca.Type(m.Type) > ca.Double {
		return anomaly("a channel of type %d", m.Type)
	}
	return ch.made(m)
}

func (u *upstream) rights(m ca.Message) {
	u.mu.Lock()
	ch := u.channels[m.P1]
	u.mu.Unlock()
	if ch == nil {
		return
	}
	ch.mu.Lock()
	ch.rights = m.P2
	ch.mu.Unlock()
	if told, changed := ch.rightsMessage(); changed {
		u.c.out.add(told)
	}
}

// lost is a channel that the server has no more, or never had.
func (u *upstream) lost(id uint32) {
	u.mu.Lock()
	ch := u.channels[id]
	delete(u.channels, id)
	u.mu.Unlock()
	if ch == nil {
		return
	}
	ch.mu.Lock()
	was := ch.connected
	ch.up, ch.connected = nil, false
	ch.mu.Unlock()
	if was {
		list := ch.subscriptions()
		u.mu.Lock()
		for _, s := range list {
			delete(u.subs, s.upID)
		}
		u.mu.Unlock()
		u.c.disconnected(u, []*channel{ch})
		return
	}
	if f, err := u.c.v.s.finder(u.c.v.run.Mode()); err == nil {
		f.forget(ch.name, u.at)
	}
	if u.c.drop(ch) {
		u.c.out.add(ca.Message{Command: ca.CmdCreateFail, P1: ch.cid})
	}
}

func (u *upstream) echoed() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.echoes) > 0 {
		close(u.echoes[0])
		u.echoes = u.echoes[1:]
	}
}
