package analysis

import (
	"iter"
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// argument is one argument of a call: its value, and its expression for positions and text.
type argument struct {
	name string // "" for a positional one
	v    value
	node *parser.Node
}

// arguments are those of one call. star is set when * or ** of an unknown
// number of them may add more.
type arguments struct {
	pos  []argument
	kw   []argument
	star bool
}

// at returns the positional argument i.
func (a arguments) at(i int) (argument, bool) {
	if i >= 0 && i < len(a.pos) {
		return a.pos[i], true
	}
	return argument{}, false
}

// named returns the keyword argument with that name.
func (a arguments) named(name string) (argument, bool) {
	for _, k := range a.kw {
		if k.name == name {
			return k, true
		}
	}
	return argument{}, false
}

// get returns the argument at position i, or by one of names.
func (a arguments) get(i int, names ...string) (argument, bool) {
	for _, n := range names {
		if k, ok := a.named(n); ok {
			return k, true
		}
	}
	return a.at(i)
}

// value returns what get finds; unknown where * may have brought it, nil where
// it is not given.
func (a arguments) value(i int, names ...string) value {
	if x, ok := a.get(i, names...); ok {
		return x.v
	}
	if a.star {
		return unknown{}
	}
	return nil
}

// from returns the arguments without the first n positional ones.
func (a arguments) from(n int) arguments {
	out := arguments{kw: a.kw, star: a.star}
	if n < len(a.pos) {
		out.pos = a.pos[n:]
	}
	return out
}

// then returns a's arguments followed by b's; b's keywords win.
func (a arguments) then(b arguments) arguments {
	out := arguments{star: a.star || b.star}
	out.pos = append(append(out.pos, a.pos...), b.pos...)
	for _, k := range a.kw {
		if _, again := b.named(k.name); !again {
			out.kw = append(out.kw, k)
		}
	}
	out.kw = append(out.kw, b.kw...)
	return out
}

// widened returns a with numbers that recursion may count unknown.
func (a arguments) widened() arguments {
	out := arguments{star: a.star}
	for _, p := range a.pos {
		p.v = widenedNumber(p.v)
		out.pos = append(out.pos, p)
	}
	for _, k := range a.kw {
		k.v = widenedNumber(k.v)
		out.kw = append(out.kw, k)
	}
	return out
}

func widenedNumber(v value) value {
	if numeric(v) {
		return unknownNumber
	}
	if o, ok := v.(*object); ok && o.path == nil {
		return anyObject
	}
	return v
}

// anyObject stands for a thing of no business of the control system in the
// arguments of a function that calls itself. It is never changed.
var anyObject = &object{of: "value"}

// like reports whether b are the same arguments as a.
func (a arguments) like(b arguments) bool {
	eq := func(x, y argument) bool { return x.name == y.name && sameAlternatives(x.v, y.v) }
	return a.star == b.star && slices.EqualFunc(a.pos, b.pos, eq) && slices.EqualFunc(a.kw, b.kw, eq)
}

// each yields every argument.
func (a arguments) each() iter.Seq[argument] {
	return func(yield func(argument) bool) {
		for _, l := range [...][]argument{a.pos, a.kw} {
			for _, x := range l {
				if !yield(x) {
					return
				}
			}
		}
	}
}

// all returns every argument, in a slice of its own.
func (a arguments) all() []argument {
	return append(append([]argument(nil), a.pos...), a.kw...)
}

// plain makes positional arguments of values.
func plain(node *parser.Node, vs ...value) arguments {
	var a arguments
	for _, v := range vs {
		a.pos = append(a.pos, argument{v: v, node: node})
	}
	return a
}

// collections are the arguments with of applied to those that are collections.
func (a arguments) collections(of func(value) value) arguments {
	out := arguments{star: a.star}
	for _, p := range a.pos {
		if _, ok := p.v.(*sequence); ok {
			p.v = of(p.v)
		}
		out.pos = append(out.pos, p)
	}
	for _, k := range a.kw {
		if _, ok := k.v.(*sequence); ok {
			k.v = of(k.v)
		}
		out.kw = append(out.kw, k)
	}
	return out
}
