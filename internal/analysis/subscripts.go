package analysis

import (
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// subscript is v[index].
func (w *walker) subscript(n *parser.Node) value {
	v := w.eval(n.Value)
	if n.Right != nil && n.Right.Kind == parser.Slice {
		return w.slice(v, n.Right)
	}
	index := w.eval(n.Right)
	if some, any := without(v, isNone); any && some != value(unknown{}) {
		v = some // None has no items
	}
	var out []value
	for _, x := range alternatives(v) {
		for _, i := range alternatives(index) {
			if !w.step() {
				return unknown{}
			}
			out = append(out, w.item(x, i, n))
		}
	}
	w.spend(len(out))
	return joinAll(out)
}

func (w *walker) item(x, index value, n *parser.Node) value {
	switch x := x.(type) {
	case *sequence:
		return sequenceItem(x, index)
	case *mapping:
		w.spend(len(x.keys) / 16)
		return w.mappingItem(x, index, n)
	case *dataset:
		return x.item(index)
	case *configFile:
		return x.sections.get(index)
	case str:
		if i, ok := index.(integer); ok {
			if j, ok := position(int(i), len(x)); ok {
				return x[j : j+1]
			}
		}
		return unknown{}
	case *namespace:
		return w.namespaceItem(x, index, n)
	case *extern:
		return w.externItem(x, index, n)
	case *instance:
		return w.indexed(x, index, n)
	case *object:
		return &object{of: x.of}
	case *userObject:
		if x.cls.lookup("__getitem__") != nil {
			return w.call(w.attribute(x, "__getitem__", n), plain(n, index), n)
		}
		if elems, ok := x.tupleElems(); ok {
			return sequenceItem(&sequence{elems: elems}, index)
		}
		if x.cls.lookup("__missing__") != nil { // of a dict of its own, where the key is not there
			return join(w.call(w.attribute(x, "__missing__", n), plain(n, index), n), unknown{})
		}
	case unknown, *unknownAttribute:
		if name, ok := asString(index); ok && w.tables.verb(name) { // vars(thing)["put"], a table of functions
			return &unknownAttribute{name: name, node: n}
		}
	case *class:
		if x.kind == enumClass {
			if name, ok := asString(index); ok && x.attrs[name] != nil {
				return x.attrs[name]
			}
			return joinAll(x.listMembers())
		}
		if f, ok := x.lookup("__class_getitem__").(*function); ok {
			return w.callFunction(f, x, plain(n, index), n)
		}
		return x
	case *builtin:
		return x // a generic alias: list[int]
	}
	return unknown{}
}

// mappingItem is m[key], which a defaultdict makes where it is not there.
func (w *walker) mappingItem(m *mapping, key value, n *parser.Node) value {
	if m.missing == nil {
		return m.get(key)
	}
	if _, constant := render(key); constant {
		if !slices.Contains(m.keys, key) {
			m.put(key, w.call(m.missing, arguments{}, n))
		}
		return m.get(key)
	}
	v := w.call(m.missing, arguments{}, n)
	if s, ok := v.(*sequence); ok {
		for _, old := range m.vals {
			w.appendAll(s, w.items(old))
		}
		s.loose = true
	}
	m.put(key, v)
	return v
}

func sequenceItem(s *sequence, index value) value {
	i, ok := index.(integer)
	if ok && !s.open && !s.loose {
		if j, ok := position(int(i), len(s.elems)); ok {
			return s.elems[j]
		}
	}
	return s.any()
}

// any is one of the elements.
func (s *sequence) any() value {
	v := joinAll(s.elems)
	if s.open {
		return join(v, unknown{})
	}
	return v
}

// merge stores all that x holds. Over the bound, m is open and its values joined.
func (m *mapping) merge(x *mapping) {
	literal := len(m.keys) == 0 // may be longer: the source bounds it
	m.keys, m.vals, m.open = append(m.keys, x.keys...), append(m.vals, x.vals...), m.open || x.open
	m.shuffled = m.shuffled || x.shuffled
	if len(m.keys) > maxElements && !literal {
		m.keys, m.vals, m.open = []value{unknown{}}, []value{joinAll(m.vals)}, true
	}
}

// put stores a value under a key.
func (m *mapping) put(key, v value) {
	for i := len(m.keys) - 1; i >= 0; i-- {
		if m.keys[i] == key {
			if same(m.vals[i], v, 2) {
				return
			}
			break
		}
	}
	m.merge(&mapping{keys: []value{key}, vals: []value{v}})
}

// get is the value under a key; the last one stored wins where all keys are known.
func (m *mapping) get(key value) value {
	var found []value
	_, constant := render(key)
	for i, k := range m.keys {
		if k == key {
			found = append(found[:0], m.vals[i])
		} else if _, ok := render(k); !ok || !constant {
			found = append(found, m.vals[i])
		}
	}
	if len(found) == 0 || (m.open && !constant) {
		found = append(found, unknown{})
	}
	return joinAll(found)
}

func position(i, n int) (int, bool) {
	if i < 0 {
		i += n
	}
	return i, i >= 0 && i < n
}

func (w *walker) slice(v value, n *parser.Node) value {
	lo, hi, step := w.bound(n.Left), w.bound(n.Right), w.bound(n.Extra)
	var out []value
	for _, x := range alternatives(v) {
		if s, ok := x.(str); ok {
			w.spend(len(s) / 64)
		}
		out = append(out, sliced(x, lo, hi, step))
	}
	return joinAll(out)
}

// bound is a slice's bound: nil if left out, unknown where not constant.
func (w *walker) bound(n *parser.Node) value {
	if n == nil {
		return nil
	}
	return w.eval(n)
}

func sliced(x, lo, hi, step value) value {
	switch x := x.(type) {
	case str:
		if idx, ok := indices(len(x), lo, hi, step); ok {
			b := make([]byte, 0, len(idx))
			for _, i := range idx {
				b = append(b, x[i])
			}
			return str(b)
		}
		return unknown{}
	case *sequence:
		if idx, ok := indices(len(x.elems), lo, hi, step); ok && !x.open && !x.loose {
			out := &sequence{}
			for _, i := range idx {
				out.elems = append(out.elems, x.elems[i])
			}
			return out
		}
		return &sequence{elems: x.elems, open: x.open, loose: true}
	case *dataset:
		return &dataset{names: x.names, rows: x.rows, open: x.open}
	case *object:
		return &object{of: x.of}
	}
	return unknown{}
}

// indices lists the positions of a slice with constant bounds.
func indices(n int, lo, hi, step value) ([]int, bool) {
	by, ok := constBound(step, 1, 1<<30)
	if !ok || by == 0 || n > maxText {
		return nil, false
	}
	from, to := 0, n
	if by < 0 {
		from, to = n-1, -1
	}
	from, ok1 := constBound(lo, from, n)
	to, ok2 := constBound(hi, to, n)
	if !ok1 || !ok2 {
		return nil, false
	}
	var out []int
	for i := from; (by > 0 && i < min(to, n)) || (by < 0 && i > to); i += by {
		if i >= 0 && i < n {
			out = append(out, i)
		}
	}
	return out, true
}

func constBound(v value, missing, n int) (int, bool) {
	switch x := v.(type) {
	case nil, none:
		return missing, true
	case integer:
		if x < 0 && n < 1<<30 {
			return max(int(x)+n, 0), true
		}
		return int(max(min(x, 1<<31), -1<<31)), true
	}
	return 0, false
}

func (w *walker) namespaceItem(ns *namespace, index value, n *parser.Node) value {
	name, ok := asString(index)
	if !ok {
		w.hide("globals", "which name is taken is not constant", n, true)
		return unknown{}
	}
	if m, isModule := ns.of.(*moduleOf); isModule {
		if v, ok := m.frame.vars[name]; ok {
			return w.refer(v, n)
		}
		if name == "__builtins__" {
			return &extern{path: "builtins"}
		}
		return unknown{}
	}
	return w.attribute(ns.of, name, n)
}

func (w *walker) externItem(x *extern, index value, n *parser.Node) value {
	name, constant := asString(index)
	switch x.path {
	case "sys.modules":
		if constant {
			return w.moduleNamed(name, n)
		}
		w.hide("sys.modules", "which module is taken is not constant", n, true)
		return unknown{}
	case "builtins":
		if constant {
			return w.externAttribute(x, name, n)
		}
		w.hide("__builtins__", "which builtin is taken is not constant", n, true)
		return unknown{}
	case "os.environ":
		w.environ(index, "read", "os.environ", n)
		if name == "HOME" {
			return str("~")
		}
		return &object{of: "os.environ"}
	}
	if x.cls != nil {
		return x // SignalRW[float]
	}
	return w.externValue(x)
}
