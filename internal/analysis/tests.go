package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// test evaluates a condition. known is set where no run can make it come out
// otherwise, so that the other way need not be walked.
func (w *walker) test(n *parser.Node) (yes, known bool) {
	if yes, known = w.settled(n); known {
		return yes, true
	}
	v := w.eval(n)
	if !w.stable(n) {
		return false, false
	}
	return truth(v)
}

// stable reports whether n is made of constants and of names whose value here is
// what the walk says: those of the present scope, and those that the module binds
// once. Another name may be bound again by code that runs at another time.
func (w *walker) stable(n *parser.Node) bool {
	ok := true
	parser.Walk(n, func(x *parser.Node) bool {
		switch x.Kind {
		case parser.Compare:
			return !w.noneTest(x) // what a name is bound to stays, whatever it holds
		case parser.Name:
			ok = ok && w.stableName(x.Name)
		case parser.Call:
			ok = ok && w.stableCall(x)
			return ok && !stableInstance(x) // the kind of a thing stays, whatever it holds
		case parser.Attribute:
			ok = ok && (stableMethods[x.Name] || w.stableOption(x))
		case parser.Subscript: // of a text, which stays what it is
			ok = ok && x.Value.Kind == parser.Name && w.isText(x.Value.Name)
		case parser.Await, parser.NamedExpr, parser.Lambda, parser.ListComp, parser.SetComp,
			parser.DictComp, parser.GeneratorExp, parser.Yield, parser.YieldFrom, parser.Escape:
			ok = false
		}
		return ok
	})
	return ok
}

// stableMethods are methods of texts, whose result depends on nothing else.
var stableMethods = setOf("startswith endswith lower upper strip isdigit isalpha count find")

func (w *walker) stableCall(n *parser.Node) bool {
	switch n.Value.Kind {
	case parser.Attribute:
		return stableMethods[n.Value.Name]
	case parser.Name:
		if n.Value.Name == "len" && len(n.List) == 1 && n.List[0].Kind == parser.Name {
			return w.isText(n.List[0].Name)
		}
		return stableInstance(n) && w.ownName(n.List[0].Name)
	}
	return false
}

// isText reports whether a name is bound to a constant text.
func (w *walker) isText(name string) bool {
	v, _ := w.frame.find(name)
	_, ok := v.(str)
	return ok
}

// noneTest reports whether n asks whether a name of the present scope, bound to one
// known thing, is None.
func (w *walker) noneTest(n *parser.Node) bool {
	if len(n.List) != 1 || n.Left.Kind != parser.Name || !w.ownName(n.Left.Name) || n.List[0].Kind != parser.NoneConst {
		return false
	}
	op := n.Ops()[0]
	v, _ := w.frame.find(n.Left.Name)
	return (op == parser.OpIs || op == parser.OpIsNot) && certain(v)
}

func (w *walker) stableName(name string) bool {
	for s := w.frame; s != nil; s = s.outer {
		v, ok := s.vars[name]
		if !ok {
			continue
		}
		switch v.(type) {
		case str, integer, float, boolean, none, *userObject, *instance:
		case *class, *builtin:
			return true
		default:
			return false
		}
		switch s.kind {
		case moduleScope:
			return s.boundOnce(name) || s == w.frame && s.loopBound(name)
		case classScope:
			return false
		case functionScope, comprehensionScope:
			return !s.shared(name)
		}
	}
	return builtinNames[name]
}

// ownName reports whether only the present scope binds a name.
func (w *walker) ownName(name string) bool {
	_, own := w.frame.vars[name]
	return own && w.frame.kind != moduleScope && w.frame.kind != classScope && !w.frame.shared(name)
}

// shared reports whether an inner function may bind the name.
func (f *frame) shared(name string) bool {
	return f.kind == functionScope && f.names != nil && f.names.lent[name]
}

// truth is whether v counts as true; known only for constants.
func truth(v value) (yes, known bool) {
	switch x := v.(type) {
	case boolean:
		return bool(x), true
	case none:
		return false, true
	case integer:
		return x != 0, true
	case float:
		return x != 0, true
	case str:
		return x != "", true
	case *instance:
		return true, true
	case *userObject:
		plain := x.cls.lookup("__bool__") == nil && x.cls.lookup("__len__") == nil && x.cls.kind == plainClass && !x.cls.foreign()
		return true, plain
	}
	return false, false
}

func (w *walker) boolOp(n *parser.Node) value {
	var vs []value
	for i, e := range n.List {
		v := w.eval(e)
		if i < len(n.List)-1 && w.stable(e) {
			if yes, known := truth(v); known {
				if yes == (n.Op == parser.OpOr) { // what follows is not evaluated
					return joinAll(append(vs, v))
				}
				continue
			}
		}
		if i < len(n.List)-1 && n.Op == parser.OpOr { // it is the result only where it is true
			v, _ = without(v, isNone)
		}
		vs = append(vs, v)
	}
	return joinAll(vs)
}

func (w *walker) ifExp(n *parser.Node) value {
	if yes, known := w.test(n.Test); known {
		if yes {
			return w.eval(n.Value)
		}
		return w.eval(n.Right)
	}
	var out value
	w.perhaps(func() { out = join(w.eval(n.Value), w.eval(n.Right)) })
	return out
}

// compare is a comparison: constant where both of its sides are.
func (w *walker) compare(n *parser.Node) value {
	left := w.eval(n.Left)
	var right value
	for _, e := range n.List {
		right = w.eval(e)
	}
	if len(n.List) == 1 {
		if yes, known := w.compareOne(n.Ops()[0], left, right); known {
			return boolean(yes)
		}
	}
	return &object{of: "bool"}
}

func (w *walker) compareOne(op parser.Op, a, b value) (yes, known bool) {
	switch op {
	case parser.OpIs, parser.OpIsNot:
		if !isNone(b) || !certain(a) {
			return false, false
		}
		return isNone(a) == (op == parser.OpIs), true
	case parser.OpIn, parser.OpNotIn:
		yes, known = w.within(a, b)
		return yes == (op == parser.OpIn), known
	}
	if !certain(a) || !certain(b) {
		return false, false
	}
	if x, ok := asNumber(a); ok {
		if y, ok := asNumber(b); ok {
			return order(op, compareNumbers(x, y)), orders(op)
		}
	}
	x, ok1 := a.(str)
	y, ok2 := b.(str)
	if ok1 && ok2 {
		return order(op, strings.Compare(string(x), string(y))), orders(op)
	}
	if op == parser.OpEq || op == parser.OpNotEq {
		return (a == b) == (op == parser.OpEq), scalar(a) && scalar(b)
	}
	return false, false
}

func compareNumbers(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func orders(op parser.Op) bool { return op >= parser.OpEq && op <= parser.OpGtE }

func order(op parser.Op, c int) bool {
	switch op {
	case parser.OpEq:
		return c == 0
	case parser.OpNotEq:
		return c != 0
	case parser.OpLt:
		return c < 0
	case parser.OpLtE:
		return c <= 0
	case parser.OpGt:
		return c > 0
	}
	return c >= 0
}

func scalar(v value) bool {
	switch v.(type) {
	case str, integer, float, boolean, none:
		return true
	}
	return false
}

// certain reports whether v is one known thing.
func certain(v value) bool {
	switch v.(type) {
	case str, integer, float, boolean, none, *instance, *userObject, *function, *boundFunction, *sequence, *mapping:
		return true
	}
	return false
}

// within is "a in b" for constants.
func (w *walker) within(a, b value) (yes, known bool) {
	if !scalar(a) {
		return false, false
	}
	if s, ok := b.(str); ok {
		part, isText := a.(str)
		return isText && strings.Contains(string(s), string(part)), isText
	}
	elems, listed := w.listed(b)
	if !listed {
		return false, false
	}
	for _, e := range elems {
		if !scalar(e) {
			return false, false
		}
		yes = yes || e == a
	}
	return yes, true
}
