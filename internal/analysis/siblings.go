package analysis

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// Bounds of what a script may bring along from its own folder.
const (
	maxSiblings     = 64
	maxSiblingBytes = 4 << 20 // all of them together; one is bound by the parser's gate
)

// siblingModule is a module from the script's own folder.
type siblingModule struct {
	name  string
	frame *frame
}

// preloaded are the modules that Python has imported before the script starts,
// so that a file of that name in its folder is not what the script gets.
var preloaded = setOf(`sys builtins os io codecs site abc stat posixpath genericpath time marshal posix errno
zipimport encodings types _thread _imp _io _warnings _weakref os.path`)

// sibling imports a module from the script's folder; nil if there is none, which
// leaves the name to the libraries.
func (w *walker) sibling(name string, n *parser.Node) value {
	if w.prog.Submission.Folder == "" || preloaded[root(name)] {
		return nil
	}
	if m, ok := w.modules[name]; ok {
		if m == nil {
			return nil
		}
		return m
	}
	if parent := name[:max(lastDot(name), 0)]; parent != "" {
		if _, isModule := w.sibling(parent, n).(*siblingModule); !isModule {
			return nil
		}
	}
	m, err := w.openSibling(name)
	if err != nil {
		w.modules[name] = nil
		w.control = true
		w.hide("import", err.Error(), n, true)
		return unknown{}
	}
	w.modules[name] = m
	if m == nil {
		return nil
	}
	w.runSibling(m, n)
	return m
}

// openSibling finds and parses a module of the folder; nil if there is none.
func (w *walker) openSibling(name string) (*siblingModule, error) {
	rel := strings.ReplaceAll(name, ".", "/")
	for _, file := range []string{rel + "/__init__.py", rel + ".py"} {
		src, err := w.readSibling(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		tree, err := w.prog.Parse(w.ctx, src)
		if err != nil {
			return nil, fmt.Errorf("%s beside the script cannot be analysed: %w", file, err)
		}
		u := &unit{name: name, file: file, tree: tree, pkg: name[:max(lastDot(name), 0)]}
		if strings.HasSuffix(file, "/__init__.py") {
			u.pkg = name
		}
		w.prog.addModule(interlock.Module{Name: name, Path: file, Source: src})
		return &siblingModule{name: name, frame: newModuleFrame(u)}, nil
	}
	if err := w.compiled(rel); err != nil {
		return nil, err
	}
	return w.namespacePackage(name, rel), nil
}

// namespacePackage is a folder without __init__.py. Python takes it only where
// nothing else has the name.
func (w *walker) namespacePackage(name, rel string) *siblingModule {
	st, err := os.Stat(filepath.Join(w.prog.Submission.Folder, filepath.FromSlash(rel)))
	if err != nil || !st.IsDir() || w.known(name) || w.tables.library(root(name)) != nil {
		return nil
	}
	u := &unit{name: name, file: rel, tree: &parser.Module{}, pkg: name}
	return &siblingModule{name: name, frame: newModuleFrame(u)}
}

// compiled refuses modules that Python would import and that hold no source.
func (w *walker) compiled(rel string) error {
	base := filepath.Join(w.prog.Submission.Folder, filepath.FromSlash(rel))
	for _, pattern := range []string{base + ".so", base + ".*.so", base + ".pyc", base + ".pyd"} {
		if hits, _ := filepath.Glob(pattern); len(hits) > 0 {
			return fmt.Errorf("%s beside the script is compiled code, which cannot be analysed", filepath.Base(hits[0]))
		}
	}
	return nil
}

// readSibling reads a regular file strictly inside the folder, links resolved.
func (w *walker) readSibling(rel string) ([]byte, error) {
	p := w.prog
	full := filepath.Join(p.Submission.Folder, filepath.FromSlash(rel))
	real, err := filepath.EvalSymlinks(full)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.EvalSymlinks(p.Submission.Folder)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(real, strings.TrimSuffix(folder, "/")+"/") {
		return nil, fmt.Errorf("%s beside the script is a link to a file outside its folder", rel)
	}
	if len(p.Submission.Modules) >= maxSiblings || p.siblingBytes >= maxSiblingBytes {
		return nil, fmt.Errorf("the script imports more from its own folder than is analysed (%d modules, %d bytes)",
			maxSiblings, maxSiblingBytes)
	}
	return readRegular(real, rel, parser.MaxBytes)
}

// readRegular reads at most limit bytes of a regular file.
func readRegular(real, rel string, limit int64) ([]byte, error) {
	st, err := os.Lstat(real)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s beside the script is not a regular file", rel)
	}
	f, err := os.Open(real)
	if err != nil {
		return nil, fmt.Errorf("opening %s beside the script: %w", rel, withoutNotExist(err))
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s beside the script: %w", rel, err)
	}
	return b, nil
}

// withoutNotExist keeps a file that vanished between two looks from counting as
// one that was never there.
func withoutNotExist(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("it vanished while it was read")
	}
	return err
}

// runSibling walks a module's own statements, once.
func (w *walker) runSibling(m *siblingModule, n *parser.Node) {
	if w.depth > 4*maxCalls {
		w.hide("import", "imports nest too deeply", n, true)
		return
	}
	w.moduleNames(m.frame)
	loops, calling := w.loops, w.calling
	w.loops, w.calling = 0, map[*parser.Node]int{}
	w.depth++
	w.in(m.frame, func() { w.block(m.frame.unit.tree.Body) })
	w.depth--
	w.loops, w.calling = loops, calling
}

// moduleAttribute is an attribute of a sibling module.
func (w *walker) moduleAttribute(m *siblingModule, name string, n *parser.Node) value {
	if v, ok := m.frame.vars[name]; ok {
		v, _ = without(v, isAbsent)
		return w.refer(v, n)
	}
	if sub, ok := w.modules[m.name+"."+name]; ok && sub != nil {
		return sub
	}
	if name == "__dict__" {
		return &namespace{of: &moduleOf{frame: m.frame}}
	}
	if stars := m.frame.stars; len(stars) > 0 {
		return w.externAttribute(&extern{path: stars[len(stars)-1]}, name, n)
	}
	return unknown{}
}

// siblingName is "from m import name": an attribute, else a submodule.
func (w *walker) siblingName(m *siblingModule, name string, n *parser.Node) value {
	if v, ok := m.frame.vars[name]; ok {
		v, _ = without(v, isAbsent)
		return v
	}
	if sub := w.sibling(m.name+"."+name, n); sub != nil {
		return sub
	}
	return w.moduleAttribute(m, name, n)
}

// submodule is a sibling that was imported under a dotted path.
func (w *walker) submodule(dotted string) value {
	if m := w.modules[dotted]; m != nil {
		return m
	}
	return nil
}

// pathOf is the absolute path of a unit's file, "" where it has none.
func (p *Program) pathOf(u *unit) string {
	if p.Submission.Folder == "" || u.at != nil {
		return ""
	}
	if u.main {
		return path.Join(filepath.ToSlash(p.Submission.Folder), path.Base(p.Submission.Name))
	}
	return path.Join(filepath.ToSlash(p.Submission.Folder), u.file)
}

func (p *Program) addModule(m interlock.Module) {
	p.Submission.Modules = append(p.Submission.Modules, m)
	p.Facts.Modules = append(p.Facts.Modules, m.Path)
	p.siblingBytes += len(m.Source)
}
