package analysis

import (
	"cmp"
	"slices"

	interlock "github.com/interlock-run/interlock"
)

// chanset is a set of channels. Its zero value is "unknown, none seen".
type chanset struct {
	kind   chanKind
	values []string
	why    string // of an unknown set: why it is not known, "" where nothing says
}

type chanKind uint8

const (
	unknownChannels chanKind = iota // there may be any besides values
	exactChannels
	patternChannels // values may hold "*"
)

func (k chanKind) String() string {
	return [...]string{unknownChannels: "unknown", exactChannels: "exact", patternChannels: "pattern"}[k]
}

// maxChannels bounds a set. A larger one is unknown.
const maxChannels = 4096

// join is the set of the channels of both.
func (c chanset) join(d chanset) chanset { return joinChannels([]chanset{c, d}) }

// joinChannels is the set of the channels of all of cs.
func joinChannels(cs []chanset) chanset {
	out := chanset{kind: exactChannels}
	seen := make(map[string]bool)
	for _, c := range cs {
		switch {
		case c.kind == unknownChannels || out.kind == unknownChannels:
			out.kind = unknownChannels
			out.why = cmp.Or(out.why, c.why)
		case c.kind == patternChannels:
			out.kind = patternChannels
		}
		for _, v := range c.values {
			if !seen[v] {
				seen[v] = true
				out.values = append(out.values, v)
			}
		}
	}
	if len(out.values) > maxChannels {
		return chanset{why: tooManyWhy}
	}
	return out
}

// tooManyWhy is why a set over a bound is unknown.
const tooManyWhy = "there are more possibilities than are followed"

// extend appends each of suffixes to each channel.
func (c chanset) extend(suffixes chanset) chanset {
	if c.kind == unknownChannels || suffixes.kind == unknownChannels ||
		len(c.values)*len(suffixes.values) > maxChannels {
		return chanset{why: cmp.Or(c.why, suffixes.why)}
	}
	out := chanset{kind: max(c.kind, suffixes.kind)}
	for _, a := range c.values {
		for _, b := range suffixes.values {
			out.values = append(out.values, a+b)
		}
	}
	return out
}

func exactly(names ...string) chanset { return chanset{kind: exactChannels, values: names} }

// fact is the set as facts tell it.
func (c chanset) fact() interlock.Channels {
	values := slices.Clone(c.values)
	slices.Sort(values)
	out := interlock.Channels{Kind: c.kind.String(), Values: slices.Compact(values)}
	if c.kind == unknownChannels {
		out.Why = cmp.Or(c.why, "nothing here says what it is")
	}
	return out
}

// channelsOf is the set of channels that v names: a string, a thing with a
// channel, or a collection of them.
func channelsOf(v value) chanset { return channelsWithin(v, maxDepth) }

// maxDepth bounds how deep collections are looked into; a list can hold itself.
const maxDepth = 8

func channelsWithin(v value, depth int) chanset {
	if v == nil || depth == 0 {
		return chanset{}
	}
	if some, any := without(v, isNone); any && some != value(unknown{}) {
		v = some // None names no channel: the call fails
	}
	alts := alternatives(v)
	if len(alts) == 1 {
		return channelsOfOne(alts[0], depth)
	}
	cs := make([]chanset, len(alts))
	for i, x := range alts {
		cs[i] = channelsOfOne(x, depth)
	}
	return joinChannels(cs)
}

func channelsOfOne(x value, depth int) chanset {
	switch x := x.(type) {
	case str:
		return exactly(string(x))
	case octets:
		return exactly(string(x))
	case pattern:
		return chanset{kind: patternChannels, values: []string{string(x)}}
	case *instance:
		return x.channels
	case *userObject:
		if x.base != nil {
			return x.base.channels
		}
		if s, ok := asString(x); ok {
			return exactly(s)
		}
		return chanset{}
	case *sequence:
		return listed(x.elems, x.open, depth-1)
	case *mapping:
		return listed(x.keys, x.open, depth-1)
	}
	return chanset{why: whyUnknown(x)}
}

func listed(vs []value, open bool, depth int) chanset {
	if len(vs) > maxChannels {
		return chanset{}
	}
	cs := make([]chanset, len(vs))
	for i, v := range vs {
		cs[i] = channelsWithin(v, depth)
	}
	out := joinChannels(cs)
	if open || len(vs) == 0 {
		out.kind = unknownChannels
	}
	return out
}
