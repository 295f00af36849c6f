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
		var vs []value
		for _, e := range n.List {
			vs = append(vs, w.eval(e))
		}
		return joinAll(vs)
	case parser.Compare:
		w.eval(n.Left)
		for _, e := range n.List {
			w.eval(e)
		}
		return &object{of: "bool"}
	case parser.IfExp:
		w.eval(n.Test)
		return join(w.eval(n.Value), w.eval(n.Right))
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
		w.comprehension(n, func() { s.elems = append(s.elems, w.eval(n.Value)) })
		return w.settleSequence(s, n)
	case parser.DictComp:
		m := &mapping{}
		w.comprehension(n, func() {
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
		w.frame.yield(v)
		return unknown{}
	case parser.YieldFrom:
		v := w.eval(n.Value)
		w.frame.yield(w.items(v))
		return unknown{}
	}
	for c := range n.Children() {
		w.eval(c)
	}
	return unknown{}
}

// settleSequence is a comprehension's collection: one joined element stands for
// any number of them.
func (w *walker) settleSequence(s *sequence, n *parser.Node) value {
	iter := n.List[0]
	if elems, known := w.elements(w.quiet(iter.Value)); known && len(n.List) == 1 &&
		len(elems) == len(s.elems) && len(iter.List) == 0 {
		return s
	}
	for _, e := range s.elems {
		if mayBeUnknown(e) {
			s.open = true
		}
	}
	return s
}

func (f *frame) yield(v value) {
	if len(f.yields) < maxAlternatives {
		f.yields = append(f.yields, v)
	}
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
	s := &sequence{}
	for _, e := range n.List {
		if e.Kind != parser.Starred {
			s.elems = append(s.elems, w.eval(e))
			continue
		}
		for _, x := range alternatives(w.eval(e.Value)) {
			elems, known := w.elements(x)
			s.elems = append(s.elems, elems...)
			s.open = s.open || !known
			s = bounded(s.elems, s.open)
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
		if x, ok := w.eval(it.Value).(*mapping); ok {
			m.merge(x)
		} else {
			m.open = true
		}
	}
	return m
}

// quiet is what an expression was, without its facts: only for names and literals.
func (w *walker) quiet(n *parser.Node) value {
	if n.Kind == parser.Name {
		if v, ok := w.frame.find(n.Name); ok {
			return v
		}
	}
	return unknown{}
}
