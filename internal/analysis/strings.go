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
	s, ok := spec.(str)
	if !ok || p.Op == parser.ConvRepr || p.Op == parser.ConvASCII {
		return unknown{}
	}
	return formatEach(v, string(s))
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
	if t, ok := y.(*sequence); ok && !t.open {
		args = t.elems
	}
	out := value(str(""))
	for i := 0; s != ""; i++ {
		head, tail, found := strings.Cut(s, "%")
		out = w.binary(parser.OpAdd, out, str(head), nil)
		if !found {
			break
		}
		end := strings.IndexAny(tail, "sdfgeixXr%")
		if end < 0 {
			return unknown{}
		}
		field := value(unknown{})
		if tail[end] == '%' {
			field = str("%")
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
		if v == nil {
			v = unknown{}
		}
		out = w.binary(parser.OpAdd, out, formatEach(v, spec), nil)
		s = tail
	}
	return out
}

// textMethod is a method of a constant string; nil where it is not folded.
func (w *walker) textMethod(s, name string, a arguments) value {
	one, _ := a.at(0)
	arg, given := asString(one.v)
	switch name {
	case "format":
		return w.formatCall(s, a)
	case "join":
		return w.joinCall(s, one.v)
	case "upper":
		return str(strings.ToUpper(s))
	case "lower":
		return str(strings.ToLower(s))
	case "strip", "lstrip", "rstrip":
		return stripped(s, name, arg, given)
	case "split":
		return splitted(s, arg, given, len(a.pos) > 1)
	case "splitlines":
		return texts(strings.Split(strings.TrimSuffix(s, "\n"), "\n"))
	case "encode":
		return octets(s)
	case "removeprefix":
		return str(strings.TrimPrefix(s, arg))
	case "removesuffix":
		return str(strings.TrimSuffix(s, arg))
	case "replace":
		if two, ok := a.at(1); ok && given && len(a.pos) == 2 {
			if to, ok := asString(two.v); ok && len(s)*(len(to)+1) <= maxText {
				return str(strings.ReplaceAll(s, arg, to))
			}
		}
	case "zfill":
		if k, ok := one.v.(integer); ok && k < 256 {
			return str(strings.Repeat("0", max(0, int(k)-len(s))) + s)
		}
	}
	return nil
}

func stripped(s, name, cut string, given bool) value {
	if !given {
		cut = " \t\r\n\v\f"
	}
	switch name {
	case "lstrip":
		return str(strings.TrimLeft(s, cut))
	case "rstrip":
		return str(strings.TrimRight(s, cut))
	}
	return str(strings.Trim(s, cut))
}

func splitted(s, sep string, given, limited bool) value {
	if limited {
		return nil
	}
	if !given {
		return texts(strings.Fields(s))
	}
	if sep == "" {
		return nil
	}
	return texts(strings.Split(s, sep))
}

func texts(parts []string) value {
	var elems []value
	for _, p := range parts {
		elems = append(elems, str(p))
	}
	return bounded(elems, false)
}

func (w *walker) joinCall(sep string, v value) value {
	var outs []value
	for _, alt := range alternatives(v) {
		elems, known := w.elements(alt)
		if alt == nil || !known {
			return unknown{}
		}
		out := value(str(""))
		for i, e := range elems {
			if i > 0 {
				out = w.binary(parser.OpAdd, out, str(sep), nil)
			}
			out = w.binary(parser.OpAdd, out, e, nil)
		}
		outs = append(outs, out)
	}
	return joinAll(outs)
}
