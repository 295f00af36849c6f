package analysis

import (
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// callTable calls what a table's row describes. self is nil for a function.
func (w *walker) callTable(fn *tableFunction, self *instance, a arguments, n *parser.Node) value {
	if fn.name == "bluesky.Msg" {
		fn = message(fn, a)
	}
	channels := w.channelArgument(fn, self, a, n)
	if fn.Via == "stage" || fn.Via == "unstage" {
		fn = w.staging(fn, a)
	}
	if fn.Adds.set && self != nil {
		self.channels = self.channels.join(channelsOf(fn.Adds.pick(a)))
	}
	if fn.Op != "" && !w.simulated(fn.Channel.pick(a)) {
		w.record(fn, interlock.Op(fn.Op), channels, w.valueArgument(fn, a), n)
	}
	if fn.Runs.set {
		w.runPlan(fn, a, n)
	}
	w.escapeAll(a, n, true)
	switch {
	case fn.Component != nil:
		return w.componentOf(fn, a, n)
	case fn.Returns != "":
		v := w.returned(fn, channels)
		if x, ok := v.(*instance); ok {
			x.writesTo(fn.Written, a)
		}
		return v
	}
	return &object{of: "value"}
}

// channelArgument is the set of channels that a call is about.
func (w *walker) channelArgument(fn *tableFunction, self *instance, a arguments, n *parser.Node) chanset {
	if !fn.Channel.set {
		switch {
		case self == nil:
			return chanset{}
		case fn.choices():
			return self.reach(fn).extend(fn.chosen(a))
		}
		return w.meant(fn, self, n)
	}
	v := fn.Channel.pick(a)
	if fn.Listed && fn.Returns == "" {
		v = firstOfPairs(v)
	}
	if fn.Channel.every > 1 && v != nil { // a count may follow the repeated group
		v, _ = without(v, func(x value) bool { _, number := asNumber(x); return number })
	}
	if fn.Via != "" && v != nil {
		v = w.via(v, fn.Via, n, maxDepth)
	}
	c := fn.lib.bare(channelsOf(v))
	if self != nil && fn.Join != nil {
		c = self.cls.renamed(c)
		return self.channels.extend(exactly(*fn.Join)).extend(c)
	}
	return c
}

func (w *walker) valueArgument(fn *tableFunction, a arguments) valueset {
	if !fn.Value.set || fn.Relative.set && given(fn.Relative.pick(a)) != never {
		return valueset{}
	}
	text := ""
	if x, ok := fn.Value.first(a); ok && x.node != nil {
		text = w.text(x.node)
	}
	v := fn.Value.pick(a)
	if fn.Listed {
		v = secondOfPairs(v)
	}
	return valuesOf(v, text)
}

// firstOfPairs is the first place of each pair in a list of pairs.
func firstOfPairs(v value) value { return placeOfPairs(v, 0) }

func secondOfPairs(v value) value { return placeOfPairs(v, 1) }

func placeOfPairs(v value, i int) value {
	s, ok := v.(*sequence)
	if !ok {
		return v
	}
	out := &sequence{open: s.open}
	for _, e := range s.elems {
		if t, isPair := e.(*sequence); isPair && len(t.elems) == 2 {
			out.elems = append(out.elems, t.elems[i])
		} else {
			out.open = true
		}
	}
	return out
}

// simulated reports whether v is a device of a simulation that a library ships.
func (w *walker) simulated(v value) bool {
	if v == nil {
		return false
	}
	found := false
	for _, x := range alternatives(v) {
		path := ""
		switch x := x.(type) {
		case integer, float:
			continue
		case *object:
			path = x.of
		case *extern:
			path = x.path
		}
		if lib := w.tables.library(root(path)); lib == nil || !lib.harmless(path) {
			return false
		}
		found = true
	}
	return found
}

// runPlan runs what is handed over: a plan whose steps were seen when it was made.
func (w *walker) runPlan(fn *tableFunction, a arguments, n *parser.Node) {
	for _, x := range alternatives(orUnknown(fn.Runs.pick(a))) {
		switch x := x.(type) {
		case unknown, *unknownAttribute:
			w.hide(fn.name, "which plan it runs is not known", n, true)
		case *function, *boundFunction, *partial:
			w.call(x, arguments{}, n)
		}
	}
}

// returned is the instance that a row says a call returns.
func (w *walker) returned(fn *tableFunction, channels chanset) value {
	cls := fn.lib.Classes[fn.Returns]
	if !fn.Listed {
		return &instance{cls: cls, channels: channels}
	}
	s := &sequence{open: channels.kind == unknownChannels}
	for _, name := range channels.values {
		s.elems = append(s.elems, &instance{cls: cls, channels: chanset{kind: channels.kind, values: []string{name}}})
	}
	if s.open {
		s.elems = append(s.elems, &instance{cls: cls})
	}
	return s
}

// makeInstance makes an instance of a table's class.
func (w *walker) makeInstance(x *extern, a arguments, n *parser.Node) value {
	c := x.cls
	channels := c.Row.lib.bare(channelsOf(c.Row.Channel.pick(a)))
	if c.Row.Op != "" {
		w.record(&c.Row, interlock.Op(c.Row.Op), channels, valueset{}, n)
	}
	w.control = true
	w.escapeAll(a, n, true)
	if c.gathers() {
		channels = exactly() // until some are added
	}
	out := &instance{cls: c, channels: channels.delimited(c, a)}
	out.writesTo(c.Written, a)
	return out
}

func (w *walker) callMethod(m *method, a arguments, n *parser.Node) value {
	m.ref.consume()
	return w.callTable(m.fn, m.self, a, n)
}

// callUnbound calls a method that was taken from its class: the first argument is
// what it is called on.
func (w *walker) callUnbound(x *extern, a arguments, n *parser.Node) value {
	x.ref.consume()
	var out value
	for _, self := range alternatives(orUnknown(a.value(0))) {
		i, ok := self.(*instance)
		if o, isObject := self.(*userObject); isObject && o.base != nil {
			i, ok = o.base, true
		}
		if !ok {
			i = &instance{cls: x.of}
		}
		out = join(out, w.callTable(x.fn, i, a.from(1), n))
	}
	return out
}

// callInstance calls an instance itself: RE(plan).
func (w *walker) callInstance(x *instance, a arguments, n *parser.Node) value {
	if fn := x.cls.method("__call__"); fn != nil {
		return w.callTable(fn, x, a, n)
	}
	w.escapeAll(a, n, false)
	return unknown{}
}

// instanceAttribute is x.name for an instance of a table's class.
func (w *walker) instanceAttribute(x *instance, name string, n *parser.Node) value {
	if name != "" && name == x.cls.staged() {
		return &stagedSettings{of: x}
	}
	switch name {
	case "__class__":
		return classOf(x)
	case "__setattr__":
		return &partial{fn: &builtin{name: "setattr"}, args: plain(n, x)}
	}
	if fn := x.cls.method(name); fn != nil {
		m := &method{self: x, fn: fn}
		if fn.Op != "" {
			m.ref = w.reference(fn, x, n)
		}
		return m
	}
	if fn := x.cls.load(name); fn != nil {
		if fn.Op != "" {
			w.record(fn, interlock.Op(fn.Op), fn.about(x.channels), valueset{}, n)
		}
		if fn.Returns != "" {
			return &instance{cls: fn.lib.Classes[fn.Returns], channels: x.channels}
		}
		return &object{of: "value"}
	}
	if part, ok := x.cls.child(name); ok {
		return &instance{cls: x.cls.Row.lib.Classes[part.Class], channels: x.channels.extend(exactly(part.Suffix)), within: x.owner}
	}
	if any := x.cls.any(); any != nil && any.covers(name, x.cls.field(name)) {
		return w.anyAttribute(x, any, name, n)
	}
	if v := x.around(name); v != nil {
		return v
	}
	if w.tables.verb(name) || x.cls.hasParts() {
		return &unknownAttribute{name: name, node: n} // it may be a part that writes
	}
	return &object{of: "value", name: name}
}

// classOf is the class of x, as its library names it.
func classOf(x *instance) value { return &extern{path: x.cls.Row.name, cls: x.cls} }

// covers reports whether the attribute with that name is one of the device's;
// field is the name as the device knows it.
func (a *tableAny) covers(name, field string) bool {
	return !strings.HasPrefix(name, "_") && !slices.Contains(a.Except, name) &&
		(!a.Upper || strings.ToUpper(field) == field)
}

// anyAttribute reads an attribute that the device defines, which may be a command
// where it is called.
func (w *walker) anyAttribute(x *instance, any *tableAny, name string, n *parser.Node) value {
	fn := &tableFunction{lib: x.cls.Row.lib, name: x.cls.Row.name + "." + name, row: any.row}
	channels := x.channels.extend(exactly(any.Join + x.cls.field(name)))
	if any.Load != "" {
		w.record(fn, interlock.Op(any.Load), channels, valueset{}, n)
	}
	out := &object{of: "value"}
	if any.Call != "" {
		out.command = &deviceCommand{fn: fn, op: interlock.Op(any.Call), channels: channels,
			read: accessKey{pos: w.pos(n), api: fn.name, op: interlock.Op(any.Load)}}
	}
	return out
}

// storeInstance is x.name = v. own says that x is the base of a class of the
// submission, whose attributes are mostly its own. It reports whether the store
// was the library's business.
func (w *walker) storeInstance(x *instance, name string, v value, t, from *parser.Node, own bool) bool {
	text := ""
	if from != nil {
		text = w.text(from)
	}
	if name != "" && name == x.cls.staged() {
		w.stageAll(x, v, t)
		return true
	}
	if fn := x.cls.store(name); fn != nil {
		if fn.Op != "" {
			w.record(fn, interlock.Op(fn.Op), fn.about(x.reach(fn)), valuesOf(v, text), t)
		}
		return true
	}
	any := x.cls.any()
	if any == nil || any.Store == "" || !any.covers(name, x.cls.field(name)) {
		return false
	}
	whose := interlock.Definite
	if own {
		whose = x.built.certainty(name, v)
	}
	if whose == interlock.None {
		return false
	}
	fn := &tableFunction{lib: x.cls.Row.lib, name: x.cls.Row.name + "." + name, row: any.row}
	w.as(whose, func() {
		w.record(fn, interlock.Op(any.Store), x.channels.extend(exactly(any.Join+x.cls.field(name))), valuesOf(v, text), t)
	})
	return whose == interlock.Definite
}

// indexed is x[key].
func (w *walker) indexed(x *instance, key value, n *parser.Node) value {
	items := x.cls.items()
	if items == nil {
		return x // one of several, e.g. what get_pvs returned
	}
	fn := &tableFunction{lib: x.cls.Row.lib, name: x.cls.Row.name + ".__getitem__", row: items.row}
	if items.Load != "" {
		w.record(fn, interlock.Op(items.Load), x.channels.extend(exactly(items.Join)).extend(channelsOf(key)), valueset{}, n)
	}
	return &object{of: "value"}
}

// storeIndexed is x[key] = v.
func (w *walker) storeIndexed(x *instance, key, v value, t, from *parser.Node) {
	items := x.cls.items()
	if items == nil || items.Store == "" {
		return
	}
	text := ""
	if from != nil {
		text = w.text(from)
	}
	fn := &tableFunction{lib: x.cls.Row.lib, name: x.cls.Row.name + ".__setitem__", row: items.row}
	w.record(fn, interlock.Op(items.Store), x.channels.extend(exactly(items.Join)).extend(channelsOf(key)), valuesOf(v, text), t)
}
