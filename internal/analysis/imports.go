package analysis

import (
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func (w *walker) importStatement(n *parser.Node) {
	for _, alias := range n.List {
		mod := w.importModule(alias.Name, alias)
		w.noteImport(interlock.Import{Module: alias.Name, Alias: alias.Str, Local: isLocal(mod)}, alias)
		switch {
		case alias.Str != "":
			w.bind(alias.Str, mod)
		case strings.Contains(alias.Name, "."):
			w.bind(root(alias.Name), w.moduleValue(root(alias.Name), alias))
		default:
			w.bind(alias.Name, mod)
		}
	}
}

func (w *walker) importFrom(n *parser.Node) {
	name := w.absoluteName(n)
	if name == "__future__" {
		w.noteImport(interlock.Import{Module: name, Name: n.List[0].Name}, n)
		return
	}
	mod := w.importModule(name, n)
	for _, alias := range n.List {
		w.noteImport(interlock.Import{Module: name, Name: alias.Name, Alias: alias.Str, Local: isLocal(mod)}, alias)
		if alias.Name == "*" {
			w.importStar(mod, name, n)
			continue
		}
		w.bind(boundName(alias), w.importName(mod, alias))
	}
}

// importName is "from mod import name". A bare name of a table is bound without
// a reference: that comes with its first use.
func (w *walker) importName(mod value, alias *parser.Node) value {
	if x, ok := mod.(*extern); ok && root(x.path) != "builtins" {
		if v := w.externAttribute(x, alias.Name, nil); v != nil {
			if y, isExtern := v.(*extern); isExtern && y.ref != nil {
				y.ref.used = true // importing a name does not use it
				return &extern{path: y.path, fn: y.fn, cls: y.cls, of: y.of}
			}
			return v
		}
	}
	if sib, ok := mod.(*siblingModule); ok {
		return w.siblingName(sib, alias.Name, alias)
	}
	return w.attribute(mod, alias.Name, alias)
}

// absoluteName resolves the leading dots of a relative import.
func (w *walker) absoluteName(n *parser.Node) string {
	if n.Level == 0 {
		return n.Name
	}
	pkg := w.frame.unit.pkg
	for i := int32(1); i < n.Level; i++ {
		pkg = pkg[:max(lastDot(pkg), 0)]
	}
	return strings.Trim(pkg+"."+n.Name, ".")
}

func isLocal(v value) bool {
	_, ok := v.(*siblingModule)
	return ok
}

func (w *walker) noteImport(i interlock.Import, n *parser.Node) {
	i.Certainty, i.Pos = w.certainty, w.pos(n)
	if !w.found.first(importKey{pos: i.Pos, name: i.Module + ":" + i.Name}) {
		return
	}
	w.facts.Imports = append(w.facts.Imports, i)
}

type importKey struct {
	pos  interlock.Pos
	name string
}

// importModule imports a module by its full name and returns it.
func (w *walker) importModule(name string, n *parser.Node) value {
	if name == "" {
		w.hide("import", "a relative import without a package around it", n, true)
		return unknown{}
	}
	if m := w.mocked[root(name)]; m != nil {
		return m
	}
	if m := w.importWritten(name, n); m != nil {
		return m
	}
	if sib := w.sibling(name, n); sib != nil {
		return sib
	}
	top := root(name)
	if w.tables.library(top) != nil {
		if lib := w.tables.library(top); !lib.harmless(name) {
			w.control = true
		}
	} else if !w.known(name) {
		w.hide("import", "nothing is known about the module "+top+", which may write to the control system", n, true)
		return unknown{}
	}
	return w.moduleValue(name, n)
}

// moduleValue is a module that was imported before.
func (w *walker) moduleValue(name string, n *parser.Node) value {
	if m := w.mocked[root(name)]; m != nil {
		return m
	}
	if sib := w.sibling(name, n); sib != nil {
		return sib
	}
	if !w.known(name) && w.tables.library(root(name)) == nil {
		return unknown{}
	}
	if lib := w.tables.library(root(name)); lib != nil && lib.module != root(name) {
		name = lib.module + strings.TrimPrefix(name, root(name))
	}
	return &extern{path: name}
}

// importedNames are the keys of sys.modules that the script is known to have made.
func (w *walker) importedNames() (names []value) {
	for _, i := range w.facts.Imports {
		for name := i.Module; name != ""; name = name[:max(lastDot(name), 0)] {
			if v := value(str(name)); !slices.Contains(names, v) {
				names = append(names, v)
			}
		}
	}
	return names
}

// importedModules is sys.modules, as far as the script made it.
func (w *walker) importedModules(n *parser.Node) *mapping {
	m := &mapping{open: true, shuffled: true}
	for _, key := range w.importedNames() {
		name, _ := asString(key)
		m.keys, m.vals = append(m.keys, key), append(m.vals, w.moduleValue(name, n))
	}
	return m
}

// moduleNamed is sys.modules[name].
func (w *walker) moduleNamed(name string, n *parser.Node) value {
	if name == "__main__" {
		return &namespace{of: &moduleOf{frame: w.frame.module}}
	}
	return w.importModule(name, n)
}

// importDynamic imports by a call. A constant name is an import like any other.
func (w *walker) importDynamic(name value, api string, n *parser.Node) value {
	var out []value
	for _, x := range alternatives(orUnknown(name)) {
		s, ok := asString(x)
		if !ok {
			w.control = true
			w.hide("import", "which module "+api+" imports is not constant", n, true)
			out = append(out, unknown{})
			continue
		}
		mod := w.importModule(s, n)
		w.noteImport(interlock.Import{Module: s, Local: isLocal(mod)}, n)
		if api == "__import__" && strings.Contains(s, ".") {
			mod = w.moduleValue(root(s), n)
		}
		out = append(out, mod)
	}
	return joinAll(out)
}

// importStar binds what a star import brings, as far as it is known.
func (w *walker) importStar(mod value, name string, n *parser.Node) {
	switch m := mod.(type) {
	case *siblingModule:
		for k, v := range m.frame.vars {
			if !strings.HasPrefix(k, "_") {
				w.bind(k, v)
			}
		}
		return
	case *extern:
		if lib := w.tables.library(root(m.path)); lib != nil {
			w.starTable(lib, m.path)
		}
		w.starNames(m)
		w.frame.module.stars = append(w.frame.module.stars, m.path)
		return
	}
	w.hide("import", "a star import of "+name+" may bind any name", n, true)
	w.frame.module.opaque = true
}

// starTable binds the rows directly under a module.
func (w *walker) starTable(lib *table, path string) {
	prefix := strings.TrimPrefix(strings.TrimPrefix(path, lib.module), ".")
	bind := func(name string) {
		if prefix != "" {
			if !strings.HasPrefix(name, prefix+".") {
				return
			}
			name = strings.TrimPrefix(name, prefix+".")
		}
		if !strings.Contains(name, ".") {
			w.bind(name, w.extern(path+"."+name))
		}
	}
	for name := range lib.Functions {
		bind(name)
	}
	for name := range lib.Classes {
		bind(name)
	}
	for name := range lib.Aliases {
		bind(name)
	}
}

// starNames binds the names of a known library that matter to facts.
func (w *walker) starNames(m *extern) {
	for path := range w.tables.host.calls {
		if name, ok := strings.CutPrefix(path, m.path+"."); ok && !strings.Contains(name, ".") {
			w.bind(name, &extern{path: path})
		}
	}
	for path := range w.tables.specials {
		if name, ok := strings.CutPrefix(path, m.path+"."); ok && !strings.Contains(name, ".") {
			w.bind(name, &extern{path: path})
		}
	}
}

// pathChanged is a change of where imports are looked for.
func (w *walker) pathChanged(n *parser.Node) {
	w.hide("sys.path", "the script changes where modules are imported from", n, true)
}
