package analysis

import (
	"slices"
	"strings"
)

// about is the channels of an instance, as a row without a channel of its own
// means them: "join: .STOP" is a field of the record.
func (f *tableFunction) about(channels chanset) chanset {
	if f.choices() { // by which arguments is not known here
		return channels.extend(f.chosen(arguments{star: true}))
	}
	if f.Join != nil && !f.Channel.set {
		return channels.extend(exactly(*f.Join))
	}
	return channels
}

// bare is c without the schemes that the library takes off its channels' names.
func (t *table) bare(c chanset) chanset {
	if t == nil || len(t.Schemes) == 0 {
		return c
	}
	out := c
	out.values = nil
	for _, name := range c.values {
		if scheme, rest, ok := strings.Cut(name, "://"); ok && slices.Contains(t.Schemes, scheme) {
			name = rest
		}
		out.values = append(out.values, name)
	}
	return out
}

// symbol returns the row of a dotted path.
func (t *table) symbol(path string) (*tableFunction, *tableClass) {
	name := strings.TrimPrefix(path, root(path)+".")
	if to, ok := t.Aliases[name]; ok {
		name = to
	}
	if c, ok := t.Classes[name]; ok {
		return nil, c
	}
	return t.Functions[name], nil
}

// harmless reports whether path lies in a part of the library that touches no equipment.
func (t *table) harmless(path string) bool {
	name := strings.TrimPrefix(path, root(path)+".")
	for _, h := range t.Harmless {
		if name == h || strings.HasPrefix(name, h+".") {
			return true
		}
	}
	return false
}

// method returns the row of a method, its own or inherited.
func (c *tableClass) method(name string) *tableFunction {
	for k := c; k != nil; k = k.parent {
		if f, ok := k.Methods[name]; ok {
			return f
		}
	}
	return nil
}

func (c *tableClass) load(name string) *tableFunction {
	for k := c; k != nil; k = k.parent {
		if f, ok := k.Loads[name]; ok {
			return f
		}
	}
	return nil
}

func (c *tableClass) store(name string) *tableFunction {
	for k := c; k != nil; k = k.parent {
		if f, ok := k.Stores[name]; ok {
			return f
		}
	}
	return nil
}

func (c *tableClass) child(name string) (tableChild, bool) {
	for k := c; k != nil; k = k.parent {
		if f, ok := k.Children[name]; ok {
			return f, true
		}
	}
	return tableChild{}, false
}

func (c *tableClass) any() *tableAny {
	for k := c; k != nil; k = k.parent {
		if k.Any != nil {
			return k.Any
		}
	}
	return nil
}

func (c *tableClass) items() *tableItems {
	for k := c; k != nil; k = k.parent {
		if k.Items != nil {
			return k.Items
		}
	}
	return nil
}

// hasParts reports whether an instance may have parts that no row names: what
// derives from a class of devices, or has parts that are named.
func (c *tableClass) hasParts() bool {
	for k := c; k != nil; k = k.parent {
		if k.Parts || len(k.Children) > 0 {
			return true
		}
	}
	return false
}

// unbound returns the row of a method that is named by its class, epics.PV.put,
// and the class.
func (t *table) unbound(path string) (*tableFunction, *tableClass) {
	_, c := t.symbol(path[:max(lastDot(path), 0)])
	if c == nil {
		return nil, nil
	}
	return c.method(path[lastDot(path)+1:]), c
}

// writes reports whether an instance can write or command anything.
func (c *tableClass) writes() bool {
	for k := c; k != nil; k = k.parent {
		if a := k.Any; a != nil && a.Store+a.Call != "" {
			return true
		}
		if len(k.Children) > 0 || (k.Items != nil && k.Items.Store != "") {
			return true
		}
		for _, rows := range []map[string]*tableFunction{k.Methods, k.Stores} {
			for _, f := range rows {
				if f.Op == "write" || f.Op == "execute" {
					return true
				}
			}
		}
	}
	return false
}
