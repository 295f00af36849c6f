package analysis

import "strings"

// chance says whether something holds: in no run, in some, or in all.
type chance uint8

const (
	never chance = iota
	sometimes
	always
)

// given is whether the argument v, nil where it is not given, is true.
func given(v value) chance {
	if v == nil {
		return never
	}
	return holdsFor(v, func(x value) chance {
		switch yes, known := truth(x); {
		case !known:
			return sometimes
		case yes:
			return always
		}
		return never
	})
}

// holdsFor is whether what holds for one value holds for v.
func holdsFor(v value, holds func(value) chance) chance {
	alts := alternatives(v)
	out := holds(alts[0])
	for _, x := range alts[1:] {
		if holds(x) != out {
			return sometimes
		}
	}
	return out
}

func (c *tableChoice) holds(a arguments) chance {
	v := c.Arg.pick(a)
	switch {
	case !c.Arg.set:
		return always
	case len(c.Starts) == 0:
		return given(v)
	case v == nil:
		return never
	}
	return holdsFor(v, func(x value) chance {
		text, ok := asString(x)
		if !ok {
			return sometimes
		}
		for _, s := range c.Starts {
			if strings.HasPrefix(text, s) {
				return always
			}
		}
		return never
	})
}

// chosen is what a call with the arguments a joins to the instance's channel.
func (f *tableFunction) chosen(a arguments) chanset {
	names := append([]string(nil), f.Also...)
	if f.Join != nil {
		names = append(names, *f.Join)
	}
	for i := range f.Choose {
		c := f.Choose[i].holds(a)
		if c != never {
			names = append(names, f.Choose[i].Join)
		}
		if c == always {
			break
		}
	}
	return exactly(names...)
}

// choices reports whether a row joins more than one text, or one of several.
func (f *tableFunction) choices() bool { return len(f.Choose)+len(f.Also) > 0 }

// field is the name that a device knows an attribute by.
func (c *tableClass) field(name string) string {
	for k := c; k != nil; k = k.parent {
		if f, ok := k.Names[name]; ok {
			return f
		}
	}
	return name
}

// renamed is the set with attributes called as the device knows them.
func (c *tableClass) renamed(s chanset) chanset {
	out := chanset{kind: s.kind, why: s.why}
	if s.kind == patternChannels && c.aliased() {
		return chanset{why: "which attribute it is is not constant"}
	}
	for _, name := range s.values {
		out.values = append(out.values, c.field(name))
	}
	return out
}

func (c *tableClass) aliased() bool {
	for k := c; k != nil; k = k.parent {
		if len(k.Names) > 0 {
			return true
		}
	}
	return false
}
