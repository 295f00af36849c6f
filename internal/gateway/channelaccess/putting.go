package channelaccess

import (
	"fmt"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

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
	end := func() {}
	told := func(o gateway.Outcome) {
		defer c.puts.Done()
		c.answer(ch, request, wait, o)
		end()
	}
	if ch == nil {
		told(gateway.Outcome{Err: errDisconnected})
		return nil
	}
	end = ch.putting()
	req := gateway.Request{Channel: ch.name, Protocol: c.v.s.Name(), Wait: wait, Circuit: c}
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
