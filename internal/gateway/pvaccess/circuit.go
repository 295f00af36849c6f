package pvaccess

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// Bounds of what a client may send.
const (
	clientMost     = 8 << 20     // bytes of one message
	readsMost      = 128 << 20   // as clientMost, of all circuits of a run together
	clientTypes    = 20_000      // weight of the types that it may refer to
	requestMost    = 2_000       // weight of the type of a pvRequest
	maxAbout       = maxChannels // questions for types that wait for an answer
	maxChannelName = 500
)

// errAnomaly is what a client that keeps to the protocol never does. It ends the circuit.
var errAnomaly = errors.New("the client does not keep to the protocol")

func anomaly(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errAnomaly, fmt.Sprintf(format, args...))
}

// circuit is one connection of a client. Its reading goroutine decodes what comes and
// waits for nobody; puts have a goroutine of their own, which takes them in their
// order.
type circuit struct {
	v      *server
	conn   net.Conn
	out    *outbox
	ctx    context.Context
	end    context.CancelFunc
	done   sync.WaitGroup
	types  pva.Types    // of the reading goroutine
	greets bool         // the client has said who it says it is
	asks   atomic.Int64 // questions for types

	mu       sync.Mutex
	ended    bool
	nextSID  uint32
	channels map[uint32]*channel // by our sid
	byCID    map[uint32]*channel // by the client's cid
	requests map[uint32]*request // by the client's id
	puts     chan *putting
}

func newCircuit(v *server, conn net.Conn) *circuit {
	c := &circuit{v: v, conn: conn, channels: map[uint32]*channel{}, byCID: map[uint32]*channel{}, requests: map[uint32]*request{},
		puts: make(chan *putting, maxPuts), types: pva.Types{Most: clientTypes}}
	c.ctx, c.end = context.WithCancel(v.ctx)
	c.out = newOutbox(&v.waits, c.close)
	return c
}

// close ends the circuit; serve returns soon after. Locks may be held.
func (c *circuit) close() {
	c.end()
	_ = c.conn.Close()
	c.out.close() // reading may be waiting for it
}

// serve serves the client until it, or the run, is gone.
func (c *circuit) serve() {
	c.done.Add(2)
	go func() {
		defer c.done.Done()
		c.out.write(c.conn, 0, nil)
		c.close()
	}()
	go func() {
		defer c.done.Done()
		c.putAll()
	}()
	err := c.read()
	if errors.Is(err, errAnomaly) {
		c.v.log.Warn("a PV Access client was disconnected", slog.Any("err", err))
	}
	c.close()
	c.bury()
	c.done.Wait()
	c.dropPuts()
}

func (c *circuit) read() error {
	c.greet()
	r := pva.NewReader(bufio.NewReaderSize(c.conn, readBuffer), clientMost)
	r.Share(func(n int) bool { return c.v.reads.Add(int64(n)) <= readsMost })
	defer r.Close()
	for {
		m, err := r.Next()
		if err != nil {
			return err
		}
		if err := c.message(&m); err != nil {
			return err
		}
		c.out.calm()
	}
}

// greet begins as a server does: with its byte order and the request to say who is there.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Messages.html#cmd-connection-validation-0x01
func (c *circuit) greet() {
	e := pva.NewEncoder(true, false)
	e.Control(pva.SetByteOrder, 0)
	e.Begin(pva.Validation)
	e.U32(64 << 10)
	e.U16(0x7FFF)
	e.Size(2)
	e.Text("anonymous")
	e.Text("ca")
	c.out.send(e.End())
}

func (c *circuit) message(m *pva.Message) error {
	if m.Server {
		return anomaly("a message says that a server sent it")
	}
	if m.Control {
		if m.Command == pva.EchoRequest {
			e := pva.NewEncoder(true, false)
			e.Control(pva.EchoResponse, m.Data)
			c.out.send(e.B)
		}
		return nil
	}
	if !c.greets && m.Command != pva.Validation {
		return anomaly("command %#x came before the client was let in", m.Command)
	}
	d := m.Decoder()
	err := c.command(m.Command, d)
	if d.Err() != nil {
		return anomaly("command %#x: %v", m.Command, d.Err())
	}
	return err
}

func (c *circuit) command(command pva.Command, d *pva.Decoder) error {
	switch command {
	case pva.Validation:
		return c.validate(d)
	case pva.Echo:
		e := encoder(pva.Echo)
		e.Raw(d.Bytes(d.Left()))
		c.out.send(e.End())
	case pva.Search:
		c.search(d)
	case pva.CreateChannel:
		return c.create(d)
	case pva.DestroyChannel:
		c.destroy(d)
	case pva.Get, pva.Put, pva.Monitor:
		return c.operate(command, d)
	case pva.GetField:
		return c.describe(d)
	case pva.DestroyRequest:
		c.destroyRequest(d)
	case pva.CancelRequest:
		c.cancelRequest(d)
	case pva.RPC, pva.PutGet, pva.Process, pva.Array:
		return c.call(command, d)
	case pva.MultipleData:
		c.multiple(d)
	default: // to be ignored, as later versions may have it
	}
	return nil
}

// validate lets the client in. Who it says that it is means nothing: the run is known.
func (c *circuit) validate(d *pva.Decoder) error {
	if c.greets {
		return anomaly("the client said twice who it is")
	}
	d.U32()
	d.U16()
	d.U16()
	_ = d.Text()
	if t := d.Type(&c.types); t != nil {
		_ = d.Value(t, &c.types)
	}
	c.greets = true
	e := encoder(pva.Validated)
	e.Status(pva.Status{})
	c.out.send(e.End())
	return nil
}

func (c *circuit) search(d *pva.Decoder) {
	s := d.SearchRequest()
	if d.Err() != nil {
		return
	}
	c.v.search(s, question{c: c}, func(r pva.SearchResponse) {
		e := pva.NewEncoder(true, false)
		e.SearchResponse(r)
		c.out.send(e.B)
	})
}

// bury ends everything that the circuit had.
func (c *circuit) bury() {
	c.v.unask(c)
	c.mu.Lock()
	c.ended = true
	channels, requests := c.channels, c.requests
	c.channels, c.byCID, c.requests = map[uint32]*channel{}, map[uint32]*channel{}, map[uint32]*request{}
	c.mu.Unlock()
	c.v.things.Add(-int64(len(channels) + len(requests)))
	for _, r := range requests {
		r.stop()
	}
	for _, ch := range channels {
		ch.stop()
	}
}

// encoder begins a message to a client.
func encoder(command pva.Command) *pva.Encoder {
	e := pva.NewEncoder(true, false)
	e.Begin(command)
	return e
}

// reply begins a message about a request.
func reply(command pva.Command, id uint32, sub byte, s pva.Status) *pva.Encoder {
	e := encoder(command)
	e.U32(id)
	if command != pva.GetField {
		e.U8(sub)
	}
	e.Status(s)
	return e
}
