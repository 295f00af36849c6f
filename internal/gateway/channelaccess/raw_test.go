package channelaccess_test

import (
	"encoding/binary"
	"math"
	"net"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/wire/ca"
)

// raw is a client of our own making: it sends what no library would.
type raw struct {
	t    *testing.T
	conn net.Conn
	in   *ca.Reader
	next uint32
}

// dial opens a circuit.
func dial(t *testing.T, at string) *raw {
	t.Helper()
	return dialAs(t, at, ca.CmdClientName, ca.CmdHostName)
}

// dialAs opens a circuit and says who is there in that order.
func dialAs(t *testing.T, at string, names ...ca.Command) *raw {
	t.Helper()
	conn, err := net.DialTimeout("tcp", at, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	r := &raw{t: t, conn: conn, in: ca.NewReader(conn, 1<<20)}
	r.send(ca.Message{Command: ca.CmdVersion, Count: ca.Version})
	for _, c := range names {
		r.send(ca.Message{Command: c, Payload: ca.NamePayload("mallory")})
	}
	return r
}

// send sends messages as they are. A circuit that is closed meanwhile shows when it is read.
func (r *raw) send(list ...ca.Message) {
	var b []byte
	for _, m := range list {
		b = ca.Append(b, m)
	}
	_ = r.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, _ = r.conn.Write(b)
}

// wait returns the next message of which is says yes.
func (r *raw) wait(is func(ca.Message) bool) (ca.Message, error) {
	_ = r.conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		m, err := r.in.Next()
		if err != nil {
			return m, err
		}
		if is(m) {
			m.Payload = append([]byte{}, m.Payload...)
			return m, nil
		}
	}
}

func command(c ca.Command) func(ca.Message) bool {
	return func(m ca.Message) bool { return m.Command == c }
}

// create makes a channel and returns its id.
func (r *raw) create(name string) (sid uint32) {
	r.t.Helper()
	r.next++
	r.send(ca.Message{Command: ca.CmdCreate, P1: r.next, P2: ca.Version, Payload: ca.NamePayload(name)})
	m, err := r.wait(func(m ca.Message) bool {
		return (m.Command == ca.CmdCreate || m.Command == ca.CmdCreateFail) && m.P1 == r.next
	})
	if err != nil || m.Command != ca.CmdCreate {
		r.t.Fatalf("making %s: %+v, %v", name, m, err)
	}
	return m.P2
}

// put puts and waits for the answer.
func (r *raw) put(sid uint32, t ca.Type, count uint32, payload []byte) ca.Status {
	r.t.Helper()
	r.next++
	id := r.next
	r.send(ca.Message{Command: ca.CmdWriteNotify, Type: uint16(t), Count: count, P1: sid, P2: id, Payload: payload})
	m, err := r.wait(func(m ca.Message) bool { return m.Command == ca.CmdWriteNotify && m.P2 == id })
	if err != nil {
		r.t.Fatalf("waiting for the answer to a put: %v", err)
	}
	return ca.Status(m.P1)
}

// throw puts without waiting, and waits until it was taken.
func (r *raw) throw(sid uint32, t ca.Type, count uint32, payload []byte) {
	r.t.Helper()
	r.send(ca.Message{Command: ca.CmdWrite, Type: uint16(t), Count: count, P1: sid, P2: 1, Payload: payload}, ca.Message{Command: ca.CmdEcho})
	if _, err := r.wait(command(ca.CmdEcho)); err != nil {
		r.t.Fatalf("waiting for an echo: %v", err)
	}
}

// closed waits until the other side has closed the circuit.
func (r *raw) closed() bool {
	_, err := r.wait(func(ca.Message) bool { return false })
	timeout, is := err.(net.Error) //nolint:errorlint // the connection's own
	return !is || !timeout.Timeout()
}

func double(v ...float64) (b []byte) {
	for _, n := range v {
		b = binary.BigEndian.AppendUint64(b, math.Float64bits(n))
	}
	return b
}

var nan = math.NaN()
