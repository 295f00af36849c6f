package analysis

import (
	"slices"

	interlock "github.com/interlock-run/interlock"
)

// chanset is a set of channels. Its zero value is "unknown, none seen".
type chanset struct {
	kind   chanKind
	values []string
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
func (c chanset) join(d chanset) chanset {
	out := chanset{kind: c.kind, values: slices.Clone(c.values)}
	switch {
	case c.kind == unknownChannels || d.kind == unknownChannels:
		out.kind = unknownChannels
	case d.kind == patternChannels:
		out.kind = patternChannels
	}
	for _, v := range d.values {
		if !slices.Contains(out.values, v) {
			out.values = append(out.values, v)
		}
	}
	if len(out.values) > maxChannels {
		return chanset{}
	}
	return out
}

// extend appends each of suffixes to each channel.
func (c chanset) extend(suffixes chanset) chanset {
	if c.kind == unknownChannels || suffixes.kind == unknownChannels ||
		len(c.values)*len(suffixes.values) > maxChannels {
		return chanset{}
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
	return interlock.Channels{Kind: c.kind.String(), Values: slices.Compact(values)}
}

// channelsOf is the set of channels that v names: a string, a thing with a
// channel, or a collection of them.
func channelsOf(v value) chanset {
	if v == nil {
		return chanset{}
	}
	out := chanset{kind: exactChannels}
	for _, x := range alternatives(v) {
		out = out.join(channelsOfOne(x))
	}
	return out
}

func channelsOfOne(x value) chanset {
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
		return chanset{}
	case *sequence:
		return listed(x.elems, x.open)
	case *mapping:
		return listed(x.keys, x.open)
	}
	return chanset{}
}

func listed(vs []value, open bool) chanset {
	out := chanset{kind: exactChannels}
	for _, v := range vs {
		out = out.join(channelsOf(v))
	}
	if open || len(vs) == 0 {
		out.kind = unknownChannels
	}
	return out
}
