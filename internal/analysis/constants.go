package analysis

import (
	"slices"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// maxText bounds a folded string, in bytes.
const maxText = 1 << 16

// binary folds an operator over all alternatives of both sides.
func (w *walker) binary(op parser.Op, a, b value, n *parser.Node) value {
	as, bs := alternatives(a), alternatives(b)
	if len(as)*len(bs) > maxAlternatives {
		return w.tooMany(op, as, bs)
	}
	w.spend(len(as) * len(bs) / 2)
	var out []value
	for _, x := range as {
		for _, y := range bs {
			v := w.fold(op, x, y, n)
			w.spend(weight(v))
			out = append(out, v)
		}
	}
	return joinAll(out)
}

// weight is what a value that an expression built costs of the budget: memory is
// bounded by the same steps as time.
func weight(v value) int {
	switch v := v.(type) {
	case str:
		return len(v) / 64
	case octets:
		return len(v) / 64
	case *sequence:
		return len(v.elems) / 8
	}
	return 0
}

// tooMany keeps what is fixed of a string that may be too many.
func (w *walker) tooMany(op parser.Op, as, bs []value) value {
	if op != parser.OpAdd {
		return unknown{}
	}
	return concat(common(as), common(bs))
}

// common is the one value of vs, else unknown.
func common(vs []value) value {
	if len(vs) == 1 {
		return vs[0]
	}
	return unknown{}
}

func (w *walker) fold(op parser.Op, x, y value, n *parser.Node) value {
	if v := w.operator(op, x, y, n); v != nil {
		return v
	}
	if p, ok := x.(*object); ok && p.path != nil && op == parser.OpDiv {
		return pathObject(joinPath(p.path, y))
	}
	if v := w.eachText(op, x, y, n); v != nil {
		return v
	}
	switch x := x.(type) {
	case str, pattern:
		return foldText(op, x, y, w)
	case octets:
		if z, ok := y.(octets); ok && op == parser.OpAdd && len(x)+len(z) <= maxText {
			return x + z
		}
		if _, ok := y.(*instance); !ok {
			return unknown{}
		}
	case *sequence:
		return foldSequence(op, x, y)
	case *mapping:
		if z, ok := y.(*mapping); ok && op == parser.OpBitOr {
			m := &mapping{open: x.open}
			m.merge(x)
			m.merge(z)
			return m
		}
		return &object{of: "dict"}
	case unknown:
		if _, ok := y.(str); ok && op == parser.OpAdd {
			return concat(x, y)
		}
	}
	return foldNumbers(op, x, y)
}

func foldText(op parser.Op, x, y value, w *walker) value {
	switch op {
	case parser.OpAdd:
		return concat(x, y)
	case parser.OpMod:
		if s, ok := x.(str); ok {
			return w.percent(string(s), y)
		}
	case parser.OpMult:
		s, ok := x.(str)
		k, isInt := y.(integer)
		if ok && isInt && k >= 0 && int(k)*len(s) <= maxText {
			return str(strings.Repeat(string(s), int(k)))
		}
	}
	return unknown{}
}

// concat joins two strings of which parts may be unknown.
func concat(a, b value) value {
	x, xKnown := a.(str)
	y, yKnown := b.(str)
	if xKnown && yKnown {
		if len(x)+len(y) > maxText {
			return unknown{}
		}
		return x + y
	}
	l, ok1 := glob(a)
	r, ok2 := glob(b)
	if !ok1 || !ok2 || len(l)+len(r) > 1024 {
		return unknown{}
	}
	p := strings.ReplaceAll(l+r, "**", "*")
	if strings.Trim(p, "*") == "" {
		return unknown{}
	}
	return pattern(p)
}

// glob is v as a part of a pattern; a literal "*" has no spelling there.
func glob(v value) (string, bool) {
	switch x := v.(type) {
	case str:
		return string(x), !strings.ContainsAny(string(x), "*?[\\")
	case pattern:
		return string(x), true
	case integer, float, boolean:
		return render(x)
	}
	return "*", true
}

func foldSequence(op parser.Op, x *sequence, y value) value {
	switch z := y.(type) {
	case *sequence:
		if op == parser.OpAdd {
			s := bounded(append(append([]value(nil), x.elems...), z.elems...), x.open || z.open)
			s.loose = s.loose || x.loose || z.loose
			return s
		}
	case integer:
		if op == parser.OpMult && z >= 0 && int(z)*len(x.elems) <= 4*maxAlternatives {
			out := &sequence{open: x.open, loose: x.loose}
			for range int(z) {
				out.elems = append(out.elems, x.elems...)
			}
			return out
		}
	}
	if op == parser.OpSub || op == parser.OpBitAnd { // of sets
		return &sequence{elems: x.elems, open: x.open, loose: true}
	}
	if z, ok := y.(*sequence); ok && (op == parser.OpBitOr || op == parser.OpBitXor) {
		return &sequence{elems: append(slices.Clone(x.elems), z.elems...), open: x.open || z.open, loose: true}
	}
	return elementwise(op, x, y)
}

// elementwise is an operator on an array and a number.
func elementwise(op parser.Op, x *sequence, y value) value {
	out := &sequence{open: x.open, loose: x.loose, size: x.size}
	for _, e := range x.elems {
		out.elems = append(out.elems, foldNumbers(op, e, y))
	}
	return out
}

// maxElements bounds the elements kept of a collection that code builds up. What
// is over the bound is unknown.
const maxElements = 4 * maxAlternatives

// bounded is a sequence of at most maxElements, or as many as one literal has.
func bounded(elems []value, open bool) *sequence {
	if len(elems) > maxElements {
		return &sequence{elems: []value{joinAll(elems)}, open: true, loose: true}
	}
	return &sequence{elems: elems, open: open}
}

func (w *walker) unary(n *parser.Node) value {
	v := w.eval(n.Value)
	if n.Op == parser.OpNot {
		if yes, known := truth(v); known {
			return boolean(!yes)
		}
		return &object{of: "bool"}
	}
	if n.Op == parser.OpUAdd {
		return v
	}
	var out []value
	for _, x := range alternatives(v) {
		switch x := x.(type) {
		case integer:
			if n.Op == parser.OpUSub {
				out = append(out, -x)
				continue
			}
		case float:
			out = append(out, -x)
			continue
		case span:
			out = append(out, span{-x.hi, -x.lo})
			continue
		}
		out = append(out, arithmetic(x, x))
	}
	return joinAll(out)
}

// operator is what a class of the submission makes of an operator, nil if nothing.
func (w *walker) operator(op parser.Op, x, y value, n *parser.Node) value {
	name, ok := operatorMethods[op]
	if !ok {
		return nil
	}
	if o, isObj := x.(*userObject); isObj && o.cls.lookup("__"+name+"__") != nil {
		return w.call(w.attribute(o, "__"+name+"__", n), plain(n, y), n)
	}
	if o, isObj := y.(*userObject); isObj && o.cls.lookup("__r"+name+"__") != nil {
		return w.call(w.attribute(o, "__r"+name+"__", n), plain(n, x), n)
	}
	return nil
}

var operatorMethods = map[parser.Op]string{parser.OpAdd: "add", parser.OpSub: "sub", parser.OpMult: "mul",
	parser.OpMatMult: "matmul", parser.OpDiv: "truediv", parser.OpMod: "mod", parser.OpPow: "pow",
	parser.OpLShift: "lshift", parser.OpRShift: "rshift", parser.OpBitOr: "or", parser.OpBitXor: "xor",
	parser.OpBitAnd: "and", parser.OpFloorDiv: "floordiv"}
