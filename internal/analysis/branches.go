package analysis

import (
	"maps"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func (w *walker) ifStatement(n *parser.Node) bool {
	if yes, known := w.settled(n.Test); known {
		if yes {
			return w.block(n.Body)
		}
		return w.block(n.Else)
	}
	w.eval(n.Test)
	before := maps.Clone(w.frame.vars)
	w.spend(len(w.frame.vars) / 8)
	reached := w.block(n.Body)
	after := w.frame.vars
	w.frame.vars = before
	reachedElse := w.block(n.Else)
	w.merge(after, reached, reachedElse)
	return reached || reachedElse
}

// merge joins a branch's state into the present one, if the branch ends at all.
func (w *walker) merge(branch map[string]value, branchEnds, presentEnds bool) {
	switch {
	case !branchEnds:
	case !presentEnds:
		w.frame.vars = branch
	default:
		w.frame.vars = joinStates(w.frame.vars, branch)
	}
}

// joinStates changes a to "a or b". A name that only one side binds may be absent.
func joinStates(a, b map[string]value) map[string]value {
	for name, v := range b {
		if old, ok := a[name]; ok {
			if old != v {
				a[name] = join(old, v)
			}
		} else {
			a[name] = join(v, absent{})
		}
	}
	for name, v := range a {
		if _, ok := b[name]; !ok {
			a[name] = join(v, absent{})
		}
	}
	return a
}

// settled answers a test whose outcome no run can change: a literal, or the main
// guard. Names are not settled, since too much can rebind them.
func (w *walker) settled(n *parser.Node) (yes, known bool) {
	switch n.Kind {
	case parser.TrueConst:
		return true, true
	case parser.FalseConst, parser.NoneConst:
		return false, true
	case parser.IntConst:
		return n.Str != "0", true
	case parser.Compare:
		return w.mainGuard(n)
	}
	return false, false
}

func (w *walker) mainGuard(n *parser.Node) (yes, known bool) {
	if len(n.List) != 1 || n.Left.Kind != parser.Name || n.Left.Name != "__name__" ||
		n.List[0].Kind != parser.StrConst || n.Ops()[0] != parser.OpEq {
		return false, false
	}
	name, ok := w.frame.find("__name__")
	s, isStr := name.(str)
	if !ok || !isStr {
		return false, false
	}
	return string(s) == n.List[0].Str, true
}

func (w *walker) withStatement(n *parser.Node) bool {
	for _, item := range n.List {
		v := w.enter(w.eval(item.Value), item.Value)
		if item.Target != nil {
			w.assign(item.Target, v, item.Value)
		}
	}
	return w.block(n.Body)
}

// enter is what __enter__ of v returns.
func (w *walker) enter(v value, n *parser.Node) value {
	o, ok := v.(*userObject)
	if !ok {
		if s, isSeq := v.(*sequence); isSeq && len(s.elems) > 0 { // a @contextmanager
			return joinAll(s.elems)
		}
		return v
	}
	for _, name := range []string{"__enter__", "__aenter__"} {
		if f := o.cls.lookup(name); f != nil {
			return w.call(w.attribute(v, name, n), arguments{}, n)
		}
	}
	return v
}

func (w *walker) tryStatement(n *parser.Node) bool {
	before := maps.Clone(w.frame.vars)
	w.spend(len(w.frame.vars) / 8)
	outer := w.frame.risky
	w.frame.risky = map[string]value{}
	reached := w.block(n.Body)
	risky := w.frame.risky
	w.frame.risky = outer
	for name, v := range risky {
		before[name] = join(before[name], v)
		if outer != nil {
			outer[name] = join(outer[name], v)
		}
	}
	if reached {
		reached = w.block(n.Else)
	}
	for _, h := range n.Handlers() {
		after := w.frame.vars
		w.frame.vars = maps.Clone(before)
		w.eval(h.Value)
		if h.Name != "" {
			w.bind(h.Name, &object{of: "exception"})
		}
		ends := w.block(h.Body)
		w.merge(after, reached, ends)
		reached = reached || ends
	}
	final := w.block(n.Final())
	return reached && final
}

func (w *walker) matchStatement(n *parser.Node) bool {
	subject := w.eval(n.Value)
	start := maps.Clone(w.frame.vars)
	w.spend(len(w.frame.vars) / 8)
	reached := true // no case may match
	for _, c := range n.List {
		after := w.frame.vars
		w.frame.vars = maps.Clone(start)
		w.capture(c.Target, subject)
		w.eval(c.Test)
		ends := w.block(c.Body)
		w.merge(after, reached, ends)
		reached = reached || ends
	}
	return reached
}

// capture binds the names of a pattern; only a bare name is known to be the subject.
func (w *walker) capture(p *parser.Node, subject value) {
	parser.Walk(p, func(n *parser.Node) bool {
		switch n.Kind {
		case parser.MatchAs, parser.MatchStar, parser.MatchMapping:
			if n.Name == "" {
				break
			}
			v := value(unknown{})
			if n == p {
				v = subject
			}
			w.bind(n.Name, v)
		case parser.MatchValue, parser.MatchClass:
			w.eval(n.Value)
		}
		return true
	})
}
