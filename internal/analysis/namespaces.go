package analysis

import (
	"maps"
	"slices"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// contents are the names that a namespace holds, with what is under each: vars(x),
// x.__dict__, globals(). n is where they are taken, nil where only the names are.
// ok is false where nothing is known about them.
func (w *walker) contents(ns *namespace, n *parser.Node) (m *mapping, ok bool) {
	var vars map[string]value
	m = &mapping{shuffled: true}
	switch x := ns.of.(type) {
	case *userObject:
		vars = x.attrs
		m.open = x.base != nil || x.cls.foreign()
	case *class:
		vars = x.attrs
	case *siblingModule:
		vars, m.open = x.frame.vars, true
	case *moduleOf:
		vars, m.open = x.frame.vars, x.frame.opaque
	default:
		return nil, false
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		v, _ := without(vars[name], isAbsent)
		if n != nil {
			v = w.refer(v, n)
		}
		m.keys, m.vals = append(m.keys, str(name)), append(m.vals, v)
	}
	w.spend(len(m.keys))
	if len(m.keys) > maxElements {
		return &mapping{keys: []value{unknown{}}, vals: []value{joinAll(m.vals)}, open: true, shuffled: true}, true
	}
	return m, true
}

// asMapping is v, as a dict where it is a namespace whose names are known.
func (w *walker) asMapping(v value) value {
	if ns, ok := v.(*namespace); ok {
		if m, known := w.contents(ns, nil); known {
			return m
		}
	}
	return v
}

// namespaceMethod is a method of a dict of names.
func (w *walker) namespaceMethod(ns *namespace, name string, a arguments, n *parser.Node) value {
	switch name {
	case "get", "pop", "setdefault", "__getitem__":
		return w.namespaceItem(ns, orUnknown(a.value(0)), n)
	case "__setitem__":
		w.storeNamespace(ns, orUnknown(a.value(0)), orUnknown(a.value(1)), n)
		return none{}
	case "update":
		w.updateNamespace(ns, a, n)
		return none{}
	case "keys":
		return w.namesOfSpace(ns)
	}
	if x, ok := ns.of.(*extern); ok && name != "__contains__" && name != "__len__" {
		w.spill(ns, n)
		if name == "items" || name == "values" {
			return w.contentOf(x, name == "items", n)
		}
	}
	if m, ok := w.contents(ns, n); ok && (name == "values" || name == "items" || name == "copy") {
		return w.mappingMethod(m, name, a)
	}
	return nil
}

// updateNamespace is vars(x).update(...): each pair is stored under its name.
func (w *walker) updateNamespace(ns *namespace, a arguments, n *parser.Node) {
	for _, p := range a.pos {
		m, ok := w.asMapping(p.v).(*mapping)
		if !ok || m.open {
			w.storeNamespace(ns, unknown{}, unknown{}, n)
		}
		for i := 0; ok && i < len(m.keys); i++ {
			w.storeNamespace(ns, m.keys[i], m.vals[i], n)
		}
	}
	for _, k := range a.kw {
		w.storeNamespace(ns, str(k.name), k.v, n)
	}
}

// namesOfObject is what dir() lists of a thing or class of the submission, without
// the names that Python itself gives it.
func namesOfObject(attrs map[string]value, c *class) (names []string) {
	names = slices.Collect(maps.Keys(attrs))
	if c.order == nil {
		c.linearise()
	}
	for _, k := range c.order {
		names = slices.AppendSeq(names, maps.Keys(k.attrs))
	}
	return slices.DeleteFunc(names, func(s string) bool { return strings.HasPrefix(s, "__") })
}
