package strictyaml

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
)

// Decoder is a type that reads itself from a node.
type Decoder interface {
	DecodeYAML(n *Node, c *Context)
}

// Context is where a value is being decoded. It collects faults.
type Context struct {
	file  *File
	path  string
	later map[string]string
}

// Decode fills v, a pointer to a struct, from f's tree by json tags, and adds
// what is wrong to f.Faults. Keys named in later, by dotted path, belong to the
// format but this build cannot hold what they ask: each is a fault with the
// words given. An empty file leaves v as it is.
func Decode(f *File, v any, later map[string]string) {
	if f.Root == nil {
		return
	}
	c := &Context{file: f, later: later}
	c.Into(f.Root, v)
	f.Faults.Sort()
}

// Path is the dotted path of the value being decoded.
func (c *Context) Path() string { return c.path }

// Fault reports that n is wrong.
func (c *Context) Fault(n *Node, message, hint string) {
	c.file.fault(n.Place, c.path, message, hint)
}

// Want reports that n is not of the kind asked for, unless it is. null is never
// a value: a key without one is a fault.
func (c *Context) Want(n *Node, k Kind, hint string) bool {
	if n.Kind == k {
		return true
	}
	c.Fault(n, fmt.Sprintf("%s wants %s, and this is %s", c.name(), k, describe(n)), hint)
	return false
}

// At is c inside n's member key.
func (c *Context) At(key string) *Context {
	return &Context{file: c.file, path: join(c.path, key), later: c.later}
}

// Into decodes n into the value v points to.
func (c *Context) Into(n *Node, v any) { c.value(n, reflect.ValueOf(v).Elem()) }

func (c *Context) name() string {
	if c.path == "" {
		return "the file"
	}
	return c.path
}

func describe(n *Node) string {
	switch n.Kind {
	case String:
		return fmt.Sprintf("the string %q", n.Text)
	case Bool, Int, Float:
		return n.Kind.String() + " (" + n.Text + ")"
	}
	return n.Kind.String()
}

func (c *Context) value(n *Node, v reflect.Value) {
	switch t := v.Addr().Interface().(type) {
	case Decoder:
		t.DecodeYAML(n, c)
		return
	case encoding.TextUnmarshaler:
		if c.Want(n, String, "") {
			if err := t.UnmarshalText([]byte(n.Text)); err != nil {
				c.Fault(n, err.Error(), "")
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer: // what tells "not given" from the zero value
		v.Set(reflect.New(v.Type().Elem()))
		c.value(n, v.Elem())
	case reflect.Struct:
		c.structure(n, v)
	case reflect.Slice:
		c.list(n, v)
	case reflect.Map:
		c.dictionary(n, v)
	case reflect.String:
		if c.Want(n, String, fmt.Sprintf("%q", n.Text)) {
			v.SetString(n.Text)
		}
	case reflect.Bool:
		if c.Want(n, Bool, "true or false, without quotes") {
			v.SetBool(n.Bool)
		}
	case reflect.Int, reflect.Int64:
		if c.Want(n, Int, "a whole number, without quotes") {
			v.SetInt(n.Int)
		}
	default:
		panic(fmt.Sprintf("strictyaml: %s cannot be decoded", v.Type()))
	}
}

func (c *Context) list(n *Node, v reflect.Value) {
	if !c.Want(n, Sequence, "a list: [a, b], or [] for none") {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items)))
	for i, item := range n.Items {
		in := *c
		in.path = fmt.Sprintf("%s[%d]", c.path, i)
		in.value(item, v.Index(i))
	}
}

func (c *Context) dictionary(n *Node, v reflect.Value) {
	if !c.Want(n, Mapping, "key: value pairs, or leave the key out") {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Entries)))
	for _, e := range n.Entries {
		item := reflect.New(v.Type().Elem()).Elem()
		c.At(e.Key).value(e.Value, item)
		v.SetMapIndex(reflect.ValueOf(e.Key), item)
	}
}

func (c *Context) structure(n *Node, v reflect.Value) {
	if !c.Want(n, Mapping, "key: value pairs, or leave the key out") {
		return
	}
	fields, names := fieldsOf(v)
	for _, e := range n.Entries {
		in := c.At(e.Key)
		if field, ok := fields[e.Key]; ok {
			in.value(e.Value, field)
			continue
		}
		if why, ok := c.later[in.path]; ok {
			c.file.fault(e.At, in.path, fmt.Sprintf("this build cannot enforce %s yet: %s", in.path, why), "nothing; leave the key out")
			continue
		}
		message, hint := fmt.Sprintf("unknown key %q in %s", e.Key, c.name()), "one of: "+strings.Join(names, ", ")
		if near := Nearest(e.Key, names); near != "" {
			message, hint = message+": did you mean "+near+"?", near
		}
		c.file.fault(e.At, in.path, message, hint)
	}
}

// fieldsOf returns the fields of a struct by their json names, and the names in order.
func fieldsOf(v reflect.Value) (map[string]reflect.Value, []string) {
	fields, names := map[string]reflect.Value{}, []string(nil)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		fields[name] = v.Field(i)
		names = append(names, name)
	}
	return fields, names
}
