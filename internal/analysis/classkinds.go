package analysis

import (
	"slices"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// classKind says what making a class, and an instance of it, means beside running
// the class's own code.
type classKind uint8

const (
	plainClass  classKind = iota
	dataClass             // __init__ is made of the fields
	tupleClass            // ... and instances are tuples of them
	enumClass             // the class's constants are its instances
	recordClass           // an instance is a dict
)

// classKinds are the bases and decorators that make such classes.
var classKinds = map[string]classKind{
	"dataclasses.dataclass": dataClass, "attr.s": dataClass, "attr.attrs": dataClass, "attr.define": dataClass,
	"attr.frozen": dataClass, "attr.mutable": dataClass, "attr.dataclass": dataClass, "attrs.define": dataClass,
	"attrs.frozen": dataClass, "attrs.mutable": dataClass, "pydantic.BaseModel": dataClass, "pydantic.dataclasses.dataclass": dataClass,
	"pydantic.BaseSettings": dataClass, "typing.NamedTuple": tupleClass, "typing_extensions.NamedTuple": tupleClass,
	"typing.TypedDict": recordClass, "typing_extensions.TypedDict": recordClass,
	"enum.Enum": enumClass, "enum.IntEnum": enumClass, "enum.StrEnum": enumClass, "enum.Flag": enumClass, "enum.IntFlag": enumClass,
}

// field is one of a dataclass.
type field struct {
	name  string
	value value // the default; nil if there is none
	make  value // what is called for the default, else nil
	late  bool  // the constructor does not take it
}

// fieldSpec is what dataclasses.field and its like return.
type fieldSpec struct {
	value, make value
	late        bool
}

func makeField(_ *walker, a arguments, _ *parser.Node) value {
	s := &fieldSpec{value: a.value(0, "default"), make: a.value(-1, "default_factory", "factory")}
	if init, given := a.named("init"); given && init.v == value(boolean(false)) {
		s.late = true
	}
	return s
}

// maxBases bounds how deep bases are followed.
const maxBases = 32

// linearise orders c and its bases as Python does where that is possible: each
// class before its bases, bases in the order they are written.
func (c *class) linearise() {
	c.order = []*class{c}
	var bases []*class
	for _, b := range c.bases {
		if p, ok := b.(*class); ok && p != c && len(bases) < maxBases {
			bases = append(bases, p)
		}
	}
	var all []*class
	for _, b := range bases {
		if b.order == nil {
			b.linearise()
		}
		all = append(all, b.order...)
	}
	for i, b := range all { // the last place of each keeps it before its own bases
		if !slices.Contains(all[i+1:], b) && len(c.order) < 8*maxBases {
			c.order = append(c.order, b)
		}
	}
}

// shape reads the fields or the members off the body of a class.
func (w *walker) shape(c *class, n *parser.Node) {
	switch c.kind {
	case dataClass, tupleClass:
		w.shapeFields(c, n)
	case enumClass:
		w.shapeMembers(c, n)
	case plainClass, recordClass:
	}
}

func (w *walker) shapeFields(c *class, n *parser.Node) {
	for _, b := range slices.Backward(c.order[1:]) {
		for _, f := range b.fields {
			c.addField(f)
		}
	}
	for _, st := range n.Body {
		if st.Kind != parser.AnnAssign || st.Target.Kind != parser.Name || strings.Contains(w.text(st.Extra), "ClassVar") {
			continue
		}
		f := field{name: st.Target.Name}
		if st.Value != nil {
			f.value = c.attrs[f.name]
		}
		if spec, ok := f.value.(*fieldSpec); ok {
			f.value, f.make, f.late = spec.value, spec.make, spec.late
		}
		delete(c.attrs, f.name)
		if f.value != nil {
			c.attrs[f.name] = f.value
		}
		c.addField(f)
	}
}

func (c *class) addField(f field) {
	if i := slices.IndexFunc(c.fields, func(g field) bool { return g.name == f.name }); i >= 0 {
		c.fields[i] = f
		return
	}
	c.fields = append(c.fields, f)
}

// setFields is the constructor that a dataclass gets.
func (w *walker) setFields(o *userObject, a arguments, n *parser.Node) {
	at := 0
	for _, f := range o.cls.fields {
		var v value
		switch k, named := a.named(f.name); {
		case f.late:
		case named:
			v = k.v
		case at < len(a.pos):
			v = a.pos[at].v
			at++
		}
		if v == nil && f.late && f.value == nil && f.make == nil {
			continue // __post_init__ sets it
		}
		if v == nil {
			v = f.fresh(w, n)
		}
		if a.star {
			v = join(v, unknown{})
		}
		o.attrs[f.name] = v
	}
	for _, name := range []string{"__post_init__", "__attrs_post_init__", "model_post_init"} {
		if f, ok := o.cls.lookup(name).(*function); ok {
			w.callFunction(f, o, arguments{star: len(f.node.List) > 1}, n)
		}
	}
}

// fresh is the default of the field for one more instance.
func (f field) fresh(w *walker, n *parser.Node) value {
	switch {
	case f.make != nil:
		return w.call(f.make, arguments{}, n)
	case f.value != nil:
		return f.value
	}
	return unknown{}
}

// shapeMembers makes instances of the constants in an enumeration's body.
func (w *walker) shapeMembers(c *class, n *parser.Node) {
	for _, st := range n.Body {
		if st.Kind != parser.Assign {
			continue
		}
		for _, t := range st.List {
			if v, ok := c.attrs[t.Name]; ok && t.Kind == parser.Name && !strings.HasPrefix(t.Name, "_") {
				c.attrs[t.Name] = w.newMember(c, t.Name, v, st)
				c.members = append(c.members, t.Name)
			}
		}
	}
}

func (w *walker) newMember(c *class, name string, v value, n *parser.Node) value {
	if o, ok := v.(*object); ok && o.of == "enum.auto" {
		v = unknownNumber
		if slices.ContainsFunc(c.bases, func(b value) bool { x, ok := b.(*extern); return ok && x.path == "enum.StrEnum" }) {
			v = str(strings.ToLower(name))
		}
	}
	o := &userObject{cls: c, attrs: map[string]value{"name": str(name), "_name_": str(name), "value": v, "_value_": v}}
	if f, ok := c.lookup("__init__").(*function); ok {
		args := []value{v}
		if t, isTuple := v.(*sequence); isTuple {
			args = t.elems
		}
		w.callFunction(f, o, plain(n, args...), n)
	}
	return o
}

// member is the one of an enumeration that has a value: all of them where it is
// not known.
func (w *walker) member(c *class, a arguments) value {
	want := orUnknown(a.value(0))
	var all []value
	for _, name := range c.members {
		o, ok := c.attrs[name].(*userObject)
		if !ok {
			continue
		}
		if same(o.attrs["value"], want, 2) || value(o) == want {
			return o
		}
		all = append(all, o)
	}
	return joinAll(all)
}

// listMembers are all members of an enumeration.
func (c *class) listMembers() (all []value) {
	for _, name := range c.members {
		all = append(all, c.attrs[name])
	}
	return all
}

// mixed reports whether members of an enumeration are texts or numbers themselves.
func (c *class) mixed() bool {
	for _, k := range c.order {
		for _, b := range k.bases {
			switch x := b.(type) {
			case *builtin:
				return true
			case *extern:
				if x.path == "enum.StrEnum" || x.path == "enum.IntEnum" || x.path == "enum.IntFlag" {
					return true
				}
			}
		}
	}
	return false
}

// tupleElems are the fields of o in order, where instances of its class are tuples.
func (o *userObject) tupleElems() ([]value, bool) {
	if o.cls.kind != tupleClass {
		return nil, false
	}
	var out []value
	for _, f := range o.cls.fields {
		out = append(out, orUnknown(o.attrs[f.name]))
	}
	return out, true
}

// asMapping is o as dict(o), asdict(o) or model_dump() shows it.
func (o *userObject) asMapping() *mapping {
	m := &mapping{open: len(o.cls.fields) == 0}
	for _, f := range o.cls.fields {
		m.put(str(f.name), orUnknown(o.attrs[f.name]))
	}
	return m
}

// fieldMethod is a method that classes with fields have; nil if it is none.
func (w *walker) fieldMethod(o *userObject, name string) value {
	switch name {
	case "_asdict", "model_dump", "dict":
		if o.cls.kind == dataClass || o.cls.kind == tupleClass {
			return &partial{fn: &builtin{name: "asdict"}, args: plain(nil, o)}
		}
	case "_replace", "model_copy", "copy":
		if o.cls.kind == dataClass || o.cls.kind == tupleClass {
			return &partial{fn: &builtin{name: "replace"}, args: plain(nil, o)}
		}
	}
	return nil
}

func callAsdict(_ *walker, a arguments, _ *parser.Node) value {
	if o, ok := a.value(0).(*userObject); ok {
		return o.asMapping()
	}
	return &mapping{open: true}
}

// callReplace is dataclasses.replace: a copy with some fields changed.
func callReplace(_ *walker, a arguments, _ *parser.Node) value {
	o, ok := a.value(0).(*userObject)
	if !ok {
		return unknown{}
	}
	c := &userObject{cls: o.cls, attrs: map[string]value{}, base: o.base}
	for name, v := range o.attrs {
		c.attrs[name] = v
	}
	for _, k := range a.kw {
		c.attrs[k.name] = k.v
	}
	return c
}

// newNamedTuple is collections.namedtuple: a class made by a call.
func newNamedTuple(w *walker, a arguments, _ *parser.Node) value {
	c := &class{kind: tupleClass, attrs: map[string]value{}}
	c.name, _ = asString(orUnknown(a.value(0, "typename")))
	names, known := w.elements(orUnknown(a.value(1, "field_names")))
	if s, ok := asString(orUnknown(a.value(1, "field_names"))); ok {
		names, known = nil, true
		for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
			names = append(names, str(f))
		}
	}
	for _, v := range names {
		if pair, ok := v.(*sequence); ok && len(pair.elems) == 2 { // NamedTuple("P", [("pv", str)])
			v = pair.elems[0]
		}
		s, ok := asString(v)
		known = known && ok
		c.fields = append(c.fields, field{name: s})
	}
	if !known {
		return unknown{}
	}
	if d, ok := a.value(-1, "defaults").(*sequence); ok && !d.open {
		for i, v := range d.elems {
			if at := len(c.fields) - len(d.elems) + i; at >= 0 {
				c.fields[at].value = v
			}
		}
	}
	c.linearise()
	return c
}
