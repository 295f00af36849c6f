package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/interlock-run/interlock/internal/policy"
)

// What `policy show` prints is a policy again, with the same rules.
func TestShownPolicyReadsBackTheSame(t *testing.T) {
	for _, name := range policy.Shipped() {
		p, err := policy.LoadShipped(name, policy.Options{Home: "/home/u"})
		if err != nil {
			t.Fatal(err)
		}
		tree := policyTree(p.Document())
		text, err := yaml.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := policy.Load(file, policy.Options{Home: "/home/u"})
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if got := policyTree(again.Document()); !reflect.DeepEqual(got, tree) {
			t.Errorf("%s: shown\n%v\nread back\n%v", name, tree, got)
		}
		if len(tree) < 8 {
			t.Errorf("%s: only %d keys are shown", name, len(tree))
		}
	}
}
