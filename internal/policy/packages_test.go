package policy_test

import (
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
)

// P7: a request to install is refused by the rule that forbids it, or told how
// the package gets into the environment.
func TestInstallRequests(t *testing.T) {
	p := load(t, `version: 1
extends: scientific
packages:
  allow: ["numpy>=1.26,<3", SciPy, {package: "torch==2.*"}]
  deny: [{package: "numpy==2.0.1", reason: "it is broken"}, evil-pkg]
  indexes: [default, "https://packages.example.org/simple/"]
  sources: [index, vcs]
`)
	for _, c := range []struct {
		words, text string
		rule        string
		line        int
		message     string
		hint        string
	}{
		{"numpy", "", "packages", 4, "numpy>=1.26,<3: allowed by packages.allow, but nothing is installed during a run", "python -m pip install 'numpy>=1.26,<3'; or run with --env"},
		{"numpy==2.1", "", "packages", 4, "numpy==2.1: allowed by", "pip install numpy==2.1;"},
		{"numpy==1.2", "", "packages.allow", 4, "packages.allow has numpy>=1.26,<3", "adds `- \"numpy==1.2\"` to packages.allow"},
		{"numpy==2.0.1", "", "packages.deny", 5, "installing numpy==2.0.1 is refused: it is broken", "ask the operator"},
		{"Evil.Pkg[extra]>=2", "", "packages.deny", 5, "is refused by the policy", ""},
		{"scipy", "", "packages", 4, "scipy: allowed", ""},
		{"torch", "", "packages", 4, "torch==2.*: allowed", ""},
		{"torch==1.13", "", "packages.allow", 4, "packages.allow has torch==2.*", ""},
		{"requests", "", "packages.allow", 4, "does not list it", "packages.allow"},
		{"git+https://example.org/x.git", "", "packages", 4, "allowed", ""},
		{"https://example.org/x.whl", "", "packages.sources", 7, "does not list path", ""},
		{"https://example.org/x", "", "packages.sources", 7, "does not list url", ""},
		{"./here", "", "packages.sources", 7, "does not list path", ""},
		{"-r req.txt", "", "packages", 0, "is not the name of a package", ""},
		{"*", "", "packages", 0, "is not the name of a package", ""},
		{"scipy", "pip install -i https://packages.example.org/simple scipy", "packages", 4, "allowed", ""},
		{"scipy", "subprocess.run(['pip', 'install', '--index-url', 'http://evil.example/', 'scipy'])", "packages.indexes", 6, "installing from http://evil.example/ is refused", "packages: {indexes: [default, \"https://packages.example.org/simple\", \"http://evil.example/\"]}`, which keeps what the list has"},
		{"scipy", "pip install --extra-index-url='https://other.example/index' scipy", "packages.indexes", 6, "https://other.example/index", ""},
	} {
		f := quiet()
		f.Installs = []interlock.Install{{Packages: []string{c.words}, Text: c.text, Pos: at(2)}}
		d := decide(t, p, submission(), f)
		if d.Effect != interlock.Deny {
			t.Errorf("%s: %s", c.words, d.Effect)
			continue
		}
		r := d.Reasons[0]
		if r.Rule != c.rule || r.Policy.Line != c.line && c.line > 0 || r.Source != at(2) || !strings.Contains(r.Message, c.message) || !strings.Contains(r.Hint, c.hint) || r.Hint == "" {
			t.Errorf("%s %s: %+v", c.words, c.text, r)
		}
	}
	contains(t, refused(t, write(t, "p.yaml", "version: 1\nextends: scientific\npackages: {allow: [\"a>>1\", \"a @ https://x\", \"b; os_name\"], indexes: [\"ftp://x\"], sources: [cd]}\n")),
		"p.yaml:3:20:", "is not a version", "says more than a package and its versions", `"ftp://x" is not a package index`, `packages.sources[0] has no word "cd"`)
}

// N4, X9: what an approval must be is on the decision, and the stricter of the
// sections holds.
func TestApprovalDemands(t *testing.T) {
	p := load(t, `version: 1
extends: scientific
control_system: {unresolved_writes: needs_approval, epics: {write: {channels: [{match: "*"}]}}}
approval:
  write_access: {required: true, approvers: 2, self: true, expires: 5m, rehearsal: required}
  read_only: {expires: 1h}
  all_code: {approvers: 3}
`)
	d := decideWrites(t, p, quiet())
	want := interlock.Demand{Approvers: 3, Expires: 5 * time.Minute, Rehearsal: true}
	if d.Effect != interlock.NeedsApproval || d.Approval == nil || *d.Approval != want {
		t.Errorf("write_access: %s %+v", d.Effect, d.Approval)
	}
	if m := d.Reasons[0].Message; m != "a run that may write to equipment needs the approval of 3 people, not the requester's own, good for 5m, after a rehearsal" {
		t.Errorf("%q", m)
	}
	if d = decide(t, p, submission(), quiet()); d.Effect != interlock.Allow || d.Approval != nil {
		t.Errorf("read_only: %s %+v", d.Effect, d.Approval)
	}
	f := quiet()
	f.Control.Writes = interlock.Unresolved
	if d = decide(t, p, submission(), f); d.Approval == nil || *d.Approval != (interlock.Demand{Approvers: 3, Expires: 15 * time.Minute}) {
		t.Errorf("a rule's demand: %s %+v", d.Effect, d.Approval)
	}
	for source, want := range map[string]string{"read_only": "approval.read_only.required=needs_approval", "all_code": "approval.all_code.required=needs_approval"} {
		p := load(t, "version: 1\nextends: scientific\napproval: {"+source+": {required: true}, write_access: {required: false}}\n")
		if got := rules(decide(t, p, submission(), quiet())); got != want || !p.DemandsApproval() {
			t.Errorf("%s: %s", source, got)
		}
	}
	p = load(t, "version: 1\nextends: scientific\napproval: {all_code: {required: true}, write_access: {required: false}}\n")
	if got := rules(decideWrites(t, p, quiet())); got != "approval.all_code.required=needs_approval" {
		t.Errorf("a run that may write is code too: %s", got)
	}
}
