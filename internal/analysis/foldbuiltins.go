package analysis

import (
	"math"
	"slices"
	"strconv"
)

// foldBuiltin is a builtin that only computes; nil where the result is not
// constant enough to keep.
func (w *walker) foldBuiltin(name string, a arguments) value {
	x := a.value(0)
	switch name {
	case "range":
		return rangeOf(a)
	case "enumerate":
		return w.enumerateFrom(x, a.value(1, "start"))
	case "zip":
		return w.zip(a)
	case "list", "tuple", "set", "frozenset", "sorted", "reversed":
		return w.collect(name, x)
	case "dict":
		return w.dictOf(a)
	case "sum": // of lists: sum(lists, [])
		if _, lists := a.value(1, "start").(*sequence); lists {
			return chainAll(w, arguments{pos: a.pos[:1]}, nil)
		}
		return nil
	case "next", "max", "min":
		if x != nil && len(a.pos) == 1 {
			return w.items(x)
		}
		if name == "next" {
			return nil
		}
		var vs []value
		for _, p := range a.pos {
			vs = append(vs, p.v)
		}
		return joinAll(vs)
	}
	if x == nil || len(a.pos) != 1 {
		return nil
	}
	return foldEach(name, x)
}

func foldEach(name string, v value) value {
	var out []value
	alts := alternatives(v)
	for _, x := range alts {
		y := foldScalar(name, x)
		if _, thing := x.(*object); thing && y == nil && len(alts) > 1 {
			y = &object{of: name}
		}
		if y == nil {
			return nil
		}
		out = append(out, y)
	}
	return joinAll(out)
}

func foldScalar(name string, x value) value {
	if s, ok := x.(span); ok && (name == "float" || name == "int" || name == "round") {
		return s
	}
	switch name {
	case "str":
		if p, ok := x.(pattern); ok {
			return p
		}
		if s, ok := render(x); ok {
			return str(s)
		}
	case "chr":
		if i, ok := x.(integer); ok && i > 0 && i < 0x110000 {
			return str(string(rune(i)))
		}
	case "ord":
		if s, ok := x.(str); ok && len([]rune(string(s))) == 1 {
			return integer([]rune(string(s))[0])
		}
	case "int":
		return foldInt(x)
	case "float":
		if s, ok := x.(str); ok {
			if f, err := strconv.ParseFloat(string(s), 64); err == nil {
				return float(f)
			}
		}
		if f, ok := asNumber(x); ok {
			return float(f)
		}
	case "abs":
		if i, ok := x.(integer); ok {
			return max(i, -i)
		}
		if f, ok := x.(float); ok {
			return float(math.Abs(float64(f)))
		}
	case "len":
		return foldLen(x)
	case "bytes", "bytearray":
		return foldBytes(x)
	}
	return nil
}

func foldInt(x value) value {
	switch x := x.(type) {
	case integer:
		return x
	case float:
		if math.Abs(float64(x)) < 1e15 {
			return integer(x)
		}
	case str:
		if i, err := strconv.ParseInt(string(x), 10, 64); err == nil {
			return integer(i)
		}
	}
	return nil
}

func foldLen(x value) value {
	switch x := x.(type) {
	case str:
		return integer(len([]rune(string(x))))
	case *sequence:
		if !x.open && !x.loose {
			return integer(len(x.elems))
		}
	case *mapping:
		if !x.open {
			return integer(len(x.keys))
		}
	case *dataset:
		return integer(len(x.rows))
	case *class:
		return integer(len(x.members))
	}
	return nil
}

func foldBytes(x value) value {
	switch x := x.(type) {
	case octets:
		return x
	case *sequence:
		var b []byte
		for _, e := range x.elems {
			i, ok := e.(integer)
			if !ok || i < 0 || i > 255 || x.open {
				return nil
			}
			b = append(b, byte(i))
		}
		return octets(b)
	}
	return nil
}

// rangeOf lists a small constant range, and bounds a large one.
func rangeOf(a arguments) value {
	var n [3]int64
	for i, p := range a.pos {
		v, ok := p.v.(integer)
		if !ok || i > 2 {
			return &sequence{elems: []value{unknownNumber}, loose: true}
		}
		n[i] = int64(v)
	}
	lo, hi, by := int64(0), n[0], int64(1)
	if len(a.pos) > 1 {
		lo, hi = n[0], n[1]
	}
	if len(a.pos) > 2 {
		by = n[2]
	}
	if by == 0 {
		return unknown{}
	}
	if n := (hi - lo) / by; n > maxUnrolled*2 {
		return &sequence{elems: []value{span{float64(min(lo, hi)), float64(max(lo, hi) - 1)}}, loose: true, size: int(min(n, maxTimes))}
	}
	s := &sequence{}
	for i := lo; (by > 0 && i < hi) || (by < 0 && i > hi); i += by {
		s.elems = append(s.elems, integer(i))
	}
	return s
}

func (w *walker) enumerate(v value) value {
	if v == nil {
		return nil
	}
	return w.enumerateFrom(v, nil)
}

func (w *walker) enumerateFrom(v, start value) value {
	if v == nil {
		return nil
	}
	from, ok := start.(integer)
	elems, listed := w.listed(v)
	if !listed || (start != nil && !ok) {
		return &sequence{elems: []value{&sequence{elems: []value{unknownNumber, w.items(v)}}}, loose: true}
	}
	out := &sequence{}
	for i, e := range elems {
		out.elems = append(out.elems, &sequence{elems: []value{from + integer(i), e}})
	}
	return out
}

// zip pairs constant collections of one length; else each place is any of its own.
func (w *walker) zip(a arguments) value {
	cols, size, even := make([][]value, len(a.pos)), -1, !a.star
	for i, p := range a.pos {
		elems, known := w.listed(p.v)
		if endless(p.v) {
			cols[i] = nil
			continue
		}
		even = even && known
		if size < 0 || len(elems) < size {
			size = len(elems)
		}
		cols[i] = elems
	}
	out := &sequence{}
	if !even {
		t := &sequence{}
		for _, p := range a.pos {
			t.elems = append(t.elems, w.items(p.v))
		}
		return &sequence{elems: []value{t}, loose: true}
	}
	for row := range max(size, 0) {
		t := &sequence{}
		for i, c := range cols {
			if c == nil {
				if s, ok := a.pos[i].v.(*sequence); ok && s.at(row) != nil {
					t.elems = append(t.elems, s.at(row))
					continue
				}
				t.elems = append(t.elems, w.items(a.pos[i].v))
				continue
			}
			t.elems = append(t.elems, c[row])
		}
		out.elems = append(out.elems, t)
	}
	return out
}

func (w *walker) collect(name string, v value) value {
	if v == nil {
		return &sequence{}
	}
	if o, ok := v.(*object); ok {
		return &object{of: o.of}
	}
	if s, ok := v.(*sequence); ok && s.loose {
		return &sequence{elems: slices.Clone(s.elems), open: s.open, loose: true, once: s.once, size: s.size}
	}
	if _, many := v.(*union); many {
		return &sequence{elems: []value{w.items(v)}, open: mayBeUnknown(v), loose: true}
	}
	elems, known := w.elements(v)
	_, listed := w.listed(v)
	out := &sequence{elems: slices.Clone(elems), open: !known, loose: !listed}
	if name == "sorted" {
		sortConstants(out.elems)
	}
	if name == "reversed" {
		slices.Reverse(out.elems)
	}
	return out
}

// sortConstants sorts texts; anything else keeps its order, as a key may decide.
func sortConstants(vs []value) {
	texts := make([]str, 0, len(vs))
	for _, v := range vs {
		text, ok := v.(str)
		if !ok {
			return
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	for i, text := range texts {
		vs[i] = text
	}
}

// endless reports whether v goes on for as long as others do: itertools.repeat.
func endless(v value) bool {
	s, ok := v.(*sequence)
	return ok && s.size < 0
}

func (w *walker) dictOf(a arguments) value {
	m := &mapping{open: a.star}
	if x := a.value(0); x != nil {
		switch y := w.asMapping(x).(type) {
		case *mapping:
			m.keys, m.vals, m.open = slices.Clone(y.keys), slices.Clone(y.vals), m.open || y.open
			m.shuffled = y.shuffled
		default:
			w.pairs(m, x)
		}
	}
	for _, k := range a.kw {
		m.keys, m.vals = append(m.keys, str(k.name)), append(m.vals, k.v)
	}
	return m
}

// pairs adds the pairs of a collection to m.
func (w *walker) pairs(m *mapping, v value) {
	elems, known := w.elements(v)
	m.open = m.open || !known
	for _, e := range elems {
		if t, ok := e.(*sequence); ok && len(t.elems) == 2 {
			m.put(t.elems[0], t.elems[1])
		} else if p, ok := e.(*userObject); ok && p.cls.kind == tupleClass && len(p.cls.fields) == 2 {
			m.put(p.attrs[p.cls.fields[0].name], p.attrs[p.cls.fields[1].name])
		} else {
			m.open = true
		}
	}
}
