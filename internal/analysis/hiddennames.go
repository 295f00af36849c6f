package analysis

import (
	"maps"
	"slices"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// spill notes that the dict of a control-system library's names goes where nothing
// here follows it.
func (w *walker) spill(v value, n *parser.Node) {
	ns, ok := v.(*namespace)
	if !ok {
		return
	}
	if x, isLibrary := ns.of.(*extern); isLibrary && !w.plainLibrary(x.path) {
		w.hide("vars", "which name is taken is not constant", n, true)
	}
}

// namesIn is what dir() lists of a library or of one of its things, as far as
// its table knows; nil where it is neither.
func (w *walker) namesIn(v value) value {
	var names []string
	s := &sequence{open: true}
	switch x := v.(type) {
	case *userObject:
		names, s.open = namesOfObject(x.attrs, x.cls), x.base != nil || x.cls.foreign()
	case *class:
		names, s.open = namesOfObject(nil, x), x.table != nil || x.foreign()
	case *extern:
		names = w.libraryNames(x)
	case *instance:
		for k := x.cls; k != nil; k = k.parent {
			for name := range k.Methods {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		s.elems = append(s.elems, str(name))
	}
	return s
}

// libraryNames are the names directly under x that its library's table has.
func (w *walker) libraryNames(x *extern) (names []string) {
	lib := w.tables.library(root(x.path))
	if lib == nil {
		return nil
	}
	prefix := strings.TrimPrefix(strings.TrimPrefix(x.path, lib.module), ".")
	add := func(name string) {
		if prefix != "" {
			rest, ok := strings.CutPrefix(name, prefix+".")
			if !ok {
				return
			}
			name = rest
		}
		if !strings.Contains(name, ".") {
			names = append(names, name)
		}
	}
	for name := range lib.Functions {
		add(name)
	}
	for name := range lib.Classes {
		add(name)
	}
	for name := range lib.Aliases {
		add(name)
	}
	slices.Sort(names)
	return names
}

// contentOf is vars(x).items(), or .values(), as far as the table knows it.
func (w *walker) contentOf(x *extern, pairs bool, n *parser.Node) value {
	s := &sequence{open: true}
	for _, name := range w.libraryNames(x) {
		v := value(w.extern(x.path + "." + name))
		if pairs {
			v = &sequence{elems: []value{str(name), v}}
		}
		s.elems = append(s.elems, v)
	}
	return s
}

// namesOfSpace are the keys of a module's or a thing's dict, as far as they are known.
func (w *walker) namesOfSpace(ns *namespace) *sequence {
	s := &sequence{open: true, loose: true, once: true}
	if x, ok := ns.of.(*extern); ok {
		for _, name := range w.libraryNames(x) {
			s.elems = append(s.elems, str(name))
		}
	}
	if m, ok := w.contents(ns, nil); ok {
		s.elems, s.open = m.keys, m.open
	}
	return s
}

// cells are what f's closure holds: some of the names of the functions around it.
func (f *function) cells() value {
	c := &class{name: "cell", attrs: map[string]value{}}
	c.linearise()
	s := &sequence{loose: true}
	for o := f.outer; o != nil && o.kind != moduleScope; o = o.outer {
		for _, name := range slices.Sorted(maps.Keys(o.vars)) {
			s.elems = append(s.elems, &userObject{cls: c, attrs: map[string]value{"cell_contents": o.vars[name]}})
		}
	}
	return s
}
