package analysis

import (
	"strconv"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// dataset is a table with named columns: a pandas DataFrame made of constants. An
// open one may hold anything besides.
type dataset struct {
	names []value
	rows  [][]value // each as long as names
	open  bool
}

// newDataset is pandas.DataFrame(data, columns=names).
func newDataset(w *walker, a arguments, n *parser.Node) value {
	d := &dataset{}
	if c := a.value(2, "columns"); c != nil {
		names, listed := w.listed(c)
		d.names, d.open = names, !listed
	}
	ok := false
	switch x := a.value(0, "data").(type) {
	case *mapping:
		ok = d.fromColumns(w, x)
	case *sequence:
		ok = d.fromRows(w, x)
	}
	if !ok {
		w.escapeAll(a, n, true)
		return &object{of: "pandas.DataFrame"}
	}
	return d
}

func (d *dataset) fromColumns(w *walker, m *mapping) bool {
	if m.open {
		return false
	}
	for i, name := range m.keys {
		col, listed := w.listed(m.vals[i])
		if !listed || (i > 0 && len(col) != len(d.rows)) {
			return false
		}
		d.names = append(d.names[:i:i], name)
		for j, v := range col {
			if i == 0 {
				d.rows = append(d.rows, nil)
			}
			d.rows[j] = append(d.rows[j], v)
		}
	}
	return true
}

func (d *dataset) fromRows(w *walker, s *sequence) bool {
	if s.open || s.loose {
		return false
	}
	for _, e := range s.elems {
		var row []value
		switch x := e.(type) {
		case *mapping:
			if x.open {
				return false
			}
			if d.names == nil {
				d.names = x.keys
			}
			for _, name := range d.names {
				row = append(row, x.get(name))
			}
		default:
			elems, listed := w.listed(e)
			if !listed {
				return false
			}
			row = elems
		}
		if len(row) != len(d.names) {
			return false
		}
		d.rows = append(d.rows, row)
	}
	return len(d.rows) > 0
}

// row is one row by name; its columns are attributes too.
func (d *dataset) row(i int) *mapping {
	return &mapping{keys: d.names, vals: d.rows[i], open: d.open, record: true}
}

func (d *dataset) columns() []value { return d.names }

// column is the values under a name; nil where there is no such column.
func (d *dataset) column(name value) value {
	for i, k := range d.names {
		if k != name {
			continue
		}
		s := &sequence{}
		for _, r := range d.rows {
			s.elems = append(s.elems, r[i])
		}
		return s
	}
	return nil
}

// each lists something of each row.
func (d *dataset) each(of func(i int) value) value {
	s := &sequence{}
	for i := range d.rows {
		s.elems = append(s.elems, of(i))
	}
	return s
}

// item is d[name], or some rows or columns of d.
func (d *dataset) item(index value) value {
	if c := d.column(index); c != nil {
		return c
	}
	if _, isText := index.(str); isText {
		return unknown{}
	}
	return &dataset{names: d.names, rows: d.rows, open: d.open}
}

// store is d[name] = v.
func (d *dataset) store(name, v value) {
	for i, k := range d.names {
		if k == name || !scalar(name) {
			for _, r := range d.rows {
				r[i] = join(r[i], unknown{})
			}
		}
	}
	if d.column(name) == nil && scalar(name) {
		d.names = append(d.names[:len(d.names):len(d.names)], name)
		for i := range d.rows {
			var cell value = unknown{}
			if s, ok := v.(*sequence); ok && !s.open && !s.loose && i < len(s.elems) {
				cell = s.elems[i]
			} else if scalar(v) {
				cell = v
			}
			d.rows[i] = append(d.rows[i][:len(d.rows[i]):len(d.rows[i])], cell)
		}
	}
}

func (w *walker) datasetAttribute(d *dataset, name string) value {
	if c := d.column(str(name)); c != nil {
		return c
	}
	switch name {
	case "values":
		return d.each(func(i int) value { return &sequence{elems: d.rows[i]} })
	case "columns":
		return &sequence{elems: d.names}
	case "loc", "iloc", "T":
		return d
	}
	return &constMethod{self: d, name: name}
}

// datasetMethod is a method of a table; nil where it is not followed.
func (w *walker) datasetMethod(d *dataset, name string, a arguments, n *parser.Node) value {
	switch name {
	case "iterrows":
		return d.each(func(i int) value { return &sequence{elems: []value{integer(i), d.row(i)}} })
	case "itertuples":
		return d.each(func(i int) value { return d.tuple(i, a) })
	case "to_dict":
		if how, _ := asString(orUnknown(a.value(0, "orient"))); how == "records" {
			return d.each(func(i int) value { return d.row(i) })
		}
		m := &mapping{open: d.open}
		for _, k := range d.names {
			m.put(k, orUnknown(d.column(k)))
		}
		return m
	case "to_numpy":
		return w.datasetAttribute(d, "values")
	case "copy", "reset_index", "sort_values", "head", "tail", "dropna", "query", "fillna", "astype", "set_index":
		return &dataset{names: d.names, rows: d.rows, open: d.open}
	case "apply":
		if f, ok := a.at(0); ok && a.value(1, "axis") == value(integer(1)) {
			return d.each(func(i int) value { return w.call(f.v, plain(n, d.row(i)), n) })
		}
	}
	w.escapeAll(a, n, true)
	if v := w.hostMethod("pandas", name, a, n); v != nil {
		return v
	}
	return &object{of: "pandas." + name}
}

// tuple is one row as itertuples gives it.
func (d *dataset) tuple(i int, a arguments) value {
	c := &class{name: "Pandas", kind: tupleClass, attrs: map[string]value{}}
	o := &userObject{cls: c, attrs: map[string]value{}}
	if a.value(0, "index") != value(boolean(false)) {
		c.fields = append(c.fields, field{name: "Index"})
		o.attrs["Index"] = integer(i)
	}
	for k, name := range d.names {
		s, _ := asString(name)
		c.fields = append(c.fields, field{name: s})
		o.attrs[s] = d.rows[i][k]
	}
	c.linearise()
	return o
}

// field is an attribute of a row of a table.
func (m *mapping) field(name string) (value, bool) {
	if !m.record {
		return nil, false
	}
	for i, k := range m.keys {
		if k == value(str(name)) {
			return m.vals[i], true
		}
	}
	return nil, false
}

// eachText is a column + text, or text + a column: Python's own lists take no text.
func (w *walker) eachText(op parser.Op, x, y value, n *parser.Node) value {
	s, left := x.(*sequence)
	t, right := y.(*sequence)
	_, textX := x.(str)
	_, textY := y.(str)
	if op != parser.OpAdd || !(left && textY || right && textX) {
		return nil
	}
	out := &sequence{}
	if left {
		out.open, out.loose = s.open, s.loose
		for _, e := range s.elems {
			out.elems = append(out.elems, w.binary(op, e, y, n))
		}
		return out
	}
	out.open, out.loose = t.open, t.loose
	for _, e := range t.elems {
		out.elems = append(out.elems, w.binary(op, x, e, n))
	}
	return out
}

// readTable is pandas.read_csv of constant text; a name of a file is the host's.
func readTable(w *walker, a arguments, n *parser.Node) value {
	text, ok := asString(orUnknown(a.value(0, "filepath_or_buffer")))
	plainArgs := len(a.pos) == 1 && !a.star
	for _, k := range a.kw {
		plainArgs = plainArgs && (k.name == "sep" || k.name == "delimiter")
	}
	if !ok || !strings.Contains(text, "\n") || !plainArgs {
		if v := w.hostCall("pandas.read_csv", a, n); v != nil && !(ok && strings.Contains(text, "\n")) {
			return v
		}
		return &object{of: "pandas.DataFrame"}
	}
	if sep := a.value(-1, "sep"); sep != nil {
		a.kw = append(a.kw, argument{name: "delimiter", v: sep})
	}
	rows := csvRows(w, a)
	if rows == nil {
		return &object{of: "pandas.DataFrame"}
	}
	d := &dataset{}
	for _, name := range rows[0] {
		d.names = append(d.names, str(name))
	}
	for _, r := range rows[1:] {
		var row []value
		for i := range d.names {
			if i >= len(r) {
				return &object{of: "pandas.DataFrame"}
			}
			row = append(row, cellValue(r[i]))
		}
		d.rows = append(d.rows, row)
	}
	return d
}

// cellValue is a number where the text is one; a whole column decides in pandas,
// so that a text that looks like a number is not taken as one.
func cellValue(s string) value {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return integer(i)
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return float(f)
	}
	return str(s)
}

// nodeID is the text of ua.NodeId(identifier, namespace).
func nodeID(_ *walker, a arguments, _ *parser.Node) value {
	ns, ok := a.value(1, "NamespaceIndex").(integer)
	if a.value(1, "NamespaceIndex") == nil {
		ns, ok = 0, true
	}
	head := "ns=" + strconv.FormatInt(int64(ns), 10) + ";"
	switch id := a.value(0, "Identifier").(type) {
	case str:
		if ok {
			return str(head + "s=" + string(id))
		}
	case integer:
		if ok {
			return str(head + "i=" + strconv.FormatInt(int64(id), 10))
		}
	}
	return unknown{}
}
