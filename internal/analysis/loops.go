package analysis

import (
	"maps"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func (w *walker) forStatement(n *parser.Node) bool {
	v := w.eval(n.Value)
	w.cameFrom(n.Target, n.Value)
	elems, listed := w.eachOnce(v)
	if listed && w.mayUnroll(len(elems)) {
		if w.shuffled(v) {
			w.cond++ // what the rounds make is in no known order
			defer func() { w.cond-- }()
		}
		w.rounds(n, elems)
		return w.block(n.Else)
	}
	items := w.items(v)
	w.repeated(w.count(v), func() {
		w.loop(n, func() { w.assign(n.Target, items, nil) })
	})
	return w.block(n.Else)
}

// cameFrom notes for the trail that the names of a loop's target are elements of
// an expression.
func (w *walker) cameFrom(t, from *parser.Node) {
	parser.Walk(t, func(x *parser.Node) bool {
		if x.Kind == parser.Name {
			w.frame.came(x.Name, origin{node: t, from: from, in: w.frame, kind: "loop"})
		}
		return true
	})
}

// count is how many elements v has.
func (w *walker) count(v value) times {
	if s, ok := v.(*sequence); ok && s.size > 0 {
		return times{lo: s.size, hi: s.size}
	}
	if elems, listed := w.eachOnce(v); listed {
		return times{lo: len(elems), hi: len(elems)}
	}
	return times{unbounded: true}
}

// maxRounds bounds the rounds of loops in loops that are walked one by one.
const maxRounds = 256

// mayUnroll reports whether n more rounds are few enough to be walked one by one.
func (w *walker) mayUnroll(n int) bool {
	return n > 0 && n <= maxUnrolled && w.unrolled*n <= maxRounds && w.steps < maxSteps/4
}

// rounds walks the body of a loop once for each of the elements.
func (w *walker) rounds(n *parser.Node, elems []value) {
	outerExits, outerBreaks := w.frame.exits, w.frame.breaks
	w.unrolled *= len(elems)
	var left map[string]value // the states in which the loop is left early
	for _, e := range elems {
		if !w.step() || !w.round(n, e, &left) {
			break
		}
	}
	if left != nil {
		w.frame.vars = joinStates(w.frame.vars, left)
	}
	w.unrolled /= len(elems)
	w.frame.exits, w.frame.breaks = outerExits, outerBreaks
}

// round walks the body for one element. It returns false where no further round
// follows.
func (w *walker) round(n *parser.Node, e value, left *map[string]value) bool {
	w.frame.exits, w.frame.breaks = nil, nil
	w.spend(len(w.frame.vars) / 8)
	if n.Target != nil {
		w.assign(n.Target, e, nil)
	}
	ends := w.block(n.Body)
	if b := w.frame.breaks; b != nil && *left == nil {
		*left = b
	} else if b != nil {
		*left = joinStates(*left, b)
	}
	switch c := w.frame.exits; {
	case ends && c != nil:
		w.frame.vars = joinStates(w.frame.vars, c)
	case c != nil:
		w.frame.vars = c
	}
	return ends || w.frame.exits != nil
}

func (w *walker) whileStatement(n *parser.Node) bool {
	if yes, known := w.settled(n.Test); known && !yes {
		return w.block(n.Else)
	}
	if w.countedWhile(n) {
		return w.block(n.Else)
	}
	w.repeated(times{unbounded: true}, func() {
		w.loop(n, func() { w.eval(n.Test) })
	})
	return w.block(n.Else)
}

// loop walks a body until it changes nothing any more: once, again with what the
// first round may have left, and a last time with everything that still changes
// unknown.
func (w *walker) loop(n *parser.Node, head func()) {
	outerExits, outerBreaks, again := w.frame.exits, w.frame.breaks, w.again
	w.frame.exits, w.frame.breaks = nil, nil
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
		for _, early := range []map[string]value{w.frame.exits, w.frame.breaks} {
			if early != nil {
				w.frame.vars = joinStates(w.frame.vars, early)
			}
		}
		w.again = true
		if !w.widen(before, round) || w.exhausted || w.stopped != nil {
			break
		}
	}
	w.loops--
	w.again = again
	w.frame.exits, w.frame.breaks = outerExits, outerBreaks
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
	case *class:
		if x.kind == enumClass {
			return x.listMembers(), true
		}
	case *dataset:
		return x.columns(), !x.open
	case *namespace:
		s := w.namesOfSpace(x)
		return s.elems, !s.open
	case *userObject:
		if t, ok := x.tupleElems(); ok {
			return t, true
		}
		if x.cls.lookup("__iter__") != nil {
			return w.elements(w.call(w.attribute(x, "__iter__", nil), arguments{}, nil))
		}
	case *extern:
		if x.path == "sys.modules" {
			return w.importedNames(), false
		}
	case none:
		return nil, true
	}
	return nil, false
}

// listed is elements where all of them are known, each in its place.
func (w *walker) listed(x value) (elems []value, known bool) {
	elems, known = w.elements(x)
	switch x := x.(type) {
	case *sequence:
		known = known && !x.loose
	case *mapping:
		known = known && !x.shuffled
	case *instance, *namespace, span:
		known = false
	case *userObject:
		known = known && x.cls.kind == tupleClass
	}
	return elems, known
}

// eachOnce is elements where all of them are known, each once: listed, or in an
// order that is not known.
func (w *walker) eachOnce(x value) (elems []value, known bool) {
	elems, known = w.elements(x)
	switch s := x.(type) {
	case *sequence:
		return elems, known && (!s.loose || s.once)
	case *mapping, *namespace:
		return elems, known
	}
	return w.listed(x)
}

// shuffled reports whether the order of what eachOnce lists is not known.
func (w *walker) shuffled(x value) bool {
	_, listed := w.listed(x)
	return !listed
}
