package analysis

import (
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// function is a function or lambda of the submission.
type function struct {
	node     *parser.Node
	outer    *frame // where it was defined
	defaults map[string]value
	cls      *class // of the class body it was defined in

	static, classMethod bool

	followed   int  // contexts it was followed in
	wide       bool // followed with unknown arguments
	referenced bool // handed to something that may call it with anything
	hooked     bool // a library may call it, if nothing else is seen to
}

// boundFunction is a function with its self.
type boundFunction struct {
	self value
	fn   *function
}

func (w *walker) defineFunction(n *parser.Node) {
	f := w.newFunction(n)
	v := value(f)
	for i := len(n.Decorators()) - 1; i >= 0; i-- {
		v = w.decorate(f, v, n.Decorators()[i])
	}
	w.annotation(n.Extra)
	w.bind(n.Name, v)
}

func (w *walker) newFunction(n *parser.Node) *function {
	f := &function{node: n, outer: w.frame, defaults: map[string]value{}}
	if w.frame.kind == classScope {
		f.cls = w.frame.cls
	}
	for _, p := range n.List {
		w.annotation(p.Extra)
		if p.Value != nil {
			f.defaults[p.Name] = w.eval(p.Value)
		}
	}
	w.functions = append(w.functions, f)
	return f
}

// decorate applies one decorator. What a library does to a function leaves it
// callable as before; the submission's own decorators are followed.
func (w *walker) decorate(f *function, v value, n *parser.Node) value {
	d := w.eval(n)
	switch x := d.(type) {
	case *builtin:
		switch x.name {
		case "property":
			return &property{get: v}
		case "staticmethod":
			f.static = true
			return v
		case "classmethod":
			f.classMethod = true
			return v
		}
	case *function, *boundFunction, *userObject, *partial:
		out := w.call(d, plain(n, v), n)
		if mayBeUnknown(out) {
			return join(out, v)
		}
		return out
	case *class:
		return w.construct(x, plain(n, v), n)
	case *extern:
		switch {
		case x.path == "functools.cached_property" || x.path == "abc.abstractproperty":
			return &property{get: v}
		case plainDecorators[x.path]:
			return v
		}
	}
	w.callHook(d, v, n)
	return v
}

// plainDecorators call the function only when it is called, with the arguments
// that it is called with.
var plainDecorators = setOf(`functools.lru_cache functools.cache contextlib.contextmanager contextlib.asynccontextmanager
abc.abstractmethod typing.overload typing.final typing.no_type_check typing_extensions.override typing.override
functools.singledispatch functools.singledispatchmethod numba.jit numba.njit bluesky.preprocessors.run_decorator
bluesky.preprocessors.stage_decorator bluesky.preprocessors.finalize_decorator bluesky.utils.plan`)

// callHook notices a function that is handed to a library, which may call it.
func (w *walker) callHook(d, v value, n *parser.Node) {
	switch d.(type) {
	case *extern, *object:
		if f, ok := v.(*function); ok {
			f.hooked = true
			return
		}
		w.escape(v, n, false)
	case unknown, *method, *unknownAttribute:
		w.escape(v, n, false)
	}
}

// callFunction follows a call into the submission's own function.
func (w *walker) callFunction(f *function, self value, a arguments, n *parser.Node) value {
	if w.recursing(f, self, a) {
		return unknown{} // what this call does is being walked already
	}
	if w.depth >= maxCalls || w.calling[f.node] > maxRecursion || f.followed >= maxContexts {
		f.referenced = true // the rest is seen once more, with unknown arguments
		for x := range a.each() {
			w.escape(x.v, n, false)
		}
		return unknown{}
	}
	if w.calling[f.node] > 0 {
		a = a.widened()
	}
	f.followed++
	w.site(n, f)
	w.active = append(w.active, activation{f: f, self: self, args: a})
	out := w.enterFunction(f, self, a)
	w.active = w.active[:len(w.active)-1]
	w.leave()
	return out
}

// activation is a call that is being walked.
type activation struct {
	f    *function
	self value
	args arguments
}

// recursing reports whether the same call is being walked already, with what
// numbers recursion counts unknown.
func (w *walker) recursing(f *function, self value, a arguments) bool {
	if w.calling[f.node] == 0 {
		return false
	}
	b := a.widened()
	for _, x := range w.active {
		if x.f == f && x.self == self && x.args.like(b) {
			return true
		}
	}
	return false
}

// enterFunction walks the body of f in a frame of its own.
func (w *walker) enterFunction(f *function, self value, a arguments) value {
	fr := f.outer.child(functionScope, w.scopeOf(f.node))
	if f.cls != nil {
		fr.cls, fr.self = f.cls, self
	}
	w.parameters(fr, f, self, a)
	fr.cond = w.cond
	w.calling[f.node]++
	w.depth++
	often := w.often
	w.in(fr, func() {
		if f.node.Kind == parser.Lambda {
			fr.returns = w.eval(f.node.Value)
		} else if w.block(f.node.Body) {
			fr.returns = join(fr.returns, none{})
		}
	})
	w.often = often
	w.depth--
	w.calling[f.node]--
	if fr.names.generator {
		return fr.generated()
	}
	if fr.returns == nil {
		return unknown{}
	}
	return fr.returns
}

// leftovers walks the functions that no call reached. One that was handed to
// something may be called; one that nothing refers to is not known to be.
func (w *walker) leftovers() {
	for i := 0; i < len(w.functions); i++ { // walking one may define more
		f := w.functions[i]
		if f.wide || (f.followed > 0 && !f.referenced) {
			continue
		}
		f.wide = true
		c := interlock.Unresolved
		if f.referenced || f.hooked || f.implicit() {
			c = interlock.Possible
		}
		w.as(c, func() { w.wideCall(f) })
	}
}

// implicit reports whether Python itself may call f: __exit__, __del__, __next__.
func (f *function) implicit() bool {
	return f.cls != nil && strings.HasPrefix(f.node.Name, "__") && strings.HasSuffix(f.node.Name, "__")
}

// wideCall walks f with unknown arguments.
func (w *walker) wideCall(f *function) {
	f.followed++
	often := w.often
	w.often = times{unbounded: true}
	w.site(f.node, f)
	for _, self := range f.selves(w) {
		out := w.enterFunction(f, self, arguments{star: true})
		if f.cls != nil && (f.node.Name == "__reduce__" || f.node.Name == "__reduce_ex__") {
			w.reduced(out, f.node)
		}
	}
	w.leave()
	w.often = often
}

// reduced is what __reduce__ returns: a callable and its arguments, which loading
// the pickle, or copying the object, calls.
func (w *walker) reduced(v value, n *parser.Node) {
	for _, x := range alternatives(v) {
		s, ok := x.(*sequence)
		if !ok || len(s.elems) < 2 {
			w.escape(x, n, false)
			continue
		}
		elems, known := w.listed(s.elems[1])
		a := plain(n, elems...)
		a.star = !known
		w.call(s.elems[0], a, n)
	}
}

// selves are what f may be called on; nil for a plain function.
func (f *function) selves(w *walker) []value {
	switch {
	case f.cls == nil || f.static:
		return []value{nil}
	case f.classMethod:
		return []value{f.cls}
	case len(f.cls.seen) == 0 || len(f.cls.seen) > maxSelves || f.node.Name == "__init__" || f.node.Name == "__new__":
		return []value{f.cls.any(w)}
	}
	var all []value
	for _, o := range f.cls.seen {
		all = append(all, o)
	}
	return all
}

// maxSelves bounds the instances that a method is walked for one by one.
const maxSelves = 16
