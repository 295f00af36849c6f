package analysis

import (
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// userObject is an instance of a class of the submission.
type userObject struct {
	cls   *class
	attrs map[string]value
	base  *instance // what it is as an instance of a table's class
}

// any is an instance of which nothing is known but what the class's methods
// store in it; the instances that were seen to be made are joined into it.
func (c *class) any(w *walker) *userObject {
	if c.self == nil {
		c.self = &userObject{cls: c, attrs: map[string]value{}, base: w.baseInstance(c)}
		c.self.own()
		for _, o := range c.seen {
			for name, v := range o.attrs {
				c.self.attrs[name] = join(c.self.attrs[name], v)
			}
			if o.base != nil && c.self.base != nil {
				c.self.base.channels = c.self.base.channels.join(o.base.channels)
				c.self.base.built = c.self.base.built.join(o.base.built)
			}
		}
		if init, ok := c.lookup("__init__").(*function); ok && len(c.seen) == 0 && !init.wide {
			init.wide = true
			w.enterFunction(init, c.self, arguments{star: true})
		}
	}
	return c.self
}

func (w *walker) baseInstance(c *class) *instance {
	if c.table == nil {
		return nil
	}
	return &instance{cls: c.table}
}

// construct calls c: that is its metaclass's business, where one says so.
func (w *walker) construct(c *class, a arguments, n *parser.Node) value {
	if m := c.metaclass(); m != nil {
		if f, ok := m.lookup("__call__").(*function); ok {
			return w.callFunction(f, c, a, n)
		}
	}
	return w.create(c, a, n)
}

// metaclass is the submission's own class that c is an instance of, its own or a
// base's; nil if there is none.
func (c *class) metaclass() *class {
	for _, k := range c.order {
		if k.meta != nil {
			return k.meta
		}
	}
	return nil
}

// create makes an instance of c.
func (w *walker) create(c *class, a arguments, n *parser.Node) value {
	switch c.kind {
	case enumClass:
		return w.member(c, a)
	case recordClass:
		return w.dictOf(a)
	case plainClass, dataClass, tupleClass:
	}
	var out value
	for _, o := range w.made(c, a, n) {
		w.initialise(o, c.lookup("__init__"), a, n)
		out = join(out, o)
	}
	if c.foreign() {
		w.hooks(c)
	}
	return out
}

// made are the instances that a call of c may give, before they are initialised:
// those that its __new__ returns, else a new one.
func (w *walker) made(c *class, a arguments, n *parser.Node) (out []*userObject) {
	if f, ok := c.lookup("__new__").(*function); ok {
		for _, x := range alternatives(w.callFunction(f, c, a, n)) {
			if o, isObject := x.(*userObject); isObject && o.cls == c {
				out = append(out, o)
			}
		}
	}
	if len(out) == 0 {
		out = []*userObject{w.bare(c)}
	}
	return out
}

// bare is object.__new__(c).
func (w *walker) bare(c *class) *userObject {
	o := &userObject{cls: c, attrs: map[string]value{}, base: w.baseInstance(c)}
	o.own()
	c.seen = append(c.seen, o)
	if len(c.seen) > 64 {
		c.seen = c.seen[:64]
	}
	return o
}

// initialise does what init, of o's class or a base of it, does to o.
func (w *walker) initialise(o *userObject, init value, a arguments, n *parser.Node) {
	if f, ok := init.(*function); ok {
		w.callFunction(f, o, a, n)
		return
	}
	if o.base != nil && o.cls.kind == plainClass {
		o.base.made(a)
		o.build(a)
	}
	if o.cls.kind == plainClass {
		w.fields(o, a)
		return
	}
	w.setFields(o, a, n)
}

// fields keeps what a constructor that is not seen is given.
func (w *walker) fields(o *userObject, a arguments) {
	for _, k := range a.kw {
		if k.name != "" {
			o.attrs[k.name] = k.v
		}
	}
	for _, p := range a.pos {
		w.escape(p.v, p.node, false)
	}
}

// hooks marks the methods of a class that a library knows by its base.
func (w *walker) hooks(c *class) {
	if c.hooked {
		return
	}
	c.hooked = true
	c.hookMethods()
}

// hookMethods marks the methods themselves, where what the class's instances hold
// stays the submission's.
func (c *class) hookMethods() {
	for _, v := range c.attrs {
		switch x := v.(type) {
		case *function:
			x.hooked = true
		case *property:
			x.hook()
		}
	}
}

// userAttribute is an attribute of an instance of the submission's own class.
func (w *walker) userAttribute(o *userObject, name string, n *parser.Node) value {
	if v, ok := o.attrs[name]; ok {
		return v
	}
	if v := o.cls.lookup(name); v != nil {
		return w.onInstance(o, name, v, n)
	}
	if name == "component_names" && o.base != nil {
		return o.cls.componentNames()
	}
	if o.base != nil {
		return w.instanceAttribute(o.base, name, n)
	}
	switch name {
	case "__class__":
		return o.cls
	case "__dict__":
		return &namespace{of: o}
	case "__setattr__":
		return &partial{fn: &builtin{name: "object.__setattr__"}, args: plain(n, o)}
	}
	if name == "runsource" || name == "runcode" || name == "push" {
		if o.cls.derives("code.InteractiveInterpreter", "code.InteractiveConsole") {
			return &partial{fn: &builtin{name: "run source"}, args: plain(n, o)}
		}
	}
	if mixins[name] && o.cls.derives("collections.abc.MutableMapping", "collections.UserDict") {
		return &partial{fn: &builtin{name: "mapping." + name}, args: plain(n, o)}
	}
	if v := w.fieldMethod(o, name); v != nil {
		return v
	}
	if f, ok := o.cls.lookup("__getattr__").(*function); ok {
		return w.callFunction(f, o, plain(n, str(name)), n)
	}
	return unknown{}
}

// onInstance is what a class attribute is on an instance.
func (w *walker) onInstance(o *userObject, name string, v value, n *parser.Node) value {
	switch v := v.(type) {
	case *function:
		switch {
		case v.static:
			return v
		case v.classMethod:
			return &boundFunction{self: o.cls, fn: v}
		}
		return &boundFunction{self: o, fn: v}
	case *property:
		return v.load(w, o, n)
	case *partial:
		if v.bind {
			return &partial{fn: v.fn, args: plain(n, o).then(v.args)}
		}
	case *component:
		return w.fit(o, name, v)
	case *userObject:
		if v.cls.lookup("__get__") != nil {
			return w.call(w.attribute(v, "__get__", n), plain(n, o, o.cls), n)
		}
	case *union:
		var out []value
		for _, x := range v.alts {
			out = append(out, w.onInstance(o, name, x, n))
		}
		return joinAll(out)
	}
	return v
}

// fit makes the part of o that a component describes, once.
func (w *walker) fit(o *userObject, name string, c *component) value {
	channels := w.partChannels(o, c, "suffix", c.suffix)
	var part value = unknown{}
	if c.harmless != "" {
		part = &object{of: c.harmless}
	} else if c.cls != nil {
		i := &instance{cls: c.cls, channels: channels, within: o}
		if given := c.cls.Written.pick(c.args.from(1)); given != nil && o.base != nil {
			out := w.partChannels(o, c, "write_pv", given)
			i.out = &out
		}
		part = i
	} else if c.user != nil {
		u := &userObject{cls: c.user, attrs: map[string]value{}, base: w.baseInstance(c.user)}
		u.own()
		if u.base != nil {
			u.base.within = o
			u.base.channels = channels
		}
		part = u
	}
	o.attrs[name] = part
	return part
}

// superOf is what super() is in the present frame.
type superOf struct {
	self value
	cls  *class
}

func (w *walker) superAttribute(s *superOf, name string, n *parser.Node) value {
	if v := w.superLookup(s, name, n); v != nil {
		return v
	}
	if c, isClass := s.self.(*class); isClass && name == "__call__" {
		return &partial{fn: &builtin{name: "type.__call__"}, args: plain(n, c)}
	}
	if c, isClass := s.self.(*class); isClass && name == "__new__" && w.making != nil && c == w.making.metaclass() {
		return &builtin{name: "super().__new__"}
	}
	if name == "__new__" && w.frame.self != nil {
		return &builtin{name: "object.__new__"}
	}
	o, ok := s.self.(*userObject)
	switch {
	case name == "__setattr__" && ok:
		return &partial{fn: &builtin{name: "object.__setattr__"}, args: plain(n, o)}
	case name == "__init__" && ok:
		return &builtin{name: "super().__init__"}
	case !ok || o.base == nil:
		return &object{of: "super"}
	}
	return w.instanceAttribute(o.base, name, n)
}

// superLookup finds the attribute in what follows the class in the order of the
// instance's class: for a mixin that is not one of its own bases.
func (w *walker) superLookup(s *superOf, name string, n *parser.Node) value {
	for _, c := range s.after() {
		v, ok := c.attrs[name]
		if !ok {
			continue
		}
		switch x := v.(type) {
		case *function:
			if x.static {
				return x
			}
			return &boundFunction{self: s.self, fn: x}
		case *property:
			if o, isObject := s.self.(*userObject); isObject {
				return x.load(w, o, n)
			}
		}
		return v
	}
	return nil
}

func (s *superOf) after() []*class {
	order := s.cls.order
	switch x := s.self.(type) {
	case *userObject:
		order = x.cls.order
	case *class:
		order = x.order
	}
	if i := slices.Index(order, s.cls); i >= 0 {
		return order[i+1:]
	}
	if len(s.cls.order) > 0 {
		return s.cls.order[1:]
	}
	return nil
}
