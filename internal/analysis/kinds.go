package analysis

import "github.com/interlock-run/interlock/internal/analysis/parser"

// callIsinstance is isinstance(x, classes): constant where the walk knows both.
func (w *walker) callIsinstance(a arguments) value {
	x, of := orUnknown(a.value(0)), orUnknown(a.value(1))
	classes := []value{of}
	if s, ok := of.(*sequence); ok {
		classes = s.elems
	}
	for _, c := range classes {
		yes, known := isOne(x, c)
		if !known {
			return &object{of: "bool"}
		}
		if yes {
			return boolean(true)
		}
	}
	return boolean(false)
}

// isOne reports whether x is an instance of c.
func isOne(x, c value) (yes, known bool) {
	switch x := x.(type) {
	case *userObject:
		k, ok := c.(*class)
		if !ok || x.cls.foreign() {
			return false, false
		}
		for _, p := range x.cls.order {
			if p == k {
				return true, true
			}
		}
		return false, true
	case *instance:
		b, ok := c.(*builtin)
		return false, ok && b.name != "object"
	}
	b, ok := c.(*builtin)
	if !ok {
		return false, false
	}
	return isBuiltin(x, b.name)
}

// isBuiltin reports whether a constant or collection is of a builtin type.
func isBuiltin(x value, name string) (yes, known bool) {
	if x == unknownNumber {
		x = span{}
	}
	switch x.(type) {
	case str:
		return name == "str", true
	case integer:
		return name == "int", true
	case float:
		return name == "float", true
	case boolean:
		return name == "bool" || name == "int", true
	case none:
		return false, true
	case span:
		switch name {
		case "str", "bytes", "list", "tuple", "dict", "set", "frozenset":
			return false, true
		}
	case octets:
		return name == "bytes", name != "object"
	case pattern:
		return name == "str", name != "object"
	case *mapping:
		return name == "dict", true
	case *sequence: // which of the collections it is was not kept
		switch name {
		case "str", "int", "float", "bool", "dict", "bytes":
			return false, true
		}
	}
	return false, false
}

// stableInstance reports whether n is isinstance(NAME, ...).
func stableInstance(n *parser.Node) bool {
	return n.Value.Kind == parser.Name && n.Value.Name == "isinstance" && len(n.List) == 2 && n.List[0].Kind == parser.Name
}
