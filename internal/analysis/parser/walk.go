package parser

import "iter"

// Walk calls visit for n and, while visit returns true, for its descendants,
// parents first. A nil n is nothing. The order among children is that of
// [Node.Children], written out because this is called for most of a tree.
// Recursion is bounded by the tree's depth limit.
func Walk(n *Node, visit func(*Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	if n.More != nil {
		walkAll(n.More.Decorators, visit)
		walkAll(n.More.TypeParams, visit)
	}
	Walk(n.Target, visit)
	Walk(n.Left, visit)
	Walk(n.Value, visit)
	Walk(n.Test, visit)
	Walk(n.Right, visit)
	Walk(n.Extra, visit)
	walkAll(n.List, visit)
	walkAll(n.Keywords, visit)
	walkAll(n.Body, visit)
	if n.More != nil {
		walkAll(n.More.Handlers, visit)
	}
	walkAll(n.Else, visit)
	if n.More != nil {
		walkAll(n.More.Final, visit)
	}
}

func walkAll(l []*Node, visit func(*Node) bool) {
	for _, n := range l {
		Walk(n, visit)
	}
}

// Walk calls visit for every node of the module, as [Walk] does.
func (m *Module) Walk(visit func(*Node) bool) {
	for _, n := range m.Body {
		Walk(n, visit)
	}
}

// Children yields the direct children of n: decorators, type parameters, the
// single children (Target, Left, Value, Test, Right, Extra), List, Keywords,
// Body, handlers, Else, Final. It is complete, and not always in source order.
func (n *Node) Children() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		m := n.more()
		singles := [...]*Node{n.Target, n.Left, n.Value, n.Test, n.Right, n.Extra}
		lists := [...][]*Node{m.Decorators, m.TypeParams, singles[:], n.List, n.Keywords,
			n.Body, m.Handlers, n.Else, m.Final}
		for _, l := range lists {
			for _, c := range l {
				if c != nil && !yield(c) {
					return
				}
			}
		}
	}
}
