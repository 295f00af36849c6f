package analysis

import (
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// mixins are the methods that collections.abc makes of a mapping's own.
var mixins = setOf("update setdefault pop popitem clear")

// derives reports whether c or one of its bases has a base with one of paths.
func (c *class) derives(paths ...string) bool {
	for _, k := range c.order {
		for _, b := range k.bases {
			if x, ok := b.(*extern); ok && slices.Contains(paths, x.path) {
				return true
			}
		}
	}
	return false
}

// mixin is a method of a MutableMapping, which calls __setitem__ or __delitem__.
func (w *walker) mixin(name string, a arguments, n *parser.Node) value {
	self := orUnknown(a.value(0))
	set := func(k, v value) { w.call(w.attribute(self, "__setitem__", n), plain(n, k, v), n) }
	switch name {
	case "mapping.update":
		for _, p := range a.from(1).pos {
			w.updateWith(p.v, set)
		}
		for _, k := range a.kw {
			set(str(k.name), k.v)
		}
		if a.star {
			set(unknown{}, unknown{})
		}
		return none{}
	case "mapping.setdefault":
		set(orUnknown(a.value(1)), orUnknown(a.value(2)))
	default:
		key := unknown{}
		if k := a.value(1); k != nil && name == "mapping.pop" {
			w.call(w.attribute(self, "__delitem__", n), plain(n, k), n)
		} else {
			w.call(w.attribute(self, "__delitem__", n), plain(n, key), n)
		}
	}
	return unknown{}
}

func (w *walker) updateWith(v value, set func(k, v value)) {
	switch x := v.(type) {
	case *mapping:
		for i, k := range x.keys {
			set(k, x.vals[i])
		}
		if !x.open {
			return
		}
	case *sequence:
		for _, e := range x.elems {
			if t, ok := e.(*sequence); ok && len(t.elems) == 2 {
				set(t.elems[0], t.elems[1])
			}
		}
		if !x.open {
			return
		}
	}
	set(unknown{}, unknown{})
}

// runSource is what an interactive interpreter is given, each piece with the names
// that the pieces before it bound.
func (w *walker) runSource(a arguments, n *parser.Node) {
	o, ok := a.value(0).(*userObject)
	text, constant := asString(orUnknown(a.value(1)))
	if !ok || !constant {
		w.hide("code.InteractiveInterpreter", "the code that it runs is not constant", n, true)
		return
	}
	ns, ok := o.attrs["locals"].(*mapping)
	if !ok {
		ns = &mapping{}
		o.attrs["locals"] = ns
	}
	w.constCode("code.InteractiveInterpreter", text, arguments{pos: []argument{{}, {v: ns}}}, n)
}
