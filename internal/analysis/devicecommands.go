package analysis

import (
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// deviceCommand is what an attribute that a device defines is where it is called.
// Only the call tells a command from a value, and it may be anywhere: f = dev.On; f().
type deviceCommand struct {
	fn       *tableFunction
	op       interlock.Op
	channels chanset
	read     accessKey // what taking the attribute was noted as
}

// callCommand calls an attribute of a device. Taking it was then no read.
func (w *walker) callCommand(c *deviceCommand, a arguments, n *parser.Node) value {
	w.found.called[c.read] = true
	w.record(c.fn, c.op, c.channels, valueset{}, n)
	w.escapeAll(a, n, true)
	return &object{of: "value"}
}

func (c *deviceCommand) same(d *deviceCommand) bool {
	if c == nil || d == nil {
		return c == d
	}
	return c.fn.name == d.fn.name && c.read == d.read && c.channels.kind == d.channels.kind &&
		strings.Join(c.channels.values, "\x00") == strings.Join(d.channels.values, "\x00")
}

// commandOf is the command that v is where it is called, else nil.
func commandOf(v value) *deviceCommand {
	if x, ok := v.(*object); ok {
		return x.command
	}
	return nil
}

// handCommand hands an attribute of a device to code that is not seen. Most such
// are readings; one whose name asks for a deed, or which is handed over to be
// called, may be called.
func (w *walker) handCommand(c *deviceCommand, n *parser.Node, hook bool) {
	name := c.fn.name[lastDot(c.fn.name)+1:]
	if hook || deeds[strings.ToLower(name)] || w.tables.verb(name) {
		w.as(interlock.Possible, func() { w.callCommand(c, arguments{}, n) })
	}
}

// hookCommands finds the commands among what is handed over to be called.
func (w *walker) hookCommands(a arguments, n *parser.Node) {
	for x := range a.each() {
		at := x.node
		if at == nil {
			at = n
		}
		for _, v := range alternatives(x.v) {
			if c := commandOf(v); c != nil && (hooking(calledName(n)) || hooking(x.name)) {
				w.handCommand(c, at, true)
			}
		}
	}
}

// calledName is the last name of what the call n calls.
func calledName(n *parser.Node) string {
	if n == nil || n.Kind != parser.Call || n.Value == nil {
		return ""
	}
	return n.Value.Name
}

// hooking reports whether a function or keyword of that name takes what is
// called later.
func hooking(name string) bool {
	name = strings.ToLower(name)
	if hooks[name] || strings.HasPrefix(name, "on_") || strings.HasPrefix(name, "call_") {
		return true
	}
	for _, word := range []string{"callback", "listener", "handler", "observer", "hook", "_job", "_task"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

var hooks = setOf(`connect register subscribe submit do signal after target function func fn cb command action
thread timer process setinterval schedule spawn start_soon run_in_executor to_thread defer bind`)

// deeds are names that devices give to commands and hardly to readings.
var deeds = setOf(`on off open close start stop init reset abort standby enable disable arm trigger home move
snap prepare shutdown`)
