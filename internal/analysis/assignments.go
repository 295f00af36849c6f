package analysis

import (
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// assign binds v to a target. from is v's expression, nil where there is none.
func (w *walker) assign(t *parser.Node, v value, from *parser.Node) {
	switch t.Kind {
	case parser.Name:
		w.bind(t.Name, v)
	case parser.Tuple, parser.List:
		w.unpack(t, v)
	case parser.Starred:
		w.assign(t.Value, &sequence{elems: []value{v}, open: true}, nil)
	case parser.Attribute:
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

func (w *walker) unpack(t *parser.Node, v value) {
	slots := make([]value, len(t.List))
	for _, x := range alternatives(v) {
		elems, known := w.elements(x)
		exact := known && len(elems) == len(t.List)
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
		w.assign(e, slots[i], nil)
	}
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

// unknownNumber is a number that nothing is known about.
var unknownNumber value = &object{of: "float"}
