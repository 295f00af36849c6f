package policy_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
	"github.com/interlock-run/interlock/policies"
)

var update = flag.Bool("update", false, "write policies/policy.schema.json")

const published = "../../policies/policy.schema.json"

// P1: the published schema is the one of this build, byte for byte.
func TestPublishedSchemaIsCurrent(t *testing.T) {
	got, err := policy.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(published, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if again, _ := policy.Schema(); !bytes.Equal(got, again) {
		t.Error("two calls differ")
	}
	if string(got) != policies.Schema {
		t.Errorf("%s is out of date: go test ./internal/policy -run Published -update", published)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(policies.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("policy.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain is what a JSON Schema validator expects of a YAML file.
func plain(source string) any {
	return strictyaml.Parse("p.yaml", []byte(source)).Root.Value()
}

func TestShippedPoliciesFitTheSchema(t *testing.T) {
	s := compiled(t)
	for _, name := range policy.Shipped() {
		source, err := fs.ReadFile(policies.Shipped, name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(plain(string(source))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Validate(plain(policies.InitPolicy)); err != nil {
		t.Errorf("init: %v", err)
	}
}

// What the schema refuses and what the loader refuses are the same, as far as a
// schema can say it.
func TestSchemaAndLoaderAgree(t *testing.T) {
	s := compiled(t)
	for _, c := range []struct {
		source string
		ok     bool
	}{
		{"{}", true}, {"imports: {deny: [a, {module: b.c, reason: x}]}", true}, {"imports: {allow: []}", true},
		{"imports: {deny: [{module: 1}]}", false}, {"imports: {deny: [\"a b\"]}", false}, {"imports: {deny: [{name: a}]}", false},
		{"imports: {alow: []}", false}, {"imports: []", false}, {"builtins: {deny: [a.b]}", false},
		{"resources: {wall: 2m, memory: 1.5GiB, processes: 3, strict: true}", true},
		{"resources: {wall: 60}", false}, {"resources: {memory: 1}", false}, {"resources: {memory: 1XB}", false},
		{"resources: {processes: 0}", false}, {"resources: {strict: \"true\"}", false}, {"resources: {strict: yes}", false},
		{"filesystem: {read: [/a, ~/b], script_folder: none}", true}, {"filesystem: {read: [a]}", false},
		{"filesystem: {read: [\"/a/*\"]}", false}, {"filesystem: {script_folder: write}", false},
		{"network: {default: allow}", false}, {"network: {allow: [a]}", false}, {"network: {deny: []}", false}, {"commands: {default: deny}", true},
		{"network: {allow: [\"a.example:443\", \"10.0.0.0/8\", \"[2001:db8::1]:80\"]}", true}, {"network: {allow: [\"a b:443\"]}", false},
		{"commands: {allow: [/usr/bin/git]}", true}, {"commands: {allow: [git]}", false}, {"commands: {allow: [/usr/bin/]}", false},
		{"imports: {deny: [{module: a, unless: network.allow}]}", true}, {"imports: {deny: [{module: a, unless: network}]}", false},
		{"isolation: {minimum: landlock}", true}, {"isolation: {minimum: Namespaces}", false}, {"isolation: {minimum: gvisor}", false},
		{"control_system: {unresolved_writes: deny, epics: {read: {allow: [\"SR:*\"], deny: [X]}}}", true},
		{"control_system: {unresolved_writes: allow}", false}, {"control_system: {epics: {write: {}}}", true},
		{"control_system: {epics: {write: {channels: [{match: \"SR:*\", min: -5, max: 5.5, max_step: 1, rate: 10/s, budget: 3, verify: readback, tolerance: 0.1%}], deny: [X]}}}", true},
		{"control_system: {epics: {write: {channels: [{match: A, states: [On, Off], verify: callback}, {match: B.DRVH}]}}}", true},
		{"control_system: {epics: {write: {channels: [{min: 1}]}}}", false}, {"control_system: {epics: {write: {channels: [A]}}}", false},
		{"control_system: {epics: {write: {channels: [{match: A, min: x}]}}}", false}, {"control_system: {epics: {write: {channels: [{match: A, rate: 10}]}}}", false},
		{"control_system: {epics: {write: {channels: [{match: A, verify: maybe}]}}}", false}, {"control_system: {epics: {write: {channels: [{match: A, tolerance: 0}]}}}", false},
		{"control_system: {epics: {write: {limits_file: limits.yaml}}}", false}, {"control_system: {epics: {write: {limits_file: ../limits.json}}}", false},
		{"control_system: {tango: {}}", false},
		{"approval: {write_access: {required: false}}", true}, {"approval: {write_access: {approvers: 2, self: false, expires: 15m, rehearsal: required}, read_only: {required: true, expires: 1h}, all_code: {self: true}}", true},
		{"approval: {write_access: {approvers: 0}}", false}, {"approval: {write_access: {rehearsal: no}}", false}, {"approval: {read_only: {rehearsal: required}}", false},
		{"rules: []", true}, {"rules: [{name: a, when: 'true', effect: deny, message: m}]", true}, {"rules: [{name: a, when: 'true', effect: allow, message: m}]", false},
		{"rules: [{name: A b, when: 'true', effect: deny, message: m}]", false}, {"rules: [{name: a, when: 'true', effect: deny}]", false}, {"rules: [{name: a, effect: deny, message: m}]", false},
		{"packages: {deny: []}", true}, {"packages: {allow: [\"numpy>=1.26\", {package: scipy, reason: r}], deny: [foo], indexes: [default, \"https://packages.example.org/simple\"], sources: [index, vcs]}", true},
		{"packages: {licences: [MIT]}", false}, {"packages: {sources: [disk]}", false}, {"packages: {indexes: [\"http://x\"]}", false}, {"packages: {allow: [\"a[b]\"]}", false}, {"redact: [a]", true}, {"redact: a", false},
	} {
		source := "version: 1\nextends: scientific\n" + strings.TrimSuffix(c.source, "{}") + "\n"
		_, loadErr := policy.Load(write(t, "p.yaml", source), options)
		schemaErr := s.Validate(plain(source))
		if (loadErr == nil) != c.ok || (schemaErr == nil) != c.ok {
			t.Errorf("%s: want accepted %v; the loader says %v, the schema %v", c.source, c.ok, loadErr, schemaErr)
		}
	}
}
