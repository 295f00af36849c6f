package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// maxExecs bounds code in constants in code in constants.
const maxExecs = 4

// callExec walks a constant that eval or exec runs; anything else is unresolved.
func (w *walker) callExec(api string, a arguments, n *parser.Node) value {
	out := value(unknown{})
	for _, x := range alternatives(orUnknown(a.value(0))) {
		src, ok := asString(x)
		if b, isBytes := x.(octets); isBytes {
			src, ok = string(b), true
		}
		if !ok {
			w.hide(api, "the code that it runs is not constant", n, true)
			continue
		}
		out = w.constCode(api, src, a, n)
	}
	return out
}

func (w *walker) constCode(api, src string, a arguments, n *parser.Node) value {
	if w.execs >= maxExecs {
		w.hide(api, "constants of code nest too deeply", n, true)
		return unknown{}
	}
	w.spend(1000 + len(src)/8) // a parse costs more than a node
	tree, err := w.prog.Parse(w.ctx, []byte(src))
	if err != nil {
		w.hide(api, "the constant that it runs is not Python that can be analysed", n, true)
		return unknown{}
	}
	at := w.pos(n)
	inner := *w.frame
	inner.unit = &unit{name: w.frame.unit.name, file: w.frame.unit.file, pkg: w.frame.unit.pkg, tree: tree, at: &at}
	into := w.givenNamespace(&inner, api, a, n)
	w.execs++
	out := value(none{})
	w.in(&inner, func() {
		if len(tree.Body) == 1 && tree.Body[0].Kind == parser.ExprStmt {
			out = w.eval(tree.Body[0].Value)
			return
		}
		w.block(tree.Body)
	})
	w.execs--
	if into == nil {
		w.frame.vars = inner.vars
		return out
	}
	for name, v := range inner.vars {
		into.put(str(name), v)
	}
	return out
}

// givenNamespace makes f a module of its own where exec is handed a dict, or the
// names of a library, and returns the dict.
func (w *walker) givenNamespace(f *frame, api string, a arguments, n *parser.Node) *mapping {
	given := a.value(1, "globals")
	m, ok := given.(*mapping)
	ns, isSpace := given.(*namespace)
	var of *extern
	if isSpace {
		of, _ = ns.of.(*extern)
	}
	if !ok && of == nil {
		if given != nil && !isNone(given) && !isSpace {
			w.hide(api, "with which names the code runs is not constant", n, true)
		}
		return nil
	}
	*f = frame{kind: moduleScope, vars: map[string]value{}, unit: f.unit}
	f.module = f
	if of != nil {
		f.stars = []string{of.path}
		return &mapping{}
	}
	for i, k := range m.keys {
		if name, isName := asString(k); isName {
			f.vars[name] = m.vals[i]
		}
	}
	return m
}

// timed is timeit.timeit and its like: they run functions, or text as code.
func timed(w *walker, a arguments, n *parser.Node) value {
	scope := arguments{}
	if g, ok := a.named("globals"); ok {
		scope.kw = []argument{g}
	}
	for _, v := range []value{a.value(1, "setup"), a.value(0, "stmt")} {
		if v == nil {
			continue
		}
		for _, x := range alternatives(v) {
			if _, isText := x.(str); isText || x == value(unknown{}) {
				w.callExec("timeit", plain(n, x).then(scope), n)
			} else {
				w.call(x, arguments{}, n)
			}
		}
	}
	return &object{of: "timeit"}
}

// runModule is runpy.run_module: a control library's module that is run may write.
func runModule(w *walker, a arguments, n *parser.Node) value {
	v := importModule(w, a, n)
	for _, x := range alternatives(v) {
		if m, ok := x.(*extern); ok && !w.plainLibrary(m.path) {
			w.hide("runpy", "what "+m.path+" does when it is run is not looked into", n, true)
		}
	}
	return v
}

// profiled is cProfile.run and its like, which run text as code.
func profiled(w *walker, a arguments, n *parser.Node) value {
	w.callExec("run", a.from(0), n)
	return none{}
}

// sympified is sympy.sympify, which evaluates its text. Formulas are not looked
// into; one with a name of Python's insides is.
func sympified(w *walker, a arguments, n *parser.Node) value {
	if s, ok := asString(a.value(0)); ok && strings.Contains(s, "__") {
		return w.constCode("sympy.sympify", s, arguments{}, n)
	}
	w.escapeAll(a, n, true)
	return &object{of: "sympy.sympify"}
}

// textRunners are classes whose run method runs text as code.
var textRunners = setOf("cProfile.Profile profile.Profile trace.Trace bdb.Bdb pdb.Pdb")

// runPath is runpy.run_path and %run: a script of the folder is analysed as a module.
func runPath(w *walker, a arguments, n *parser.Node) value {
	p, ok := asString(a.value(0, "path_name"))
	if !ok {
		w.hide("runpy", "which script it runs is not constant", n, true)
		return unknown{}
	}
	return w.runScript(p, n)
}

// runScript walks another script of the folder, as one that is run.
func (w *walker) runScript(p string, n *parser.Node) value {
	if v := w.runWritten(p, n); v != nil {
		return v
	}
	src, err := w.readSibling(p)
	if err != nil {
		w.hide("script", "the script "+p+" that it runs is not one beside it", n, true)
		return unknown{}
	}
	tree, err := w.prog.Parse(w.ctx, src)
	if err != nil {
		w.hide("script", "the script "+p+" that it runs cannot be analysed", n, true)
		return unknown{}
	}
	if w.modules[":"+p] != nil {
		return &mapping{open: true}
	}
	m := &siblingModule{name: p, frame: newModuleFrame(&unit{name: "__main__", file: p, tree: tree})}
	w.modules[":"+p] = m
	w.prog.addModule(siblingFile(p, src))
	w.runSibling(m, n)
	return &mapping{open: true}
}
