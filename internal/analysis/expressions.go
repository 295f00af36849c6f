package analysis

import (
	"strconv"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// eval is what an expression may be. It records every fact the expression holds
// and never returns nil; for a nil node it returns unknown.
func (w *walker) eval(n *parser.Node) value {
	if n == nil || !w.step() {
		return unknown{}
	}
	switch n.Kind {
	case parser.Name:
		return w.loadName(n)
	case parser.Attribute:
		return w.attribute(w.eval(n.Value), n.Name, n)
	case parser.Call:
		return w.callExpr(n)
	case parser.Subscript:
		return w.subscript(n)
	case parser.StrConst:
		if n.Has(parser.FlagInexact) {
			return unknown{}
		}
		return str(n.Str)
	case parser.BytesConst:
		return octets(n.Str)
	case parser.IntConst:
		return intConst(n.Str)
	case parser.FloatConst:
		f, _ := strconv.ParseFloat(n.Str, 64)
		return float(f)
	case parser.TrueConst:
		return boolean(true)
	case parser.FalseConst:
		return boolean(false)
	case parser.NoneConst:
		return none{}
	case parser.ComplexConst, parser.EllipsisConst:
		return &object{of: "complex"}
	}
	return w.evalCompound(n)
}

func intConst(s string) value {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return integer(i)
	}
	return unknown{}
}

func (w *walker) evalCompound(n *parser.Node) value {
	switch n.Kind {
	case parser.BinOp:
		return w.binary(n.Op, w.eval(n.Left), w.eval(n.Right), n)
	case parser.UnaryOp:
		return w.unary(n)
	case parser.BoolOp:
		return w.boolOp(n)
	case parser.Compare:
		return w.compare(n)
	case parser.IfExp:
		return w.ifExp(n)
	case parser.NamedExpr:
		v := w.eval(n.Value)
		f := w.frame
		for f.kind == comprehensionScope { // := binds outside
			f = f.outer
		}
		w.in(f, func() { w.assign(n.Target, v, n.Value) })
		return v
	case parser.List, parser.Tuple, parser.Set:
		return w.collection(n)
	case parser.Dict:
		return w.dict(n)
	case parser.JoinedStr, parser.TemplateStr:
		return w.joined(n)
	case parser.Lambda:
		return w.newFunction(n)
	case parser.Await, parser.Starred:
		return w.eval(n.Value)
	case parser.Slice:
		w.eval(n.Left)
		w.eval(n.Right)
		w.eval(n.Extra)
		return unknown{}
	case parser.Escape:
		w.escapeLine(n)
		return &object{of: "IPython"}
	}
	return w.evalGenerating(n)
}

// evalGenerating is for the expressions that yield or collect.
func (w *walker) evalGenerating(n *parser.Node) value {
	switch n.Kind {
	case parser.ListComp, parser.SetComp, parser.GeneratorExp:
		s := &sequence{}
		s.loose, s.once = w.comprehension(n, func() { s.elems = append(s.elems, w.eval(n.Value)) })
		return settleSequence(s)
	case parser.DictComp:
		m := &mapping{}
		_, m.shuffled = w.comprehension(n, func() {
			if n.Left != nil {
				m.keys = append(m.keys, w.eval(n.Left))
				m.vals = append(m.vals, w.eval(n.Value))
			}
		})
		return m
	case parser.Yield:
		v := value(none{})
		if n.Value != nil {
			v = w.eval(n.Value)
		}
		w.yield(v)
		return unknown{}
	case parser.YieldFrom:
		v := w.eval(n.Value)
		if elems, listed := w.listed(v); listed {
			for _, e := range elems {
				w.yield(e)
			}
			return unknown{}
		}
		w.frame.many = true
		w.yield(w.items(v))
		return unknown{}
	}
	for c := range n.Children() {
		w.eval(c)
	}
	return unknown{}
}

// settleSequence is a comprehension's collection.
func settleSequence(s *sequence) value {
	for _, e := range s.elems {
		if mayBeUnknown(e) {
			s.open = true
		}
	}
	return s
}

// yield adds what the present function yields.
func (w *walker) yield(v value) {
	f := w.frame
	f.many = f.many || w.loops > 0 || w.cond > f.cond
	switch {
	case len(f.yields) < maxAlternatives:
		f.yields = append(f.yields, v)
	case !contains(f.yields, v):
		f.yields[0], f.many = unknown{}, true
	}
}

// generated is what a generator function returns: its yields, in order where each
// is reached once.
func (f *frame) generated() value {
	s := &sequence{elems: f.yields, loose: f.many}
	if s.loose {
		s.elems = nil
		for _, v := range f.yields {
			if !contains(s.elems, v) {
				s.elems = append(s.elems, v)
			}
		}
	}
	return settleSequence(s)
}

// loadName is the value of a name.
func (w *walker) loadName(n *parser.Node) value {
	v, ok := w.frame.find(n.Name)
	if ok {
		rest, maybe := without(v, isAbsent)
		if !maybe {
			return w.refer(v, n)
		}
		if b := w.builtinName(n); b != nil {
			rest = join(rest, b)
		}
		return w.refer(rest, n)
	}
	w.missed[n.Name] = true
	if b := w.builtinName(n); b != nil {
		return b
	}
	if stars := w.frame.module.stars; len(stars) > 0 {
		return w.externAttribute(&extern{path: stars[len(stars)-1]}, n.Name, n)
	}
	return unknown{}
}

// builtinName is the builtin that a name means where nothing binds it, nil if none.
func (w *walker) builtinName(n *parser.Node) value {
	if n.Name == "__builtins__" {
		w.use(n.Name, n)
		return &extern{path: "builtins"}
	}
	if n.Name == "get_ipython" {
		return &extern{path: "IPython.get_ipython"}
	}
	if !builtinNames[n.Name] {
		return nil
	}
	if sensitiveBuiltins[n.Name] {
		w.use(n.Name, n)
	}
	return &builtin{name: n.Name}
}

func (w *walker) collection(n *parser.Node) value {
	s := &sequence{cond: w.cond, elems: make([]value, 0, len(n.List))}
	for _, e := range n.List {
		if e.Kind != parser.Starred {
			s.elems = append(s.elems, w.eval(e))
			continue
		}
		for _, x := range alternatives(w.eval(e.Value)) {
			elems, known := w.elements(x)
			_, listed := w.listed(x)
			loose := s.loose || !listed
			s = bounded(append(s.elems, elems...), s.open || !known)
			s.loose, s.cond = s.loose || loose, w.cond
		}
	}
	return s
}

func (w *walker) dict(n *parser.Node) value {
	m := &mapping{}
	for _, it := range n.List {
		if it.Left != nil {
			m.keys = append(m.keys, w.eval(it.Left))
			m.vals = append(m.vals, w.eval(it.Value))
			continue
		}
		v := w.asMapping(w.eval(it.Value))
		if x, ok := v.(*mapping); ok {
			m.merge(x)
		} else {
			w.spill(v, n)
			m.open = true
		}
	}
	return m
}
