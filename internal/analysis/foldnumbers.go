package analysis

import (
	"math"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func foldNumbers(op parser.Op, x, y value) value {
	i, ok1 := x.(integer)
	j, ok2 := y.(integer)
	if ok1 && ok2 {
		if v, ok := foldInts(op, int64(i), int64(j)); ok {
			return v
		}
	}
	a, ok1 := asNumber(x)
	b, ok2 := asNumber(y)
	if ok1 && ok2 {
		return foldFloats(op, a, b)
	}
	if v := foldSpan(op, x, y); v != nil {
		return v
	}
	return arithmetic(x, y)
}

// foldSpan is an operator on a range of numbers and a constant; nil where the
// result is not kept.
func foldSpan(op parser.Op, x, y value) value {
	s, first := x.(span)
	k, number := asNumber(y)
	if !first {
		s, _ = y.(span)
		k, number = asNumber(x)
		_, isSpan := y.(span)
		number = number && isSpan
	}
	if !number {
		return nil
	}
	var a, b float64
	switch {
	case op == parser.OpAdd:
		a, b = s.lo+k, s.hi+k
	case op == parser.OpSub && first:
		a, b = s.lo-k, s.hi-k
	case op == parser.OpSub:
		a, b = k-s.lo, k-s.hi
	case op == parser.OpMult:
		a, b = s.lo*k, s.hi*k
	case op == parser.OpDiv && first && k != 0:
		a, b = s.lo/k, s.hi/k
	default:
		return nil
	}
	return span{min(a, b), max(a, b)}
}

// arithmetic is the result of an operator on things that are not constant. One
// operand of a known harmless kind makes the result harmless.
func arithmetic(x, y value) value {
	for _, v := range []value{x, y} {
		if o, ok := v.(*object); ok && o.path == nil {
			return &object{of: o.of}
		}
	}
	if _, ok := asNumber(y); ok {
		return unknownNumber
	}
	if _, ok := asNumber(x); ok {
		return unknownNumber
	}
	return unknown{}
}

func foldInts(op parser.Op, i, j int64) (value, bool) {
	const big = 1 << 31
	if i > big || i < -big || j > big || j < -big {
		return nil, false
	}
	switch op {
	case parser.OpAdd:
		return integer(i + j), true
	case parser.OpSub:
		return integer(i - j), true
	case parser.OpMult:
		return integer(i * j), true
	case parser.OpBitOr:
		return integer(i | j), true
	case parser.OpBitAnd:
		return integer(i & j), true
	case parser.OpBitXor:
		return integer(i ^ j), true
	case parser.OpFloorDiv:
		if j > 0 && i >= 0 {
			return integer(i / j), true
		}
	case parser.OpMod:
		if j > 0 && i >= 0 {
			return integer(i % j), true
		}
	}
	return nil, false
}

func foldFloats(op parser.Op, a, b float64) value {
	switch op {
	case parser.OpAdd:
		return float(a + b)
	case parser.OpSub:
		return float(a - b)
	case parser.OpMult:
		return float(a * b)
	case parser.OpDiv:
		if b != 0 {
			return float(a / b)
		}
	case parser.OpPow:
		if p := math.Pow(a, b); p == math.Trunc(p) && math.Abs(p) < 1e15 {
			return integer(int64(p))
		}
		return float(math.Pow(a, b))
	}
	return unknownNumber
}
