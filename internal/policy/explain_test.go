package policy_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// everything is facts of every kind, some refused and some allowed by sited.
func everything() *interlock.Facts {
	at := func(line int) interlock.Pos { return interlock.Pos{Line: line, Column: 1} }
	d := interlock.Definite
	return &interlock.Facts{
		Control: interlock.Control{Reads: d, Writes: interlock.None},
		Imports: []interlock.Import{{Module: "numpy", Certainty: d, Pos: at(1)}, {Module: "subprocess", Certainty: d, Pos: at(2)},
			{Module: "helper", Local: true, Certainty: d, Pos: at(3)}, {Module: "requests", Certainty: d, Pos: at(4)}},
		Builtins:  []interlock.Use{{Name: "open", Certainty: d, Pos: at(5)}, {Name: "eval", Certainty: d, Pos: at(6)}},
		Paths:     []interlock.PathUse{{Path: "/data/archive/x", Mode: "read", API: "open", Certainty: d, Pos: at(7)}, {Path: "/root/x", Mode: "read", API: "open", Certainty: d, Pos: at(8)}, {Path: "x.csv", Mode: "write", API: "open", Certainty: d, Pos: at(9)}},
		Endpoints: []interlock.Endpoint{{Host: "archiver.example.org", Port: 443, Certainty: d, Pos: at(10)}, {Host: "evil.example.org", Port: 443, Certainty: d, Pos: at(11)}, {Host: "localhost", Port: 1, Certainty: d, Pos: at(12)}},
		Commands:  []interlock.Command{{API: "subprocess.run", Argv: []string{"/bin/rm"}, Text: "x", Certainty: d, Pos: at(13)}},
		Installs:  []interlock.Install{{Packages: []string{"left-pad"}, Pos: at(14)}},
		Accesses: []interlock.Access{{Op: interlock.OpRead, System: "epics", API: "epics.caget", Channels: interlock.Channels{Kind: "exact", Values: []string{"SR:X"}}, Certainty: d, Pos: at(15)},
			{Op: interlock.OpRead, System: "epics", API: "epics.caget", Channels: interlock.Channels{Kind: "exact", Values: []string{"SEC:X"}}, Certainty: d, Pos: at(16)}},
		Unresolved: []interlock.Unresolve{{What: "exec", Why: "its text is not constant", Pos: at(17)}, {What: "getattr", Why: "built at run time", Writes: true, Pos: at(18)}},
	}
}

const sited = `version: 1
extends: scientific
filesystem: {read: [/data/archive]}
network: {allow: ["archiver.example.org:443"]}
control_system: {epics: {read: {allow: ["SR:*"]}}}
`

// N10: every fact is explained, by the rule that decides it or by what allows it.
func TestExplainTellsEveryFact(t *testing.T) {
	p := load(t, sited)
	f, s := everything(), &interlock.Submission{Name: "x.py", Folder: "/home/u/work"}
	d, err := p.Decide(context.Background(), s, f, interlock.Decision{Effect: interlock.Allow})
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Explain(context.Background(), s, f, &d)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]struct {
		effect interlock.Effect
		says   string // of the rule, or of why it is allowed
		line   int    // of the policy; 0 is not looked at
	}{
		1: {interlock.Allow, "by default", 0}, 2: {interlock.Deny, "imports.deny", 14}, 3: {interlock.Allow, "beside the script", 0},
		4: {interlock.Allow, "lifted, because network.allow has an entry", 0}, 5: {interlock.Allow, "by default", 0}, 6: {interlock.Warn, "builtins.warn", 0},
		7: {interlock.Allow, "filesystem.read lists it", 3}, 8: {interlock.Deny, "filesystem.read", 3}, 9: {interlock.Allow, "workspace", 0},
		10: {interlock.Allow, "network.allow lists archiver.example.org:443", 4}, 11: {interlock.Deny, "network.allow", 4}, 12: {interlock.Allow, "loopback", 0},
		13: {interlock.Deny, "commands.default", 0}, 14: {interlock.Deny, "packages", 0}, 15: {interlock.Allow, `lists "SR:*"`, 5}, 16: {interlock.Deny, "control_system.epics.read.allow", 5},
		17: {interlock.Allow, "holds it to the grant", 0}, 18: {interlock.Allow, "may hide a write", 0},
	}
	if len(e.Findings) != len(want) {
		t.Fatalf("%d findings, want %d: %+v", len(e.Findings), len(want), e.Findings)
	}
	for _, got := range e.Findings {
		w, says, line := want[got.Source.Line], got.Why, got.Policy.Line
		if len(got.Reasons) > 0 {
			says, line = got.Reasons[0].Rule, got.Reasons[0].Policy.Line
		}
		if got.Effect != w.effect || !strings.Contains(says, w.says) || w.line > 0 && line != w.line || !slices.Contains(policy.Groups(), got.Group) {
			t.Errorf("line %d %s: %s, %q, policy line %d; want %+v", got.Source.Line, got.What, got.Effect, says, line, w)
		}
	}
}

// What is explained is what is decided: the reasons are exactly the decision's, and
// the strictest of them is its effect.
func TestExplanationIsTheDecision(t *testing.T) {
	for _, name := range policy.Shipped() {
		p, err := policy.LoadShipped(name, options)
		if err != nil {
			t.Fatal(err)
		}
		s, f := &interlock.Submission{Name: "x.py", Folder: "/home/u", Inputs: []string{"/etc/shadow"}}, everything()
		d, err := p.Decide(context.Background(), s, f, interlock.Decision{Effect: interlock.Allow, Mode: interlock.WriteAccess})
		if err != nil {
			t.Fatal(err)
		}
		e, err := p.Explain(context.Background(), s, f, &d)
		if err != nil {
			t.Fatal(err)
		}
		told := slices.Clone(e.Whole)
		strictest := interlock.Allow
		for _, one := range e.Findings {
			told = append(told, one.Reasons...)
		}
		for _, r := range told {
			strictest = min(strictest, r.Effect)
		}
		for _, r := range d.Reasons {
			if !slices.Contains(told, r) {
				t.Errorf("%s: not told: %+v", name, r)
			}
		}
		if strictest != d.Effect || len(e.Whole) == 0 {
			t.Errorf("%s: told %s, decided %s, %d about the whole", name, strictest, d.Effect, len(e.Whole))
		}
	}
}
