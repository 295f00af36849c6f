package analysis

import (
	"maps"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// block walks statements in order. It returns false where the end of the block
// is not reached: what follows does not run on this way.
func (w *walker) block(body []*parser.Node) bool {
	for _, n := range body {
		if !w.step() {
			return true
		}
		if !w.statement(n) {
			return false
		}
	}
	return true
}

func (w *walker) statement(n *parser.Node) bool {
	switch n.Kind {
	case parser.ExprStmt:
		w.eval(n.Value)
	case parser.Assign:
		v := w.eval(n.Value)
		for _, t := range n.List {
			w.assign(t, v, n.Value)
		}
	case parser.AugAssign:
		w.augment(n)
	case parser.AnnAssign:
		w.annotated(n)
	case parser.Import:
		w.importStatement(n)
	case parser.ImportFrom:
		w.importFrom(n)
	case parser.FunctionDef:
		w.defineFunction(n)
	case parser.ClassDef:
		w.defineClass(n)
	case parser.Delete:
		w.deleteTargets(n.List)
	case parser.Assert:
		w.eval(n.Test)
		w.eval(n.Extra)
	case parser.TypeAlias:
		w.bind(n.Target.Name, unknown{})
	case parser.Escape:
		w.escapeLine(n)
	default:
		return w.compound(n)
	}
	return true
}

// compound walks the statements that change where control goes.
func (w *walker) compound(n *parser.Node) bool {
	switch n.Kind {
	case parser.Return:
		v := value(none{})
		if n.Value != nil {
			v = w.eval(n.Value)
		}
		w.frame.returns = join(w.frame.returns, v)
		return false
	case parser.Raise:
		w.raise(w.eval(n.Value))
		w.eval(n.Extra)
		return false
	case parser.Break:
		w.frame.breaks = w.left(w.frame.breaks)
		return false
	case parser.Continue:
		w.frame.exits = w.left(w.frame.exits)
		return false
	case parser.If:
		return w.ifStatement(n)
	case parser.For:
		return w.forStatement(n)
	case parser.While:
		return w.whileStatement(n)
	case parser.With:
		return w.withStatement(n)
	case parser.Try:
		return w.tryStatement(n)
	case parser.Match:
		return w.matchStatement(n)
	}
	return true
}

// left joins the present state into those in which a loop is left early.
func (w *walker) left(states map[string]value) map[string]value {
	if states == nil {
		return maps.Clone(w.frame.vars)
	}
	return joinStates(states, w.frame.vars)
}

func (w *walker) bind(name string, v value) {
	w.sensitiveStore(name)
	w.frame.bind(name, v)
}

// sensitiveStore notices that a name every module gets is replaced.
func (w *walker) sensitiveStore(name string) {
	if name == "__builtins__" {
		w.use(name, nil)
		w.hide("__builtins__", "the script replaces its builtins", nil, true)
	}
}

func (w *walker) deleteTargets(ts []*parser.Node) {
	for _, t := range ts {
		switch t.Kind {
		case parser.Name:
			delete(w.frame.home(t.Name).vars, t.Name)
		case parser.Tuple, parser.List:
			w.deleteTargets(t.List)
		default:
			if x, ok := w.eval(t.Value).(*extern); ok && x.path == "sys.modules" {
				w.mocked = nil // what comes next imports the real one
			}
			w.eval(t.Right)
		}
	}
}

func (w *walker) annotated(n *parser.Node) {
	hint := w.annotation(n.Extra)
	if n.Value != nil {
		w.assign(n.Target, w.eval(n.Value), n.Value)
	} else if c := w.declaredPart(n); c != nil {
		w.bind(n.Target.Name, c)
	} else if hint != nil && n.Target.Kind == parser.Name {
		w.bind(n.Target.Name, hint)
	}
}

// use records a sensitive builtin.
func (w *walker) use(name string, n *parser.Node) {
	w.found.use(interlock.Use{Name: name, Certainty: w.certainty, Pos: w.pos(n)})
}
