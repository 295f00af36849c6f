package analysis

import (
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// comprehension evaluates what a comprehension collects: each element for each
// item where the items are few and known, else one element for all items. loose
// says that what it collects stands for any number of elements, or, with once, for
// one each in an order that is not known.
func (w *walker) comprehension(n *parser.Node, element func()) (loose, once bool) {
	f := w.frame.child(comprehensionScope, nil)
	first := w.eval(n.List[0].Value)
	w.in(f, func() {
		for _, g := range n.List {
			w.cameFrom(g.Target, g.Value)
		}
		w.generators(n.List, first, element)
	})
	return f.comprehended || f.shuffled, f.shuffled && !f.comprehended
}

// maxUnrolled bounds the items that a comprehension is unrolled for.
const maxUnrolled = 128

func (w *walker) generators(gens []*parser.Node, first value, element func()) {
	if len(gens) == 0 {
		element()
		return
	}
	g, iter := gens[0], first
	if iter == nil {
		iter = w.eval(g.Value)
	}
	each := func(item value) {
		w.assign(g.Target, item, nil)
		perhaps := false
		for _, cond := range g.List {
			yes, known := w.test(cond)
			if known && !yes {
				return
			}
			perhaps = perhaps || !known
		}
		if perhaps {
			w.frame.comprehended = true
			w.perhaps(func() { w.generators(gens[1:], nil, element) })
			return
		}
		w.generators(gens[1:], nil, element)
	}
	elems, known := w.eachOnce(iter)
	if s, ok := iter.(*sequence); ok && s.open && (!s.loose || s.once) && len(elems) > 0 && len(elems) <= maxUnrolled {
		w.frame.comprehended = true // those that are known one by one, and any others
		elems, known = append(slices.Clone(elems), unknown{}), true
	}
	w.frame.shuffled = w.frame.shuffled || w.shuffled(iter)
	if !known || len(elems) > maxUnrolled {
		w.frame.comprehended = true
		w.repeated(w.count(iter), func() { each(w.items(iter)) })
		return
	}
	for _, e := range elems {
		if !w.step() {
			return
		}
		each(e)
	}
}
