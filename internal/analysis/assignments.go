package analysis

import (
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// assign binds v to a target. from is v's expression, nil where there is none.
func (w *walker) assign(t *parser.Node, v value, from *parser.Node) {
	switch t.Kind {
	case parser.Name:
		w.bind(t.Name, v)
		if from != nil {
			w.frame.came(t.Name, origin{node: t, from: from, in: w.frame, kind: "assignment"})
		}
	case parser.Tuple, parser.List:
		w.unpack(t, v)
	case parser.Starred:
		w.assign(t.Value, &sequence{elems: []value{v}, open: true}, nil)
	case parser.Attribute:
		if from != nil && t.Value.Kind == parser.Name {
			w.keepOrigin(t, from)
		}
		for _, x := range alternatives(w.eval(t.Value)) {
			w.storeAttribute(x, t.Name, v, t, from)
		}
	case parser.Subscript:
		recv, index := w.eval(t.Value), w.eval(t.Right)
		for _, x := range alternatives(recv) {
			w.storeItem(x, index, v, t, from)
		}
	}
}

// keepOrigin notes where self.name got its value: for the methods of the class,
// whose scope is the function's outer one.
func (w *walker) keepOrigin(t, from *parser.Node) {
	f := w.frame
	if f.cls != nil && f.outer != nil && f.kind == functionScope {
		f = f.outer
	}
	f.origins.set(t.Value.Name+"."+t.Name, origin{node: t, from: from, in: w.frame, kind: "assignment"})
}

func (w *walker) unpack(t *parser.Node, v value) {
	slots := make([]value, len(t.List))
	if some, any := without(v, isNone); any && some != value(unknown{}) {
		v = some // unpacking None fails
	}
	for _, x := range alternatives(v) {
		elems, listed := w.listed(x)
		_, known := w.elements(x)
		exact := listed && len(elems) == len(t.List)
		if _, starred := starAt(t); starred && listed {
			elems, exact = gathered(t, elems)
		}
		for i := range slots {
			switch {
			case exact:
				slots[i] = join(slots[i], elems[i])
			case known:
				slots[i] = join(slots[i], joinAll(elems))
			default:
				slots[i] = join(slots[i], join(joinAll(append([]value{rest(x)}, elems...)), rest(x)))
			}
		}
	}
	for i, e := range t.List {
		if e.Kind == parser.Starred {
			e = e.Value
			if _, ok := slots[i].(*sequence); !ok {
				slots[i] = &sequence{elems: []value{slots[i]}, open: true}
			}
		}
		w.assign(e, slots[i], nil)
	}
}

func starAt(t *parser.Node) (int, bool) {
	i := slices.IndexFunc(t.List, func(e *parser.Node) bool { return e.Kind == parser.Starred })
	return i, i >= 0
}

// gathered fits elems to a target with a starred name, which takes what is left.
func gathered(t *parser.Node, elems []value) ([]value, bool) {
	at, _ := starAt(t)
	after := len(t.List) - at - 1
	if len(elems) < len(t.List)-1 {
		return elems, false
	}
	end := len(elems) - after
	out := slices.Clone(elems[:at])
	out = append(out, &sequence{elems: slices.Clone(elems[at:end])})
	return append(out, elems[end:]...), true
}

func (w *walker) augment(n *parser.Node) {
	load := *n.Target
	load.Ctx = parser.Load
	old := w.eval(&load)
	v := w.eval(n.Value)
	if s, ok := old.(*sequence); ok && n.Op == parser.OpAdd {
		w.appendAll(s, v)
		return
	}
	if m, ok := old.(*mapping); ok && n.Op == parser.OpBitOr {
		if x, isMap := v.(*mapping); isMap {
			m.merge(x)
			return
		}
	}
	if out := w.inPlace(n, old, v); out != nil {
		w.assign(n.Target, out, n.Value)
		return
	}
	if x, ok := old.(*extern); ok && x.path == "sys.path" {
		w.pathChanged(n)
	}
	out := value(unknown{})
	if w.loops == 0 {
		out = w.binary(n.Op, old, v, n)
	} else if _, isStr := old.(str); isStr {
		out = w.binary(n.Op, old, v, n)
	} else if o, ok := old.(*object); ok {
		out = &object{of: o.of}
	} else if _, ok := asNumber(old); ok {
		out = unknownNumber
	}
	w.assign(n.Target, out, n.Value)
}

// inPlace is what a class of the submission makes of "+=" and its like, nil if nothing.
func (w *walker) inPlace(n *parser.Node, old, v value) value {
	o, ok := old.(*userObject)
	if !ok {
		return nil
	}
	name := operatorMethods[n.Op]
	if o.cls.lookup("__i"+name+"__") != nil {
		return w.call(w.attribute(o, "__i"+name+"__", n), plain(n, v), n)
	}
	return w.operator(n.Op, old, v, n)
}

// unknownNumber is a number that nothing is known about.
var unknownNumber value = &object{of: "float"}
