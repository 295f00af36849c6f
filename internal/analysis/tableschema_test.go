package analysis

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

var updateSchema = flag.Bool("update-schema", false, "write tables/tables.schema.json")

const publishedSchema = "tables/tables.schema.json"

// The published schema is the one of this build, byte for byte.
func TestPublishedSchemaIsCurrent(t *testing.T) {
	got, err := TableSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *updateSchema {
		if err := os.WriteFile(publishedSchema, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if published, err := os.ReadFile(publishedSchema); err != nil || !bytes.Equal(got, published) {
		t.Errorf("%s is out of date (%v): go test ./internal/analysis -run PublishedSchema -update-schema", publishedSchema, err)
	}
}

func tableSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	b, err := TableSchema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("table.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("table.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShippedTablesFitTheSchema(t *testing.T) {
	s := tableSchema(t)
	entries, err := embedded.ReadDir("tables")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := embedded.ReadFile("tables/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(e.Name(), "_") {
			continue // the commands have a format of their own
		}
		if err := s.Validate(strictyaml.Parse(e.Name(), b).Root.Value()); err != nil {
			t.Errorf("%s: %v", e.Name(), err)
		}
	}
}

// What the schema refuses and what the reader refuses are the same, as far as a
// schema can say it.
func TestTableSchemaAndReaderAgree(t *testing.T) {
	s := tableSchema(t)
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"same_as: tango", true}, {"same_as: tango\nlibrary: x", false}, {"library: x", false}, {"library: x\nsystem: y", true},
		{"library: x\nsystem: y\nfunctions: {a: {op: write, channel: 0, value: 1 value}}", true},
		{"library: x\nsystem: y\nfunctions: {a: {op: call}}", false}, {"library: x\nsystem: y\nfunctions: {a: {channel: -1}}", false},
		{"library: x\nsystem: y\nfunctions: {a: {channel: 1/2}}", true}, {"library: x\nsystem: y\nfunctions: {a: {channel: 1/0}}", false},
		{"library: x\nsystem: y\nfunctions: {a: {channel: a 0}}", false}, {"library: x\nsystem: y\nfunctions: {a: {chanel: 0}}", false},
		{"library: x\nsystem: y\nfunctions: {a: {channel: true}}", false}, {"library: x\nsystem: y\nfunctions: {a: }", false},
		{"library: x\nsystem: y\nfunctions: {a: {component: {class: 0 cls, suffix: 1}}}", true},
		{"library: x\nsystem: y\nclasses: {A: {op: read, items: {load: read, join: /}, any_attribute: {call: execute, except: [a]}}}", true},
		{"library: x\nsystem: y\nclasses: {A: {items: {get: read}}}", false}, {"library: x\nsystem: y\nclasses: {A: {children: {p: {suffix: a}}}}", false},
		{"library: x\nsystem: y\nharmless: a", false}, {"library: x\nsystem: y\nharmless: [a, b.c]", true},
	} {
		_, readErr := decodeTable("x", "x.yaml", []byte(c.text))
		schemaErr := s.Validate(strictyaml.Parse("x.yaml", []byte(c.text)).Root.Value())
		if (readErr == nil) != c.ok || (schemaErr == nil) != c.ok {
			t.Errorf("%s: want accepted %v; the reader says %v, the schema %v", c.text, c.ok, readErr, schemaErr)
		}
	}
}
