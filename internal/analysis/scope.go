package analysis

import "github.com/interlock-run/interlock/internal/analysis/parser"

type scopeKind uint8

const (
	moduleScope scopeKind = iota
	functionScope
	classScope
	comprehensionScope
)

// frame is one activation of a scope: the names it binds and what they may be.
type frame struct {
	kind   scopeKind
	vars   map[string]value
	outer  *frame // the enclosing scope; nil for a module
	module *frame // the module's frame, itself for a module
	names  *scopeNames
	unit   *unit

	returns value
	yields  []value
	many    bool // a yield stands for any number of them
	origins origins

	// exits joins the states at continue of the innermost loop.
	exits map[string]value
	// breaks is the same at break, for the loops whose rounds are walked one by one.
	breaks map[string]value
	// comprehended is set when a comprehension is not walked item by item.
	comprehended bool
	// shuffled is set when one goes over items whose order is not known.
	shuffled bool
	// risky joins what is assigned in a try block, for its handlers.
	risky map[string]value
	// opaque is set when the scope may hold names that nothing here shows.
	opaque bool
	once   map[string]int // of a module: how often it binds each name
	cond   int            // branches around the call
	stars  []string       // known libraries that the module star-imports
	cls    *class         // of the class whose body or method this is
	self   value
}

func newModuleFrame(u *unit) *frame {
	f := &frame{kind: moduleScope, vars: make(map[string]value, 32), unit: u}
	f.module = f
	return f
}

func (f *frame) child(kind scopeKind, names *scopeNames) *frame {
	return &frame{kind: kind, vars: make(map[string]value, 8), outer: f, module: f.module,
		names: names, unit: f.unit, cls: f.cls, self: f.self, cond: f.cond}
}

// home returns the frame in which f binds name.
func (f *frame) home(name string) *frame {
	if f.kind == moduleScope || f.kind == comprehensionScope {
		return f
	}
	if f.names.global[name] {
		return f.module
	}
	if f.names.nonlocal[name] {
		for o := f.outer; o != nil; o = o.outer {
			if o.kind == functionScope && o.names.local[name] {
				return o
			}
		}
	}
	return f
}

// bind sets name in f's scope. A name of another frame keeps what it was as well,
// since nothing says in which order the two run.
func (f *frame) bind(name string, v value) {
	h := f.home(name)
	if h == f {
		f.vars[name] = v
	} else {
		h.vars[name] = join(h.vars[name], v)
	}
	if f.risky != nil {
		f.risky[name] = join(f.risky[name], v)
	}
}

// bindHere sets name in f itself: parameters and comprehension targets.
func (f *frame) bindHere(name string, v value) { f.vars[name] = v }

// find returns the value of name as f sees it; ok is false where no scope binds it.
func (f *frame) find(name string) (value, bool) {
	for s := f; s != nil; s = s.outer {
		if s.kind == classScope && s != f {
			continue
		}
		if s.kind == functionScope && (s.names.global[name]) {
			s = s.module
		}
		if v, ok := s.vars[name]; ok {
			return v, true
		}
		if s.kind == functionScope && s.names.local[name] && s == f {
			return unknown{}, true // bound in this function, but not on the way here
		}
	}
	return nil, false
}

// scopeNames says which names a function or class body binds.
type scopeNames struct {
	local, global, nonlocal map[string]bool
	lent                    map[string]bool // names that inner functions bind
	generator               bool
}

// namesOf collects the names that the body of n binds, not those of inner scopes.
func namesOf(n *parser.Node) *scopeNames {
	s := &scopeNames{local: map[string]bool{}}
	if n.Kind == parser.FunctionDef || n.Kind == parser.Lambda {
		for _, p := range n.List {
			s.local[p.Name] = true
		}
	}
	if n.Kind == parser.Lambda {
		parser.Walk(n.Value, s.visit)
		return s
	}
	for _, b := range n.Body {
		parser.Walk(b, s.visit)
	}
	for g := range s.global {
		delete(s.local, g)
	}
	for g := range s.nonlocal {
		delete(s.local, g)
	}
	return s
}

// note adds to a set that most scopes have no use for.
func note(set *map[string]bool, name string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[name] = true
}

// lend collects the names that inner functions declare nonlocal.
func (s *scopeNames) lend(n *parser.Node) bool {
	if n.Kind == parser.Nonlocal {
		for _, i := range n.List {
			note(&s.lent, i.Name)
		}
	}
	return true
}

func (s *scopeNames) visit(n *parser.Node) bool {
	switch n.Kind {
	case parser.FunctionDef, parser.ClassDef:
		s.local[n.Name] = true
		for _, b := range n.Body {
			parser.Walk(b, s.lend)
		}
		return false
	case parser.Lambda:
		return false
	case parser.Comprehension: // its target is bound in a scope of its own
		parser.Walk(n.Value, s.visit)
		for _, c := range n.List {
			parser.Walk(c, s.visit)
		}
		return false
	case parser.Name:
		if n.Ctx != parser.Load {
			s.local[n.Name] = true
		}
	case parser.Alias:
		s.local[boundName(n)] = true
	case parser.ExceptHandler, parser.MatchAs, parser.MatchStar, parser.MatchMapping:
		if n.Name != "" {
			s.local[n.Name] = true
		}
	case parser.Global:
		for _, i := range n.List {
			note(&s.global, i.Name)
		}
	case parser.Nonlocal:
		for _, i := range n.List {
			note(&s.nonlocal, i.Name)
		}
	case parser.Yield, parser.YieldFrom:
		s.generator = true
	}
	return true
}

// boundName is the name that an import's alias binds.
func boundName(a *parser.Node) string {
	if a.Str != "" {
		return a.Str
	}
	head, _, _ := cutDot(a.Name)
	return head
}
