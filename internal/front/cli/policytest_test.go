package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/policy"
)

// commands runs command lines in one home, so that the parser is made ready once.
func commands(t *testing.T) func(args ...string) (status int, stdout, stderr string) {
	t.Helper()
	env := []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	return func(args ...string) (int, string, string) {
		var out, err bytes.Buffer
		p := Program{Version: "v9", Now: func() time.Time { return t0 }}
		status := p.Run(context.Background(), args, strings.NewReader(""), &out, &err, env)
		return status, out.String(), err.String()
	}
}

// N10, P12: each shipped policy decides what the cases beside it say.
func TestCasesOfTheShippedPolicies(t *testing.T) {
	run := commands(t)
	for _, name := range policy.Shipped() {
		status, out, err := run("policy", "test", filepath.Join("..", "..", "..", "policies", name+"_test.yaml"))
		if status != 0 || !strings.Contains(out, " 0 failed") || strings.HasPrefix(out, "0 cases") {
			t.Errorf("%s: %d\n%s%s", name, status, out, err)
		}
	}
}

// writeCases writes a policy that denies json, and cases beside it.
func writeCases(t *testing.T, cases string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		"mine.yaml":      "version: 1\nextends: scientific\nimports: {deny: [{module: json, reason: test}]}\n",
		"mine_test.yaml": cases,
		"code.py":        "import math\nimport json\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// N10: a case that fails says what was expected, what came, and which rule at which
// line did it; the status is 1, and 2 where the cases themselves are wrong.
func TestPolicyTestSaysWhatFailed(t *testing.T) {
	run := commands(t)
	dir := writeCases(t, `version: 1
cases:
  - name: json is allowed
    file: code.py
    user: alice
    expect: {effect: allow, reasons: []}
  - name: json is denied
    code: import json
    expect: {effect: deny, reasons: [imports.deny]}
  - name: json is allowed by the default
    policy: scientific
    code: import json
    expect: {effect: allow}
  - name: writes are enabled here and nowhere else
    writes_enabled: true
    code: |
      import epics
      epics.caput("A", 1)
    expect: {mode: write_access, writes: [A]}
`)
	args := []string{"policy", "test", "--policy", filepath.Join(dir, "mine.yaml")}
	status, out, _ := run(args...)
	for _, want := range []string{"FAIL " + filepath.Join(dir, "mine_test.yaml") + ":3: json is allowed", "effect: expected allow, got deny",
		"import of json is refused: test", "2 | import json", "mine.yaml:3)", "4 cases, 3 passed, 1 failed"} {
		if !strings.Contains(out, want) {
			t.Errorf("missing %q in\n%s", want, out)
		}
	}
	if status != 1 {
		t.Errorf("status %d", status)
	}
	_, out, _ = run(append(args, "--format", "json")...)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var first tested
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || len(lines) != 4 || first.OK || first.Schema != 1 || len(first.Mismatches) != 2 {
		t.Errorf("%v: %s", err, out)
	}
	for text, want := range map[string]string{
		"version: 1\ncases: [{name: a, code: b, expect: {efect: deny}}]":                    "mine_test.yaml:2:",
		"version: 1\ncases: [{name: a, file: none.py, expect: {effect: deny}}]":             "none.py",
		"version: 1\npolicy: nosuch\ncases: [{name: a, code: b, expect: {effect: deny}}]\n": "nosuch",
	} {
		dir := writeCases(t, text)
		if status, out, err := run("policy", "test", filepath.Join(dir, "mine_test.yaml")); status != 2 || !strings.Contains(err, want) {
			t.Errorf("%s: %d, %s%s; want 2 and %q", text, status, out, err, want)
		}
	}
	if status, _, err := run("policy", "test"); status != 2 || !strings.Contains(err, "interlock policy test CASES.yaml") {
		t.Errorf("without cases: %d, %s", status, err)
	}
}

// N10: explain ends with effect and mode, shows the line with a caret, and says of
// what is allowed by what.
func TestPolicyExplain(t *testing.T) {
	run := commands(t)
	dir := writeCases(t, "version: 1\n")
	status, out, err := run("policy", "explain", filepath.Join(dir, "code.py"), "--policy", filepath.Join(dir, "mine.yaml"))
	for _, want := range []string{"allowed: import of math", "    1 | import math\n", "^\n", "allowed by default", "refused: import of json is refused: test", "mine.yaml:3)", "refused (deny), mode read_only\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("missing %q in\n%s%s", want, out, err)
		}
	}
	if status != 0 {
		t.Errorf("status %d: it is explained", status)
	}
	_, out, _ = run("policy", "explain", "--format", "json", "--mode", "read_only", filepath.Join(dir, "code.py"))
	var x explained
	if err := json.Unmarshal([]byte(out), &x); err != nil || x.Schema != 1 || len(x.Findings) != 2 || x.Findings[0].Why == "" || x.Policy.Digest == "" {
		t.Errorf("%v: %s", err, out)
	}
}

// N10: diff over scripts exits as diff(1) and names the rule.
func TestPolicyDiffOverScripts(t *testing.T) {
	run := commands(t)
	dir := writeCases(t, "version: 1\n")
	mine, code := filepath.Join(dir, "mine.yaml"), filepath.Join(dir, "code.py")
	status, out, err := run("policy", "diff", "scientific", mine, code)
	for _, want := range []string{"imports.deny: + {module: json, reason: test}", "refused from now on", "effect: allow, now deny", "mine.yaml:3)", "1 of 1 files"} {
		if !strings.Contains(out, want) {
			t.Errorf("missing %q in\n%s%s", want, out, err)
		}
	}
	if status != 1 {
		t.Errorf("status %d", status)
	}
	if _, out, _ = run("policy", "diff", mine, "scientific", code); !strings.Contains(out, "no longer refused") || !strings.Contains(out, "mine.yaml:3)") {
		t.Errorf("the other way round: %s", out)
	}
	if status, out, _ = run("policy", "diff", mine, mine, code); status != 0 || !strings.Contains(out, "the same") {
		t.Errorf("the same: %d %s", status, out)
	}
	if status, _, _ = run("policy", "diff", mine, "nosuch.yaml"); status != 2 {
		t.Errorf("trouble: %d", status)
	}
}
