package analysis

import (
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// boundOnce reports whether a module binds the name in one place, which no loop
// and no function repeats.
func (f *frame) boundOnce(name string) bool {
	return f.bindings()[name] == 1 && !f.opaque
}

// loopBound reports whether a module binds the name as the target of one loop only:
// for the module's own statements, it is then what the present round says.
func (f *frame) loopBound(name string) bool {
	return f.bindings()[name] == 2 && f.once[loopTarget+name] == 1 && !f.opaque
}

// loopTarget marks the counts of the names that loops bind.
const loopTarget = "for "

func (f *frame) bindings() map[string]int {
	if f.once == nil {
		f.once = map[string]int{}
		for _, n := range f.unit.tree.Body {
			countBindings(n, 1, f.once)
		}
	}
	return f.once
}

// countBindings adds how often n binds names of the module.
func countBindings(n *parser.Node, weight int, into map[string]int) {
	parser.Walk(n, func(x *parser.Node) bool {
		switch x.Kind {
		case parser.For, parser.While:
			if weight == 1 {
				countBindings(x, 2, into)
				return false
			}
			countTargets(x.Target, into)
		case parser.FunctionDef, parser.ClassDef:
			into[x.Name] += weight
			parser.Walk(x, func(y *parser.Node) bool {
				if y.Kind == parser.Global {
					for _, i := range y.List {
						into[i.Name] += 2
					}
				}
				return true
			})
			return false
		case parser.Name:
			if x.Ctx != parser.Load {
				into[x.Name] += weight
			}
		case parser.Alias:
			into[boundName(x)] += weight
		}
		return true
	})
}

func countTargets(n *parser.Node, into map[string]int) {
	if n == nil {
		return
	}
	parser.Walk(n, func(x *parser.Node) bool {
		if x.Kind == parser.Name && x.Ctx != parser.Load {
			into[loopTarget+x.Name]++
		}
		return true
	})
}
