package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// argParser is an argparse parser with its groups and subparsers, which share one
// result: what a run is given comes from outside, and a default is what it may be.
type argParser struct {
	args *userObject
	// absent is the result where no argument is given.
	absent *userObject
}

func newArgParser(*walker, arguments, *parser.Node) value {
	c := &class{name: "Namespace", options: true, attrs: map[string]value{}}
	c.linearise()
	return &argParser{args: &userObject{cls: c, attrs: map[string]value{}}, absent: &userObject{cls: c, attrs: map[string]value{}}}
}

// parserMethod is a method of a parser.
func (w *walker) parserMethod(p *argParser, name string, a arguments, n *parser.Node) value {
	switch name {
	case "add_argument":
		w.addArgument(p, a, n)
		w.escapeAll(a, n, true)
		return &object{of: "argparse.Action"}
	case "set_defaults":
		for _, k := range a.kw {
			p.args.attrs[k.name] = join(p.args.attrs[k.name], k.v)
			p.absent.attrs[k.name] = p.args.attrs[k.name]
		}
		return none{}
	case "parse_args", "parse_intermixed_args":
		if given := a.value(0, "args"); (given == nil || isNone(given)) && a.value(1, "namespace") == nil && w.noArguments() {
			return p.absent
		}
		return p.args
	case "parse_known_args":
		return &sequence{elems: []value{p.args, &sequence{elems: []value{&object{of: "str"}}, open: true}}}
	case "add_subparsers":
		if dest, ok := asString(orUnknown(a.value(-1, "dest"))); ok {
			p.args.attrs[dest] = unknown{}
			p.absent.attrs[dest] = unknown{}
		}
		return p
	case "add_parser":
		return p
	case "add_argument_group", "add_mutually_exclusive_group":
		return p
	}
	return &object{of: "argparse"}
}

// addArgument notes what an argument may be.
func (w *walker) addArgument(p *argParser, a arguments, n *parser.Node) {
	name := argumentName(a)
	if name == "" {
		return
	}
	v := w.argumentValue(a)
	_, again := p.args.attrs[name]
	p.args.attrs[name] = join(p.args.attrs[name], v)
	p.absent.attrs[name] = p.args.attrs[name]
	if again || a.star || !optional(a) {
		return
	}
	if d := w.defaultOf(a, n); d != nil {
		p.absent.attrs[name] = d
	}
}

// optional reports whether the argument may be left out.
func optional(a arguments) bool {
	if required := a.value(-1, "required"); required != nil && required != value(boolean(false)) {
		return false
	}
	for _, p := range a.pos {
		if s, ok := asString(p.v); !ok || !strings.HasPrefix(s, "-") && a.value(-1, "nargs") != value(str("?")) {
			return false
		}
	}
	return len(a.pos) > 0
}

// defaultOf is what an argument is where it is left out; nil where that is not
// known. A default that is a text is converted as one that is given.
func (w *walker) defaultOf(a arguments, n *parser.Node) value {
	d, action := a.value(-1, "default"), a.value(-1, "action")
	if d == nil {
		return absentBy(action)
	}
	convert := a.value(-1, "type")
	if name, ok := convert.(*builtin); convert == nil || ok && name.name == "str" {
		convert = nil
	}
	return w.partOf(d, func(x value) value {
		switch t := x.(type) {
		case str:
			if convert != nil {
				return w.call(convert, plain(n, t), n)
			}
		case *extern:
			if t.path == "argparse.SUPPRESS" { // there is no such attribute
				return unknown{}
			}
		}
		return x
	})
}

// absentBy is what an argument without a default is where it is left out.
func absentBy(action value) value {
	if action == nil {
		return none{}
	}
	switch name, _ := asString(action); name {
	case "store", "store_const", "append", "append_const", "count", "extend":
		return none{}
	case "store_true":
		return boolean(false)
	case "store_false":
		return boolean(true)
	}
	if x, ok := action.(*extern); ok && x.path == "argparse.BooleanOptionalAction" {
		return none{}
	}
	return nil
}

// noArguments reports whether the run is given no arguments, and the script was
// not seen to make any up.
func (w *walker) noArguments() bool {
	return len(w.prog.Submission.Args) == 0 && !w.argvChanged && w.frame.unit.at == nil
}

// argumentName is the attribute that an argument is found under.
func argumentName(a arguments) string {
	if dest, ok := asString(orUnknown(a.value(-1, "dest"))); ok {
		return dest
	}
	name := ""
	for _, p := range a.pos {
		s, ok := asString(p.v)
		if !ok {
			return ""
		}
		if name == "" || strings.HasPrefix(s, "--") && !strings.HasPrefix(name, "--") {
			name = s
		}
	}
	return strings.ReplaceAll(strings.TrimLeft(name, "-"), "-", "_")
}

func (w *walker) argumentValue(a arguments) value {
	if action, _ := asString(orUnknown(a.value(-1, "action"))); strings.HasPrefix(action, "store_") || action == "count" ||
		action == "version" || action == "help" {
		return &object{of: "bool"}
	}
	var given value = unknown{}
	if t, ok := a.value(-1, "type").(*builtin); ok && (t.name == "float" || t.name == "int") {
		given = unknownNumber
	}
	if choices := a.value(-1, "choices"); choices != nil {
		given = w.items(choices)
	}
	if many := a.value(-1, "nargs"); many != nil && many != value(str("?")) {
		given = &sequence{elems: []value{given}, loose: true, open: mayBeUnknown(given)}
	}
	if d := a.value(-1, "default"); d != nil {
		return join(d, given)
	}
	return given
}
