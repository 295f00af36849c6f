package analysis

import "github.com/interlock-run/interlock/internal/analysis/parser"

// countedWhile walks a while loop round by round, as long as its condition is
// made of constants. It returns false where the rounds that are left must be
// walked as one.
func (w *walker) countedWhile(n *parser.Node) bool {
	if !w.steady(n.Test) {
		return false
	}
	outerExits, outerBreaks, unrolled := w.frame.exits, w.frame.breaks, w.unrolled
	defer func() { w.frame.exits, w.frame.breaks, w.unrolled = outerExits, outerBreaks, unrolled }()
	var left map[string]value
	leave := func() bool {
		if left != nil {
			w.frame.vars = joinStates(w.frame.vars, left)
		}
		return true
	}
	for i := 1; w.mayUnroll(1); i++ {
		yes, known := truth(w.eval(n.Test))
		switch {
		case !known || i > maxUnrolled || unrolled*i > maxRounds:
			leave()
			return false
		case !yes:
			return leave()
		}
		w.unrolled = unrolled * i
		if !w.step() || !w.round(n, nil, &left) {
			return leave()
		}
	}
	leave()
	return false
}

// steady reports whether a condition is made of constants and of names that only
// the statements of the present scope bind, so that it is what the walk says.
func (w *walker) steady(n *parser.Node) bool {
	ok, names := true, 0
	parser.Walk(n, func(x *parser.Node) bool {
		switch x.Kind {
		case parser.Name:
			names++
			ok = ok && w.steadyName(x.Name)
		case parser.Compare, parser.BinOp, parser.UnaryOp, parser.BoolOp, parser.IntConst, parser.FloatConst, parser.StrConst,
			parser.TrueConst, parser.FalseConst, parser.NoneConst:
		default:
			ok = false
		}
		return ok
	})
	return ok && names > 0
}

func (w *walker) steadyName(name string) bool {
	f := w.frame
	v, own := f.vars[name]
	if !own {
		return w.stableName(name)
	}
	switch v.(type) {
	case integer, float, boolean, none, str:
	default:
		return false
	}
	switch f.kind {
	case functionScope:
		return !f.shared(name) && !f.names.global[name] && !f.names.nonlocal[name]
	case moduleScope:
		return !f.opaque && !f.rebound(name)
	case classScope, comprehensionScope:
	}
	return false
}

// rebound reports whether a function of the module binds the module's name.
func (f *frame) rebound(name string) bool {
	found := false
	for _, n := range f.unit.tree.Body {
		parser.Walk(n, func(x *parser.Node) bool {
			if x.Kind == parser.Global {
				for _, i := range x.List {
					found = found || i.Name == name
				}
			}
			return !found
		})
	}
	return found
}
