package analysis

import (
	"slices"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// own tells o's base whose it is, so that its methods find o's components.
func (o *userObject) own() {
	if o.base != nil {
		o.base.owner = o
	}
}

// made gives x the channels that its constructor is given.
func (x *instance) made(a arguments) {
	row := &x.cls.Row
	x.channels = channelsOf(row.Channel.pick(a)).delimited(x.cls, a)
	x.writesTo(row.Written, a)
}

// writesTo notes the channel that x writes, where the argument s names another.
func (x *instance) writesTo(s argSpec, a arguments) {
	v := s.pick(a)
	if v == nil || isNone(v) {
		return
	}
	out := channelsOf(v)
	if a.star { // it may as well not be given
		out = out.join(x.channels)
	}
	x.out = &out
}

// delimited puts the text that the class's delim argument gives after each channel.
func (c chanset) delimited(cls *tableClass, a arguments) chanset {
	for k := cls; k != nil; k = k.parent {
		if v := k.Delim.pick(a); v != nil {
			return c.extend(channelsOf(v))
		}
	}
	return c
}

// reach is the channels of x as fn means them: read, or written.
func (x *instance) reach(fn *tableFunction) chanset {
	if x.out != nil && fn.Op != "read" && fn.Op != "" {
		return *x.out
	}
	return x.channels
}

// meant is the channels that fn, a method of x without a channel of its own, is
// about: some of x's parts where the row says so and x has them, else x's own.
func (w *walker) meant(fn *tableFunction, x *instance, n *parser.Node) chanset {
	if cs := w.partsOf(fn, x, n); len(cs) > 0 {
		return joinChannels(cs)
	}
	return fn.about(x.reach(fn))
}

func (w *walker) partsOf(fn *tableFunction, x *instance, n *parser.Node) (out []chanset) {
	for _, name := range fn.Parts {
		switch {
		case name == "positioners" && x.owner != nil:
			out = append(out, w.positioners(x.owner, n)...)
		case name == "siblings" && x.within != nil:
			out = append(out, w.positioners(x.within, n)...)
		default:
			if c, ok := w.part(x, name, n); ok {
				out = append(out, c)
			}
		}
	}
	return out
}

// part is the channels that writing to the part of x with that name writes.
func (w *walker) part(x *instance, name string, n *parser.Node) (chanset, bool) {
	if o := x.owner; o != nil {
		_, set := o.attrs[name]
		if _, declared := o.cls.lookup(name).(*component); set || declared {
			return channelsOf(w.via(w.userAttribute(o, name, n), "put", n, maxDepth)), true
		}
	}
	if c, ok := x.cls.child(name); ok {
		return x.channels.extend(exactly(c.Suffix)), true
	}
	return chanset{}, false
}

// positioners are the channels of all components of o that move.
func (w *walker) positioners(o *userObject, n *parser.Node) (out []chanset) {
	for _, e := range o.cls.componentNames().elems {
		name, _ := asString(e)
		x, ok := w.userAttribute(o, name, n).(*instance)
		if !ok {
			continue
		}
		fn := x.cls.method("set")
		if fn == nil || fn.Op == "" || slices.Contains(fn.Parts, "siblings") {
			continue
		}
		out = append(out, w.meant(fn, x, n))
	}
	return out
}

// via is v with each device in it replaced by what calling its method is about.
func (w *walker) via(v value, method string, n *parser.Node, depth int) value {
	if depth == 0 || w.exhausted {
		return v
	}
	switch x := v.(type) {
	case *union:
		var out []value
		for _, e := range x.alts {
			out = append(out, w.via(e, method, n, depth-1))
		}
		return joinAll(out)
	case *sequence:
		out := &sequence{open: x.open, loose: x.loose}
		for _, e := range x.elems {
			out.elems = append(out.elems, w.via(e, method, n, depth-1))
		}
		return out
	case *mapping:
		out := &mapping{open: x.open, vals: x.vals}
		for _, e := range x.keys {
			out.keys = append(out.keys, w.via(e, method, n, depth-1))
		}
		return out
	case *userObject:
		if x.base != nil {
			return w.via(x.base, method, n, depth-1)
		}
	case *instance:
		if fn := x.cls.method(method); fn != nil && !fn.Channel.set {
			return &instance{cls: x.cls, channels: w.meant(fn, x, n)}
		}
		if x.out != nil {
			return &instance{cls: x.cls, channels: *x.out}
		}
	}
	return v
}

// componentNames are the names of the components that c declares.
func (c *class) componentNames() *sequence {
	if c.order == nil {
		c.linearise()
	}
	s := &sequence{}
	var names []string
	for _, k := range c.order {
		for name, v := range k.attrs {
			if _, ok := v.(*component); ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for _, name := range names {
		s.elems = append(s.elems, str(name))
	}
	return s
}

// dynamicParts is the class of a device whose components a dict names: to each
// name a tuple of class, suffix and keywords.
func dynamicParts(m *mapping, device *tableClass) *class {
	c := &class{name: "DynamicDevice", attrs: map[string]value{}, table: device}
	for i, k := range m.keys {
		name, ok := asString(k)
		t, isTuple := m.vals[i].(*sequence)
		if !ok || !isTuple || len(t.elems) < 2 {
			return nil
		}
		p := &component{suffix: t.elems[1]}
		switch x := t.elems[0].(type) {
		case *extern:
			p.cls = x.cls
		case *class:
			p.user = x
		}
		c.attrs[name] = p
	}
	c.linearise()
	return c
}

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

// with is a class that has c's rows, and those of other that c lacks: for a class
// of the submission that derives from both.
func (c *tableClass) with(other *tableClass) *tableClass {
	if other == nil || other == c || c.inherits(other) {
		return c
	}
	if other.inherits(c) {
		return other
	}
	out := *other
	out.Row = other.Row
	if !out.Row.Channel.set {
		out.Row.Channel, out.Row.Written, out.Channel = c.Row.Channel, c.Row.Written, c.Channel
	}
	if out.parent == nil {
		out.parent = c
	} else {
		out.parent = out.parent.with2(c)
	}
	return &out
}

// with2 is c with other as its last ancestor.
func (c *tableClass) with2(other *tableClass) *tableClass {
	if c == nil || c == other {
		return other
	}
	out := *c
	out.parent = c.parent.with2(other)
	return &out
}

func (c *tableClass) inherits(other *tableClass) bool {
	for k := c; k != nil; k = k.parent {
		if k == other {
			return true
		}
	}
	return false
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

// declaredPart is what "name: Annotated[SignalRW[float], PvSuffix("X")]" in the
// body of a device's class makes on each instance; nil where it is no such line.
func (w *walker) declaredPart(n *parser.Node) value {
	f := w.frame
	if f.kind != classScope || f.cls == nil || f.cls.table == nil || n.Extra == nil || n.Target.Kind != parser.Name {
		return nil
	}
	c, t := &component{suffix: unknown{}}, n.Extra
	if t.Kind == parser.Subscript {
		if x, ok := w.eval(t.Value).(*extern); ok && annotatedTypes[x.path] && t.Right != nil && t.Right.Kind == parser.Tuple && len(t.Right.List) > 1 {
			for _, e := range t.Right.List[1:] {
				if e.Kind == parser.Call && len(e.List) > 0 {
					w.declaredSuffix(c, e)
				}
			}
			t = t.Right.List[0]
		}
	}
	if t.Kind == parser.Subscript { // SignalRW[float]
		t = t.Value
	}
	switch x := w.eval(t).(type) {
	case *extern:
		c.cls = x.cls
	case *class:
		c.user = x
	}
	if c.cls == nil && (c.user == nil || c.user.table == nil) {
		return nil
	}
	return c
}

var annotatedTypes = setOf("typing.Annotated typing_extensions.Annotated")

// declaredSuffix takes the suffix out of PvSuffix("X") or PvSuffix.rbv("X").
func (w *walker) declaredSuffix(c *component, call *parser.Node) {
	x, ok := w.eval(call.Value).(*extern)
	if !ok || w.tables.library(root(x.path)) == nil || isNone(w.eval(call.List[0])) {
		return
	}
	if v := w.eval(call.List[0]); channelsOf(v).kind == exactChannels {
		c.suffix = v
	}
}

// gathers reports whether an instance is about the channels that are added to it,
// and of none before.
func (c *tableClass) gathers() bool {
	if c.Row.Channel.set {
		return false
	}
	for k := c; k != nil; k = k.parent {
		for _, m := range k.Methods {
			if m.Adds.set {
				return true
			}
		}
	}
	return false
}
