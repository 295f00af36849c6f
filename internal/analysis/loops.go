package analysis

import (
	"maps"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func (w *walker) forStatement(n *parser.Node) bool {
	items := w.items(w.eval(n.Value))
	w.loop(n, func() { w.assign(n.Target, items, nil) })
	return w.block(n.Else)
}

func (w *walker) whileStatement(n *parser.Node) bool {
	if yes, known := w.settled(n.Test); known && !yes {
		return w.block(n.Else)
	}
	w.loop(n, func() { w.eval(n.Test) })
	return w.block(n.Else)
}

// loop walks a body until it changes nothing any more: once, again with what the
// first round may have left, and a last time with everything that still changes
// unknown.
func (w *walker) loop(n *parser.Node, head func()) {
	outerExits := w.frame.exits
	w.frame.exits = nil
	w.loops++
	for round := 0; round < 3; round++ {
		before := maps.Clone(w.frame.vars)
		w.spend(len(before) / 8)
		head()
		ends := w.block(n.Body)
		if !ends {
			w.frame.vars = maps.Clone(before)
		} else {
			w.frame.vars = joinStates(w.frame.vars, before)
		}
		if w.frame.exits != nil {
			w.frame.vars = joinStates(w.frame.vars, w.frame.exits)
		}
		if !w.widen(before, round) || w.exhausted || w.stopped != nil {
			break
		}
	}
	w.loops--
	w.frame.exits = outerExits
}

// widen reports whether another round could see something new, and makes
// unknown what would never settle. A name that is first bound in the body needs
// another round only if the body asked for it before.
func (w *walker) widen(before map[string]value, round int) bool {
	changed := false
	for name, v := range w.frame.vars {
		old, ok := before[name]
		if !ok {
			changed = changed || (round == 0 && w.missed[name])
			continue
		}
		if sameAlternatives(old, v) {
			continue
		}
		changed = true
		if round > 0 || numeric(v) {
			w.frame.vars[name] = widened(v)
		}
	}
	return changed
}

// widened drops constants, which a loop could go on producing, and keeps things.
func widened(v value) value {
	kept, _ := without(v, func(x value) bool {
		switch x.(type) {
		case integer, float, str, pattern, octets, boolean, *sequence, *mapping, span:
			return true
		}
		return false
	})
	return join(kept, unknown{})
}

func sameAlternatives(a, b value) bool {
	x, y := alternatives(a), alternatives(b)
	if len(x) != len(y) {
		return false
	}
	for _, v := range y {
		if !contains(x, v) {
			return false
		}
	}
	return true
}

// numeric reports whether v may be a number: those a loop counts up.
func numeric(v value) bool {
	for _, x := range alternatives(v) {
		switch x.(type) {
		case integer, float, span:
			return true
		}
	}
	return false
}

// items is what iterating over v yields.
func (w *walker) items(v value) value {
	var out []value
	for _, x := range alternatives(v) {
		elems, known := w.elements(x)
		out = append(out, elems...)
		if !known {
			out = append(out, rest(x))
		}
	}
	return joinAll(out)
}

// rest is an element of x that is not listed.
func rest(x value) value {
	if o, ok := x.(*object); ok {
		return &object{of: o.of}
	}
	return unknown{}
}

// elements lists what iterating over x yields; known is false where there may be more.
func (w *walker) elements(x value) (elems []value, known bool) {
	switch x := x.(type) {
	case *sequence:
		return x.elems, !x.open
	case *mapping:
		return x.keys, !x.open
	case span:
		return []value{x}, true
	case str:
		if len(x) > maxAlternatives {
			return nil, false
		}
		for _, r := range string(x) {
			elems = append(elems, str(string(r)))
		}
		return elems, true
	case *instance:
		return []value{x}, true
	case *userObject:
		if x.cls.lookup("__iter__") != nil {
			return w.elements(w.call(w.attribute(x, "__iter__", nil), arguments{}, nil))
		}
	case none:
		return nil, true
	}
	return nil, false
}

// comprehension evaluates what a comprehension collects: each element for each
// item where the items are few and known, else one element for all items.
func (w *walker) comprehension(n *parser.Node, element func()) {
	f := w.frame.child(comprehensionScope, nil)
	first := w.eval(n.List[0].Value)
	w.in(f, func() { w.generators(n.List, first, element) })
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
		for _, cond := range g.List {
			w.eval(cond)
		}
		w.generators(gens[1:], nil, element)
	}
	elems, known := w.elements(iter)
	if !known || len(elems) > maxUnrolled {
		each(w.items(iter))
		return
	}
	for _, e := range elems {
		if !w.step() {
			return
		}
		each(e)
	}
}
