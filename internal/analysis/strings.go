package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

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
	case "format_map":
		return w.formatMap(s, orUnknown(one.v))
	case "substitute", "safe_substitute":
		return w.substitute(s, a)
	case "title":
		return str(strings.Title(s)) //nolint:staticcheck // names of channels are ASCII
	case "capitalize":
		if s != "" {
			return str(strings.ToUpper(s[:1]) + strings.ToLower(s[1:]))
		}
	case "startswith", "endswith", "isdigit", "isalpha", "count":
		return textTest(s, name, arg, given && len(a.pos) == 1)
	case "partition", "rpartition", "rsplit":
		return partitioned(s, name, arg, given, a)
	case "read", "getvalue":
		return str(s) // of io.StringIO
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

// textTest is a question about a constant; nil where it is not answered.
func textTest(s, name, arg string, given bool) value {
	switch {
	case name == "isdigit":
		return boolean(s != "" && strings.Trim(s, "0123456789") == "")
	case name == "isalpha":
		return boolean(s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") == "")
	case !given:
		return nil
	case name == "startswith":
		return boolean(strings.HasPrefix(s, arg))
	case name == "endswith":
		return boolean(strings.HasSuffix(s, arg))
	}
	return integer(strings.Count(s, arg))
}

// partitioned cuts a constant at one separator.
func partitioned(s, name, sep string, given bool, a arguments) value {
	if !given || sep == "" {
		return nil
	}
	i := strings.Index(s, sep)
	if name != "partition" {
		i = strings.LastIndex(s, sep)
	}
	if name == "rsplit" {
		if a.value(1, "maxsplit") != value(integer(1)) {
			return splitted(s, sep, given, len(a.pos) > 1)
		}
		if i < 0 {
			return texts([]string{s})
		}
		return texts([]string{s[:i], s[i+len(sep):]})
	}
	switch {
	case i >= 0:
		return texts([]string{s[:i], sep, s[i+len(sep):]})
	case name == "partition":
		return texts([]string{s, "", ""})
	}
	return texts([]string{"", "", s})
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
		return &sequence{elems: []value{unknown{}}, open: true, loose: true}
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
		elems, known := w.listed(alt)
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
