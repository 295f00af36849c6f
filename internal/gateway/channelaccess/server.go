package channelaccess

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/search"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// server serves one run; it implements gateway.Server.
type server struct {
	s        *System
	run      *gateway.Run
	doors    interlock.Doors
	repeater repeater
	askers   askers
	searches atomic.Int64 // that wait for an answer
	things   atomic.Int64 // channels and monitors of all circuits
	warnings atomic.Int64
	big      sync.Mutex // held by a put of many elements
	// Room for what is large.
	fromClients, fromServers *room
	slots                    chan struct{}
	used                     *search.Used // channels that were found for a client
	group                    sync.WaitGroup

	mu       sync.Mutex
	circuits map[*circuit]struct{}
	stopped  bool
	refused  map[string]struct{} // channels whose refusal was told
	// Channels whose server is gone, that are looked for: by the one that is, all that
	// were with the same server, as clients know them.
	lost map[string][]asked
}

func (v *server) start() {
	v.refused, v.lost, v.used = map[string]struct{}{}, map[string][]asked{}, search.NewUsed(maxTold)
	if c := v.doors.Packets[serverPort]; c != nil {
		v.askers.conn = c
		v.group.Go(func() { v.names(c) })
	}
	if l := v.doors.Streams[serverPort]; l != nil {
		v.group.Go(func() { v.accept(l) })
	}
	if v.repeater.conn != nil {
		v.group.Go(v.repeater.serve)
	}
}

// Stop implements gateway.Server.
func (v *server) Stop() {
	v.mu.Lock()
	v.stopped = true
	v.mu.Unlock()
	v.doors.Close()
	v.fromClients.close()
	v.fromServers.close()
	for _, c := range v.all() {
		c.close()
	}
	v.group.Wait()
	if !v.used.Any() {
		return // a finder opens sockets
	}
	if f, err := v.s.finder(v.run.Mode()); err == nil { // else the gateway is closed
		v.used.Tell(f.answers, v.run.Note)
	}
}

func (v *server) all() (list []*circuit) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for c := range v.circuits {
		list = append(list, c)
	}
	return list
}

// WritesChanged implements gateway.Server. A client that does not read holds nobody up.
func (v *server) WritesChanged() {
	v.mu.Lock()
	defer v.mu.Unlock()
	for c := range v.circuits {
		if !v.stopped {
			v.group.Go(c.rights)
		}
	}
}

func (v *server) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return // Stop has closed it, and a listener that fails can do nothing more
		}
		select {
		case v.slots <- struct{}{}:
		default:
			_ = conn.Close()
			continue
		}
		c := newCircuit(v, conn)
		v.mu.Lock()
		stopped := v.stopped
		if !stopped {
			v.circuits[c] = struct{}{}
			v.group.Add(1)
		}
		v.mu.Unlock()
		if stopped {
			_ = conn.Close()
			return
		}
		go v.serve(c)
	}
}

func (v *server) serve(c *circuit) {
	defer v.group.Done()
	c.serve()
	v.mu.Lock()
	delete(v.circuits, c)
	v.mu.Unlock()
	<-v.slots
}

// names answers searches over UDP.
func (v *server) names(conn net.PacketConn) {
	b := make([]byte, 64<<10)
	for {
		n, from, err := conn.ReadFrom(b)
		if err != nil {
			return
		}
		list, err := ca.Datagram(b[:n], maxDatagram)
		if err != nil && len(list) == 0 {
			continue
		}
		sequence := ca.Message{Command: ca.CmdVersion, Count: ca.Version}
		for _, m := range list {
			switch m.Command {
			case ca.CmdVersion:
				sequence.Type, sequence.P1 = m.Type, m.P1
			case ca.CmdSearch:
				head := sequence
				what := asked{name: ca.Text(m.Payload), cid: m.P2}
				v.search(m, func(cid uint32) {
					v.askers.remember(what, from)
					_, _ = conn.WriteTo(ca.Append(ca.Append(nil, head), found(cid)), from) // the client asks again
				})
			default: // not a client's
			}
		}
	}
}

// searchTime is how long a name is looked for after a client asked; clients repeat.
const searchTime = 10 * time.Second

// search calls found once there is something to connect to: at once for a channel
// that the run may not read, so that nobody learns which of those there are.
func (v *server) search(m ca.Message, found func(cid uint32)) {
	name, err := ca.Name(m.Payload)
	if err != nil {
		return
	}
	cid := m.P2
	if v.run.MayRead(name) != nil {
		found(cid)
		return
	}
	f, err := v.s.finder(v.run.Mode())
	if err != nil {
		return
	}
	if _, ok := f.known(name); ok {
		found(cid)
		return
	}
	if !v.looking(false) {
		return
	}
	v.group.Go(func() {
		defer v.searches.Add(-1)
		ctx, cancel := context.WithTimeout(v.run.Context(), searchTime)
		defer cancel()
		if _, err := f.find(ctx, name); err == nil {
			found(cid)
		}
	})
}

// looking counts one more name that is looked for; false is that there are enough. Of
// one that is not known the control network hears.
func (v *server) looking(known bool) bool {
	most := int64(maxSearches)
	if known {
		most = maxChannels
	}
	if v.searches.Add(1) > most {
		v.searches.Add(-1)
		return false
	}
	return true
}

// known reports whether a server of the name was found before.
func (v *server) known(name string) bool {
	f, err := v.s.finder(v.run.Mode())
	if err != nil {
		return false
	}
	_, ok := f.known(name)
	return ok
}

// thing counts one more channel or monitor; false is that there are enough.
func (v *server) thing() bool {
	if v.things.Add(1) > maxThings {
		v.things.Add(-1)
		return false
	}
	return true
}

// warn logs that a client's circuit was closed. Clients can have that at will, so it is
// said a few times only.
func (v *server) warn(err error) {
	switch n := v.warnings.Add(1); {
	case n < maxWarnings:
		v.s.opt.Log.Warn("a client's circuit was closed", slog.Any("err", err))
	case n == maxWarnings:
		v.s.opt.Log.Warn("a client's circuit was closed; more of this run's are not logged", slog.Any("err", err))
	}
}

// refusal returns why the run may not read the channel, or nil, and reports it once.
func (v *server) refusal(name string) *interlock.Refusal {
	n := v.run.MayRead(name)
	if n == nil {
		return nil
	}
	v.mu.Lock()
	_, told := v.refused[name]
	if len(v.refused) < maxTold {
		v.refused[name] = struct{}{}
	}
	v.mu.Unlock()
	if !told {
		v.run.Refuse(n)
	}
	return n
}

// gone looks for channels whose server has gone until one has them again, and then
// makes the run's clients look again.
func (v *server) gone(list []asked, at netip.AddrPort) {
	f, err := v.s.finder(v.run.Mode())
	if err != nil {
		return
	}
	for _, a := range list {
		f.forget(a.name, at)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stopped || len(list) == 0 {
		return
	}
	name := list[0].name // the rest is with the same server
	before, already := v.lost[name]
	v.lost[name] = append(before, list...)
	if already {
		return
	}
	v.group.Go(func() {
		_, err := f.find(v.run.Context(), name)
		v.mu.Lock()
		lost := v.lost[name]
		delete(v.lost, name)
		v.mu.Unlock()
		if err == nil {
			v.repeater.beacon()
			v.askers.answer(lost)
		}
	})
}
