package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
)

// facility is a host with a binding policy and a user's narrower one.
type facility struct {
	t                   *testing.T
	home, binding, mine string
	program             Program
	script              string
	status              int
	stdout, stderr      string
}

func newFacility(t *testing.T) *facility {
	dir := t.TempDir()
	f := &facility{t: t, home: filepath.Join(dir, "home"), binding: filepath.Join(dir, "etc", "policy.yaml"), mine: filepath.Join(dir, "mine", "mine.yaml"), script: filepath.Join(dir, "scripts", "x.py"),
		program: Program{Version: "v9", Now: func() time.Time { return t0 }, etc: filepath.Join(dir, "etc")}}
	f.put(f.binding, "version: 1\nextends: scientific\nimports:\n  deny: [{module: json, reason: house rule}]\nnetwork: {allow: [\"*.example.org:443\"]}\n")
	f.put(f.mine, "version: 1\nextends: scientific\nimports:\n  deny: [csv]\nnetwork: {allow: [\"a.example.org:443\"]}\n")
	return f
}

func (f *facility) put(path, text string) {
	f.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f *facility) run(args ...string) {
	var out, err bytes.Buffer
	f.status = f.program.Run(context.Background(), args, strings.NewReader(""), &out, &err, []string{"HOME=" + f.home, "PATH=" + os.Getenv("PATH")})
	f.stdout, f.stderr = out.String(), err.String()
}

func (f *facility) says(status int, want ...string) {
	f.t.Helper()
	if f.status != status {
		f.t.Errorf("status %d, want %d\n%s%s", f.status, status, f.stdout, f.stderr)
	}
	for _, w := range want {
		if !strings.Contains(f.stdout+f.stderr, w) {
			f.t.Errorf("no %q in\n%s%s", w, f.stdout, f.stderr)
		}
	}
}

// P1, P13, N8: --policy narrows the binding policy, and each refusal names the file and
// line that refuse; without the flag the binding one decides alone.
func TestPolicyFlagNarrowsTheBindingPolicy(t *testing.T) {
	f := newFacility(t)
	f.put(f.script, "import json\nimport csv\n")
	f.run("check", f.script)
	f.says(3, "house rule", f.binding+":4")
	if strings.Contains(f.stdout, "csv is refused") {
		t.Errorf("nothing refuses csv: %s", f.stdout)
	}
	f.run("check", "--policy", f.mine, f.script)
	f.says(3, "house rule", f.binding+":4", "import of csv is refused", f.mine+":4")
	loose := filepath.Join(filepath.Dir(f.mine), "loose.yaml")
	f.put(loose, "version: 1\nextends: scientific\nimports: {allow: [json, csv]}\n")
	f.run("check", "--policy", loose, f.script)
	f.says(3, "house rule", f.binding+":4")
	f.put(filepath.Join(f.home, ".config", "interlock", "policy.yaml"), "version: 1\nextends: scientific\nimports: {deny: [csv]}\n")
	f.run("check", f.script)
	f.says(3, "house rule", "import of csv is refused", "policy.yaml:3")
}

// P1, P13: a narrower policy that cannot be used is an error, as any is: without it
// more would be allowed.
func TestBrokenNarrowerPolicyIsAnError(t *testing.T) {
	f := newFacility(t)
	f.put(f.script, "print(1)\n")
	f.put(f.mine, "version: 1\nextends: scientific\nimport: {}\n")
	f.run("check", "--policy", f.mine, f.script)
	f.says(2, f.mine+":3", "imports")
	f.run("check", "--policy", f.mine+".none", f.script)
	f.says(2, f.mine+".none")
	f.put(f.mine, "version: 1\nextends: scientific\n")
	if err := os.Chmod(f.mine, 0o666); err != nil {
		t.Fatal(err)
	}
	f.run("check", "--policy", f.mine, f.script)
	f.says(2, "only root or you may write a policy")
}

// P1, P11: show, check and doctor say that two policies are in force and what each is.
func TestShowTellsBothPolicies(t *testing.T) {
	f := newFacility(t)
	f.run("policy", "show", "--policy", f.mine)
	f.says(0, "# in force: two policies", "# binding: "+f.binding+", which extends scientific.yaml\n", "---\n# narrowed by: "+f.mine+", which extends scientific.yaml\n", "*.example.org:443", "a.example.org:443")
	f.run("policy", "show", "--policy", f.mine, "--format", "json")
	var both shown
	if err := json.Unmarshal([]byte(f.stdout), &both); err != nil || len(both.NarrowedBy) != 1 || both.Files[0] != f.binding || both.NarrowedBy[0].Files[0] != f.mine || both.NarrowedBy[0].Digest == both.Digest {
		t.Errorf("%v: %s", err, f.stdout)
	}
	f.run("policy", "check", "--policy", f.mine)
	f.says(0, f.binding+", which extends scientific.yaml; narrowed by "+f.mine+", which extends scientific.yaml: in order")
	f.run("policy", "check")
	f.says(0, f.binding+", which extends scientific.yaml: in order")
	f.run("policy", "show")
	f.says(0, "# in force: "+f.binding+", which extends scientific.yaml\n# digest: ")
	f.run("doctor", "--policy", f.mine, "--format", "json")
	if !strings.Contains(f.stdout, `"narrowed_by":[`) && !strings.Contains(f.stdout, `"narrowed_by": [`) {
		t.Errorf("%s", f.stdout)
	}
}

// N8: explain tells what both allow with both lines, and what one refuses with its own.
func TestExplainTellsBothPolicies(t *testing.T) {
	f := newFacility(t)
	f.put(f.script, "import csv\nimport requests\nrequests.get(\"https://a.example.org/x\")\nrequests.get(\"https://b.example.org/x\")\n")
	f.run("policy", "explain", "--policy", f.mine, f.script)
	f.says(0, "two policies are in force", "network.allow lists *.example.org:443 ("+f.binding+":5)", "network.allow lists a.example.org:443 ("+f.mine+":5)",
		"import of csv is refused", f.mine+":4", "connection to b.example.org:443", f.mine+":5")
	f.run("policy", "explain", "--policy", f.mine, "--format", "json", f.script)
	var x explained
	if err := json.Unmarshal([]byte(f.stdout), &x); err != nil || x.Effect != interlock.Deny || len(x.Policy.NarrowedBy) != 2 {
		t.Errorf("%v: %+v", err, x.Policy)
	}
}

// P11: the version in force names the files of both, and which of them narrows.
func TestLogTellsBothPolicies(t *testing.T) {
	f := newFacility(t)
	f.put(f.script, "import json\n")
	f.run("run", f.script)
	f.says(3)
	f.run("run", "--policy", f.mine, f.script)
	f.says(3)
	f.run("policy", "log", "--diff")
	f.says(0, f.mine+", which narrows the binding policy, owned by", "+  deny: [csv]")
	f.run("policy", "log", "--format", "json")
	lines := strings.Split(strings.TrimSpace(f.stdout), "\n")
	var alone, both logged
	if len(lines) != 2 || json.Unmarshal([]byte(lines[0]), &alone) != nil || json.Unmarshal([]byte(lines[1]), &both) != nil {
		t.Fatalf("%d versions: %s", len(lines), f.stdout)
	}
	if both.Previous != alone.Digest || both.Digest == alone.Digest || both.Decisions != 1 || len(both.Files) != 3 || both.Files[0].Name != f.binding || !both.Files[2].Narrows ||
		slices.ContainsFunc(both.Files[:2], func(v daemon.VersionFile) bool { return v.Narrows }) {
		t.Errorf("%+v", both)
	}
}
