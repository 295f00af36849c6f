package pvaccess

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/search"
)

// Bounds of one run.
const (
	maxCircuits = 64
	maxChannels = 8_192   // of a circuit
	maxRequests = 16_384  // of a circuit
	maxPuts     = 1_024   // of a circuit, that wait for their turn
	maxAsked    = 20_000  // questions of clients that wait for an answer
	maxNames    = 20_000  // names that are searched for
	maxLinks    = 1_024   // servers of a run
	maxThings   = 100_000 // channels and requests of all circuits
	maxSending  = 4_096   // puts that their servers have not answered
	maxElements = 1 << 20 // of a field that is put
	bigPut      = 1 << 17 // bytes of memory; of larger puts there is one at a time
)

// server serves one run. It implements gateway.Server.
type server struct {
	run    *gateway.Run
	finder *finder
	log    *slog.Logger
	guid   [12]byte
	doors  interlock.Doors
	port   uint16 // of the first TCP door, as it is inside
	addr   netip.Addr
	ctx    context.Context
	end    context.CancelFunc
	done   sync.WaitGroup
	waits  atomic.Int64 // bytes that clients have not read, and of puts that wait for their turn
	reads  atomic.Int64 // bytes of messages that clients are sending
	things atomic.Int64 // channels and requests
	big    sync.Mutex   // of who carries a large put
	puts   atomic.Int64 // that their servers have not answered
	used   *search.Used // channels that have a server

	mu       sync.Mutex
	stopped  bool
	names    map[string]struct{} // that were searched for
	circuits map[*circuit]struct{}
	links    map[netip.AddrPort]*link
	asked    map[question]*asking
	swept    time.Time                      // when questions that nobody asks any more were looked for
	refused  map[string]struct{}            // channels whose refusal was told
	held     map[string]map[string]struct{} // by channel, the fields that a rehearsal put
}

func newServer(s *System, r *gateway.Run, f *finder, doors interlock.Doors) *server {
	v := &server{run: r, finder: f, log: s.opt.Log, doors: doors, addr: netip.AddrFrom4([4]byte{127, 0, 0, 1}),
		circuits: map[*circuit]struct{}{}, links: map[netip.AddrPort]*link{}, names: map[string]struct{}{}, asked: map[question]*asking{},
		used: search.NewUsed(maxAsked), refused: map[string]struct{}{}, held: map[string]map[string]struct{}{}}
	_, _ = rand.Read(v.guid[:])
	v.ctx, v.end = context.WithCancel(context.Background())
	for _, l := range doors.Streams {
		if at, ok := l.Addr().(*net.TCPAddr); ok {
			v.port = uint16(at.Port)
		}
		v.done.Add(1)
		go v.accept(l)
	}
	for _, p := range doors.Packets {
		v.done.Add(1)
		go v.packets(p)
	}
	return v
}

// accept takes in clients.
func (v *server) accept(l net.Listener) {
	defer v.done.Done()
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		v.take(conn)
	}
}

// take takes in one client, or closes its connection.
func (v *server) take(conn net.Conn) {
	c := newCircuit(v, conn)
	v.mu.Lock()
	full := v.stopped || len(v.circuits) >= maxCircuits
	if !full {
		v.circuits[c] = struct{}{}
		v.done.Add(1)
	}
	v.mu.Unlock()
	if full {
		_ = conn.Close()
		return
	}
	go func() {
		defer v.done.Done()
		c.serve()
		v.mu.Lock()
		delete(v.circuits, c)
		v.mu.Unlock()
	}()
}

// link returns the run's circuit to a server, or nil where there is none to be had.
func (v *server) link(addr netip.AddrPort) *link {
	v.mu.Lock()
	defer v.mu.Unlock()
	l := v.links[addr]
	if l != nil && !l.isDead() {
		return l
	}
	if v.stopped || l == nil && len(v.links) >= maxLinks {
		return nil
	}
	user, host := v.run.Identity()
	made := newLink(addr, user, host, v.log, nil)
	v.links[addr] = made // a dead one has no goroutine that goes on
	return made
}

// WritesChanged implements gateway.Server. PV Access has no word for the rights of a
// channel that clients listen to: a put is refused when it comes.
func (v *server) WritesChanged() {}

// Stop implements gateway.Server.
func (v *server) Stop() {
	v.mu.Lock()
	v.stopped = true
	circuits, links, asked := v.circuits, v.links, v.asked
	v.circuits, v.asked = map[*circuit]struct{}{}, map[question]*asking{}
	v.mu.Unlock()
	v.end()
	v.doors.Close()
	for c := range circuits {
		c.close()
	}
	for _, a := range asked {
		a.seeker.cancel()
	}
	for _, l := range links {
		l.stop()
	}
	v.done.Wait()
	v.used.Tell(v.finder.answers, v.run.Note)
}

// thing makes room for a channel or a request more.
func (v *server) thing() bool {
	if v.things.Add(1) > maxThings {
		v.things.Add(-1)
		return false
	}
	return true
}

// refuse puts the refusal of a channel's reading into the report, once.
func (v *server) refuse(r *interlock.Refusal) {
	v.mu.Lock()
	_, told := v.refused[r.What]
	if !told && len(v.refused) < maxAsked {
		v.refused[r.What] = struct{}{}
	}
	v.mu.Unlock()
	if !told {
		v.run.Refuse(r)
	}
}
