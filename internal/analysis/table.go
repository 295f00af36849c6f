package analysis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// table is what a library does to a control system, as its YAML file says.
// tables/README.md explains each key; an unknown one is an error.
type table struct {
	Library   string                    `yaml:"library"`
	System    string                    `yaml:"system"`
	SameAs    string                    `yaml:"same_as"`
	Aliases   map[string]string         `yaml:"aliases"`
	Harmless  []string                  `yaml:"harmless"`
	Functions map[string]*tableFunction `yaml:"functions"`
	Classes   map[string]*tableClass    `yaml:"classes"`

	module string
}

// tableFunction is a row: what calling a function or method does. Arguments are
// strings in the file, read by link: a decoder of their own made tables ten
// times slower to read.
type tableFunction struct {
	Op        string         `yaml:"op"`
	ChannelAt string         `yaml:"channel"`
	ValueAt   string         `yaml:"value"`
	RunsAt    string         `yaml:"runs"`
	Join      *string        `yaml:"join"`
	Returns   string         `yaml:"returns"`
	Listed    bool           `yaml:"listed"`
	Component *componentSpec `yaml:"component"`

	Channel, Value, Runs argSpec `yaml:"-"`

	lib  *table
	name string // as facts show it: "epics.caput"
}

// componentSpec is a row's description of an attribute made on each instance.
type componentSpec struct {
	ClassAt  string `yaml:"class"`
	SuffixAt string `yaml:"suffix"`

	Class, Suffix argSpec `yaml:"-"`
}

// tableClass is a class: what making, calling and changing an instance does.
type tableClass struct {
	Op        string                    `yaml:"op"`
	ChannelAt string                    `yaml:"channel"`
	Inherits  string                    `yaml:"inherits"`
	Methods   map[string]*tableFunction `yaml:"methods"`
	Loads     map[string]*tableFunction `yaml:"loads"`
	Stores    map[string]*tableFunction `yaml:"stores"`
	Items     *tableItems               `yaml:"items"`
	Any       *tableAny                 `yaml:"any_attribute"`
	Children  map[string]tableChild     `yaml:"children"`

	Row    tableFunction `yaml:"-"` // what making an instance does
	parent *tableClass
}

// tableItems is what instance[key] does.
type tableItems struct {
	Load  string `yaml:"load"`
	Store string `yaml:"store"`
	Join  string `yaml:"join"`
}

// tableAny is what attributes that no other row names do.
type tableAny struct {
	Load   string   `yaml:"load"`
	Store  string   `yaml:"store"`
	Call   string   `yaml:"call"`
	Join   string   `yaml:"join"`
	Except []string `yaml:"except"`
	// Upper limits the rule to names in capitals, as record fields are.
	Upper bool `yaml:"upper"`
}

// tableChild is a part that each instance has.
type tableChild struct {
	Class  string `yaml:"class"`
	Suffix string `yaml:"suffix"`
}

// argSpec says where an argument is: "0 pvname" (position 0, or that keyword),
// "1/2" (position 1 and every second from there), "pvname" (by keyword only).
type argSpec struct {
	index int // -1: by name only
	every int
	names []string
	set   bool
}

// parseArg reads the spelling of the table; "" is no argument.
func parseArg(text string) (argSpec, error) {
	if text == "" {
		return argSpec{}, nil
	}
	s := argSpec{index: -1, set: true}
	for i, f := range strings.Fields(text) {
		pos, every, repeated := strings.Cut(f, "/")
		k, err := strconv.Atoi(pos)
		if err != nil || i > 0 {
			s.names = append(s.names, f)
			continue
		}
		s.index = k
		if repeated {
			if s.every, err = strconv.Atoi(every); err != nil || s.every < 1 {
				return s, fmt.Errorf("%q is not a place like 1/2", f)
			}
		}
	}
	return s, nil
}

// pick returns the argument, several joined where the place repeats, nil if not given.
func (s argSpec) pick(a arguments) value {
	if !s.set {
		return nil
	}
	if s.every == 0 {
		return a.value(s.index, s.names...)
	}
	var out value
	for i := s.index; i < len(a.pos); i += s.every {
		out = join(out, a.pos[i].v)
	}
	if out == nil || a.star {
		return join(out, unknown{})
	}
	return out
}

// first returns the argument's expression, for its text.
func (s argSpec) first(a arguments) (argument, bool) {
	if !s.set {
		return argument{}, false
	}
	return a.get(s.index, s.names...)
}

// decodeTable reads one table. name is the file's name without its suffix: the
// module that the table is about.
func decodeTable(name string, b []byte) (*table, error) {
	t := &table{module: name}
	if err := yaml.UnmarshalWithOptions(b, t, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("reading the table of library %q: %w", name, err)
	}
	if t.SameAs != "" {
		return t, nil
	}
	if t.Library == "" || t.System == "" {
		return nil, fmt.Errorf("reading the table of library %q: library and system must be given", name)
	}
	return t, t.link()
}

// link names the rows and resolves references between classes.
func (t *table) link() error {
	for name, f := range t.Functions {
		if err := t.row(f, name); err != nil {
			return err
		}
	}
	for name, c := range t.Classes {
		if err := t.linkClass(name, c); err != nil {
			return err
		}
	}
	for from, to := range t.Aliases {
		if t.Functions[to] == nil && t.Classes[to] == nil {
			return fmt.Errorf("table %s: alias %s means %s, which has no row", t.module, from, to)
		}
	}
	return nil
}

func (t *table) linkClass(name string, c *tableClass) error {
	if c == nil {
		return fmt.Errorf("table %s: class %s is empty", t.module, name)
	}
	c.Row = tableFunction{Op: c.Op, ChannelAt: c.ChannelAt}
	if err := t.row(&c.Row, name); err != nil {
		return err
	}
	for _, rows := range []map[string]*tableFunction{c.Methods, c.Loads, c.Stores} {
		for member, f := range rows {
			if err := t.row(f, name+"."+member); err != nil {
				return err
			}
		}
	}
	if c.Inherits != "" {
		if c.parent = t.Classes[c.Inherits]; c.parent == nil || c.Inherits == name {
			return fmt.Errorf("table %s: class %s inherits %s, which has no row", t.module, name, c.Inherits)
		}
	}
	for part, child := range c.Children {
		if t.Classes[child.Class] == nil {
			return fmt.Errorf("table %s: %s.%s is a %s, which has no row", t.module, name, part, child.Class)
		}
	}
	return t.linkAny(name, c)
}

func (t *table) linkAny(name string, c *tableClass) error {
	var ops []string
	if c.Any != nil {
		ops = append(ops, c.Any.Load, c.Any.Store, c.Any.Call)
	}
	if c.Items != nil {
		ops = append(ops, c.Items.Load, c.Items.Store)
	}
	for _, op := range ops {
		if !slices.Contains(tableOps, op) {
			return fmt.Errorf("table %s: class %s: op %q is none of read, write, execute", t.module, name, op)
		}
	}
	return nil
}

var tableOps = []string{"", "read", "write", "execute"}

func (t *table) row(f *tableFunction, name string) error {
	if f == nil {
		return fmt.Errorf("table %s: %s is empty", t.module, name)
	}
	f.lib, f.name = t, t.module+"."+name
	if !slices.Contains(tableOps, f.Op) {
		return fmt.Errorf("table %s: %s: op %q is none of read, write, execute", t.module, name, f.Op)
	}
	if err := f.parse(); err != nil {
		return fmt.Errorf("table %s: %s: %w", t.module, name, err)
	}
	if f.Returns != "" && t.Classes[f.Returns] == nil {
		return fmt.Errorf("table %s: %s returns %s, which has no row", t.module, name, f.Returns)
	}
	return nil
}

// parse reads the row's arguments.
func (f *tableFunction) parse() error {
	texts, into := []string{f.ChannelAt, f.ValueAt, f.RunsAt}, []*argSpec{&f.Channel, &f.Value, &f.Runs}
	if c := f.Component; c != nil {
		texts, into = append(texts, c.ClassAt, c.SuffixAt), append(into, &c.Class, &c.Suffix)
	}
	var err error
	for i, text := range texts {
		if *into[i], err = parseArg(text); err != nil {
			return err
		}
	}
	return nil
}
