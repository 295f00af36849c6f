package analysis

import (
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"
)

// TableSchema is the JSON Schema (draft 2020-12) of a library's table, generated
// from the types that read it. The same build always returns the same bytes.
func TableSchema() ([]byte, error) {
	r := jsonschema.Reflector{Anonymous: true, DoNotReference: true}
	s := r.Reflect(&table{})
	s.ID = "https://github.com/interlock-run/interlock/internal/analysis/tables/tables.schema.json"
	s.Title = "Interlock library table"
	s.Description = "MODULE.yaml: what a Python library does to a control system. The README beside this file explains each key."
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the schema of tables: %w", err)
	}
	return append(out, '\n'), nil
}

// JSONSchemaExtend adds what the types do not say: a table has a library and a
// system, or is another name of one.
func (table) JSONSchemaExtend(s *jsonschema.Schema) {
	one := uint64(1)
	s.OneOf = []*jsonschema.Schema{
		{Required: []string{"same_as"}, MaxProperties: &one},
		{Required: []string{"library", "system"}, Not: &jsonschema.Schema{Required: []string{"same_as"}}},
	}
}
