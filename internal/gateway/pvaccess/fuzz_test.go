package pvaccess_test

import (
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// session is what a client sends to read and to put a channel that no grant names.
func session(sid uint32) []byte {
	e := pva.NewEncoder(false, false)
	request := func(c pva.Command, id uint32, sub byte, body func()) {
		e.Begin(c)
		about(e, sid, id, sub)
		if sub == pva.SubInit {
			e.Type(wholeRequest)
		}
		if body != nil {
			body()
		}
		e.End()
	}
	e.Begin(pva.CreateChannel)
	e.U16(1)
	e.U32(2)
	e.Text("H:B")
	e.End()
	for _, c := range []pva.Command{pva.Get, pva.Put, pva.Monitor, pva.RPC} {
		request(c, uint32(c), pva.SubInit, nil)
	}
	request(pva.Get, uint32(pva.Get), 0, nil)
	request(pva.Monitor, uint32(pva.Monitor), pva.SubStart, nil)
	request(pva.Put, uint32(pva.Put), pva.SubGet, nil)
	request(pva.Put, uint32(pva.Put), 0, func() { e.U8(1); e.U8(2); e.U64(5) })
	request(pva.DestroyRequest, uint32(pva.Get), 0, nil)
	return e.B
}

// FuzzClient: whatever a client sends once it has a channel, nothing panics, no put
// without a grant arrives, and the next client is served.
func FuzzClient(f *testing.F) {
	f.Add(session(1), uint16(0))
	f.Add(session(2), uint16(300))
	server := startFake(f, &fake{})
	r := open(f, writing(interlock.ChannelGrant{Match: "H:OTHER"}), nil, []int{server.port()})
	f.Fuzz(func(t *testing.T, b []byte, pause uint16) {
		mine := *r // its helpers speak of this input
		mine.t = t
		c := mine.dial()
		defer c.conn.Close()
		c.channel(1, "H:A")
		at := min(int(pause), len(b))
		_, _ = c.conn.Write(b[:at])
		c.drain(2 * time.Millisecond) // answers come, and requests get their types
		_, _ = c.conn.Write(b[at:])
		c.drain(5 * time.Millisecond)
		next := mine.dial()
		defer next.conn.Close()
		sid := next.channel(1, "H:A")
		next.get(sid, 1, next.init(pva.Get, sid, 1))
		server.mu.Lock()
		defer server.mu.Unlock()
		if len(server.puts) > 0 {
			t.Fatalf("a put arrived: %v", server.puts)
		}
	})
}

// FuzzServer: whatever a server sends to a get, nothing panics, and channels of other
// servers go on.
func FuzzServer(f *testing.F) {
	answers := func() []byte {
		e := pva.NewEncoder(true, false)
		e.Begin(pva.Get)
		e.U32(2)
		e.U8(pva.SubInit)
		e.Status(pva.Status{})
		e.U8(0xFD)
		e.U16(1)
		e.Type(fakeType)
		e.End()
		e.Begin(pva.Get)
		e.U32(2)
		e.U8(0)
		e.Status(pva.Status{})
		e.U8(1)
		e.U8(3)
		e.U64(1)
		e.Text("text")
		return e.End()
	}
	f.Add(answers())
	var mu sync.Mutex
	var says []byte
	bad := startFake(f, &fake{bad: func(w *fakeConn, m *pva.Message) bool {
		if m.Command != pva.Get {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		_, _ = w.conn.Write(says)
		return true
	}})
	f.Fuzz(func(t *testing.T, b []byte) {
		mu.Lock()
		says = b
		mu.Unlock()
		r := open(t, interlock.Grant{Reads: reads}, nil, []int{bad.port()})
		c := r.dial()
		defer c.conn.Close()
		sid := c.channel(1, "H:A")
		c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, 1, pva.SubInit); e.Type(nil) })
		c.drain(2 * time.Millisecond)
		c.send(pva.Get, func(e *pva.Encoder) { about(e, sid, 1, 0) })
		c.drain(2 * time.Millisecond)
		r.stop()
	})
}

// drain reads what comes within a time.
func (c *raw) drain(d time.Duration) {
	c.conn.SetDeadline(time.Now().Add(d))
	for {
		if _, err := c.r.Next(); err != nil {
			break
		}
	}
	c.conn.SetDeadline(time.Now().Add(10 * time.Second))
}
