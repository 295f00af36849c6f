package analysis

import (
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// callExpr evaluates a call: callee, arguments, then what the callee does.
func (w *walker) callExpr(n *parser.Node) value {
	callee := w.eval(n.Value)
	a := w.arguments(n)
	return w.call(callee, a, n)
}

// arguments evaluates those of a call.
func (w *walker) arguments(n *parser.Node) arguments {
	var a arguments
	if len(n.List) > 0 {
		a.pos = make([]argument, 0, len(n.List))
	}
	if len(n.Keywords) > 0 {
		a.kw = make([]argument, 0, len(n.Keywords))
	}
	for _, e := range n.List {
		if e.Kind != parser.Starred {
			a.pos = append(a.pos, argument{v: w.eval(e), node: e})
			continue
		}
		v, _ := without(w.eval(e.Value), isNone)
		if _, several := v.(*union); several {
			if spread, ok := w.spreadAny(v, e); ok {
				a.pos = append(a.pos, spread.pos...)
				continue
			}
		}
		elems, known := w.listed(v)
		for _, v := range elems {
			a.pos = append(a.pos, argument{v: v, node: e})
		}
		a.star = a.star || !known
	}
	for _, k := range n.Keywords {
		v := w.eval(k.Value)
		if k.Name != "" {
			a.kw = append(a.kw, argument{name: k.Name, v: v, node: k.Value})
			continue
		}
		w.spread(&a, v, k.Value)
	}
	return a
}

// spreadAny is *v where v is one of several collections of the same length.
func (w *walker) spreadAny(v value, n *parser.Node) (arguments, bool) {
	size := -1
	for _, x := range alternatives(v) {
		elems, listed := w.listed(x)
		if !listed || size >= 0 && len(elems) != size {
			return arguments{}, false
		}
		size = len(elems)
	}
	return w.splat(v, n), true
}

// spread adds the arguments of **v.
func (w *walker) spread(a *arguments, v value, n *parser.Node) {
	m, ok := w.asMapping(v).(*mapping)
	if !ok {
		w.spill(v, n)
		a.star = true
		return
	}
	for i, k := range m.keys {
		if name, ok := asString(k); ok {
			a.kw = append(a.kw, argument{name: name, v: m.vals[i], node: n})
		} else {
			a.star = true
		}
	}
	a.star = a.star || m.open
}

// call is what calling f does. Where f may be several things, each is only possible.
func (w *walker) call(f value, a arguments, n *parser.Node) value {
	if w.nest >= maxNest { // an object whose __call__ is itself
		w.exhausted = true
		return unknown{}
	}
	w.nest++
	defer func() { w.nest-- }()
	if some, any := without(f, isNone); any && some != value(unknown{}) {
		f = some // calling None fails
	}
	alts := alternatives(f)
	if len(alts) == 1 {
		return w.callOne(alts[0], a, n)
	}
	var out []value
	c := interlock.Possible
	if oneRow(alts) {
		c = w.certainty
	}
	w.as(c, func() {
		for _, x := range alts {
			if !w.step() {
				break
			}
			out = append(out, w.callOne(x, a, n))
		}
	})
	return joinAll(out)
}

// oneRow reports whether all alternatives do the same to different things, such
// as one method of several PVs.
func oneRow(alts []value) bool {
	var row any
	for _, x := range alts {
		var r any
		switch x := x.(type) {
		case *method:
			r = x.fn
		case *boundFunction:
			r = x.fn
		case *object:
			if x.command != nil {
				r = x.command.fn.name
			}
		}
		if r == nil || (row != nil && r != row) {
			return false
		}
		row = r
	}
	return true
}

func (w *walker) callOne(f value, a arguments, n *parser.Node) value {
	switch x := f.(type) {
	case *extern:
		return w.callExtern(x, a, n)
	case *builtin:
		return w.callBuiltin(x, a, n)
	case *function:
		return w.callFunction(x, nil, a, n)
	case *boundFunction:
		return w.callFunction(x.fn, x.self, a, n)
	case *class:
		return w.construct(x, a, n)
	case *partial:
		return w.call(x.fn, x.args.then(a), n)
	case *method:
		return w.callMethod(x, a, n)
	case *instance:
		return w.callInstance(x, a, n)
	case *userObject:
		return w.callObject(x, a, n)
	case *constMethod:
		return w.callConst(x, a, n)
	case *object:
		if x.command != nil {
			return w.callCommand(x.command, a, n)
		}
		return w.callForeign(x, a, n)
	case *unknownAttribute:
		return w.callUnknown(x, a, n)
	}
	w.escapeAll(a, n, false)
	return unknown{}
}

// callObject calls an instance of the submission's own class.
func (w *walker) callObject(o *userObject, a arguments, n *parser.Node) value {
	if o.cls.lookup("__call__") != nil {
		return w.call(w.attribute(o, "__call__", n), a, n)
	}
	return unknown{}
}

// callExtern calls something of a library.
func (w *walker) callExtern(x *extern, a arguments, n *parser.Node) value {
	switch {
	case x.cls != nil:
		return w.makeInstance(x, a, n)
	case strings.HasPrefix(x.path, "sys.path.") || strings.HasPrefix(x.path, "sys.meta_path.") ||
		strings.HasPrefix(x.path, "sys.path_hooks."):
		w.pathChanged(n)
		return &object{of: "sys.path"}
	case strings.HasPrefix(x.path, "sys.modules.") && (strings.HasSuffix(x.path, ".values") || strings.HasSuffix(x.path, ".items") || strings.HasSuffix(x.path, ".copy")):
		return w.mappingMethod(w.importedModules(n), x.path[len("sys.modules."):], a)
	case strings.HasPrefix(x.path, "sys.modules."):
		w.mocked = nil
	case strings.HasPrefix(x.path, "sys.argv."):
		w.argvChanged = true
	case x.of != nil && x.fn != nil:
		return w.callUnbound(x, a, n)
	case x.fn != nil:
		x.ref.consume()
		return w.callTable(x.fn, nil, a, n)
	}
	if w.explicitInit(x.path, a) {
		w.escapeAll(a.from(1), n, true)
		return none{}
	}
	if f, ok := w.tables.specials[x.path]; ok {
		return f(w, a, n)
	}
	if v, ok := w.callHigher(x.path, a, n); ok {
		return v
	}
	if v := w.hostCall(x.path, a, n); v != nil {
		return v
	}
	if v := decodeConst(x.path, a.value(0)); v != nil {
		return v
	}
	lib := w.tables.library(root(x.path))
	if lib != nil && !lib.harmless(x.path) {
		return w.callUntabled(x, a, n)
	}
	w.escapeAll(a, n, true)
	if v := w.givenBack(x.path, a); v == value(unknown{}) {
		return v
	}
	return w.externValue(x)
}

// externValue is what a known library's symbol returns or holds.
func (w *walker) externValue(x *extern) value {
	if w.known(x.path) {
		return &object{of: x.path}
	}
	return unknown{}
}

// callUntabled calls a symbol of a control-system library that its table does not list.
func (w *walker) callUntabled(x *extern, a arguments, n *parser.Node) value {
	name := x.path[lastDot(x.path)+1:]
	if w.tables.verb(name) {
		w.hide(x.path, "the table of this library does not say what it does", n, true)
	}
	w.escapeAll(a, n, false)
	return unknown{}
}

// callForeign calls a method of a thing that some library made.
func (w *walker) callForeign(x *object, a arguments, n *parser.Node) value {
	if x.self != nil && x.self.path != nil {
		if v := w.pathMethod(x, a, n); v != nil {
			return v
		}
	}
	if v, ok := w.callHigherMethod(x, a, n); ok {
		return v
	}
	if v := w.hostMethod(x.of, x.name, a, n); v != nil {
		return v
	}
	if textRunners[x.of] && (x.name == "run" || x.name == "runctx" || x.name == "runeval") {
		return profiled(w, a, n)
	}
	w.escapeAll(a, n, true)
	return w.givenBack(x.of, a)
}

// callUnknown calls a method of something unknown. A name that writes is
// suspect, as long as a control library may be behind it.
func (w *walker) callUnknown(x *unknownAttribute, a arguments, n *parser.Node) value {
	w.suspectCall(x.name, n)
	if _, ok := w.callHigherMethod(&object{name: x.name}, a, n); ok {
		return unknown{}
	}
	w.hostMethod("", x.name, a, n)
	w.escapeAll(a, n, false)
	return unknown{}
}

// escapeAll hands all arguments to code that is not seen. trusted code is a
// known library that is no control library: it calls what it is given, but
// writes to no PV of its own accord.
func (w *walker) escapeAll(a arguments, n *parser.Node, trusted bool) {
	w.hookCommands(a, n)
	for x := range a.each() {
		at := x.node
		if at == nil {
			at = n
		}
		w.escape(x.v, at, trusted)
	}
}

// escape hands v to code that is not seen.
func (w *walker) escape(v value, n *parser.Node, trusted bool) {
	w.escapeDeep(v, n, trusted, 3)
}

func (w *walker) escapeDeep(v value, n *parser.Node, trusted bool, depth int) {
	if depth == 0 || w.exhausted {
		return
	}
	for _, x := range alternatives(v) {
		w.step()
		switch x := x.(type) {
		case *function:
			x.referenced = true
		case *property:
			x.hook()
		case *boundFunction:
			x.fn.referenced = true
		case *class:
			w.hooks(x)
		case *extern:
			if x.fn != nil && x.ref != nil {
				x.ref.handOn(w, x.fn, nil, n)
			}
		case *method:
			x.ref.handOn(w, x.fn, x.self, n)
		case *object:
			if x.command != nil {
				w.handCommand(x.command, n, false)
			}
		case *partial:
			w.escapePartial(x, n)
		case *instance:
			if !trusted && x.cls.writes() {
				w.suspectInstance(x, n)
			}
		case *sequence:
			for _, e := range x.elems {
				w.escapeDeep(e, n, trusted, depth-1)
			}
		case *mapping:
			for _, e := range x.vals {
				w.escapeDeep(e, n, trusted, depth-1)
			}
		case *userObject:
			w.hooks(x.cls)
		case *namespace:
			w.spill(x, n)
		case *queue:
			if !trusted {
				w.putIn(x, unknown{})
			}
		case *constMethod:
			if q, ok := x.self.(*queue); ok { // q.put as a callback
				w.putIn(q, unknown{})
			}
		}
	}
}

// escapePartial calls what a partial that is handed on would call: with the
// arguments that it holds, and perhaps more.
func (w *walker) escapePartial(p *partial, n *parser.Node) {
	a := p.args
	a.star = true
	w.as(interlock.Possible, func() { w.call(p.fn, a, n) })
}
