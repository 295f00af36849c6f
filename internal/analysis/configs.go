package analysis

import (
	"encoding/csv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// configFile is a configparser: sections of options. An open one has been read
// from a file, and may hold anything.
type configFile struct{ sections *mapping }

func newConfigFile(*walker, arguments, *parser.Node) value {
	return &configFile{sections: &mapping{}}
}

func (c *configFile) store(section, options value) {
	if m, ok := options.(*mapping); ok {
		c.sections.put(section, m)
		return
	}
	c.sections.open = true
}

// configMethod is a method of a configparser.
func (w *walker) configMethod(c *configFile, name string, a arguments, n *parser.Node) value {
	switch name {
	case "read", "read_file":
		c.sections.open = true
		w.pathUse(orUnknown(a.value(0)), "read", "configparser.read", n)
		return &object{of: "configparser"}
	case "read_string":
		if s, ok := asString(orUnknown(a.value(0))); ok {
			readOptions(c, s)
		} else {
			c.sections.open = true
		}
		return none{}
	case "read_dict":
		if m, ok := a.value(0).(*mapping); ok {
			c.sections.merge(m)
		} else {
			c.sections.open = true
		}
		return none{}
	case "sections":
		return &sequence{elems: c.sections.keys, open: c.sections.open}
	case "items":
		if len(a.pos) == 0 {
			return w.mappingMethod(c.sections, "items", a)
		}
		return w.mappingMethod(&mapping{keys: c.section(a).keys, vals: c.section(a).vals, open: c.sections.open}, "items", arguments{})
	case "options":
		return &sequence{elems: c.section(a).keys, open: c.sections.open}
	case "get", "getint", "getfloat", "getboolean":
		return w.option(c, name, a)
	case "has_section", "has_option":
		return &object{of: "bool"}
	}
	return &object{of: "configparser"}
}

func (c *configFile) section(a arguments) *mapping {
	if m, ok := c.sections.get(orUnknown(a.value(0, "section"))).(*mapping); ok {
		return m
	}
	return &mapping{open: true}
}

func (w *walker) option(c *configFile, name string, a arguments) value {
	v := c.section(a).get(orUnknown(a.value(1, "option")))
	if c.sections.open {
		v = join(v, unknown{})
	}
	if d := a.value(-1, "fallback"); d != nil {
		v = join(v, d)
	}
	if name == "get" {
		return v
	}
	if f := foldEach(strings.TrimPrefix(name, "get"), v); f != nil {
		return f
	}
	return unknownNumber
}

// readOptions reads the INI format, as far as names and values go.
func readOptions(c *configFile, text string) {
	section := &mapping{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = &mapping{}
			c.sections.put(str(strings.Trim(line, "[]")), section)
		default:
			if i := strings.IndexAny(line, "=:"); i > 0 {
				section.put(str(strings.ToLower(strings.TrimSpace(line[:i]))), str(strings.TrimSpace(line[i+1:])))
			}
		}
	}
}

// yamlLoad decodes a constant; anything else holds only plain data.
func yamlLoad(w *walker, a arguments, n *parser.Node) value {
	if l, ok := a.value(1, "Loader").(*extern); ok && unsafeLoaders[l.path] {
		w.opaqueCode(hostRow{kind: "pickle"}, "yaml.load", a.value(0), n)
	}
	s, ok := asString(orUnknown(a.value(0)))
	if !ok || len(s) > maxText/8 || strings.ContainsAny(s, "&*!") { // anchors can blow up
		return &object{of: "yaml.load"}
	}
	var data any
	if yaml.Unmarshal([]byte(s), &data) != nil {
		return &object{of: "yaml.load"}
	}
	return fromJSON(data)
}

// unsafeLoaders make any object that the text names.
var unsafeLoaders = setOf("yaml.UnsafeLoader yaml.CUnsafeLoader yaml.Loader yaml.CLoader yaml.unsafe_loader.UnsafeLoader")

// csvReader yields the rows of constant text.
func csvReader(w *walker, a arguments, n *parser.Node) value {
	rows := csvRows(w, a)
	if rows == nil {
		w.escapeAll(a, n, true)
		return &object{of: "csv.reader"}
	}
	s := &sequence{}
	for _, r := range rows {
		s.elems = append(s.elems, texts(r))
	}
	return s
}

// csvDictReader yields a dict for each row of constant text.
func csvDictReader(w *walker, a arguments, n *parser.Node) value {
	rows := csvRows(w, a)
	names := a.value(1, "fieldnames")
	if rows == nil || names != nil {
		w.escapeAll(a, n, true)
		return &object{of: "csv.DictReader"}
	}
	s := &sequence{}
	for _, r := range rows[1:] {
		m := &mapping{}
		for i, name := range rows[0] {
			if i < len(r) {
				m.put(str(name), str(r[i]))
			}
		}
		s.elems = append(s.elems, m)
	}
	return s
}

func csvRows(w *walker, a arguments) [][]string {
	text, ok := asString(orUnknown(a.value(0)))
	if !ok {
		lines, listed := w.listed(orUnknown(a.value(0)))
		if !listed || len(lines) == 0 {
			return nil
		}
		var b strings.Builder
		for _, l := range lines {
			s, isText := asString(l)
			if !isText {
				return nil
			}
			b.WriteString(s + "\n")
		}
		text = b.String()
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	if d, _ := asString(orUnknown(a.value(-1, "delimiter"))); len(d) == 1 {
		r.Comma = rune(d[0])
	}
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 || len(rows) > maxElements {
		return nil
	}
	return rows
}
