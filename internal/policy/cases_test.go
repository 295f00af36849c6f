package policy_test

import (
	"errors"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// N10: a file of cases is read strictly, and every fault comes with its line, so
// that no case passes because it was misspelled.
func TestCasesAreReadStrictly(t *testing.T) {
	_, err := policy.ParseCases("p_test.yaml", []byte(`version: 1
cases:
  - name: one
    code: x = 1
    expct: {effect: allow}
  - name: two
    code: x = 1
    file: x.py
    expect: {effect: alow}
  - name: two
    code: x = 1
    mode: write
    expect: {}
  - code: x = 1
    expect: {reasons: [{line: 3}], reads: SR:X}
`))
	e := (*interlock.Error)(nil)
	if !errors.As(err, &e) || e.Code != interlock.ExitUsage {
		t.Fatalf("%v", err)
	}
	contains(t, e.Message, "p_test.yaml:5:5", `unknown key "expct"`, "did you mean expect", `case "one" expects nothing`, `case "two" needs either code or file`,
		"p_test.yaml:9:22", "alow", "p_test.yaml:12:11", "unknown execution mode", "p_test.yaml:13:13", "expects nothing", "has no name", "names no rule", "reads wants a list", `second case is named "two"`)
	for name, text := range map[string]string{"no version": "cases: [{name: a, code: b, expect: {effect: deny}}]", "no cases": "version: 1", "nothing": ""} {
		if _, err := policy.ParseCases(name, []byte(text)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// Each thing that a case can expect can fail it.
func TestEveryExpectationCanFail(t *testing.T) {
	facts := &interlock.Facts{Accesses: []interlock.Access{
		{Op: interlock.OpRead, Channels: interlock.Channels{Kind: "exact", Values: []string{"R"}}, Certainty: interlock.Definite},
		{Op: interlock.OpWrite, Channels: interlock.Channels{Kind: "unknown"}, Certainty: interlock.Possible},
		{Op: interlock.OpWrite, Channels: interlock.Channels{Kind: "exact", Values: []string{"never"}}, Certainty: interlock.None}}}
	d := &interlock.Decision{Effect: interlock.Deny, Reasons: []interlock.Reason{{Rule: "imports.deny", Effect: interlock.Deny, Source: interlock.Pos{Line: 2}, Message: "import of x is refused"}}}
	d.Grant.Endpoints = []string{"a:1"}
	for expect, key := range map[string]string{
		"{effect: deny, mode: read_only, reasons: [imports.deny], reads: [R], writes: [unknown], endpoints: [\"a:1\"], commands: []}": "",
		"{reasons: [{rule: imports.deny, line: 2, message: of x}]}":                                                                   "",
		"{effect: allow}":                                       "effect",
		"{mode: write_access}":                                  "mode",
		"{reasons: []}":                                         "reasons",
		"{reasons: [imports.deny, imports.allow]}":              "reasons",
		"{reasons: [{rule: imports.deny, line: 3}]}":            "reasons",
		"{reasons: [{rule: imports.deny, message: something}]}": "reasons",
		"{reads: []}":                                           "reads",
		"{writes: []}":                                          "writes",
		"{endpoints: []}":                                       "endpoints",
		"{commands: [/bin/ls]}":                                 "commands",
	} {
		cases, err := policy.ParseCases("c.yaml", []byte("version: 1\ncases: [{name: a, code: b, expect: "+expect+"}]"))
		if err != nil {
			t.Fatal(err)
		}
		got := cases.Cases[0].Expect.V.Compare(facts, d)
		if key == "" && len(got) > 0 || key != "" && (len(got) == 0 || got[0].Key != key) {
			t.Errorf("%s: %+v, want %q", expect, got, key)
		}
		if key == "effect" && (got[0].Reason == nil || !strings.Contains(got[0].Reason.Message, "import of x")) {
			t.Errorf("the rule that made the difference is not named: %+v", got)
		}
	}
}
