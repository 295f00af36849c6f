package policy_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/policy"
)

// The examples of docs/policy.md load, and every key of the schema is explained there.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## policy.yaml")
	section, _, _ = strings.Cut(section, "\n### ")
	examples := 0
	for _, line := range strings.Split(section, "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) != 3 || !strings.HasPrefix(cells[2], "`") {
			continue
		}
		example := strings.Trim(cells[2], "`| ")
		if !strings.HasPrefix(example, "version") {
			example = "version: 1\n" + example
		}
		if !strings.Contains(example, "extends") {
			example += "\nextends: scientific"
		}
		if _, err := policy.Load(write(t, "p.yaml", example), options); err != nil {
			t.Errorf("%s\n%v", example, err)
		}
		examples++
	}
	if examples < 20 {
		t.Errorf("%d examples", examples)
	}
	schema, err := policy.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(schema, &root); err != nil {
		t.Fatal(err)
	}
	for _, key := range leaves(root) {
		if !strings.Contains(section, "."+key+"`") && !strings.Contains(section, "`"+key+"`") {
			t.Errorf("%s is not explained", key)
		}
	}
}

// The examples that are longer than a line load too.
func TestDocumentedBlocks(t *testing.T) {
	text, err := os.ReadFile("../../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	for i, part := range strings.Split(string(text), "```") {
		switch source, ok := strings.CutPrefix(part, "yaml\n"); {
		case i%2 == 1 && ok && strings.HasPrefix(source, "rules:"):
			load(t, "version: 1\nextends: scientific\n"+source)
			blocks++
		case i%2 == 1 && strings.HasPrefix(part, "json\n"):
			if _, err := policy.Load(limitsPolicy(t, strings.TrimPrefix(part, "json\n")), options); err != nil {
				t.Error(err)
			}
			blocks++
		}
	}
	if blocks < 2 {
		t.Errorf("%d blocks", blocks)
	}
	_, puts, _ := strings.Cut(string(text), "### Puts")
	puts, _, _ = strings.Cut(puts, "#### ")
	for _, line := range strings.Split(puts, "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 3 && strings.HasPrefix(cells[2], "`") {
			load(t, "version: 1\nextends: scientific\ncontrol_system: {epics: {write: {channels: ["+strings.Trim(cells[2], "`| ")+"]}}}\n")
		}
	}
}

// leaves are the last names of the keys a policy may set.
func leaves(schema map[string]any) (keys []string) {
	properties, _ := schema["properties"].(map[string]any)
	for key, v := range properties {
		child, _ := v.(map[string]any)
		if _, section := child["properties"]; section {
			keys = append(keys, leaves(child)...)
		} else {
			keys = append(keys, key)
		}
	}
	return keys
}
