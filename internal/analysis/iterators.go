package analysis

import (
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// product yields a tuple for each choice of one element a collection: all of them
// where they are few and known.
func product(w *walker, a arguments, _ *parser.Node) value {
	rows := [][]value{nil}
	for _, p := range repeatedColumns(a) {
		elems, listed := w.listed(p.v)
		if !listed || len(rows)*len(elems) > maxAlternatives {
			return anyTuple(w, a)
		}
		var next [][]value
		for _, r := range rows {
			for _, e := range elems {
				next = append(next, append(r[:len(r):len(r)], e))
			}
		}
		rows = next
	}
	s := &sequence{}
	for _, r := range rows {
		s.elems = append(s.elems, &sequence{elems: r})
	}
	return s
}

func repeatedColumns(a arguments) []argument {
	if k, ok := a.value(-1, "repeat").(integer); ok && k > 1 && k < 5 {
		var out []argument
		for range int(k) {
			out = append(out, a.pos...)
		}
		return out
	}
	return a.pos
}

// anyTuple is any number of tuples of which each place is one of its collection.
func anyTuple(w *walker, a arguments) value {
	t := &sequence{}
	for _, p := range a.pos {
		t.elems = append(t.elems, w.items(p.v))
	}
	return &sequence{elems: []value{t}, loose: true}
}

// tuplesOf yields tuples of elements of one collection.
func tuplesOf(w *walker, a arguments, _ *parser.Node) value {
	size, ok := a.value(1, "r").(integer)
	if !ok || size < 1 || size > 8 {
		return &sequence{elems: []value{unknown{}}, open: true, loose: true}
	}
	t := &sequence{}
	for range int(size) {
		t.elems = append(t.elems, w.items(orUnknown(a.value(0))))
	}
	return &sequence{elems: []value{t}, loose: true}
}

func chain(w *walker, a arguments, _ *parser.Node) value {
	s := &sequence{open: a.star}
	for _, p := range a.pos {
		w.appendAll(s, p.v)
	}
	return s
}

// chainAll is the elements of the elements.
func chainAll(w *walker, a arguments, _ *parser.Node) value {
	v := orUnknown(a.value(0))
	elems, known := w.elements(v)
	_, listed := w.listed(v)
	s := &sequence{open: !known}
	for _, e := range elems {
		w.appendAll(s, e)
	}
	s.loose = s.loose || !listed
	return s
}

// loosened is some of a collection's elements, any number of times.
func loosened(w *walker, a arguments, _ *parser.Node) value { return w.loose(a.value(0)) }

func loosenedSecond(w *walker, a arguments, n *parser.Node) value {
	w.escape(orUnknown(a.value(0)), n, true)
	return w.loose(a.value(1))
}

func (w *walker) loose(v value) value {
	elems, known := w.elements(orUnknown(v))
	if !known && len(elems) == 0 {
		return v
	}
	return &sequence{elems: elems, open: !known, loose: true}
}

// repeat is one thing for as long as others go on.
func repeat(_ *walker, a arguments, _ *parser.Node) value {
	s := &sequence{elems: []value{orUnknown(a.value(0))}, loose: true, size: -1}
	if k, ok := a.value(1, "times").(integer); ok && k > 0 && k < maxUnrolled {
		s.loose, s.size = false, 0
		for range int(k) - 1 {
			s.elems = append(s.elems, s.elems[0])
		}
	}
	return s
}

// reduce calls its function with each element.
func reduce(w *walker, a arguments, n *parser.Node) value {
	f, ok := a.at(0)
	if !ok {
		return unknown{}
	}
	acc := a.value(2, "initial")
	elems, listed := w.listed(orUnknown(a.value(1)))
	if !listed || len(elems) > maxUnrolled {
		items := w.items(orUnknown(a.value(1)))
		return w.call(f.v, plain(n, unknown{}, items), n)
	}
	for _, e := range elems {
		if acc == nil {
			acc = e
			continue
		}
		acc = w.call(f.v, plain(n, acc, e), n)
	}
	return orUnknown(acc)
}

// waitAll is asyncio.wait: what is done, and what is not yet.
func waitAll(_ *walker, a arguments, _ *parser.Node) value {
	v := orUnknown(a.value(0))
	return &sequence{elems: []value{v, v}}
}

func copyList(w *walker, a arguments, _ *parser.Node) value { return w.collect("list", a.value(0)) }

// copySeries keeps a constant list or dict as one.
func copySeries(w *walker, a arguments, _ *parser.Node) value {
	switch x := a.value(0, "data").(type) {
	case *mapping:
		return x
	case *sequence:
		return x
	}
	return &object{of: "pandas.Series"}
}

func copyDict(w *walker, a arguments, _ *parser.Node) value { return w.dictOf(a) }

func defaultDict(w *walker, a arguments, _ *parser.Node) value {
	m, ok := w.dictOf(a.from(1)).(*mapping)
	if !ok {
		return unknown{}
	}
	m.missing = a.value(0)
	return m
}

func chainMap(w *walker, a arguments, n *parser.Node) value {
	m := &mapping{open: a.star}
	for i := len(a.pos) - 1; i >= 0; i-- {
		if x, ok := a.pos[i].v.(*mapping); ok {
			m.merge(x)
		} else {
			w.spill(a.pos[i].v, n)
			m.open = true
		}
	}
	return m
}

// dataTuple is the fields of a dataclass as a tuple.
func dataTuple(_ *walker, a arguments, _ *parser.Node) value {
	o, ok := a.value(0).(*userObject)
	if !ok {
		return &sequence{open: true}
	}
	return &sequence{elems: o.asMapping().vals}
}

// firstConstant gives back a constant text, and nothing else.
func firstConstant(_ *walker, a arguments, _ *parser.Node) value {
	if s, ok := asString(orUnknown(a.value(0))); ok {
		return str(s)
	}
	return &object{of: "str"}
}

// dedent takes the indentation that all lines share off a constant.
func dedent(_ *walker, a arguments, _ *parser.Node) value {
	s, ok := asString(orUnknown(a.value(0)))
	if !ok {
		return &object{of: "str"}
	}
	least := -1
	for line := range strings.Lines(s) {
		if text := strings.TrimLeft(line, " \t"); strings.TrimSpace(text) != "" {
			if n := len(line) - len(text); least < 0 || n < least {
				least = n
			}
		}
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(line[min(max(least, 0), len(line)-len(strings.TrimLeft(line, " \t"))):])
	}
	return str(b.String())
}

// mapEach calls f with each of the elements.
func (w *walker) mapEach(f value, elems []value, n *parser.Node) value {
	s := &sequence{}
	w.unrolled *= len(elems)
	for _, e := range elems {
		s.elems = append(s.elems, w.call(f, plain(n, e), n))
	}
	w.unrolled /= len(elems)
	return s
}

// vectorise is numpy.vectorize: a function that calls the one it is given with the
// elements of its arguments.
func vectorise(_ *walker, a arguments, _ *parser.Node) value {
	f := a.value(0, "pyfunc", "func")
	if f == nil {
		return &builtin{name: "identity"}
	}
	return &partial{fn: &builtin{name: "vectorised"}, args: arguments{pos: []argument{{v: f}}}}
}

// callVectorised calls a.pos[0] with the first elements of all other arguments, then
// with the second ones; one that is no array stands for all.
func (w *walker) callVectorised(a arguments, n *parser.Node) value {
	f, args := orUnknown(a.value(0)), a.from(1)
	size, alike := 1, true
	for x := range args.each() {
		if s, ok := x.v.(*sequence); ok {
			elems, listed := w.listed(s)
			alike = alike && listed && (size == 1 || size == len(elems))
			size = max(size, len(elems))
		}
	}
	out := &sequence{}
	if !alike || !w.mayUnroll(size) {
		out.elems, out.loose = []value{w.call(f, args.collections(w.items), n)}, true
		return out
	}
	w.unrolled *= size
	for i := range size {
		at := func(v value) value { return w.item(v, integer(i), n) }
		out.elems = append(out.elems, w.call(f, args.collections(at), n))
	}
	w.unrolled /= size
	return out
}

// callKey calls f with each element of v, as sorted and max do.
func (w *walker) callKey(f, v value, n *parser.Node) {
	elems, listed := w.listed(v)
	switch {
	case listed && w.mayUnroll(len(elems)):
		w.mapEach(f, elems, n)
	case !listed || len(elems) > 0:
		w.as(interlock.Possible, func() { w.call(f, plain(n, w.items(v)), n) })
	}
}

// filterEach keeps the elements that f does not drop: those of which it is known
// in their places, else any of them.
func (w *walker) filterEach(f value, elems []value, n *parser.Node) value {
	s := &sequence{}
	w.unrolled *= len(elems)
	for _, e := range elems {
		v := e
		if f != value(none{}) {
			v = w.call(f, plain(n, e), n)
		}
		yes, known := truth(v)
		if known && !yes {
			continue
		}
		s.loose = s.loose || !known
		s.elems = append(s.elems, e)
	}
	w.unrolled /= len(elems)
	return s
}

// at is element i of a collection without an end; nil where it is not known.
func (s *sequence) at(i int) value {
	if s.counts == nil {
		return nil
	}
	return s.counts[0] + integer(i)*s.counts[1]
}

// takeWhile is the elements before the first for which f is false.
func takeWhile(w *walker, a arguments, n *parser.Node) value {
	f, it := orUnknown(a.value(0)), orUnknown(a.value(1))
	out := &sequence{}
	elems, listed := w.listed(it)
	s, _ := it.(*sequence)
	counted := s != nil && s.counts != nil
	for i := 0; (listed && i < len(elems)) || (counted && i < maxUnrolled); i++ {
		var e value
		if counted {
			e = s.at(i)
		} else {
			e = elems[i]
		}
		yes, known := truth(w.call(f, plain(n, e), n))
		if !known || w.exhausted {
			return loosenedSecond(w, a, n)
		}
		if !yes {
			return out
		}
		out.elems = append(out.elems, e)
	}
	if !listed {
		return loosenedSecond(w, a, n)
	}
	return out
}

// islice is a slice of a collection with constant bounds.
func islice(w *walker, a arguments, _ *parser.Node) value {
	bounds := []value{nil, nil, nil}
	switch len(a.pos) {
	case 2:
		bounds[1] = a.pos[1].v
	case 3, 4:
		for i, p := range a.pos[1:] {
			bounds[i] = p.v
		}
	}
	v := orUnknown(a.value(0))
	if s, ok := v.(*sequence); ok && s.counts != nil {
		if hi, ok := bounds[1].(integer); ok && hi >= 0 && hi <= maxUnrolled {
			list := &sequence{}
			for i := range int(hi) {
				list.elems = append(list.elems, s.at(i))
			}
			v = list
		}
	}
	elems, listed := w.listed(v)
	if idx, ok := indices(len(elems), bounds[0], bounds[1], bounds[2]); ok && listed && len(a.pos) > 1 {
		out := &sequence{}
		for _, i := range idx {
			out.elems = append(out.elems, elems[i])
		}
		return out
	}
	return w.loose(v)
}
