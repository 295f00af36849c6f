package analysis

import "github.com/interlock-run/interlock/internal/analysis/parser"

// box is a variable of a context: what it holds may be anything that was put in,
// and what is put in later.
type box struct{ held value }

func newBox(_ *walker, a arguments, _ *parser.Node) value {
	return &box{held: a.value(-1, "default")}
}

func (b *box) method(name string, a arguments) value {
	switch name {
	case "set":
		b.held = join(b.held, orUnknown(a.value(0)))
		return &object{of: "contextvars.Token"}
	case "get":
		return join(join(b.held, a.value(0)), unknown{})
	}
	return nil
}
