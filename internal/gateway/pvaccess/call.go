package pvaccess

import (
	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// callName is a command that is neither a read nor a plain put, for people.
func callName(command pva.Command) string {
	switch command {
	case pva.PutGet:
		return "PUT_GET"
	case pva.Process:
		return "PROCESS"
	case pva.Array:
		return "ARRAY"
	default:
		return "RPC"
	}
}

// call refuses a request that is neither a read nor a plain put. The circuit is kept.
func (c *circuit) call(command pva.Command, d *pva.Decoder) error {
	sid, id, sub := d.U32(), d.U32(), d.U8()
	if d.Err() != nil {
		return nil
	}
	if t := typeOf(sub, &c.types, d); t != nil {
		_ = d.Value(t, &c.types)
	}
	if d.Err() != nil {
		return nil
	}
	ch, err := c.channelOf(sid)
	if err != nil || ch == nil {
		return err
	}
	var text string
	if ch.refusal != nil {
		text = ch.refusal.Message
	} else {
		text = c.v.refuseCall(ch, callName(command))
	}
	c.out.send(reply(command, id, sub, pva.Error(text)).End())
	return nil
}

// typeOf reads the type that a request begins with, so that it can be referred to.
func typeOf(sub byte, cache *pva.Types, d *pva.Decoder) *pva.Type {
	if sub&pva.SubInit == 0 || d.Left() == 0 {
		return nil
	}
	return d.Type(cache)
}

// multiple refuses a message about several requests at once, which has no answer of
// its own.
func (c *circuit) multiple(d *pva.Decoder) {
	id := d.U32()
	if d.Err() != nil {
		return
	}
	const text = "MULTIPLE_DATA is refused: it is neither a read nor a plain put"
	c.v.run.Refuse(&interlock.Refusal{Kind: "put", What: "MULTIPLE_DATA", Count: 1, Rule: "control_system.epics.write", SeenBy: "gateway",
		Violation: interlock.CallNotAllowed, Message: text, Hint: callHint})
	e := encoder(pva.MessageText)
	e.U32(id)
	e.U8(2)
	e.Text(text)
	c.out.send(e.End())
}

const callHint = "allowed are get, monitor and put"

// refuseCall puts the refusal of a call into the report and returns its words.
func (v *server) refuseCall(ch *channel, what string) string {
	text := what + " of " + ch.name + " is refused: it is neither a read nor a plain put"
	v.run.Refuse(&interlock.Refusal{Kind: "put", What: ch.name, Count: 1, Rule: "control_system.epics.write", SeenBy: "gateway",
		Violation: interlock.CallNotAllowed, Message: text, Hint: callHint})
	return text
}
