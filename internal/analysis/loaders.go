package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// moduleSpec is what importlib.util.find_spec and its like return: how to import
// the module of that name. Only loading it imports, so that asking whether a
// library is there is no import.
type moduleSpec struct{ name value }

// specMethods are the methods of a spec's loader that give the module.
var specMethods = setOf("load_module exec_module create_module find_module find_spec")

func findSpec(_ *walker, a arguments, _ *parser.Node) value {
	return &moduleSpec{name: orUnknown(a.value(0, "name", "fullname", "mod_name"))}
}

// attributeOfSpec is an attribute of a spec or of its loader.
func (s *moduleSpec) attribute(name string) value {
	switch {
	case name == "loader":
		return s
	case name == "name":
		return s.name
	case specMethods[name]:
		return &constMethod{self: s, name: name}
	}
	return &object{of: "importlib.machinery.ModuleSpec"}
}

// specMethod is a method of a spec's loader.
func (w *walker) specMethod(s *moduleSpec, name string, n *parser.Node) value {
	switch name {
	case "load_module", "create_module":
		return w.importDynamic(s.name, "a module's loader", n)
	case "find_module", "find_spec":
		return s
	}
	return none{} // exec_module fills a module that module_from_spec made
}

// moduleFromSpec is importlib.util.module_from_spec. A spec that was not seen to be
// made comes from a place that its maker's row tells of, or from nowhere known.
func moduleFromSpec(w *walker, a arguments, n *parser.Node) value {
	var out []value
	for _, x := range alternatives(orUnknown(a.value(0, "spec"))) {
		switch s := x.(type) {
		case *moduleSpec:
			out = append(out, w.importDynamic(s.name, "importlib.util.module_from_spec", n))
		case none:
		case *object:
			out = append(out, unknown{})
		default:
			out = append(out, w.importDynamic(unknown{}, "importlib.util.module_from_spec", n))
		}
	}
	return joinAll(out)
}

// resolveName is pkgutil.resolve_name("package.module:object.attribute"), and what
// other libraries have like it.
func resolveName(w *walker, a arguments, n *parser.Node) value {
	var out []value
	for _, x := range alternatives(orUnknown(a.value(0, "name", "path"))) {
		s, ok := asString(x)
		if !ok {
			out = append(out, w.importDynamic(unknown{}, "an import by a dotted name", n))
			continue
		}
		out = append(out, w.dotted(s, n))
	}
	return joinAll(out)
}

// dotted is what a dotted name stands for, its first part being a module.
func (w *walker) dotted(name string, n *parser.Node) value {
	mod, rest, colon := strings.Cut(name, ":")
	if !colon {
		mod, rest, _ = strings.Cut(name, ".")
	}
	v := w.importDynamic(str(mod), "an import by a dotted name", n)
	for part := range strings.SplitSeq(rest, ".") {
		if part != "" {
			v = w.attribute(v, part, n)
		}
	}
	return v
}

// dictConfig is logging.config.dictConfig: it calls what "()" and "class" name, with
// the other keys as arguments.
func dictConfig(w *walker, a arguments, n *parser.Node) value {
	w.configured(orUnknown(a.value(0, "config")), n, maxDepth)
	return none{}
}

func (w *walker) configured(v value, n *parser.Node, depth int) {
	m, ok := v.(*mapping)
	if !ok || depth == 0 {
		return
	}
	for i, k := range m.keys {
		key, _ := asString(k)
		if key == "()" || key == "class" {
			w.call(w.factory(m.vals[i], n), w.keywordsOf(m, n), n)
			continue
		}
		w.configured(m.vals[i], n, depth-1)
	}
}

// factory is what a configuration names, or holds itself.
func (w *walker) factory(v value, n *parser.Node) value {
	if name, isText := v.(str); isText {
		return w.dotted(string(name), n)
	}
	return v
}

// keywordsOf are the keys of m as arguments, but those that say what is called.
func (w *walker) keywordsOf(m *mapping, n *parser.Node) arguments {
	var a arguments
	w.spread(&a, m, n)
	kept := a.kw[:0]
	for _, k := range a.kw {
		if k.name != "()" && k.name != "class" {
			kept = append(kept, k)
		}
	}
	a.kw = kept
	return a
}
