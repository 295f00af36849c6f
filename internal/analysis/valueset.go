package analysis

import (
	"cmp"
	"slices"

	interlock "github.com/interlock-run/interlock"
)

// valueset is what a write may put. Its zero value is unknown.
type valueset struct {
	known  bool
	values []string
	span   *span
	text   string
	why    string // where it is not known
}

// valuesOf is the set of values v may be; text is its expression.
func valuesOf(v value, text string) valueset { return valuesWithin(v, text, maxDepth) }

func valuesWithin(v value, text string, depth int) valueset {
	out := valueset{known: true, text: text}
	if v == nil || depth == 0 {
		return valueset{text: text}
	}
	for _, x := range alternatives(v) {
		out = out.join(valuesOfOne(x, text, depth))
	}
	return out
}

func valuesOfOne(x value, text string, depth int) valueset {
	switch x := x.(type) {
	case span:
		return valueset{known: true, span: &x, text: text}
	case *sequence:
		return valuesOfAll(x.elems, x.open, text, depth-1)
	case *mapping:
		return valuesOfAll(x.vals, x.open, text, depth-1)
	case *object:
		if x.path == nil {
			return valueset{text: text, why: whyUnknown(x)}
		}
	}
	if s, ok := render(x); ok {
		return valueset{known: true, values: []string{s}, text: text}
	}
	return valueset{text: text, why: whyUnknown(x)}
}

func valuesOfAll(vs []value, open bool, text string, depth int) valueset {
	out := valueset{known: !open && len(vs) > 0, text: text}
	if open {
		out.why = "the collection may hold more than is seen here"
	}
	if len(vs) > maxValues {
		out.known = false
	}
	for _, v := range vs {
		if !out.known {
			break
		}
		out = out.join(valuesWithin(v, text, depth))
	}
	return out
}

// maxValues bounds a set. A larger one is unknown.
const maxValues = 1024

func (a valueset) join(b valueset) valueset {
	if !a.known || !b.known || len(a.values)+len(b.values) > maxValues {
		return valueset{text: a.text, why: cmp.Or(a.why, b.why, tooManyWhy)}
	}
	out := valueset{known: true, values: slices.Clone(a.values), span: a.span, text: a.text}
	for _, v := range b.values {
		if !slices.Contains(out.values, v) {
			out.values = append(out.values, v)
		}
	}
	if b.span != nil {
		out.span = b.span
		if a.span != nil {
			out.span = &span{min(a.span.lo, b.span.lo), max(a.span.hi, b.span.hi)}
		}
	}
	return out
}

func (a valueset) fact() interlock.Value {
	v := interlock.Value{Kind: "unknown", Text: a.text, Values: []string{}}
	switch {
	case !a.known:
	case a.span != nil && len(a.values) == 0:
		v.Kind, v.Values = "range", []string{renderFloat(a.span.lo), renderFloat(a.span.hi)}
	case a.span != nil:
	case len(a.values) == 1:
		v.Kind, v.Values = "constant", a.values
	case len(a.values) > 1:
		v.Kind, v.Values = "set", a.values
	}
	if v.Kind == "unknown" && a.text != "" {
		v.Why = cmp.Or(a.why, "nothing here says what it is")
	}
	return v
}
