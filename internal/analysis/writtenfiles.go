package analysis

import (
	"path"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// openFile is a file that the script opened to write, with what it wrote so far.
type openFile struct {
	path  string
	known bool // all that was written is constant
}

// openWritten is open(path, "w"): nil where it is not a constant path.
func (w *walker) openWritten(a arguments) value {
	p, ok := asString(orUnknown(a.value(0, "file")))
	mode, constant := asString(orUnknown(a.value(1, "mode")))
	if !ok || !constant || !strings.ContainsAny(mode, "wx") || strings.Contains(mode, "b") {
		return nil
	}
	w.files[path.Clean(p)] = ""
	return &openFile{path: path.Clean(p), known: true}
}

// fileMethod is a method of such a file; nil where it says nothing about its content.
func (w *walker) fileMethod(f *openFile, name string, a arguments, n *parser.Node) value {
	switch name {
	case "write":
		w.append(f, orUnknown(a.value(0)))
	case "writelines":
		elems, listed := w.listed(orUnknown(a.value(0)))
		for _, e := range elems {
			w.append(f, e)
		}
		if !listed {
			w.append(f, unknown{})
		}
	}
	w.escapeAll(a, n, true)
	return &object{of: "open"}
}

func (w *walker) append(f *openFile, v value) {
	s, ok := asString(v)
	if f.known = f.known && ok && w.loops == 0; !f.known {
		delete(w.files, f.path)
		return
	}
	if old, open := w.files[f.path]; open && len(old)+len(s) <= maxText {
		w.files[f.path] = old + s
	}
}

// wroteText is Path(p).write_text(text).
func (w *walker) wroteText(p, text value) {
	name, ok1 := asString(p)
	s, ok2 := asString(text)
	if ok1 && ok2 && len(s) <= maxText {
		w.files[path.Clean(name)] = s
	} else if ok1 {
		delete(w.files, path.Clean(name))
	}
}

// runWritten walks a file that the script wrote itself, as code that may run: what
// else may have become of the file is not known. It returns nil where its content
// is not.
func (w *walker) runWritten(p string, n *parser.Node) value {
	src, ok := w.files[path.Clean(p)]
	if !ok || src == "" {
		return nil
	}
	ns := &mapping{}
	w.as(interlock.Possible, func() {
		w.constCode(p, src, arguments{pos: []argument{{}, {v: ns}}}, n)
	})
	return ns
}

// importWritten is the import of a module that the script wrote; nil if it did not.
func (w *walker) importWritten(name string, n *parser.Node) value {
	ns, ok := w.runWritten(strings.ReplaceAll(name, ".", "/")+".py", n).(*mapping)
	if !ok {
		return nil
	}
	f := newModuleFrame(&unit{name: name, tree: &parser.Module{}})
	for i, k := range ns.keys {
		if s, isName := asString(k); isName {
			f.vars[s] = ns.vals[i]
		}
	}
	return &siblingModule{name: name, frame: f}
}
