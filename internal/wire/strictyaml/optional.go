package strictyaml

// Value is a value that remembers whether and where it was given.
type Value[T any] struct {
	V   T
	Set bool
	Place
}

// DecodeYAML implements Decoder.
func (v *Value[T]) DecodeYAML(n *Node, c *Context) {
	v.Set, v.Place = true, n.Place
	c.Into(n, &v.V)
}

// JSONSchemaAlias tells the schema's generator that v is written as its value.
func (v Value[T]) JSONSchemaAlias() any { return v.V }

// Or returns v where it was given, else what it stands over.
func (v Value[T]) Or(below Value[T]) Value[T] {
	if v.Set {
		return v
	}
	return below
}
