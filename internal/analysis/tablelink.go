package analysis

import (
	"fmt"
	"slices"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// linker names the rows of a table and resolves references between them. What
// does not fit is a fault at its place in the file.
type linker struct {
	table *table
	file  *strictyaml.File
}

func (l *linker) link() {
	t := l.table
	if t.SameAs != "" {
		if len(l.file.Root.Entries) > 1 {
			l.fault("same_as stands alone in its file: the rows are the other module's", "only same_as, or rows of its own", "same_as")
		}
		return
	}
	for _, key := range []string{"library", "system"} {
		if n := l.file.Root.Get(key); n == nil || n.Text == "" {
			l.fault(key+" must be given", key+": a word, as facts are to show it", key)
		}
	}
	for name, f := range t.Functions {
		l.row(f, name, "functions", name)
	}
	for name, c := range t.Classes {
		l.class(name, c)
	}
	for from, to := range t.Aliases {
		if t.Functions[to] == nil && t.Classes[to] == nil {
			l.fault(fmt.Sprintf("alias %s means %s, which has no row", from, to), "a name under functions or classes", "aliases", from)
		}
	}
}

func (l *linker) class(name string, c *tableClass) {
	c.Row = tableFunction{Op: c.Op, Channel: c.Channel, Written: c.Written}
	l.row(&c.Row, name, "classes", name)
	for kind, rows := range map[string]map[string]*tableFunction{"methods": c.Methods, "loads": c.Loads, "stores": c.Stores} {
		for member, f := range rows {
			l.row(f, name+"."+member, "classes", name, kind, member)
		}
	}
	if c.Any != nil {
		c.Any.row = c.Row.row + ".any_attribute"
	}
	if c.Items != nil {
		c.Items.row = c.Row.row + ".items"
	}
	l.inherit(name, c)
	for part, child := range c.Children {
		if l.table.Classes[child.Class] == nil {
			l.fault(fmt.Sprintf("%s.%s is a %q, which has no row", name, part, child.Class), "a name under classes", "classes", name, "children", part)
		}
	}
}

// inherit sets the parent and refuses a circle, which a look-up would never leave.
func (l *linker) inherit(name string, c *tableClass) {
	if c.Inherits == "" {
		return
	}
	seen := []string{name}
	for next := c.Inherits; next != ""; {
		k := l.table.Classes[next]
		if k == nil || slices.Contains(seen, next) {
			l.fault(fmt.Sprintf("class %s inherits %s, which has no row or inherits it again", name, next), "another name under classes", "classes", name, "inherits")
			return
		}
		seen, next = append(seen, next), k.Inherits
	}
	c.parent = l.table.Classes[c.Inherits]
}

func (l *linker) row(f *tableFunction, name string, path ...string) {
	f.lib, f.name = l.table, l.table.module+"."+name
	for i, key := range path {
		if i > 0 {
			f.row += "."
		}
		f.row += key
	}
	if f.Returns != "" && l.table.Classes[f.Returns] == nil {
		l.fault(fmt.Sprintf("%s returns %s, which has no row", name, f.Returns), "a name under classes", append(path, "returns")...)
	}
}

// fault reports what is wrong with the value at path, or with what is nearest to
// it in the file.
func (l *linker) fault(message, hint string, path ...string) {
	at, dotted := strictyaml.Place{File: l.file.Name, Line: 1, Column: 1}, ""
	n := l.file.Root
	for i, key := range path {
		if i > 0 {
			dotted += "."
		}
		dotted += key
		if n = n.Get(key); n != nil {
			at = n.Place
		}
	}
	l.file.Add(at, dotted, message, hint)
}
