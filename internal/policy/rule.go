package policy

import (
	"fmt"
	"regexp"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Rule is one entry of an allow, warn or deny list: a name, why, and where it stands.
type Rule struct {
	Name   string
	Reason string
	Unless Unless
	strictyaml.Place
}

// ModuleRule is a Rule about a module, written as its name or as {module, reason}.
type ModuleRule struct{ Rule }

// BuiltinRule is a Rule about a builtin, written as its name or as {name, reason}.
type BuiltinRule struct{ Rule }

var (
	dottedName = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)
	plainName  = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)
)

// DecodeYAML implements strictyaml.Decoder.
func (r *ModuleRule) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	var long struct {
		Module string `json:"module"`
		Reason string `json:"reason"`
		Unless Unless `json:"unless"`
	}
	r.Place = n.Place
	if n.Kind == strictyaml.Mapping {
		c.Into(n, &long)
		r.Name, r.Reason, r.Unless = long.Module, long.Reason, long.Unless
	} else if c.Want(n, strictyaml.String, "a module's name, or {module: NAME, reason: WHY}") {
		r.Name = n.Text
	} else {
		return
	}
	if !dottedName.MatchString(r.Name) {
		c.Fault(n, fmt.Sprintf("%q is not the name of a module", r.Name), moduleHint(r.Name))
	}
}

func moduleHint(name string) string {
	if name == "*" {
		return "nothing: without an allow key all modules are allowed but the denied ones"
	}
	return "a dotted name such as numpy.linalg; submodules are meant too"
}

// DecodeYAML implements strictyaml.Decoder.
func (r *BuiltinRule) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	var long struct {
		Name   string `json:"name"`
		Reason string `json:"reason"`
	}
	r.Place = n.Place
	if n.Kind == strictyaml.Mapping {
		c.Into(n, &long)
		r.Name, r.Reason = long.Name, long.Reason
	} else if c.Want(n, strictyaml.String, "a builtin's name, or {name: NAME, reason: WHY}") {
		r.Name = n.Text
	} else {
		return
	}
	if !plainName.MatchString(r.Name) {
		c.Fault(n, fmt.Sprintf("%q is not the name of a builtin", r.Name), "a name such as eval")
	}
}

func moduleRules(in []ModuleRule) (out []Rule) {
	for _, r := range in {
		out = append(out, r.Rule)
	}
	return out
}

func builtinRules(in []BuiltinRule) (out []Rule) {
	for _, r := range in {
		out = append(out, r.Rule)
	}
	return out
}
