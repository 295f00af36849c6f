package policy

import (
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"
)

// Schema is the JSON Schema (draft 2020-12) of policy.yaml, generated from the
// types that read it. The same build always returns the same bytes.
func Schema() ([]byte, error) {
	r := jsonschema.Reflector{Anonymous: true, DoNotReference: true}
	s := r.Reflect(&Document{})
	s.ID = "https://github.com/interlock-run/interlock/policies/policy.schema.json"
	s.Title = "Interlock policy"
	s.Description = "policy.yaml: what submitted code may do. docs/policy.md explains each key."
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the policy schema: %w", err)
	}
	return append(out, '\n'), nil
}

func text(pattern string, examples ...any) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: pattern, Examples: examples}
}

func words(list ...any) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Enum: list}
}

// JSONSchema describes the written form.
func (Version) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Const: 1}
}

// JSONSchema describes the written form.
func (Base) JSONSchema() *jsonschema.Schema {
	return text(`^(scientific|strict|facility|[^/\\]+\.ya?ml)$`, "scientific", "site.yaml")
}

// JSONSchema describes the written form.
func (Path) JSONSchema() *jsonschema.Schema {
	return text(`^(/|~/)[^*?\[]+$`, "/data/archive", "~/.ssh")
}

// JSONSchema describes the written form.
func (Endpoint) JSONSchema() *jsonschema.Schema {
	return text(`^[^\s]+(:[1-9][0-9]*|/[0-9]+)$`, "archiver.example.org:443", "*.example.org:443", "10.1.2.3:5064", "10.1.0.0/16")
}

// JSONSchema describes the written form.
func (Program) JSONSchema() *jsonschema.Schema {
	return text(`^/[^*?\[]*[^*?\[/]$`, "/usr/bin/git")
}

// JSONSchema describes the written form.
func (Regex) JSONSchema() *jsonschema.Schema { return text("", `(?i)password\s*=\s*\S+`) }

// JSONSchema describes the written form.
func (Channel) JSONSchema() *jsonschema.Schema { return text(`.`, "SR:*") }

// JSONSchema describes the written form.
func (Duration) JSONSchema() *jsonschema.Schema {
	return text(`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`, "60s", "2m", "1h30m")
}

// JSONSchema describes the written form.
func (Size) JSONSchema() *jsonschema.Schema { return text(sizePattern.String(), "1GiB", "512MiB") }

// JSONSchema describes the written form.
func (Count) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: "1", Maximum: "2147483647"}
}

// JSONSchema describes the written form.
func (Level) JSONSchema() *jsonschema.Schema { return words("namespaces", "landlock", "none") }

// JSONSchema describes the written form.
func (Unresolved) JSONSchema() *jsonschema.Schema {
	return words("read_only", "needs_approval", "deny")
}

// JSONSchema describes the written form.
func (ScriptFolder) JSONSchema() *jsonschema.Schema { return words("read", "none") }

// JSONSchema describes the written form.
func (DenyOnly) JSONSchema() *jsonschema.Schema { return words("deny") }

// JSONSchema describes the written form.
func (ModuleRule) JSONSchema() *jsonschema.Schema {
	s := ruleSchema("module", dottedName.String(), "subprocess", "The module; its submodules are meant too, and module.name is one thing in it.")
	unless := words("network.allow", "commands.allow")
	unless.Description = "In a deny list: the rule does not hold where this list of the policy has an entry."
	s.OneOf[1].Properties.Set("unless", unless)
	return s
}

// JSONSchema describes the written form.
func (BuiltinRule) JSONSchema() *jsonschema.Schema {
	return ruleSchema("name", plainName.String(), "eval", "The builtin.")
}

func ruleSchema(key, pattern, example, description string) *jsonschema.Schema {
	name := func() *jsonschema.Schema { return text(unicodePattern(pattern), example) }
	long := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), Required: []string{key}, AdditionalProperties: jsonschema.FalseSchema}
	named := name()
	named.Description = description
	long.Properties.Set(key, named)
	long.Properties.Set("reason", &jsonschema.Schema{Type: "string", Description: "Why, in words that end the sentence \"import of X is refused: …\"."})
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{name(), long}}
}

// unicodePattern spells RE2's \pL as JSON Schema's ECMA 262 does.
func unicodePattern(re2 string) string {
	out := ""
	for i := 0; i < len(re2); i++ {
		if i+2 < len(re2) && re2[i:i+2] == `\p` && re2[i+2] != '{' {
			out += `\p{` + string(re2[i+2]) + `}`
			i += 2
			continue
		}
		out += string(re2[i])
	}
	return out
}

// JSONSchema describes the written form.
func (LimitsFile) JSONSchema() *jsonschema.Schema {
	return text(`^(/.*|[^/\\\\~][^/\\\\]*)\.json$`, "channel_limits.json")
}

// JSONSchema describes the written form.
func (Number) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "number"} }

// JSONSchema describes the written form.
func (Rate) JSONSchema() *jsonschema.Schema { return text(ratePattern.String(), "10/s", "30/min") }

// JSONSchema describes the written form.
func (Verify) JSONSchema() *jsonschema.Schema { return words("none", "callback", "readback") }

// JSONSchema describes the written form.
func (Rehearsal) JSONSchema() *jsonschema.Schema { return words("optional", "required") }

// JSONSchema describes the written form.
func (PackageSource) JSONSchema() *jsonschema.Schema { return words("index", "url", "vcs", "path") }

// JSONSchema describes the written form.
func (RuleEffect) JSONSchema() *jsonschema.Schema { return words("deny", "needs_approval", "warn") }

// JSONSchema describes the written form.
func (When) JSONSchema() *jsonschema.Schema {
	return text(`.`, `submission.mode == "write_access" && now.getHours("Europe/Zurich") >= 22`)
}

// JSONSchema describes the written form.
func (PackageIndex) JSONSchema() *jsonschema.Schema {
	return text(`^(default|https://[^ @]+)$`, "default", "https://packages.example.org/simple")
}

// JSONSchema describes the written form.
func (Tolerance) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "number", ExclusiveMinimum: "0"}, text(percentPattern.String(), "0.1%")}}
}

// JSONSchema describes the written form.
func (PackageRule) JSONSchema() *jsonschema.Schema {
	return ruleSchema("package", `^[A-Za-z0-9][^;@\[]*$`, "numpy>=1.26", "The package, with versions where not all are meant.")
}
