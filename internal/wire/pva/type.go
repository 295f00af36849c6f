package pva

import (
	"slices"
	"strings"
)

// Code is what a type's elements are, as a description has it without its bits for
// arrays. https://docs.epics-controls.org/en/latest/pv-access/Protocol-Encoding.html#introspection-data
type Code uint8

// The codes.
const (
	Bool        Code = 0x00
	Int8        Code = 0x20
	Int16       Code = 0x21
	Int32       Code = 0x22
	Int64       Code = 0x23
	Uint8       Code = 0x24
	Uint16      Code = 0x25
	Uint32      Code = 0x26
	Uint64      Code = 0x27
	Float32     Code = 0x42
	Float64     Code = 0x43
	String      Code = 0x60
	Structure   Code = 0x80
	Union       Code = 0x81
	Any         Code = 0x82
	BoundString Code = 0x83
)

// width is the bytes of a number, or 0.
func (c Code) width() int {
	switch c {
	case Bool, Int8, Uint8:
		return 1
	case Int16, Uint16:
		return 2
	case Int32, Uint32, Float32:
		return 4
	case Int64, Uint64, Float64:
		return 8
	default:
		return 0
	}
}

// Number reports whether c is a number or a truth value.
func (c Code) Number() bool { return c.width() > 0 }

// Text reports whether c is text.
func (c Code) Text() bool { return c == String || c == BoundString }

// Form is how many elements there are.
type Form uint8

// The forms.
const (
	Single  Form = iota
	List         // any number
	AtMost       // at most Type.Bound
	Exactly      // Type.Bound
)

const (
	formBits   = 0x18
	typeNull   = 0xFF
	typeKnown  = 0xFE
	typeNew    = 0xFD
	typeTagged = 0xFC
)

// Type is a type. It is not changed once it is made.
type Type struct {
	Code   Code
	Form   Form
	Bound  int     // of AtMost and Exactly, and of a BoundString
	ID     string  // of a structure or union
	Fields []Field // of a structure or union; of an array of them, those of its elements
	weight int
	nodes  int
	depth  int // of types in types
}

// Field is a member of a structure or union.
type Field struct {
	Name string
	Type *Type
}

// NewStructure returns the type of a structure.
func NewStructure(id string, fields ...Field) *Type {
	t := &Type{Code: Structure, ID: id, Fields: fields}
	t.measure()
	return t
}

// Scalar returns the type of one c.
func Scalar(c Code) *Type {
	t := &Type{Code: c}
	t.measure()
	return t
}

// ListOf returns the type of any number of c.
func ListOf(c Code) *Type {
	t := &Type{Code: c, Form: List}
	t.measure()
	return t
}

// measure computes what follows from the fields.
func (t *Type) measure() {
	t.weight, t.nodes, t.depth = 1+len(t.ID)/nameWeight, 1, 0
	for _, f := range t.Fields {
		t.weight += f.weight()
		t.depth = max(t.depth, f.Type.depth+1)
		if t.Code == Structure && t.Form == Single {
			t.nodes += f.Type.nodes
		}
	}
}

// nameWeight is how many bytes of names are as heavy as a type.
const nameWeight = 64

func (f *Field) weight() int { return f.Type.weight + len(f.Name)/nameWeight }

// Weight is how much memory, and how much of a message, t takes: 1 for each type in it,
// however it was sent, and more for long names.
func (t *Type) Weight() int { return t.weight }

// Nodes is how many bits of a set are about a value of t.
func (t *Type) Nodes() int { return t.nodes }

// IsStructure reports whether t is one structure.
func (t *Type) IsStructure() bool { return t.Code == Structure && t.Form == Single }

// Index returns the place of the field called name, and its bit relative to t's own;
// i is -1 where there is none.
func (t *Type) Index(name string) (i, bit int) {
	bit = 1
	if !t.IsStructure() {
		return -1, 0
	}
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return i, bit
		}
		bit += t.Fields[i].Type.nodes
	}
	return -1, 0
}

// At returns the type at a path of names with dots between them, and its bit; nil
// where there is none. The empty path is t.
func (t *Type) At(path string) (at *Type, bit int) {
	for path != "" && t != nil {
		name, rest, _ := strings.Cut(path, ".")
		i, b := t.Index(name)
		if i < 0 {
			return nil, 0
		}
		t, path, bit = t.Fields[i].Type, rest, bit+b
	}
	return t, bit
}

// Equal reports whether t and o describe the same.
func (t *Type) Equal(o *Type) bool {
	if t == o {
		return true
	}
	return t != nil && o != nil && t.Code == o.Code && t.Form == o.Form && t.Bound == o.Bound && t.ID == o.ID &&
		slices.EqualFunc(t.Fields, o.Fields, func(a, b Field) bool { return a.Name == b.Name && a.Type.Equal(b.Type) })
}

// Types is what one direction of a connection remembers of types. It is not safe
// for concurrent use.
type Types struct {
	Most   int // weight of what is remembered; 0 is the most that any peer needs
	known  map[uint16]*Type
	weight int
}

// Type reads a type description; nil is that there is none. cache may be nil where
// nothing is remembered.
func (d *Decoder) Type(cache *Types) *Type {
	t := d.typ(cache, 0)
	if d.err != nil {
		return nil
	}
	return t
}

func (d *Decoder) typ(cache *Types, depth int) *Type {
	if depth > maxDepth {
		d.Fail(ErrTooDeep)
		return nil
	}
	switch c := d.U8(); c {
	case typeNull:
		return nil
	case typeKnown:
		id := d.U16()
		if cache == nil || cache.known[id] == nil {
			d.Fail(ErrType)
			return nil
		}
		return cache.known[id]
	case typeNew:
		id := d.U16()
		t := d.typ(cache, depth+1)
		d.remember(cache, id, t)
		return t
	case typeTagged: // for transports that lose messages, of which there is none
		d.Fail(ErrType)
		return nil
	default:
		return d.description(c, cache, depth)
	}
}

func (d *Decoder) remember(cache *Types, id uint16, t *Type) {
	if d.err != nil {
		return
	}
	if cache == nil || t == nil {
		d.Fail(ErrType)
		return
	}
	if cache.known == nil {
		cache.known = map[uint16]*Type{}
	}
	if old := cache.known[id]; old != nil {
		cache.weight -= old.weight
	}
	most := cache.Most
	if most == 0 {
		most = maxCached
	}
	if cache.weight += t.weight; cache.weight > most {
		d.Fail(ErrTooMany)
		return
	}
	cache.known[id] = t
}

func (d *Decoder) description(c byte, cache *Types, depth int) *Type {
	t := &Type{Code: Code(c &^ formBits), Form: Form(c & formBits >> 3)}
	switch {
	case d.err != nil:
		return nil
	case t.Code == Structure || t.Code == Union:
		return d.members(t, cache, depth)
	case t.Code == Any && t.Form <= List, t.Code == BoundString && t.Form == Single, t.Code == String, t.Code.width() > 0:
	default:
		d.Fail(ErrType)
		return nil
	}
	if t.Form > List || t.Code == BoundString {
		t.Bound, _ = d.Size()
	}
	t.measure()
	return t
}

// members reads what follows the code of a structure or union.
func (d *Decoder) members(t *Type, cache *Types, depth int) *Type {
	switch t.Form {
	case Single:
	case List: // the description of an element, whole, follows
		element := d.typ(cache, depth+1)
		if d.err != nil || element == nil || element.Code != t.Code || element.Form != Single {
			d.Fail(ErrType)
			return nil
		}
		t.ID, t.Fields = element.ID, element.Fields
		t.measure()
		return t
	default:
		d.Fail(ErrType)
		return nil
	}
	t.ID = d.name(maxIDLength)
	n, weight := d.count(2), 1+len(t.ID)/nameWeight
	for range n {
		f := Field{Name: d.name(maxName)}
		// A dot would make two paths of one: no server has names with it.
		if f.Type = d.typ(cache, depth+1); f.Type == nil || strings.Contains(f.Name, ".") {
			d.Fail(ErrType)
			return nil
		}
		t.Fields = append(t.Fields, f)
		if weight += f.weight(); weight > maxWeight {
			d.Fail(ErrTooMany)
			return nil
		}
		if f.Type.depth+depth >= maxDepth { // a cached one may be deep by itself
			d.Fail(ErrTooDeep)
			return nil
		}
	}
	t.measure()
	return t
}

// Type appends a whole description of t; nil is that there is none.
func (e *Encoder) Type(t *Type) {
	if t == nil {
		e.U8(typeNull)
		return
	}
	e.U8(byte(t.Code) | byte(t.Form)<<3)
	switch {
	case t.Code == Structure || t.Code == Union:
		if t.Form == List {
			e.U8(byte(t.Code))
		}
		e.Text(t.ID)
		e.Size(len(t.Fields))
		for _, f := range t.Fields {
			e.Text(f.Name)
			e.Type(f.Type)
		}
	case t.Form > List || t.Code == BoundString:
		e.Size(t.Bound)
	}
}
