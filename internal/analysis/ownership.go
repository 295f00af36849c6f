package analysis

import (
	"maps"

	interlock "github.com/interlock-run/interlock"
)

// ownership says whose the public attributes are of an instance of a class of the
// submission that derives from a table's class, whose attributes are channels:
// class Slit(epics.Device). nil is before the constructor of the table's class ran,
// when all are the instance's own.
type ownership struct {
	told map[string]bool // names that the constructor was given as channels
	kept map[string]bool // names that were the instance's own before, or its class's
}

// build notes that the constructor of the table's class ran, with a.
func (o *userObject) build(a arguments) {
	b := &ownership{told: map[string]bool{}, kept: map[string]bool{}}
	for _, x := range a.all() {
		if s, ok := x.v.(*sequence); ok {
			for _, e := range s.elems {
				if name, isName := asString(e); isName {
					b.told[name] = true
				}
			}
		}
	}
	for name := range o.attrs {
		b.kept[name] = true
	}
	for _, c := range o.cls.order {
		for name := range c.attrs {
			b.kept[name] = true
		}
	}
	o.base.built = o.base.built.join(b)
}

// join is the ownership where either may hold: what one was told may be a channel.
func (b *ownership) join(c *ownership) *ownership {
	if b == nil || c == nil {
		if b == nil {
			return c
		}
		return b
	}
	out := &ownership{told: maps.Clone(b.told), kept: map[string]bool{}}
	maps.Copy(out.told, c.told)
	for name := range b.kept {
		out.kept[name] = c.kept[name]
	}
	return out
}

// certainty is how sure it is that setting name to v writes to a channel. What no
// channel holds, such as a lock or an empty list, is the instance's own.
func (b *ownership) certainty(name string, v value) interlock.Certainty {
	switch {
	case b == nil:
		return interlock.None
	case b.told[name]:
		return interlock.Definite
	case b.kept[name] || !channelValue(v):
		return interlock.None
	}
	return interlock.Possible
}

// machinery are libraries whose things no channel is set to.
var machinery = setOf("threading logging queue asyncio collections pathlib subprocess contextlib multiprocessing")

// channelValue reports whether a channel may be set to v.
func channelValue(v value) bool {
	for _, x := range alternatives(v) {
		switch x := x.(type) {
		case str, pattern, octets, integer, float, boolean, span, unknown, *unknownAttribute:
			return true
		case *object:
			if !machinery[root(x.of)] {
				return true
			}
		case *sequence:
			if len(x.elems) > 0 {
				return true
			}
		}
	}
	return false
}
