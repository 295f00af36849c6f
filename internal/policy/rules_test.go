package policy_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

func ruled(t *testing.T, rule string) *policy.Policy {
	t.Helper()
	return load(t, "version: 1\nextends: scientific\nrules:\n  - {name: r, effect: needs_approval, message: m, hint: h, when: '"+rule+"'}\n")
}

// P8: a rule is a condition over the facts, the submission and its time; what
// makes it hold is shown by its line.
func TestRules(t *testing.T) {
	f := imported("numpy", "pickle")
	f.Imports[1].Pos = at(7)
	f.Control.Reads = interlock.Definite
	f.Accesses = []interlock.Access{
		{Op: interlock.OpRead, System: "epics", Channels: interlock.Channels{Kind: "exact", Values: []string{"SR:A"}}, Certainty: interlock.Definite, Pos: at(3)},
		{Op: interlock.OpRead, System: "epics", Channels: interlock.Channels{Kind: "exact", Values: []string{"SR:B"}}, Certainty: interlock.Definite, Pos: at(4)}}
	f.Paths = []interlock.PathUse{{Path: "x.csv", Mode: "write", Certainty: interlock.Definite, Pos: at(9)}}
	s := submission()
	s.At = time.Date(2026, 3, 2, 21, 30, 0, 0, time.UTC)
	s.Who, s.Description, s.Args = interlock.Identity{Kind: interlock.PeerIdentity, UID: 7, Name: "ana"}, "tune", []string{"--fast"}
	for when, line := range map[string]int{
		`true`:  0,
		`false`: -1,
		`submission.mode == "read_only" && submission.asked == ""`:                 0,
		`submission.who.name == "ana" && submission.who.uid == 7`:                  0,
		`submission.args.exists(a, a == "--fast") && submission.description != ""`: 0,
		`submission.name.endsWith(".py") && size(submission.inputs) == 0`:          0,
		`now.getHours() >= 22`: -1,
		`now.getHours("+02:00") >= 22 || now.getDayOfWeek() == 0`:                    0,
		`now < timestamp("2026-01-01T00:00:00Z")`:                                    -1,
		`facts.reads == "definite" && facts.writes == "none" && facts.complete`:      0,
		`facts.accesses.exists(a, "SR:B" in a.channels)`:                             4,
		`facts.imports.exists(i, i.module == "pickle" && !i.local)`:                  7,
		`facts.paths.exists(p, p.mode == "write")`:                                   9,
		`size(facts.accesses) > 5`:                                                   -1,
		`facts.accesses.all(a, a.op == "read") && facts.paths.exists(p, p.line > 0)`: 9,
		`facts.imports.exists(i, i.module.matches("^num"))`:                          1,
	} {
		d := decide(t, ruled(t, strings.ReplaceAll(when, "'", "''")), s, f)
		switch {
		case line < 0 && d.Effect != interlock.Allow:
			t.Errorf("%s: %s %+v", when, d.Effect, d.Reasons)
		case line >= 0 && rules(d) != "rules.r=needs_approval":
			t.Errorf("%s: %s", when, rules(d))
		case line >= 0:
			if r := d.Reasons[0]; r.Message != "m" || r.Hint != "h" || r.Policy.Line != 4 || r.Source.Line != line || d.Approval == nil {
				t.Errorf("%s: %+v", when, r)
			}
		}
	}
}

// P1: what is wrong with an expression is found when it is loaded, with its place.
func TestRulesAreCheckedAtLoad(t *testing.T) {
	text := refused(t, write(t, "policy.yaml", `version: 1
extends: scientific
rules:
  - name: typo
    when: facts.import.exists(i, true)
    effect: deny
    message: m
  - {name: types, when: 'size(facts.imports) == "one"', effect: deny, message: m}
  - {name: number, when: '1 + 1', effect: deny, message: m}
  - name: long
    when: |
      submission.mode == "write_access" &&
      whoever.name == "ana"
    effect: deny
    message: m
  - {name: syntax, when: 'a ==', effect: deny, message: m}
  - {name: clock, when: 'now.hour >= 22', effect: deny, message: m}
  - {name: clock, when: 'true', effect: deny, message: m}
  - {name: regex, when: 'submission.name.matches("(")', effect: deny, message: m}
  - {name: empty, when: '', effect: deny, message: ' '}
`))
	contains(t, text, "policy.yaml:5:16: rule typo: undefined field 'import'", "policy.yaml:8:46: rule types: found no matching overload for '_==_'",
		"rule number: the condition is int, not true or false", "policy.yaml:13:7: rule long: undeclared reference to 'whoever'", "rule syntax: Syntax error",
		`now.getHours("Europe/Zurich")`, `the name "clock" is taken by the rule in`, "rule regex: invalid matches argument", "the condition is empty", "the message is empty")
	if strings.Contains(text, "policy.rule") {
		t.Errorf("names of this program show in\n%s", text)
	}
}

// X12, P13: a rule that errs or takes too long refuses and says so, whatever its effect.
func TestRulesThatErrRefuse(t *testing.T) {
	f := imported("numpy")
	for range 300 {
		f.Accesses = append(f.Accesses, interlock.Access{Op: interlock.OpRead, Channels: interlock.Channels{Values: []string{"a"}}, Certainty: interlock.Definite})
	}
	for when, want := range map[string]string{
		`submission.args[3] == "x"`: "could not be evaluated, so it refuses",
		`1 / size(facts.paths) > 0`: "divi",
		`facts.accesses.exists(a, facts.accesses.exists(b, facts.accesses.exists(c, a.line + b.line + c.line > 0)))`: "too many steps",
		`now.getHours() > 99`: "the submission has none",
	} {
		d := decide(t, ruled(t, when), submission(), f)
		if rules(d) != "rules.r=deny" || !strings.Contains(d.Reasons[0].Message, want) || !strings.Contains(d.Reasons[0].Hint, "policy.yaml:4") {
			t.Errorf("%s: %s %+v", when, d.Effect, d.Reasons)
		}
	}
}

// A rule cannot loosen: what another rule refuses stays refused, and warnings warn.
func TestRulesOnlyTighten(t *testing.T) {
	p := load(t, "version: 1\nextends: scientific\nrules: [{name: w, when: 'true', effect: warn, message: said}]\n")
	if d := decide(t, p, submission(), imported("socket")); d.Effect != interlock.Deny || len(d.Warnings) != 1 {
		t.Errorf("%s, %q", d.Effect, d.Warnings)
	}
}

// Rules are added up over extends, and judging is safe from several goroutines.
func TestRulesOfAllLayers(t *testing.T) {
	dir := t.TempDir()
	put(t, dir+"/base.yaml", "version: 1\nextends: scientific\nrules: [{name: a, when: 'true', effect: warn, message: one}]\n")
	put(t, dir+"/p.yaml", "version: 1\nextends: base.yaml\nrules: [{name: b, when: 'true', effect: warn, message: two}]\n")
	p, err := policy.Load(dir+"/p.yaml", options)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			f := quiet()
			d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow})
			if err != nil || rules(d) != "rules.a=warn rules.b=warn" {
				t.Errorf("%s, %v", rules(d), err)
			}
		})
	}
	wait.Wait()
}

func BenchmarkDecideWithRules(b *testing.B) {
	dir := b.TempDir()
	rules := "version: 1\nextends: scientific\nrules:\n"
	for i := range 5 {
		rules += fmt.Sprintf("  - {name: r%d, when: 'facts.imports.exists(i, i.module == \"m%d\") && submission.mode == \"write_access\"', effect: deny, message: m}\n", i, i)
	}
	if err := os.WriteFile(dir+"/p.yaml", []byte(rules), 0o600); err != nil {
		b.Fatal(err)
	}
	p, err := policy.Load(dir+"/p.yaml", options)
	if err != nil {
		b.Fatal(err)
	}
	f := imported("numpy", "pandas", "scipy.optimize:curve_fit", "matplotlib.pyplot", "os", "json", "subprocess")
	for b.Loop() {
		if _, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow}); err != nil {
			b.Fatal(err)
		}
	}
}
