package analysis

import (
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// callConst is a method of a constant or of a collection.
func (w *walker) callConst(m *constMethod, a arguments, n *parser.Node) value {
	var out value
	for x := range a.each() {
		w.spill(x.v, n) // d.update(vars(library))
	}
	switch x := m.self.(type) {
	case str:
		out = w.textMethod(string(x), m.name, a)
	case octets:
		out = octetsMethod(string(x), m.name)
	case *sequence:
		out = w.sequenceMethod(x, m.name, a)
	case *mapping:
		out = w.mappingMethod(x, m.name, a)
	case *queue:
		out = w.queueMethod(x, m.name, a)
	case *box:
		out = x.method(m.name, a)
	case *stagedSettings:
		out = w.stagedMethod(x, m.name, a, n)
	case *class:
		out = x.subclasses(w)
	case *moduleSpec:
		out = w.specMethod(x, m.name, n)
	case *namespace:
		out = w.namespaceMethod(x, m.name, a, n)
	case *dataset:
		out = w.datasetMethod(x, m.name, a, n)
	case *configFile:
		out = w.configMethod(x, m.name, a, n)
	case *argParser:
		out = w.parserMethod(x, m.name, a, n)
	case *openFile:
		out = w.fileMethod(x, m.name, a, n)
	case *builtin:
		return w.builtinMethod(x, m.name, a, n)
	}
	if out == nil {
		w.escapeAll(a, n, true)
		return &object{of: "builtins"}
	}
	return out
}

func (w *walker) sequenceMethod(s *sequence, name string, a arguments) value {
	switch name {
	case "append", "add", "insert", "appendleft":
		if len(a.pos) > 0 {
			s.add(a.pos[len(a.pos)-1].v, w.loops > 0)
			s.loose = s.loose || w.loops > 0 || w.cond > s.cond || name != "append"
		}
		return none{}
	case "extend", "update":
		if v := a.value(0); v != nil {
			w.appendAll(s, v)
		}
		return none{}
	case "copy":
		return &sequence{elems: slices.Clone(s.elems), open: s.open, loose: s.loose, size: s.size}
	case "pop", "popleft", "get", "get_nowait":
		s.loose = true
		return s.any()
	case "clear", "remove", "sort", "reverse", "discard":
		s.loose = true
		return none{}
	case "tolist", "astype", "ravel", "flatten", "round", "iteritems":
		return s
	case "items", "enumerate":
		return w.enumerate(s)
	case "union", "intersection", "difference":
		out := &sequence{elems: slices.Clone(s.elems), open: s.open, loose: true}
		for _, p := range a.pos {
			w.appendAll(out, p.v)
		}
		return out
	case "index", "count":
		return unknownNumber
	case "__getitem__":
		return sequenceItem(s, orUnknown(a.value(0)))
	case "__iter__":
		return s
	}
	return nil
}

// add appends an element; more says that the place may run again.
func (s *sequence) add(v value, more bool) {
	if contains(s.elems, v) && more {
		return
	}
	s.elems = append(s.elems, v)
	if b := bounded(s.elems, s.open); len(s.elems) > maxElements {
		*s = *b
	}
	if more && mayBeUnknown(v) {
		s.open = true
	}
}

func (w *walker) appendAll(s *sequence, v value) {
	for _, x := range alternatives(v) {
		elems, known := w.elements(x)
		_, listed := w.listed(x)
		s.loose = s.loose || !listed || w.loops > 0 || w.cond > s.cond
		for _, e := range elems {
			s.add(e, w.loops > 0)
		}
		s.open = s.open || !known
	}
}

func (w *walker) mappingMethod(m *mapping, name string, a arguments) value {
	w.spend(len(m.keys) / 16)
	switch name {
	case "get", "pop", "setdefault", "__getitem__":
		v := m.get(orUnknown(a.value(0)))
		w.spend(len(alternatives(v)))
		if d := a.value(1); d != nil {
			if name == "setdefault" {
				m.put(a.pos[0].v, d)
			}
			v = join(v, d)
		}
		return v
	case "keys", "__iter__":
		return &sequence{elems: m.keys, open: m.open, loose: m.shuffled, once: m.shuffled}
	case "values":
		return &sequence{elems: m.vals, open: m.open, loose: w.loops > 0 || m.shuffled, once: w.loops == 0 && m.shuffled}
	case "items":
		s := &sequence{open: m.open, loose: m.shuffled, once: m.shuffled}
		for i, k := range m.keys {
			s.elems = append(s.elems, &sequence{elems: []value{k, m.vals[i]}})
		}
		return s
	case "update":
		if x, ok := w.asMapping(a.value(0)).(*mapping); ok {
			m.merge(x)
		} else if len(a.pos) > 0 {
			m.open = true
		}
		for _, k := range a.kw {
			m.put(str(k.name), k.v)
		}
		return none{}
	case "copy":
		return &mapping{keys: slices.Clone(m.keys), vals: slices.Clone(m.vals), open: m.open, shuffled: m.shuffled}
	}
	return nil
}

// fillOf is what dict.fromkeys puts under each key.
func fillOf(a arguments) value {
	if v := a.value(1); v != nil {
		return v
	}
	return none{}
}

// builtinMethod is a method taken from a builtin type: bytes.fromhex, str.join.
func (w *walker) builtinMethod(b *builtin, name string, a arguments, n *parser.Node) value {
	if v := decodeConst(b.name+"."+name, a.value(0)); v != nil {
		return v
	}
	if name == "fromkeys" && b.name == "dict" {
		keys, known := w.elements(orUnknown(a.value(0)))
		m := &mapping{open: !known}
		for _, k := range keys {
			m.keys, m.vals = append(m.keys, k), append(m.vals, fillOf(a))
		}
		return m
	}
	if name == "__call__" {
		return w.callBuiltin(b, a, n)
	}
	if recv, ok := a.at(0); ok && (b.name == "str" || b.name == "list" || b.name == "dict") {
		return w.call(w.attribute(recv.v, name, n), a.from(1), n)
	}
	if b.name == "object" && name == "__new__" {
		return w.callBuiltin(&builtin{name: "object.__new__"}, a, n)
	}
	if b.name == "object" && name == "__setattr__" {
		return w.callRawSetattr(a, n)
	}
	if b.name == "object" && name == "__getattribute__" {
		return w.callGetattr(a, n)
	}
	w.escapeAll(a, n, true)
	return &object{of: b.name}
}
