package analysis

import (
	"math"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func looseNumbers(w *walker, a arguments, n *parser.Node) value {
	w.escapeAll(a, n, true)
	return &sequence{elems: []value{unknownNumber}, loose: true}
}

// numpySpan is linspace: so many numbers between two constants.
func numpySpan(_ *walker, a arguments, _ *parser.Node) value {
	lo, ok1 := asNumber(a.value(0, "start"))
	hi, ok2 := asNumber(a.value(1, "stop"))
	if !ok1 || !ok2 {
		return &sequence{elems: []value{unknownNumber}, loose: true}
	}
	size := 50
	switch k := a.value(2, "num").(type) {
	case nil:
	case integer:
		size = int(min(max(k, 0), maxTimes))
	default:
		size = 0
	}
	return &sequence{elems: []value{span{min(lo, hi), max(lo, hi)}}, loose: true, size: size}
}

// numpyRange is arange: numbers from a constant on, below another.
func numpyRange(_ *walker, a arguments, _ *parser.Node) value {
	bounds := []float64{0, 0, 1}
	for i, p := range a.pos {
		f, ok := asNumber(p.v)
		if !ok || i > 2 {
			return &sequence{elems: []value{unknownNumber}, loose: true}
		}
		bounds[i] = f
	}
	if len(a.pos) == 1 {
		bounds[0], bounds[1] = 0, bounds[0]
	}
	lo, hi, by := bounds[0], bounds[1], bounds[2]
	if by == 0 || len(a.pos) == 0 {
		return &sequence{elems: []value{unknownNumber}, loose: true}
	}
	size := int(min(max(math.Ceil((hi-lo)/by), 0), maxTimes))
	if integers(a) && size <= maxUnrolled {
		return rangeOf(a)
	}
	last := lo + float64(max(size-1, 0))*by
	return &sequence{elems: []value{span{min(lo, last), max(lo, last)}}, loose: true, size: size}
}

func integers(a arguments) bool {
	for _, p := range a.pos {
		if _, ok := p.v.(integer); !ok {
			return false
		}
	}
	return true
}

// numpyClip is a number between two constants, if they are.
func numpyClip(_ *walker, a arguments, _ *parser.Node) value {
	lo, ok1 := asNumber(a.value(1, "a_min", "min"))
	hi, ok2 := asNumber(a.value(2, "a_max", "max"))
	if ok1 && ok2 {
		return span{lo, hi}
	}
	return unknownNumber
}

// countFrom is itertools.count: numbers without an end.
func countFrom(_ *walker, a arguments, _ *parser.Node) value {
	s := &sequence{elems: []value{unknownNumber}, loose: true, size: -1}
	from, by := a.value(0, "start"), a.value(1, "step")
	if from == nil {
		from = integer(0)
	}
	if by == nil {
		by = integer(1)
	}
	if x, ok := from.(integer); ok {
		if y, ok := by.(integer); ok {
			s.counts = &[2]integer{x, y}
		}
	}
	return s
}
