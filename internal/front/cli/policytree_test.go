package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/interlock-run/interlock/internal/policy"
)

// everyKey is the keys that no shipped policy uses.
const everyKey = `version: 1
extends: scientific
filesystem: {read: [/data], write: [~/out]}
network: {allow: ["*.example.org:443", "192.0.2.7:80", 10.0.0.0/8]}
commands: {allow: [/usr/bin/git]}
packages: {allow: ["numpy>=1.26", {package: scipy, reason: r}], deny: [x], indexes: [default], sources: [index, vcs]}
control_system:
  epics:
    write:
      deny: ["Z*"]
      channels:
        - {match: "A*", min: -5, max: 5.5, max_step: 1, rate: 30/min, budget: 3, verify: readback, tolerance: 0.1%}
        - {match: B, states: [On, Off], verify: callback}
        - {match: C, verify: readback, tolerance: 2}
approval: {write_access: {approvers: 2, self: true, expires: 15m, rehearsal: required}, read_only: {required: true}, all_code: {expires: 1h}}
rules:
  - {name: a, when: 'submission.mode == "write_access"', effect: needs_approval, message: m, hint: h}
  - {name: b, when: 'false', effect: warn, message: m}
`

// What `policy show` prints is a policy again, with the same rules.
func TestShownPolicyReadsBackTheSame(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "full.yaml")
	if err := os.WriteFile(full, []byte(everyKey), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(policy.Shipped(), full) {
		p, err := policy.LoadShipped(name, policy.Options{Home: "/home/u"})
		if name == full {
			p, err = policy.Load(full, policy.Options{Home: "/home/u"})
		}
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
