package channelaccess

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// errAnomaly closes a circuit: the other side does what no correct one does.
var errAnomaly = errors.New("the circuit does not keep to the protocol")

func anomaly(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errAnomaly, fmt.Sprintf(format, args...))
}

// circuit is one client's TCP circuit.
type circuit struct {
	v    *server
	conn net.Conn
	in   *ca.Reader
	out  *out
	ctx  context.Context // done when the client has gone
	end  context.CancelFunc

	making sync.WaitGroup // channels that are looked for
	puts   sync.WaitGroup // that the client is still to be told of
	// reading is the readers of its upstream circuits, and who shows held puts.
	reading sync.WaitGroup

	asked []gateway.Asked // puts that are not decided on yet; only the reader uses it

	mu       sync.Mutex
	channels map[uint32]*channel // by the id that the client was given
	cids     map[uint32]struct{} // the client's own ids, while they are in use
	subs     map[uint32]*subscription
	ups      map[netip.AddrPort]*upstream
	nextSID  uint32
	off      bool       // the client wants no events now
	first    ca.Command // what of its name the client said first
	closed   bool
	stale    map[*subscription]struct{} // that are to show a put that was held back
	showing  bool                       // a goroutine does
}

func newCircuit(v *server, conn net.Conn) *circuit {
	c := &circuit{v: v, conn: conn, out: &out{conn: conn}, channels: map[uint32]*channel{}, cids: map[uint32]struct{}{},
		subs: map[uint32]*subscription{}, ups: map[netip.AddrPort]*upstream{}, stale: map[*subscription]struct{}{}}
	c.in = ca.NewReader(conn, v.s.opt.MaxArray)
	c.in.Bound(func(n int) error { return v.fromClients.take(n, 0) }, v.fromClients.give)
	c.ctx, c.end = context.WithCancel(context.Background())
	return c
}

// close ends the circuit, whatever it waits for.
func (c *circuit) close() {
	c.end()
	_ = c.conn.Close()
	for _, u := range c.servers() {
		u.close()
	}
}

// serve takes the client's messages until it has gone, and ends what it began. What
// it put and what was not answered yet is seen to its end first.
func (c *circuit) serve() {
	c.out.add(ca.Message{Command: ca.CmdVersion, Count: ca.Version})
	err := c.out.flush()
	defer c.in.Close()
	for err == nil {
		var m ca.Message
		if m, err = c.in.Next(); err == nil {
			if !isPut(m) || len(c.asked) >= maxTogether {
				c.putAll()
			}
			err = c.take(m)
		}
		if !c.in.Whole() {
			c.putAll()
		}
		if err == nil && (!c.in.Buffered() || c.behind()) {
			c.flush()
		}
	}
	c.putAll() // those before what ended it
	if errors.Is(err, errAnomaly) || errors.Is(err, ca.ErrTooLarge) {
		c.v.warn(err)
	}
	c.flush()
	c.end()
	_ = c.conn.Close()
	c.puts.Wait()
	c.making.Wait()
	c.mu.Lock()
	c.closed = true
	ups := slices.Collect(maps.Values(c.ups))
	channels := slices.Collect(maps.Values(c.channels))
	c.mu.Unlock()
	for _, u := range ups {
		u.close()
	}
	for _, ch := range channels {
		c.drop(ch)
	}
	c.reading.Wait()
}

// maxTogether bounds the puts that are decided on in one step.
const maxTogether = 64

func isPut(m ca.Message) bool { return m.Command == ca.CmdWrite || m.Command == ca.CmdWriteNotify }

// putAll has the puts decided on that came one behind the other.
func (c *circuit) putAll() {
	if len(c.asked) == 0 {
		return
	}
	urgent := func(n int32) {
		for _, a := range c.asked {
			if t, ok := a.Target.(*target); ok { // as write made it
				t.u.urgent.Add(n)
			}
		}
	}
	urgent(1)
	_ = c.out.flush() // the readers of the servers, too, wait for the client no more, or this does
	c.v.run.Put(c.asked...)
	urgent(-1)
	_ = c.out.flush() // what the readers left
	clear(c.asked)
	c.asked = c.asked[:0]
}

// behind reports whether much waits to be sent on.
func (c *circuit) behind() bool {
	if c.out.large() {
		return true
	}
	for _, u := range c.servers() {
		if u.out.large() {
			return true
		}
	}
	return false
}

// servers are the upstream circuits that are open.
func (c *circuit) servers() (list []*upstream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range c.ups {
		if u.isOpen() {
			list = append(list, u)
		}
	}
	return list
}

// flush sends on what the client's last messages led to.
func (c *circuit) flush() {
	for _, u := range c.servers() {
		_ = u.out.flush() // its reader sees that it broke
	}
	_ = c.out.flush() // the client's next message shows that it has gone
}

// take does what one message asks.
func (c *circuit) take(m ca.Message) error {
	switch m.Command {
	case ca.CmdVersion, ca.CmdReadSync:
		return nil
	case ca.CmdClientName, ca.CmdHostName:
		// Who the client says it is means nothing: the run's identity goes upstream. How it
		// says it tells libca, which begins with the user, from caproto.
		c.mu.Lock()
		if c.first == 0 {
			c.first = m.Command
		}
		c.mu.Unlock()
		return nil
	case ca.CmdEcho:
		c.out.add(ca.Message{Command: ca.CmdEcho})
		return nil
	case ca.CmdSearch:
		c.v.search(m, func(cid uint32) {
			c.out.add(ca.Message{Command: ca.CmdSearch, Type: serverPort, P1: loopback, P2: cid})
			_ = c.out.flush()
		})
		return nil
	case ca.CmdCreate:
		return c.create(m)
	case ca.CmdClearChannel:
		return c.clear(m)
	case ca.CmdReadNotify, ca.CmdRead:
		return c.read(m)
	case ca.CmdEventAdd:
		return c.subscribe(m)
	case ca.CmdEventCancel:
		return c.cancel(m)
	case ca.CmdWrite, ca.CmdWriteNotify:
		return c.write(m)
	case ca.CmdEventsOff, ca.CmdEventsOn:
		c.events(m.Command)
		return nil
	default:
		return anomaly("command %d", m.Command)
	}
}

func (c *circuit) events(how ca.Command) {
	c.mu.Lock()
	c.off = how == ca.CmdEventsOff
	c.mu.Unlock()
	for _, u := range c.servers() {
		u.out.add(ca.Message{Command: how})
	}
}

// channel finds the channel that the client calls sid. It is nil where there was one:
// a request may cross with the word that its server has gone.
func (c *circuit) channel(sid uint32) (*channel, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch := c.channels[sid]; ch != nil || sid > 0 && sid <= c.nextSID {
		return ch, nil
	}
	return nil, anomaly("no channel has the id %d", sid)
}

// create makes a channel. The answer comes once a server has made its own.
func (c *circuit) create(m ca.Message) error {
	name, err := ca.Name(m.Payload)
	if err != nil {
		return anomaly("%v", err)
	}
	c.mu.Lock()
	if _, twice := c.cids[m.P1]; twice || len(c.channels) >= maxChannels || !c.v.thing() {
		c.mu.Unlock()
		return anomaly("channel id %d twice, or more than %d channels", m.P1, maxChannels)
	}
	c.nextSID++
	ch := &channel{c: c, name: name, cid: m.P1, sid: c.nextSID, subs: map[uint32]*subscription{}}
	ch.denied = c.v.refusal(name)
	c.cids[ch.cid] = struct{}{}
	c.channels[ch.sid] = ch
	c.mu.Unlock()
	if ch.denied != nil {
		ch.count = 1
		// Said to have no right to read, pyepics waits out its time limit on every second read.
		c.out.add(ca.Message{Command: ca.CmdRights, P1: ch.cid, P2: ca.RightRead}, ca.Message{Command: ca.CmdCreate, Type: uint16(ca.Double), Count: 1, P1: ch.cid, P2: ch.sid})
		return nil
	}
	if !c.v.looking(c.v.known(name)) {
		c.drop(ch)
		c.out.add(ca.Message{Command: ca.CmdCreateFail, P1: ch.cid})
		return nil
	}
	c.making.Go(func() {
		defer c.v.searches.Add(-1)
		if err := c.connect(ch); err != nil {
			if c.drop(ch) {
				c.out.add(ca.Message{Command: ca.CmdCreateFail, P1: ch.cid})
				_ = c.out.flush()
			}
		}
	})
	return nil
}

// connect finds the server of a channel and asks it to make the channel.
func (c *circuit) connect(ch *channel) error {
	f, err := c.v.s.finder(c.v.run.Mode())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, searchTime)
	defer cancel()
	at, err := f.find(ctx, ch.name)
	if err != nil {
		return err
	}
	u, err := c.upstream(ctx, at)
	if err != nil {
		f.forget(ch.name, at)
		return err
	}
	return u.create(ch)
}

// upstream returns the circuit to a server, opening it where there is none.
func (c *circuit) upstream(ctx context.Context, at netip.AddrPort) (*upstream, error) {
	c.mu.Lock()
	u := c.ups[at]
	if c.closed {
		c.mu.Unlock()
		return nil, net.ErrClosed
	}
	if u == nil {
		u = newUpstream(c, at)
		c.ups[at] = u
		c.mu.Unlock()
		u.open(ctx)
	} else {
		c.mu.Unlock()
	}
	select {
	case <-u.opened:
		return u, u.failed()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// drop forgets a channel that never was, or that the client cleared. It is false where
// that was done before: the client may use its id for another by now.
func (c *circuit) drop(ch *channel) bool {
	ch.mu.Lock()
	was, subs := !ch.dropped, ch.subs
	ch.dropped, ch.subs = true, nil
	ch.mu.Unlock()
	if !was {
		return false
	}
	c.mu.Lock()
	delete(c.channels, ch.sid)
	delete(c.cids, ch.cid)
	for id := range subs {
		delete(c.subs, id)
	}
	c.mu.Unlock()
	c.v.things.Add(-1 - int64(len(subs)))
	for _, s := range subs {
		s.deaf()
	}
	return true
}

// clear ends a channel.
func (c *circuit) clear(m ca.Message) error {
	ch, err := c.channel(m.P1)
	if ch == nil {
		return err
	}
	if ch.cid != m.P2 {
		return anomaly("channel %d has another id than %d", m.P1, m.P2)
	}
	for _, s := range ch.subscriptions() {
		s.stop()
	}
	c.drop(ch)
	if u := ch.server(); u != nil {
		u.clear(ch)
	}
	c.out.add(ca.Message{Command: ca.CmdClearChannel, P1: m.P1, P2: m.P2})
	return nil
}

// disconnected tells the client that channels have lost their server; it looks for
// them again under new ids. caproto (to 1.3 at least) does so only once its circuit
// has ended, so for it the circuit ends. The reader of u flushes: a client that does not read must
// not hold up a put that is being given up.
func (c *circuit) disconnected(u *upstream, list []*channel) {
	var lost []asked
	c.mu.Lock()
	if c.ups[u.at] == u && u.failed() != nil {
		delete(c.ups, u.at)
	}
	last := c.first == ca.CmdHostName && len(list) > 0
	c.mu.Unlock()
	for _, ch := range list {
		lost = append(lost, asked{ch.name, ch.cid})
		if c.drop(ch) {
			c.out.add(ca.Message{Command: ca.CmdDisconnected, P1: ch.cid})
		}
	}
	if last {
		_ = c.conn.SetReadDeadline(time.Now()) // its own reader ends it, with all that is under way
	}
	if c.ctx.Err() == nil {
		c.v.gone(lost, u.at)
	}
}

// rights tells the client what it may do now.
func (c *circuit) rights() {
	c.mu.Lock()
	list := make([]*channel, 0, len(c.channels))
	for _, ch := range c.channels {
		list = append(list, ch)
	}
	c.mu.Unlock()
	for _, ch := range list {
		if m, is := ch.rightsMessage(); is {
			c.out.add(m)
		}
	}
	_ = c.out.flush()
}

// write decides on a put. A plain one has no answer, so a refusal is an exception.
func (c *circuit) write(m ca.Message) error {
	ch, err := c.channel(m.P1)
	if err != nil {
		return err
	}
	request := m
	request.Payload = nil
	wait := m.Command == ca.CmdWriteNotify
	c.puts.Add(1)
	told := func(o gateway.Outcome) {
		defer c.puts.Done()
		c.answer(ch, request, wait, o)
	}
	if ch == nil {
		told(gateway.Outcome{Err: errDisconnected})
		return nil
	}
	req := gateway.Request{Channel: ch.name, Protocol: c.v.s.Name(), Wait: wait}
	if t := ca.Type(m.Type); t > ca.Double {
		c.v.run.RefusePut(req, interlock.TypeNotAllowed, fmt.Sprintf("type %d is none of a value's", m.Type), told)
		return nil
	}
	// Before anything is made of the elements: a byte of a client's becomes ten here.
	if n := ch.most(); ch.denied == nil && m.Count > n {
		c.v.run.RefusePut(req, interlock.CountNotAllowed, fmt.Sprintf("it has %d elements, and the channel takes %d", m.Count, n), told)
		return nil
	}
	if m.Count > bigPut {
		c.v.big.Lock()
		defer c.v.big.Unlock()
	}
	if ch.denied != nil {
		c.v.run.RefusePut(req, interlock.TypeNotAllowed, "the run may not read it, so it cannot be checked", told)
		return nil
	}
	if req.Value, err = ca.Decode(ca.Type(m.Type), int(m.Count), m.Payload, m.Count > 1); err != nil {
		c.v.run.RefusePut(req, interlock.TypeNotAllowed, err.Error(), told)
		return nil
	}
	u := ch.server()
	if u == nil {
		told(gateway.Outcome{Err: errDisconnected})
		return nil
	}
	c.asked = append(c.asked, gateway.Asked{Request: req, Target: &target{ch: ch, u: u}, Told: told})
	if m.Count > bigPut {
		c.putAll()
	}
	return nil
}

// answer tells the client what became of its put.
func (c *circuit) answer(ch *channel, request ca.Message, wait bool, o gateway.Outcome) {
	status, why := ca.StatusNormal, ""
	switch {
	case o.Refusal != nil && (o.Refusal.Violation == modeReadOnly || o.Refusal.Violation == writesOff):
		status, why = ca.StatusNoWrite, o.Refusal.Message
	case o.Refusal != nil:
		status, why = ca.StatusPutFail, o.Refusal.Message
	case ch == nil:
		status, why = ca.StatusDisconn, errDisconnected.Error()
	case o.Err != nil:
		status, why = ca.StatusPutFail, o.Err.Error()
	}
	if wait {
		c.out.add(ca.Message{Command: ca.CmdWriteNotify, Type: request.Type, Count: request.Count, P1: uint32(status), P2: request.P2})
	} else if status != ca.StatusNormal && ch != nil {
		c.out.add(ca.Failure(ch.cid, status, request, why))
	}
	_ = c.out.flush()
}
