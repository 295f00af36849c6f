package strictyaml

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

// node converts the parser's tree into ours and reports what has no plain
// meaning. It never returns nil.
func (f *File) node(n ast.Node, path string, depth int) *Node {
	out := &Node{Place: f.at(n)}
	if depth > maxDepth {
		f.fault(out.Place, path, fmt.Sprintf("nested deeper than %d", maxDepth), "")
		return out
	}
	switch n := n.(type) {
	case *ast.NullNode:
	case *ast.BoolNode:
		out.Kind, out.Bool, out.Text = Bool, n.Value, n.Token.Value
	case *ast.IntegerNode:
		f.integer(out, n, path)
	case *ast.FloatNode:
		out.Kind, out.Float, out.Text = Float, n.Value, n.Token.Value
	case *ast.StringNode:
		out.Kind, out.Text = String, n.Value
	case *ast.LiteralNode:
		out.Kind, out.Text = String, n.Value.Value
	case *ast.MappingNode:
		f.mapping(out, n.Values, path, depth)
	case *ast.MappingValueNode:
		f.mapping(out, []*ast.MappingValueNode{n}, path, depth)
	case *ast.SequenceNode:
		out.Kind = Sequence
		for i, item := range n.Values {
			out.Items = append(out.Items, f.node(item, fmt.Sprintf("%s[%d]", path, i), depth+1))
		}
	default:
		f.fault(out.Place, path, refused(n), "the value itself")
	}
	return out
}

func refused(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode:
		return "an anchor (&name) is not accepted here"
	case *ast.AliasNode:
		return "an alias (*name) is not accepted here"
	case *ast.TagNode:
		return "a tag (!name) is not accepted here"
	case *ast.InfinityNode, *ast.NanNode:
		return "not a finite number"
	}
	return "this kind of value is not accepted here"
}

func (f *File) integer(out *Node, n *ast.IntegerNode, path string) {
	out.Kind, out.Text = Int, n.Token.Value
	switch v := n.Value.(type) {
	case int64:
		out.Int = v
	case uint64:
		if out.Int = int64(v); v > 1<<63-1 {
			out.Kind = Null
			f.fault(out.Place, path, n.Token.Value+" is too large", "a smaller number")
		}
	}
}

func (f *File) mapping(out *Node, values []*ast.MappingValueNode, path string, depth int) {
	out.Kind = Mapping
	first := map[string]Place{}
	for i, v := range values {
		at := f.at(v.Key)
		if i == 0 {
			out.Place = at
		}
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			f.fault(at, path, fmt.Sprintf("the key %s is not a plain string", v.Key.String()), "a name, in quotes if it looks like a number or a word of YAML")
			continue
		}
		child := join(path, key.Value)
		value := f.node(v.Value, child, depth+1)
		if at0, dup := first[key.Value]; dup {
			f.fault(at, child, fmt.Sprintf("the key %q was given in line %d already", key.Value, at0.Line), "each key once")
			continue
		}
		first[key.Value] = at
		out.Entries = append(out.Entries, Entry{Key: key.Value, At: at, Value: value})
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
