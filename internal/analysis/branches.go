package analysis

import (
	"maps"
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func (w *walker) ifStatement(n *parser.Node) bool {
	if yes, known := w.test(n.Test); known {
		if yes {
			return w.block(n.Body)
		}
		return w.block(n.Else)
	}
	before := maps.Clone(w.frame.vars)
	w.spend(len(w.frame.vars) / 8)
	var reached, reachedElse bool
	w.perhaps(func() { reached = w.block(n.Body) })
	after := w.frame.vars
	w.frame.vars = before
	w.perhaps(func() { reachedElse = w.block(n.Else) })
	w.merge(after, reached, reachedElse)
	if reached != reachedElse { // what follows runs only where the other way was taken
		w.often = w.often.perhaps()
	}
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
			return s.elems[0]
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
			w.bind(h.Name, join(&object{of: "exception"}, w.raised))
		}
		var ends bool
		w.perhaps(func() { ends = w.block(h.Body) })
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
		if w.mismatch(c.Target, subject) {
			continue
		}
		after := w.frame.vars
		w.frame.vars = maps.Clone(start)
		var ends bool
		w.perhaps(func() {
			w.capture(c.Target, subject)
			w.eval(c.Test)
			ends = w.block(c.Body)
		})
		w.merge(after, reached, ends)
		reached = reached || ends
	}
	return reached
}

// mismatch reports whether a pattern cannot match the subject, whatever the run.
func (w *walker) mismatch(p *parser.Node, subject value) bool {
	if p == nil {
		return false
	}
	alts := alternatives(subject)
	for _, x := range alts {
		switch p.Kind {
		case parser.MatchSequence:
			switch s := x.(type) {
			case str, octets, integer, float, boolean, none, *mapping, span:
				continue
			case *sequence:
				if w.partMismatch(p, s) {
					continue
				}
			}
		case parser.MatchMapping:
			switch x.(type) {
			case str, octets, integer, float, boolean, none, *sequence, span:
				continue
			}
		case parser.MatchValue:
			if want := w.eval(p.Value); isStr(x) && isStr(want) && x != want {
				continue
			}
		}
		return false
	}
	return len(alts) > 0
}

func isStr(v value) bool {
	_, ok := v.(str)
	return ok
}

// partMismatch reports whether the length is another, or an element cannot match its place in the pattern.
func (w *walker) partMismatch(p *parser.Node, s *sequence) bool {
	starred := slices.ContainsFunc(p.List, func(q *parser.Node) bool { return q.Kind == parser.MatchStar || q.Kind == parser.Starred })
	if starred || s.open || s.loose {
		return false
	}
	if len(s.elems) != len(p.List) {
		return true
	}
	for i, q := range p.List {
		if w.mismatch(q, s.elems[i]) {
			return true
		}
	}
	return false
}

// capture binds the names of a pattern to the parts of the subject.
func (w *walker) capture(p *parser.Node, subject value) {
	if p == nil || !w.step() {
		return
	}
	switch p.Kind {
	case parser.MatchAs:
		w.capture(p.Value, subject)
		if p.Name != "" {
			w.bind(p.Name, subject)
		}
	case parser.MatchStar:
		if p.Name != "" {
			w.bind(p.Name, &sequence{elems: []value{subject}, open: true, loose: true})
		}
	case parser.MatchOr:
		for _, q := range p.List {
			w.capture(q, subject)
		}
	case parser.MatchSequence:
		w.captureSequence(p, subject)
	case parser.MatchMapping:
		for _, q := range p.List {
			key := w.eval(q.Left)
			w.capture(q.Value, w.partOf(subject, func(x value) value { return w.item(x, key, p) }))
		}
		if p.Name != "" {
			w.bind(p.Name, &mapping{open: true})
		}
	case parser.MatchClass:
		w.captureClass(p, subject)
	case parser.MatchValue:
		w.eval(p.Value)
	}
}

func (w *walker) captureSequence(p *parser.Node, subject value) {
	subject, _ = without(subject, func(x value) bool {
		switch x.(type) {
		case str, octets, *mapping: // are no sequences to a pattern
			return true
		}
		return false
	})
	for i, q := range p.List {
		w.capture(q, w.partOf(subject, func(x value) value {
			elems, listed := w.listed(x)
			if _, starred := starAt(p); !listed || starred || i >= len(elems) {
				return w.items(x)
			}
			return elems[i]
		}))
	}
}

func (w *walker) captureClass(p *parser.Node, subject value) {
	w.eval(p.Value)
	for i, q := range p.List {
		w.capture(q, w.partOf(subject, func(x value) value {
			if o, ok := x.(*userObject); ok && i < len(o.cls.fields) {
				return orUnknown(o.attrs[o.cls.fields[i].name])
			}
			if len(p.List) == 1 { // case str(x)
				return x
			}
			return unknown{}
		}))
	}
	for _, k := range p.Keywords {
		w.capture(k.Value, w.attribute(subject, k.Name, p))
	}
}

// partOf is a part of each of the things that v may be.
func (w *walker) partOf(v value, part func(value) value) value {
	var out []value
	for _, x := range alternatives(v) {
		out = append(out, part(x))
	}
	return joinAll(out)
}
