package analysis

import (
	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// stagedSettings are what a device's signals are set to when it is staged, which
// every plan does to its detectors: the dict that the class's staged names.
type stagedSettings struct{ of *instance }

func (c *tableClass) staged() string {
	for k := c; k != nil; k = k.parent {
		if k.Staged != "" {
			return k.Staged
		}
	}
	return ""
}

// stageOne is settings[key] = v. It counts as a write where it stands.
func (w *walker) stageOne(s *stagedSettings, key, v value, n *parser.Node) {
	var cs []chanset
	for _, k := range alternatives(key) {
		c := channelsOf(w.via(k, "put", n, maxDepth))
		if name, ok := asString(k); ok {
			c = chanset{}
			if part, has := w.part(s.of, name, n); has {
				c = part
			}
		}
		cs = append(cs, c)
	}
	fn := &tableFunction{lib: s.of.cls.Row.lib, name: s.of.cls.Row.name + "." + s.of.cls.staged(), row: s.of.cls.Row.row + ".staged"}
	w.as(interlock.Possible, func() { w.record(fn, interlock.OpWrite, joinChannels(cs), valuesOf(v, ""), n) })
}

// stageAll stores all of a dict, or of pairs.
func (w *walker) stageAll(x *instance, v value, n *parser.Node) {
	s := &stagedSettings{of: x}
	switch m := v.(type) {
	case *stagedSettings:
		return
	case *mapping:
		for i, k := range m.keys {
			w.stageOne(s, k, m.vals[i], n)
		}
		if m.open {
			w.stageOne(s, unknown{}, unknown{}, n)
		}
	case *sequence:
		for _, e := range m.elems {
			if t, ok := e.(*sequence); ok && len(t.elems) == 2 {
				w.stageOne(s, t.elems[0], t.elems[1], n)
			} else {
				w.stageOne(s, unknown{}, unknown{}, n)
			}
		}
		if m.open {
			w.stageOne(s, unknown{}, unknown{}, n)
		}
	default:
		w.stageOne(s, unknown{}, unknown{}, n)
	}
}

func (w *walker) stagedMethod(s *stagedSettings, name string, a arguments, n *parser.Node) value {
	switch name {
	case "update":
		for _, p := range a.pos {
			w.stageAll(s.of, p.v, n)
		}
		for _, k := range a.kw {
			w.stageOne(s, str(k.name), k.v, n)
		}
		if a.star {
			w.stageOne(s, unknown{}, unknown{}, n)
		}
		return none{}
	case "__setitem__", "setdefault":
		w.stageOne(s, orUnknown(a.value(0)), orUnknown(a.value(1)), n)
		return unknown{}
	}
	return nil
}

// staging is fn, which stages what its argument names, without its deed where none
// of that has anything to stage: bluesky passes over what has no such method.
func (w *walker) staging(fn *tableFunction, a arguments) *tableFunction {
	for _, x := range alternatives(orUnknown(fn.Channel.pick(a))) {
		things := []value{x}
		if elems, known := w.elements(x); known {
			things = elems
		}
		for _, thing := range things {
			if i, ok := thing.(*instance); !ok || i.cls.method(fn.Via) != nil {
				return fn
			}
		}
	}
	out := *fn
	out.Op = ""
	return &out
}

// messages are the row of the plan stub that yields a message, by its command;
// of a command that is not listed nothing is known.
var messages = map[string]struct{ op, via string }{
	"set": {"write", "set"}, "trigger": {"execute", "trigger"}, "stop": {"execute", "stop"}, "kickoff": {"execute", "kickoff"},
	"complete": {"execute", "complete"}, "prepare": {"write", "prepare"}, "configure": {"write", ""},
	"stage": {"execute", "stage"}, "unstage": {"execute", "unstage"}, "read": {"read", ""}, "locate": {"read", ""},
	"monitor": {"read", ""}, "collect": {"read", ""}, "unmonitor": {}, "open_run": {}, "close_run": {}, "create": {}, "save": {}, "drop": {},
	"wait": {}, "sleep": {}, "checkpoint": {}, "clear_checkpoint": {}, "null": {}, "pause": {}, "input": {}, "declare_stream": {},
	"subscribe": {}, "unsubscribe": {}, "rewindable": {}, "wait_for": {},
}

// message is the row of a Msg with a constant command.
func message(fn *tableFunction, a arguments) *tableFunction {
	command, ok := asString(orUnknown(a.value(0, "command")))
	m, listed := messages[command]
	if !ok || !listed {
		return fn
	}
	out := *fn
	out.Op, out.Via = opWord(m.op), m.via
	return &out
}
