package analysis

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// opWord is what a row does to its channel; "" does nothing.
type opWord string

// DecodeYAML implements strictyaml.Decoder.
func (o *opWord) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "read, write or execute; leave the key out for a call that touches no channel"
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	switch n.Text {
	case "read", "write", "execute":
		*o = opWord(n.Text)
	default:
		c.Fault(n, fmt.Sprintf("%s: %q is none of read, write, execute", c.Path(), n.Text), hint)
	}
}

// JSONSchema describes the written form.
func (opWord) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Enum: []any{"read", "write", "execute"}}
}

// argSpec says where an argument is: "0 pvname" (position 0, or that keyword),
// "1/2" (position 1 and every second from there), "1-2 x y" (positions 1 to 2, or
// those keywords in their order), "pvname" (by keyword only).
type argSpec struct {
	index int // -1: by name only
	every int
	last  int // of a range; 0: none
	names []string
	set   bool
}

// DecodeYAML implements strictyaml.Decoder.
func (s *argSpec) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "0 pvname, 0, pvname, 1/2 or 1-2; see the README of the tables"
	if n.Kind != strictyaml.Int && !c.Want(n, strictyaml.String, hint) {
		return
	}
	var err error
	if *s, err = parseArg(n.Text); err != nil {
		c.Fault(n, fmt.Sprintf("%s: %v", c.Path(), err), hint)
	}
}

// JSONSchema describes the written form.
func (argSpec) JSONSchema() *jsonschema.Schema {
	name := `[A-Za-z_][A-Za-z0-9_]*`
	text := &jsonschema.Schema{Type: "string", Examples: []any{"0 pvname", "1/2", "pvname"},
		Pattern: fmt.Sprintf(`^([0-9]+(/[1-9][0-9]*|-[1-9][0-9]*)?( %s)*|%s( %s)*)$`, name, name, name)}
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "integer", Minimum: "0"}, text}}
}

// parseArg reads the spelling of the table.
func parseArg(text string) (argSpec, error) {
	s := argSpec{index: -1, set: true}
	fields := strings.Fields(text)
	if first, last, ranged := strings.Cut(text, "-"); ranged {
		return parseRange(first, last)
	}
	if len(fields) == 0 {
		return s, fmt.Errorf("%q names no argument", text)
	}
	for i, f := range fields {
		pos, every, repeated := strings.Cut(f, "/")
		k, err := strconv.Atoi(pos)
		switch {
		case err == nil && i == 0 && k >= 0:
			s.index = k
		case err != nil && !repeated:
			s.names = append(s.names, f)
			continue
		default:
			return s, fmt.Errorf("%q is neither a keyword nor, in the first place, a position", f)
		}
		if repeated {
			if s.every, err = strconv.Atoi(every); err != nil || s.every < 1 {
				return s, fmt.Errorf("%q is not a place like 1/2", f)
			}
		}
	}
	return s, nil
}

// parseRange reads "1-2 x y", cut at its "-".
func parseRange(first, rest string) (argSpec, error) {
	s := argSpec{index: -1, set: true}
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return s, fmt.Errorf("%q is not a range like 1-2", first+"-"+rest)
	}
	from, err := strconv.ParseUint(first, 10, 8)
	to, err2 := strconv.ParseUint(fields[0], 10, 8)
	if err != nil || err2 != nil || to <= from {
		return s, fmt.Errorf("%q is not a range like 1-2", first+"-"+fields[0])
	}
	s.index, s.last, s.names = int(from), int(to), fields[1:]
	if len(s.names) > s.last-s.index+1 {
		return s, fmt.Errorf("%q has more keywords than positions", first+"-"+rest)
	}
	return s, nil
}

// ranged returns the arguments of a range joined, nil if none is given.
func (s argSpec) ranged(a arguments) (out value) {
	for i := s.index; i <= s.last; i++ {
		var name []string
		if k := i - s.index; k < len(s.names) {
			name = s.names[k : k+1]
		}
		if v := a.value(i, name...); v != nil {
			out = join(out, v)
		}
	}
	return out
}

// pick returns the argument, several joined where the place repeats, nil if not given.
func (s argSpec) pick(a arguments) value {
	if !s.set {
		return nil
	}
	if s.last != 0 {
		return s.ranged(a)
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
