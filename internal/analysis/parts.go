package analysis

import (
	"slices"

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
	x.channels = row.lib.bare(channelsOf(row.Channel.pick(a))).delimited(x.cls, a)
	x.writesTo(row.Written, a)
}

// writesTo notes the channel that x writes, where the argument s names another.
func (x *instance) writesTo(s argSpec, a arguments) {
	v := s.pick(a)
	if v == nil || isNone(v) {
		return
	}
	out := x.cls.Row.lib.bare(channelsOf(v))
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
