package pvaccess_test

import (
	"net"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// N6: a put that its server does not take in time never arrives later, when writes have
// long been off: what is still on its way is cut off.
func TestNoPutArrivesAfterTheKillSwitch(t *testing.T) {
	typ := pva.NewStructure("", pva.Field{Name: "value", Type: pva.ListOf(pva.Float64)})
	big := pva.OfFloats(typ.Fields[0].Type, make([]float64, 900_000)) // more than the buffers of a socket that is not read
	goOn, ended := make(chan struct{}), make(chan struct{}, 8)
	f := startFake(t, &fake{
		value: func() pva.Value { return pva.OfFields(typ, pva.OfFloats(typ.Fields[0].Type, make([]float64, 1))) },
		bad: func(w *fakeConn, m *pva.Message) bool {
			d := m.Decoder()
			d.U32()
			d.U32()
			if m.Command == pva.Validation {
				_ = w.conn.(*net.TCPConn).SetReadBuffer(4096) // so that little of a put is on this side
			}
			if m.Command == pva.Put && d.U8() == pva.SubInit {
				w.answer(m)
				<-goOn
				return true
			}
			return false
		},
		closed: func() { ended <- struct{}{} },
	})
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), nil, []int{f.port()})
	intent := make(chan struct{})
	r.ledger.Fail = func(n interlock.Record) error {
		if n.Kind == interlock.RecordPut {
			close(intent)
		}
		return nil
	}
	c := r.dial()
	sid := c.channel(1, "H:A")
	c.init(pva.Put, sid, 1)
	c.send(pva.Put, func(e *pva.Encoder) {
		about(e, sid, 1, 0)
		e.U8(1)
		e.U8(2)
		e.Value(big)
	})
	<-intent // it is as good as on its way
	if err := r.gateway.Writes().TurnOff(gateway.Switched{Reason: "test"}); err != nil {
		t.Error(err)
	}
	close(goOn)
	select {
	case <-ended: // the server has read all that there will ever be
	case <-time.After(10 * time.Second):
		t.Error("the circuit goes on")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.puts) > 0 {
		t.Error("a put arrived after writes were off")
	}
	if e := r.stop(); len(e.Puts) != 1 || e.Puts[0].Status != interlock.PutUnknown {
		t.Errorf("the puts: %+v", e.Puts)
	}
}
