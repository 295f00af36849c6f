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
