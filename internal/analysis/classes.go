package analysis

import (
	"maps"
	"slices"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// class is a class of the submission.
type class struct {
	name  string
	kind  classKind
	attrs map[string]value
	bases []value
	order []*class    // itself and its bases, as methods are looked up
	table *tableClass // the class of a table it derives from, if any
	meta  *class      // the submission's own metaclass, if any
	subs  []*class    // the classes that name it as a base
	self  *userObject // stands for all instances that were not seen to be made
	seen  []*userObject
	// options: it is the class of what argparse returns.
	options bool
	// hooked: code that is not seen has an instance, and may call any method.
	hooked  bool
	fields  []field  // of a dataclass and its like, inherited ones first
	members []string // of an enumeration, in order
}

func (w *walker) defineClass(n *parser.Node) {
	c := &class{name: n.Name}
	for _, b := range n.List {
		w.addBase(c, w.eval(b))
	}
	var keywords []argument
	for _, k := range n.Keywords {
		keywords = append(keywords, argument{name: k.Name, v: w.eval(k.Value), node: k.Value})
	}
	f := w.frame.child(classScope, w.scopeOf(n))
	f.cls = c
	w.in(f, func() { w.block(n.Body) })
	c.attrs = f.vars
	c.hookSpecial()
	c.linearise()
	v := w.decorateClass(c, n)
	w.shape(c, n)
	w.bind(n.Name, v)
	w.classMade(c, keywords, n)
	if c.derives("unittest.TestCase", "unittest.IsolatedAsyncioTestCase") { // found and run by their base
		c.hookMethods()
	}
}

// hookSpecial marks what c has under the names that Python itself calls, where it
// was not defined under such a name: __exit__ = lambda *a: ...
func (c *class) hookSpecial() {
	for name, v := range c.attrs {
		if !strings.HasPrefix(name, "__") || !strings.HasSuffix(name, "__") {
			continue
		}
		for _, x := range alternatives(v) {
			if f, ok := x.(*function); ok {
				f.hooked = true
			}
		}
	}
}

func (w *walker) addBase(c *class, v value) {
	c.bases = append(c.bases, v)
	switch x := v.(type) {
	case *extern:
		if x.cls != nil {
			c.table = x.cls.with(c.table)
		}
		if k := classKinds[x.path]; k != plainClass {
			c.kind = k
		}
		for _, r := range w.tables.host.calls[x.path] {
			if r.kind == "import" {
				w.opaqueCode(r, x.path, nil, nil)
			}
		}
	case *class:
		x.subs = append(x.subs, c)
		if c.table == nil {
			c.table = x.table
		}
		if c.kind == plainClass {
			c.kind = x.kind
		}
	}
}

// decorateClass applies the class's decorators. The submission's own are
// followed; what a library does to a class leaves it usable as before.
func (w *walker) decorateClass(c *class, n *parser.Node) value {
	v := value(c)
	for _, d := range slices.Backward(n.Decorators()) {
		switch x := w.eval(d).(type) {
		case *extern:
			if k := classKinds[x.path]; k != plainClass {
				c.kind = k
			}
		case *builtin:
			if x.name == "dataclass" {
				c.kind = dataClass
			}
		case *function, *boundFunction, *userObject, *partial:
			if out := w.call(x, plain(d, v), d); !mayBeUnknown(out) {
				v = out
			}
		}
	}
	return v
}

// classMade calls what Python calls when a class is made.
func (w *walker) classMade(c *class, keywords []argument, n *parser.Node) {
	for _, k := range keywords {
		if m, ok := k.v.(*class); ok && k.name == "metaclass" {
			c.meta = m
			w.hooks(m)
		}
	}
	if m := c.metaclass(); m != nil {
		w.metaclass(c, m, n)
	}
	for _, b := range c.order[1:] {
		if f, ok := b.attrs["__init_subclass__"].(*function); ok {
			w.callFunction(f, c, arguments{kw: keywords}, n)
			break
		}
	}
	for name, v := range c.attrs {
		if o, ok := v.(*userObject); ok && o.cls.lookup("__set_name__") != nil {
			w.call(w.attribute(o, "__set_name__", n), plain(n, c, str(name)), n)
		}
	}
}

// metaclass follows the submission's own metaclass; the class is what it was.
func (w *walker) metaclass(c, m *class, n *parser.Node) {
	ns := &mapping{}
	for _, name := range slices.Sorted(maps.Keys(c.attrs)) {
		ns.put(str(name), c.attrs[name])
	}
	for _, name := range []string{"__module__", "__qualname__"} {
		ns.put(str(name), str(c.name))
	}
	outer := w.making
	w.making = c
	defer func() { w.making = outer }()
	if f, ok := m.lookup("__new__").(*function); ok {
		w.callFunction(f, m, plain(n, str(c.name), &sequence{elems: c.bases}, ns), n)
	}
	if f, ok := m.lookup("__init__").(*function); ok {
		w.callFunction(f, c, plain(n, str(c.name), &sequence{elems: c.bases}, ns), n)
	}
	for name, v := range m.attrs {
		if _, own := c.attrs[name]; !own && !strings.HasPrefix(name, "__") {
			if f, ok := v.(*function); ok {
				c.attrs[name] = &boundFunction{self: c, fn: f}
			}
		}
	}
}

// subclasses are what c.__subclasses__() returns: those seen so far; inside a
// function, others may follow before it is called.
func (c *class) subclasses(w *walker) value {
	s := &sequence{open: w.frame.kind != moduleScope && w.depth == 0}
	for _, x := range c.subs {
		s.elems = append(s.elems, x)
	}
	return s
}

// lookup finds a class attribute by the order of bases; nil if there is none.
func (c *class) lookup(name string) value {
	if c.order == nil {
		c.linearise()
	}
	for _, k := range c.order {
		if v, ok := k.attrs[name]; ok {
			return v
		}
	}
	return nil
}

// foreign reports whether c has a base that is neither the submission's own nor
// in a table, so that a library may call its methods.
func (c *class) foreign() bool { return c.foreignWithin(maxBases) }

func (c *class) foreignWithin(depth int) bool {
	for _, b := range c.bases {
		switch x := b.(type) {
		case *class:
			if depth == 0 || x.foreignWithin(depth-1) {
				return true
			}
		case *builtin:
			if x.name != "object" && !immutableTypes[x.name] {
				return true
			}
		case *extern:
			if !inertBases[x.path] && classKinds[x.path] == plainClass {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// inertBases are bases of libraries that call no method of their own accord.
var inertBases = setOf(`abc.ABC typing.Protocol typing.Generic typing_extensions.Protocol contextlib.ContextDecorator
contextlib.AbstractContextManager collections.abc.Mapping collections.abc.Sequence`)
