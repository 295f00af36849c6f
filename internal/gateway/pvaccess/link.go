package pvaccess

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// Times and bounds of a circuit to a server.
const (
	dialTime   = 3 * time.Second
	greetTime  = 5 * time.Second
	echoPeriod = 10 * time.Second // servers drop a client that is silent for 40 s
	maxEchoes  = 2 * maxSending   // that a server may owe
	silence    = 35 * time.Second // after which a server that owes an echo is dead
	serverMost = 64 << 20         // bytes of one message from a server
	readBuffer = 64 << 10
)

var errGone = errors.New("the connection to its server is gone")

// link is one circuit to a server. Its ids are its own. Callbacks come from its
// reading goroutine, one after the other, without a lock of its held; they must not
// wait. It is safe for concurrent use.
type link struct {
	addr       netip.AddrPort
	dial       func(context.Context) (net.Conn, error)
	user, host string // "" is nobody
	log        *slog.Logger
	searched   func(pva.SearchResponse, netip.AddrPort) // of a name server
	out        *outbox
	waits      atomic.Int64 // bytes in out
	done       sync.WaitGroup
	cancel     context.CancelFunc

	mu       sync.Mutex
	conn     net.Conn
	ready    bool // the server has validated us
	dead     bool
	big      bool // the server wants big-endian
	next     uint32
	channels map[uint32]*remote // by our cid
	opened   map[uint32]*remote // by the server's sid
	ops      map[uint32]*operation
	echoes   []func(error)
	heard    time.Time
	types    pva.Types // of the reading goroutine
}

// newLink begins a circuit and returns at once.
func newLink(addr netip.AddrPort, user, host string, log *slog.Logger, searched func(pva.SearchResponse, netip.AddrPort)) *link {
	l := &link{addr: addr, user: user, host: host, log: log, searched: searched}
	return l.begin(func(ctx context.Context) (net.Conn, error) {
		dialer := net.Dialer{Timeout: dialTime}
		return dialer.DialContext(ctx, "tcp", addr.String())
	})
}

// newLinkOver begins a circuit over conn, which it closes, and returns at once. It logs
// nothing: the other end is ours.
func newLinkOver(conn net.Conn) *link {
	l := &link{log: slog.New(slog.DiscardHandler)}
	return l.begin(func(context.Context) (net.Conn, error) { return conn, nil })
}

func (l *link) begin(dial func(context.Context) (net.Conn, error)) *link {
	l.dial, l.channels, l.opened, l.ops = dial, map[uint32]*remote{}, map[uint32]*remote{}, map[uint32]*operation{}
	var ctx context.Context
	ctx, l.cancel = context.WithCancel(context.Background())
	l.out = newOutbox(&l.waits, l.cancel)
	return l.start(ctx)
}

func (l *link) start(ctx context.Context) *link {
	l.done.Add(1)
	go func() {
		defer l.done.Done()
		err := l.run(ctx)
		l.cancel()
		l.log.Debug("a circuit to a server has ended", slog.String("server", l.addr.String()), slog.Any("err", err))
		l.bury()
	}()
	return l
}

// stop ends the circuit and waits for its goroutines.
func (l *link) stop() {
	l.cancel()
	l.done.Wait()
}

func (l *link) run(ctx context.Context) error {
	conn, err := l.dial(ctx)
	if err != nil {
		return err
	}
	l.done.Add(1)
	go func() {
		defer l.done.Done()
		<-ctx.Done()
		_ = conn.Close() // which ends reading and writing
	}()
	l.mu.Lock()
	l.conn, l.heard = conn, time.Now()
	l.mu.Unlock()
	l.done.Add(1)
	go func() {
		defer l.done.Done()
		l.out.write(conn, echoPeriod, l.idle)
		l.cancel()
	}()
	_ = conn.SetReadDeadline(time.Now().Add(greetTime)) // a server that says nothing is none
	r := pva.NewReader(bufio.NewReaderSize(conn, readBuffer), serverMost)
	for {
		m, err := r.Next()
		if err != nil {
			return err
		}
		if err := l.message(&m); err != nil {
			return fmt.Errorf("the server at %s: command %#x: %w", l.addr, m.Command, err)
		}
	}
}

// cut ends the circuit, and what this host has not delivered yet is never delivered.
func (l *link) cut() {
	l.out.close()
	l.mu.Lock()
	conn := l.conn
	l.mu.Unlock()
	if tcp, is := conn.(*net.TCPConn); is {
		_ = tcp.SetLinger(0) // it may be closed already
	}
	if conn != nil {
		_ = conn.Close()
	}
	l.cancel()
}

// idle keeps the circuit alive, and ends it where the server is.
func (l *link) idle() {
	l.mu.Lock()
	quiet := time.Since(l.heard)
	l.mu.Unlock()
	if quiet > silence {
		l.cancel()
		return
	}
	l.echo(func(error) {})
}

// bury tells everybody that the circuit is gone.
func (l *link) bury() {
	l.out.close()
	l.mu.Lock()
	l.dead = true
	channels, ops, echoes := l.channels, l.ops, l.echoes
	l.channels, l.opened, l.ops, l.echoes = map[uint32]*remote{}, map[uint32]*remote{}, map[uint32]*operation{}, nil
	l.mu.Unlock()
	for _, o := range ops {
		o.fail(errGone)
	}
	for _, e := range echoes {
		e(errGone)
	}
	for _, c := range channels {
		c.lost(errGone)
	}
}

// encoder begins a message in the server's byte order. l.mu is held.
func (l *link) encoder(c pva.Command) *pva.Encoder {
	e := pva.NewEncoder(false, l.big)
	e.Begin(c)
	return e
}

// message handles one message. An error closes the circuit.
func (l *link) message(m *pva.Message) error {
	l.mu.Lock()
	l.heard = time.Now()
	ready := l.ready
	l.mu.Unlock()
	if !m.Server {
		return errors.New("it says that a client sent it")
	}
	if m.Control {
		if m.Command == pva.SetByteOrder {
			l.mu.Lock()
			l.big = m.Big
			l.mu.Unlock()
		}
		return nil
	}
	d := m.Decoder()
	if !ready && m.Command != pva.Validation && m.Command != pva.Validated {
		return nil // nothing is owed to us yet
	}
	var err error
	switch m.Command {
	case pva.Validation:
		err = l.greet(d)
	case pva.Validated:
		err = l.validated(d)
	case pva.Echo:
		err = l.echoed()
	case pva.SearchAnswer:
		l.answered(d)
	case pva.CreateChannel:
		err = l.created(d)
	case pva.DestroyChannel:
		l.destroyed(d)
	case pva.Get, pva.Put, pva.Monitor, pva.GetField:
		err = l.respond(m.Command, d)
	default: // messages to people, beacons, what later versions may bring
		return nil
	}
	return errors.Join(err, d.Err())
}

// greet answers the server's request to say who we are: the run, in the words of
// authNZ "ca".
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#cmd-connection-validation-0x01
func (l *link) greet(d *pva.Decoder) error {
	d.U32()
	d.U16()
	n, _ := d.Size()
	ca := false
	for range min(n, 64) {
		ca = d.Text() == "ca" || ca
	}
	l.mu.Lock()
	e := l.encoder(pva.Validation)
	l.mu.Unlock()
	e.U32(64 << 10)
	e.U16(0x7FFF)
	e.U16(0)
	if ca && l.user != "" {
		t := pva.NewStructure("", pva.Field{Name: "user", Type: pva.Scalar(pva.String)}, pva.Field{Name: "host", Type: pva.Scalar(pva.String)})
		e.Text("ca")
		e.Type(t)
		e.Value(pva.OfFields(t, pva.OfText(t.Fields[0].Type, l.user), pva.OfText(t.Fields[1].Type, l.host)))
	} else {
		e.Text("anonymous")
		e.Type(nil)
	}
	l.out.send(e.End())
	return nil
}

func (l *link) validated(d *pva.Decoder) error {
	if s := d.Status(); d.Err() != nil || !s.Good() {
		return fmt.Errorf("it does not let us in: %s", s.Text)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.SetReadDeadline(time.Time{})
	if l.ready {
		return errors.New("it lets us in twice")
	}
	l.ready = true
	for _, c := range l.channels {
		c.create()
	}
	return nil
}

// echo asks the server to answer. What we sent before it, the server has read off
// the stream when it answers.
func (l *link) echo(answered func(error)) {
	l.mu.Lock()
	dead := l.dead
	if !dead && l.ready {
		e := l.encoder(pva.Echo)
		l.echoes = append(l.echoes, answered)
		l.out.send(e.End())
	}
	silent := len(l.echoes) > maxEchoes
	l.mu.Unlock()
	if silent {
		l.cancel() // it may answer all else
	}
	if dead {
		answered(errGone)
	}
}

func (l *link) echoed() error {
	l.mu.Lock()
	if len(l.echoes) == 0 {
		l.mu.Unlock()
		return errors.New("an echo that nobody asked for")
	}
	first := l.echoes[0]
	l.echoes = l.echoes[1:]
	l.mu.Unlock()
	first(nil)
	return nil
}

func (l *link) answered(d *pva.Decoder) {
	if s := d.SearchResponse(); d.Err() == nil && l.searched != nil {
		l.searched(s, l.addr)
	}
}

// search sends a search to a name server; it is lost where the circuit is not ready.
func (l *link) search(s pva.SearchRequest) (ready bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ready || l.dead {
		return false
	}
	e := pva.NewEncoder(false, l.big)
	e.SearchRequest(s)
	return l.out.send(e.B)
}

func (l *link) isDead() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}
