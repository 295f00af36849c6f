package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func (w *walker) callGetattr(a arguments, n *parser.Node) value {
	recv := a.value(0)
	if recv == nil {
		return unknown{}
	}
	var out []value
	for _, name := range alternatives(orUnknown(a.value(1))) {
		s, ok := asString(name)
		if !ok {
			w.dynamicAttribute("getattr", recv, n)
			out = append(out, unknown{})
			continue
		}
		out = append(out, w.attribute(recv, s, n))
	}
	if d := a.value(2); d != nil {
		w.escape(d, n, true)
	}
	return joinAll(out)
}

func orUnknown(v value) value {
	if v == nil {
		return unknown{}
	}
	return v
}

// dynamicAttribute is an attribute whose name the run decides.
func (w *walker) dynamicAttribute(api string, recv value, n *parser.Node) {
	for _, x := range alternatives(recv) {
		switch x := x.(type) {
		case *object, str, integer, float, *sequence, *mapping, octets:
			continue
		case *extern:
			if w.plainLibrary(x.path) {
				continue
			}
		case *userObject:
			w.hooks(x.cls)
			for _, v := range x.attrs {
				w.escape(v, n, false)
			}
			continue
		case *siblingModule:
			for _, v := range x.frame.vars {
				w.escape(v, n, false)
			}
			continue
		case *class:
			w.hooks(x)
			continue
		case unknown, *unknownAttribute:
			w.use(api, n)
			w.suspectDynamic(api, n)
			continue
		}
		w.use(api, n)
		w.hide(api, "which attribute is taken is not constant", n, true)
		return
	}
}

func (w *walker) callSetattr(a arguments, n *parser.Node) value {
	recv, name, v := orUnknown(a.value(0)), orUnknown(a.value(1)), orUnknown(a.value(2))
	var node *parser.Node
	if x, ok := a.at(2); ok {
		node = x.node
	}
	for _, alt := range alternatives(name) {
		s, ok := asString(alt)
		if !ok {
			w.dynamicAttribute("setattr", recv, n)
			continue
		}
		for _, x := range alternatives(recv) {
			w.storeAttribute(x, s, v, n, node)
		}
	}
	return none{}
}

func (w *walker) callSuper(a arguments) value {
	if w.frame.cls == nil {
		return unknown{}
	}
	self := w.frame.self
	if v, ok := a.at(1); ok {
		self = v.v
	}
	return &superOf{self: self, cls: w.frame.cls}
}

// superInit hands the constructor's arguments to the table's class that the
// submission's class derives from.
func (w *walker) superInit(a arguments, n *parser.Node) value {
	o, ok := w.frame.self.(*userObject)
	if ok && o.cls.kind == dataClass {
		w.setFields(o, a, n)
		return none{}
	}
	if ok && o.base != nil {
		o.baseInit(a)
	}
	return none{}
}

// baseInit hands o's arguments a to the constructor of the table's class that its
// class derives from.
func (o *userObject) baseInit(a arguments) {
	if c := channelsOf(o.base.cls.Row.Channel.pick(a)); c.kind != unknownChannels {
		o.base.made(a)
	}
	o.build(a)
}

// explicitInit is Base.__init__(self, ...), which is super().__init__(...) by
// another name. ok is false where Base is no class of a table that self's is made of.
func (w *walker) explicitInit(path string, a arguments) (ok bool) {
	name, isInit := strings.CutSuffix(path, ".__init__")
	if !isInit || len(a.pos) == 0 || w.extern(name).cls == nil {
		return false
	}
	for _, x := range alternatives(a.pos[0].v) {
		if o, isObject := x.(*userObject); isObject && o.base != nil {
			o.baseInit(a.from(1))
			ok = true
		}
	}
	return ok
}

// inheritedInit is Mid.__init__(self, ...), where Mid is a class of the submission
// that leaves its constructor to a table's class.
func (w *walker) inheritedInit(a arguments) value {
	if o, ok := orUnknown(a.value(0)).(*userObject); ok && o.base != nil {
		o.baseInit(a.from(1))
	}
	return none{}
}

// callMap applies a function to the elements of collections.
func (w *walker) callMap(name string, a arguments, n *parser.Node) value {
	f, ok := a.at(0)
	if !ok {
		return unknown{}
	}
	if name == "map" && len(a.pos) == 2 && f.v != value(none{}) {
		if elems, listed := w.listed(a.pos[1].v); listed && w.mayUnroll(len(elems)) {
			return w.mapEach(f.v, elems, n)
		}
	}
	if name == "filter" && len(a.pos) == 2 {
		if elems, listed := w.listed(a.pos[1].v); listed && w.mayUnroll(len(elems)) {
			return w.filterEach(f.v, elems, n)
		}
	}
	var args []value
	for _, c := range a.from(1).pos {
		args = append(args, w.items(c.v))
	}
	if f.v == value(none{}) {
		return &sequence{elems: args, open: true}
	}
	v := w.call(f.v, plain(n, args...), n)
	if name == "filter" && len(args) > 0 {
		return &sequence{elems: args, open: false}
	}
	return &sequence{elems: []value{v}, open: mayBeUnknown(v)}
}

func (w *walker) callMethodCaller(a arguments, n *parser.Node) value {
	if len(a.pos) < 2 {
		return unknown{}
	}
	name, ok := asString(a.pos[0].v)
	recv := a.pos[len(a.pos)-1].v
	if !ok {
		w.dynamicAttribute("operator.methodcaller", recv, n)
		return unknown{}
	}
	rest := arguments{pos: a.pos[1 : len(a.pos)-1], kw: a.kw, star: a.star}
	return w.call(w.attribute(recv, name, n), rest, n)
}

func (w *walker) callAttrGetter(a arguments, n *parser.Node) value {
	if len(a.pos) != 2 {
		return unknown{}
	}
	name, ok := asString(a.pos[0].v)
	v := a.pos[1].v
	if !ok {
		w.dynamicAttribute("operator.attrgetter", v, n)
		return unknown{}
	}
	for _, part := range strings.Split(name, ".") {
		v = w.attribute(v, part, n)
	}
	return v
}

// callMake makes an instance of a class of one collection: Point._make(row).
func (w *walker) callMake(a arguments, n *parser.Node) value {
	c, ok := a.value(0).(*class)
	if !ok {
		return unknown{}
	}
	if m, isMap := a.value(1).(*mapping); isMap {
		var spread arguments
		w.spread(&spread, m, n)
		return w.construct(c, spread, n)
	}
	elems, known := w.listed(orUnknown(a.value(1)))
	args := plain(n, elems...)
	args.star = !known
	return w.construct(c, args, n)
}

// callType is type(x), or a class made of a name, bases and a dict.
func (w *walker) callType(a arguments, n *parser.Node) value {
	if len(a.pos) == 1 {
		switch x := a.pos[0].v.(type) {
		case *userObject:
			return x.cls
		case *instance:
			return classOf(x)
		}
	}
	if len(a.pos) != 3 {
		return &object{of: "type"}
	}
	c := &class{attrs: map[string]value{}}
	c.name, _ = asString(a.pos[0].v)
	if s, ok := a.pos[1].v.(*sequence); ok {
		for _, b := range s.elems {
			w.addBase(c, b)
		}
	}
	if m, ok := a.pos[2].v.(*mapping); ok {
		for i, k := range m.keys {
			if name, ok := asString(k); ok {
				c.attrs[name] = m.vals[i]
				if f, isFunction := m.vals[i].(*function); isFunction && f.cls == nil {
					f.cls = c
				}
			}
		}
	}
	c.hookSpecial()
	c.linearise()
	return c
}
