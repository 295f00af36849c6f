package analysis

import (
	"slices"
)

func contains(vs []value, x value) bool {
	for _, v := range vs {
		if same(v, x, 2) {
			return true
		}
	}
	return false
}

// same reports whether a and b are the same constant or thing, or things that
// nothing here could tell apart. depth bounds how deep collections are compared.
func same(a, b value, depth int) bool {
	if a == b {
		return true
	}
	switch x := a.(type) {
	case *object:
		y, ok := b.(*object)
		return ok && x.of == y.of && x.name == y.name && x.path == y.path && x.self == y.self && x.command.same(y.command)
	case *unknownAttribute:
		y, ok := b.(*unknownAttribute)
		return ok && x.name == y.name && x.node == y.node
	case *instance:
		y, ok := b.(*instance)
		return ok && x.cls == y.cls && x.channels.kind == y.channels.kind &&
			slices.Equal(x.channels.values, y.channels.values)
	case *sequence:
		y, ok := b.(*sequence)
		return ok && depth > 0 && x.open == y.open && x.loose == y.loose && sameAll(x.elems, y.elems, depth-1)
	case *mapping:
		y, ok := b.(*mapping)
		return ok && depth > 0 && x.open == y.open && sameAll(x.keys, y.keys, depth-1) && sameAll(x.vals, y.vals, depth-1)
	}
	return false
}

func sameAll(a, b []value, depth int) bool {
	return slices.EqualFunc(a, b, func(x, y value) bool { return same(x, y, depth) })
}
