package analysis

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// joined is an f-string.
func (w *walker) joined(n *parser.Node) value {
	out := value(str(""))
	for _, p := range n.List {
		v := value(str(p.Str))
		if p.Kind != parser.StrConst {
			v = w.formatted(p)
			if p.Str != "" {
				out = w.binary(parser.OpAdd, out, str(p.Str), n)
			}
		}
		out = w.binary(parser.OpAdd, out, v, n)
	}
	return out
}

// formatted is one replaced field of an f-string.
func (w *walker) formatted(p *parser.Node) value {
	v := w.eval(p.Value)
	spec := value(str(""))
	if p.Has(parser.FlagSpec) {
		spec = w.joined(p)
	}
	w.formatHook(v, spec, p)
	s, ok := spec.(str)
	if !ok || p.Op == parser.ConvRepr || p.Op == parser.ConvASCII {
		return unknown{}
	}
	return formatEach(v, string(s))
}

// formatHook calls the __format__ that a class of the submission has.
func (w *walker) formatHook(v, spec value, n *parser.Node) {
	for _, x := range alternatives(v) {
		if o, ok := x.(*userObject); ok && o.cls.lookup("__format__") != nil {
			w.call(w.attribute(o, "__format__", n), plain(n, spec), n)
		}
	}
}

func formatEach(v value, spec string) value {
	var out []value
	for _, x := range alternatives(v) {
		out = append(out, format(x, spec))
	}
	return joinAll(out)
}

// format is format(x, spec) for the specs that names are made with.
func format(x value, spec string) value {
	if p, ok := x.(pattern); ok && spec == "" {
		return p
	}
	text, ok := render(x)
	if !ok {
		return unknown{}
	}
	if spec == "" || spec == "s" {
		return str(text)
	}
	zero := strings.HasPrefix(spec, "0")
	width, err := strconv.Atoi(strings.TrimRight(spec, "dxX"))
	if i, isInt := x.(integer); isInt && width < 64 && (err == nil || len(spec) == 1) {
		switch spec[len(spec)-1] {
		case 'x':
			return str(fmt.Sprintf(padded(zero, "x"), width, int64(i)))
		case 'X':
			return str(fmt.Sprintf(padded(zero, "X"), width, int64(i)))
		}
		return str(fmt.Sprintf(padded(zero, "d"), width, int64(i)))
	}
	if f, isNumber := asNumber(x); isNumber && len(spec) >= 3 && spec[0] == '.' && spec[len(spec)-1] == 'f' {
		if digits, err := strconv.Atoi(spec[1 : len(spec)-1]); err == nil && digits < 20 {
			return str(strconv.FormatFloat(f, 'f', digits, 64))
		}
	}
	return unknown{}
}

func padded(zero bool, verb string) string {
	if zero {
		return "%0*" + verb
	}
	return "%*" + verb
}

// percent is format % y.
func (w *walker) percent(s string, y value) value {
	args := []value{y}
	if t, ok := y.(*sequence); ok && !t.open && !t.loose {
		args = t.elems
	}
	out := value(str(""))
	for i := 0; s != ""; i++ {
		head, tail, found := strings.Cut(s, "%")
		out = w.binary(parser.OpAdd, out, str(head), nil)
		if !found {
			break
		}
		named := value(nil)
		if strings.HasPrefix(tail, "(") {
			name, rest, closed := strings.Cut(tail[1:], ")")
			if !closed {
				return unknown{}
			}
			named, tail = w.item(y, str(name), nil), rest
		}
		end := strings.IndexAny(tail, "sdfgeixXr%")
		if end < 0 {
			return unknown{}
		}
		field := value(unknown{})
		if tail[end] == '%' {
			field = str("%")
			i--
		} else if named != nil {
			field = formatEach(named, strings.TrimSuffix(strings.TrimSuffix(tail[:end+1], "s"), "i"))
			i--
		} else if i < len(args) {
			field = formatEach(args[i], strings.TrimSuffix(strings.TrimSuffix(tail[:end+1], "s"), "i"))
		}
		out = w.binary(parser.OpAdd, out, field, nil)
		s = tail[end+1:]
	}
	return out
}

// formatCall is s.format(...).
func (w *walker) formatCall(s string, a arguments) value {
	out := value(str(""))
	for auto := 0; s != ""; {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			return w.binary(parser.OpAdd, out, str(s), nil)
		}
		out = w.binary(parser.OpAdd, out, str(s[:i]), nil)
		if i+1 < len(s) && s[i+1] == s[i] {
			out = w.binary(parser.OpAdd, out, str(s[i:i+1]), nil)
			s = s[i+2:]
			continue
		}
		field, tail, closed := strings.Cut(s[i+1:], "}")
		if !closed || s[i] == '}' {
			return unknown{}
		}
		name, spec, _ := strings.Cut(field, ":")
		name, _, _ = strings.Cut(name, "!")
		name, path := splitField(name)
		var v value
		if k, err := strconv.Atoi(name); err == nil || name == "" {
			if name == "" {
				k = auto
				auto++
			}
			v = a.value(k)
		} else {
			v = a.value(-1, name)
		}
		v = w.fieldPath(orUnknown(v), path)
		w.formatHook(v, str(spec), nil)
		out = w.binary(parser.OpAdd, out, formatEach(v, spec), nil)
		s = tail
	}
	return out
}

// splitField cuts the name of a replacement field from what follows it.
func splitField(s string) (name, path string) {
	if i := strings.IndexAny(s, ".["); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// fieldPath is v.name[key] and so on, as a replacement field writes it.
func (w *walker) fieldPath(v value, path string) value {
	for path != "" {
		if rest, ok := strings.CutPrefix(path, "."); ok {
			name, tail := splitField(rest)
			v, path = w.attribute(v, name, nil), tail
			continue
		}
		key, tail, closed := strings.Cut(path[1:], "]")
		if !closed {
			return unknown{}
		}
		index := value(str(key))
		if i, err := strconv.Atoi(key); err == nil {
			index = integer(i)
		}
		v, path = w.partOf(v, func(x value) value { return w.item(x, index, nil) }), tail
	}
	return v
}

// formatMap is s.format_map(m).
func (w *walker) formatMap(s string, m value) value {
	var a arguments
	w.spread(&a, m, nil)
	return w.formatCall(s, a)
}

// substitute is string.Template(s).substitute(...).
func (w *walker) substitute(s string, a arguments) value {
	out := value(str(""))
	for s != "" {
		head, tail, found := strings.Cut(s, "$")
		out = w.binary(parser.OpAdd, out, str(head), nil)
		if !found {
			break
		}
		name := tail[:len(tail)-len(strings.TrimLeft(tail, identifier))]
		s = tail[len(name):]
		switch {
		case strings.HasPrefix(tail, "$"):
			out, s = w.binary(parser.OpAdd, out, str("$"), nil), tail[1:]
			continue
		case strings.HasPrefix(tail, "{"):
			name, s, _ = strings.Cut(tail[1:], "}")
		}
		v := a.value(-1, name)
		if m, ok := a.value(0).(*mapping); ok && v == nil {
			v = m.get(str(name))
		}
		out = w.binary(parser.OpAdd, out, formatEach(orUnknown(v), ""), nil)
	}
	return out
}

const identifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
