// Package strictyaml reads the YAML that operators write: policy.yaml and
// config.yml. It reports every fault at once, each with file, line, column, the
// line itself and what to write instead, and it accepts only what has one
// obvious meaning.
//
// Three steps: [Parse] turns bytes into a tree with positions, [Decode] fills Go
// structs from it by their json tags, [Faults] is the error that crosses to
// people.
//
// Refused, so that a file means what it seems to mean: unknown and duplicate
// keys, keys that are not plain strings, values of another type than asked for
// (the string "true" is no boolean, 60 is no duration), anchors, aliases, merge
// keys and tags (no expansion, hence no bombs), a second document, bytes that
// are not UTF-8. Bounded before the parser sees it: size, nesting, and the number
// of keys, because the parser's time grows with the square of the latter.
//
// It does not decide who may write the file: see [ReadTrusted] for that.
package strictyaml

// Kind is what a node is. The zero value is null, which no value accepts.
type Kind uint8

const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Mapping
	Sequence
)

var kindNames = [...]string{Null: "nothing", Bool: "a boolean", Int: "a whole number", Float: "a number",
	String: "a string", Mapping: "a mapping", Sequence: "a list"}

// String is the kind in words, with its article.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Null]
}

// Place is where something stands in a file. Line and Column count from 1; the
// zero Place is "nowhere".
type Place struct {
	File   string
	Line   int
	Column int
}

// Node is one value of a file.
type Node struct {
	Kind Kind
	Place
	Text    string // the scalar as written, unquoted
	Bool    bool   // of a Bool
	Int     int64  // of an Int
	Float   float64
	Entries []Entry // of a Mapping, in file order, duplicates left out
	Items   []*Node // of a Sequence
}

// Entry is one key of a mapping with its value.
type Entry struct {
	Key   string
	At    Place // of the key
	Value *Node
}

// Value is n as encoding/json would decode it: map[string]any, []any, string,
// bool, int64, float64 or nil.
func (n *Node) Value() any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Bool:
		return n.Bool
	case Int:
		return n.Int
	case Float:
		return n.Float
	case String:
		return n.Text
	case Mapping:
		m := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			m[e.Key] = e.Value.Value()
		}
		return m
	case Sequence:
		list := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			list = append(list, item.Value())
		}
		return list
	}
	return nil
}

// Get returns the value of key in a mapping, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, e := range n.Entries {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}
