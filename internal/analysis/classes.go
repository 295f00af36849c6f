package analysis

import (
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// class is a class of the submission.
type class struct {
	name  string
	attrs map[string]value
	bases []value
	table *tableClass // the class of a table it derives from, if any
	self  *userObject // stands for all instances that were not seen to be made
	seen  []*userObject
	// hooked: code that is not seen has an instance, and may call any method.
	hooked bool
}

// userObject is an instance of a class of the submission.
type userObject struct {
	cls   *class
	attrs map[string]value
	base  *instance // what it is as an instance of a table's class
}

func (w *walker) defineClass(n *parser.Node) {
	c := &class{name: n.Name}
	for _, d := range n.Decorators() {
		w.eval(d)
	}
	for _, b := range n.List {
		v := w.eval(b)
		c.bases = append(c.bases, v)
		switch x := v.(type) {
		case *extern:
			if x.cls != nil {
				c.table = x.cls
			}
		case *class:
			if c.table == nil {
				c.table = x.table
			}
		}
	}
	for _, k := range n.Keywords {
		w.eval(k.Value)
	}
	f := w.frame.child(classScope, w.scopeOf(n))
	f.cls = c
	w.in(f, func() { w.block(n.Body) })
	c.attrs = f.vars
	w.bind(n.Name, c)
}

// lookup finds a class attribute by the order of bases; nil if there is none.
func (c *class) lookup(name string) value {
	return c.find(name, 0)
}

func (c *class) find(name string, depth int) value {
	if v, ok := c.attrs[name]; ok {
		return v
	}
	for _, b := range c.bases {
		if p, ok := b.(*class); ok && depth < 32 {
			if v := p.find(name, depth+1); v != nil {
				return v
			}
		}
	}
	return nil
}

// foreign reports whether c has a base that is neither the submission's own nor
// in a table, so that a library may call its methods.
func (c *class) foreign() bool {
	for _, b := range c.bases {
		switch x := b.(type) {
		case *class:
			if x.foreign() {
				return true
			}
		case *builtin:
			if x.name != "object" {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// any is an instance of which nothing is known but what the class's methods
// store in it; the instances that were seen to be made are joined into it.
func (c *class) any(w *walker) *userObject {
	if c.self == nil {
		c.self = &userObject{cls: c, attrs: map[string]value{}, base: w.baseInstance(c)}
		for _, o := range c.seen {
			for name, v := range o.attrs {
				c.self.attrs[name] = join(c.self.attrs[name], v)
			}
			if o.base != nil && c.self.base != nil {
				c.self.base.channels = c.self.base.channels.join(o.base.channels)
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

// construct makes an instance of c.
func (w *walker) construct(c *class, a arguments, n *parser.Node) value {
	o := &userObject{cls: c, attrs: map[string]value{}, base: w.baseInstance(c)}
	c.seen = append(c.seen, o)
	if len(c.seen) > 64 {
		c.seen = c.seen[:64]
	}
	switch init := c.lookup("__init__").(type) {
	case *function:
		w.callFunction(init, o, a, n)
	default:
		if o.base != nil {
			o.base.channels = channelsOf(o.base.cls.Row.Channel.pick(a))
		}
		w.fields(o, a)
	}
	if c.foreign() {
		w.hooks(c)
	}
	return o
}

// fields sets the fields of a dataclass from the constructor's arguments.
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
	for _, v := range c.attrs {
		if f, ok := v.(*function); ok {
			f.referenced = true
		}
	}
}

// userAttribute is an attribute of an instance of the submission's own class.
func (w *walker) userAttribute(o *userObject, name string, n *parser.Node) value {
	if v, ok := o.attrs[name]; ok {
		return v
	}
	switch v := o.cls.lookup(name).(type) {
	case nil:
	case *function:
		switch {
		case v.property:
			return w.callFunction(v, o, arguments{}, n)
		case v.static:
			return v
		case v.classMethod:
			return &boundFunction{self: o.cls, fn: v}
		}
		return &boundFunction{self: o, fn: v}
	case *component:
		return w.fit(o, name, v)
	default:
		return v
	}
	if o.base != nil {
		return w.instanceAttribute(o.base, name, n)
	}
	if name == "__class__" {
		return o.cls
	}
	if name == "__dict__" {
		return &namespace{of: o}
	}
	return unknown{}
}

// fit makes the part of o that a component describes, once.
func (w *walker) fit(o *userObject, name string, c *component) value {
	channels := chanset{}
	if o.base != nil {
		channels = o.base.channels
	}
	channels = channels.extend(channelsOf(c.suffix))
	var part value = unknown{}
	if c.cls != nil {
		part = &instance{cls: c.cls, channels: channels}
	} else if c.user != nil {
		u := &userObject{cls: c.user, attrs: map[string]value{}, base: w.baseInstance(c.user)}
		if u.base != nil {
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
	for _, b := range s.cls.bases {
		c, ok := b.(*class)
		if !ok {
			continue
		}
		if f, ok := c.lookup(name).(*function); ok {
			return &boundFunction{self: s.self, fn: f}
		}
	}
	o, ok := s.self.(*userObject)
	if !ok || o.base == nil {
		return &object{of: "super"}
	}
	if name == "__init__" {
		return &builtin{name: "super().__init__"}
	}
	return w.instanceAttribute(o.base, name, n)
}
