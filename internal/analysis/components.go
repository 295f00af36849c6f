package analysis

import (
	"slices"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// componentOf is a part that each instance of the class around it gets.
func (w *walker) componentOf(fn *tableFunction, a arguments, n *parser.Node) value {
	c := &component{suffix: str(""), args: a, formatted: fn.Component.Formatted}
	if v := fn.Component.Suffix.pick(a); v != nil {
		c.suffix = v
	}
	switch x := orUnknown(fn.Component.Class.pick(a)).(type) {
	case *extern:
		c.cls = x.cls
		if lib := w.tables.library(root(x.path)); x.cls == nil && lib != nil && lib.harmless(x.path) {
			c.harmless = x.path
		}
	case *class:
		c.user = x
	case *mapping:
		if u := dynamicParts(x, fn.lib.Classes["Device"]); u != nil && !x.open {
			c.user = u
			return c
		}
		w.hide(fn.name, "which parts it makes is not constant", n, true)
	}
	return c
}

// partChannels is what the argument name of a component, with the value v, makes
// of the channels of the device o that it is a part of.
func (w *walker) partChannels(o *userObject, c *component, name string, v value) chanset {
	changed, known := c.prefixes(name)
	switch {
	case !known:
		return chanset{why: "which of its names get a prefix is not constant"}
	case !changed:
		return channelsOf(v)
	case c.formatted:
		return channelsOf(w.formatPart(o, v))
	case o.base == nil:
		return chanset{}.extend(channelsOf(v))
	}
	return o.base.channels.extend(channelsOf(v))
}

// prefixes reports whether the argument name is put behind the device's prefix, or
// formatted; all are, but where add_prefix lists others.
func (c *component) prefixes(name string) (yes, known bool) {
	given := c.args.value(-1, "add_prefix")
	if given == nil {
		return true, true
	}
	s, ok := given.(*sequence)
	if !ok || s.open || s.loose {
		return false, false
	}
	for _, e := range s.elems {
		if _, constant := e.(str); !constant {
			return false, false
		}
	}
	return slices.Contains(s.elems, value(str(name))), true
}

// formatPart is the text v, formatted with the attributes of o and with o as self.
func (w *walker) formatPart(o *userObject, v value) value {
	var a arguments
	for name, x := range o.attrs {
		a.kw = append(a.kw, argument{name: name, v: x})
	}
	if _, own := o.attrs["prefix"]; !own {
		a.kw = append(a.kw, argument{name: "prefix", v: prefixOf(o)})
	}
	a.kw = append(a.kw, argument{name: "self", v: o})
	return w.partOf(v, func(x value) value {
		if s, ok := x.(str); ok {
			return w.formatCall(string(s), a)
		}
		return unknown{}
	})
}

// prefixOf is the text that a device is made with.
func prefixOf(o *userObject) value {
	if o.base == nil {
		return unknown{}
	}
	return o.base.channels.text()
}

// text is the set as the texts that name it.
func (c chanset) text() value {
	if len(c.values) == 0 || c.kind == unknownChannels {
		return unknown{}
	}
	var out []value
	for _, s := range c.values {
		if c.kind == patternChannels {
			out = append(out, pattern(s))
		} else {
			out = append(out, str(s))
		}
	}
	return joinAll(out)
}

// around is an attribute of a part or device that tells where it belongs: the text
// that it was made with, where the constructor's argument has that name too, and
// the device that it is a part of. nil for any other.
func (x *instance) around(name string) value {
	switch {
	case name == "parent" && x.within != nil:
		return x.within
	case name == "prefix" && slices.Contains(x.cls.Row.Channel.names, name) && x.out == nil:
		return x.channels.text()
	}
	return nil
}
