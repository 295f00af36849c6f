package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type policyTest struct {
	where
	Files  []string `arg:"" optional:"" name:"cases" help:"Files of cases; without any, NAME_test.yaml or else every *_test.yaml beside the policy in force."`
	Format string   `help:"What to print: text, or json with one object a case." enum:"text,json" default:"text"`
}

// tested is one case in the output of `policy test --format json`.
type tested struct {
	Schema     int                     `json:"schema"`
	File       string                  `json:"file"`
	Line       int                     `json:"line"`
	Name       string                  `json:"name"`
	OK         bool                    `json:"ok"`
	Policy     string                  `json:"policy"`
	Effect     interlock.Effect        `json:"effect"`
	Mode       interlock.ExecutionMode `json:"mode"`
	Reasons    []interlock.Reason      `json:"reasons"`
	Mismatches []policy.Mismatch       `json:"mismatches"`

	source []byte
}

// run reads every file before it runs any case: a fault is exit 2 and no result.
func (cmd *policyTest) run(c *call) (interlock.ExitCode, error) {
	d, err := c.openSoon(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	files := cmd.Files
	if len(files) == 0 {
		if files, err = casesBeside(d.Policy().Files()[0]); err != nil {
			return 0, err
		}
	}
	all := make([]*policy.Cases, 0, len(files))
	for _, file := range files {
		cases, err := readCases(file)
		if err != nil {
			return 0, err
		}
		all = append(all, cases)
	}
	t := tester{c: c, d: d, named: map[string]*policy.Policy{}, format: cmd.Format}
	for _, cases := range all {
		if err := t.run(cases); err != nil {
			return 0, err
		}
	}
	return t.end()
}

func readCases(file string) (*policy.Cases, error) {
	b, err := readRegular(file, "cases", maxSource, "split it into several files")
	if err != nil {
		return nil, err
	}
	return policy.ParseCases(file, b)
}

// casesBeside are the cases of the policy in file: its own, or all in its folder.
func casesBeside(file string) ([]string, error) {
	const hint = "name a file of cases: `interlock policy test CASES.yaml`; docs/policy-as-code.md shows one"
	if !filepath.IsAbs(file) {
		return nil, bad("no_cases", fmt.Sprintf("the policy in force, %s, came with the program and has no cases beside it", file), hint)
	}
	own := strings.TrimSuffix(strings.TrimSuffix(file, ".yml"), ".yaml") + "_test.yaml"
	if _, err := os.Stat(own); err == nil {
		return []string{own}, nil
	}
	found, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*_test.yaml"))
	if err != nil || len(found) == 0 {
		return nil, bad("no_cases", "there are no cases beside "+file+": no "+filepath.Base(own)+" and no other *_test.yaml", hint)
	}
	return found, nil
}

// tester runs cases and counts.
type tester struct {
	c      *call
	d      *daemon.Daemon
	named  map[string]*policy.Policy // by what a case calls it
	format string

	passed, failed int
}

func (t *tester) run(cases *policy.Cases) error {
	for i := range cases.Cases {
		one, err := t.one(cases, &cases.Cases[i])
		if err != nil {
			return err
		}
		if one.OK {
			t.passed++
		} else {
			t.failed++
		}
		if t.format == "json" {
			if err := t.c.object(one); err != nil {
				return err
			}
		} else if !one.OK {
			t.show(one)
		}
	}
	return nil
}

func (t *tester) one(cases *policy.Cases, k *policy.Case) (*tested, error) {
	s, err := submissionOf(cases, k)
	if err != nil {
		return nil, err
	}
	p, err := t.policy(cases, k)
	if err != nil {
		return nil, err
	}
	facts, err := t.d.Analyse(t.c, s)
	if err != nil {
		return nil, err
	}
	enabled := k.Enabled.V
	s.Folder = caseFolder
	decision, err := t.d.Judge(t.c, p, s, &facts, &enabled)
	if err != nil {
		return nil, err
	}
	one := &tested{Schema: apiv1.Schema, File: cases.File, Line: k.Line, Name: k.Name.V, Policy: p.Files()[0], Effect: decision.Effect, Mode: decision.Mode,
		Reasons: append([]interlock.Reason{}, decision.Reasons...), source: s.Source}
	one.Mismatches = append([]policy.Mismatch{}, k.Expect.V.Compare(&facts, &decision)...)
	one.OK = len(one.Mismatches) == 0
	return one, nil
}

// caseFolder is where a case's code is judged to lie: scripts often lie beside the
// policy they test, and a folder that holds the policy is never shown to a run.
const caseFolder = "/case"

// submissionOf is what the case hands in. Code has no folder; a file has its own.
func submissionOf(cases *policy.Cases, k *policy.Case) (*interlock.Submission, error) {
	s := &interlock.Submission{Name: "case.py", Source: []byte(k.Code.V)}
	if k.Script.Set {
		file := beside(cases.File, k.Script.V)
		b, err := readRegular(file, fmt.Sprintf("case %q, file", k.Name.V), maxSource, "name a smaller file")
		if err != nil {
			return nil, err
		}
		real, err := realPath(file)
		if err != nil {
			return nil, unreadable(file, "file", err)
		}
		s.Name, s.Source, s.Folder = filepath.Base(real), b, filepath.Dir(real)
	}
	s.Args, s.Inputs, s.Description, s.Front, s.Who = k.Args.V, k.Inputs.V, k.Why.V, "cli", daemon.Self()
	if k.User.Set {
		s.Who = interlock.Identity{Kind: interlock.SelfIdentity, UID: k.User.V.UID, Name: k.User.V.Name}
	}
	s.At = k.At.V // zero is now
	if k.Mode.Set {
		s.AskedMode = &k.Mode.V
		s.Override = &interlock.Override{Mode: k.Mode.V, Who: s.Who, Why: s.Description}
	}
	return s, nil
}

// beside is name as a file of cases means it.
func beside(file, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(file), name)
}

// policy is the one that the case is about.
func (t *tester) policy(cases *policy.Cases, k *policy.Case) (*policy.Policy, error) {
	name := k.Policy.Or(cases.Policy)
	if !name.Set {
		return t.d.Policy(), nil
	}
	key := name.V
	if !slices.Contains(policy.Shipped(), key) {
		key = beside(cases.File, key)
	}
	if p := t.named[key]; p != nil {
		return p, nil
	}
	p, err := t.d.LoadPolicy(key)
	if err == nil {
		t.named[key] = p
	}
	return p, err
}

func (t *tester) show(one *tested) {
	t.c.print("FAIL %s:%d: %s\n", visible.Line(one.File), one.Line, visible.Line(one.Name))
	for _, m := range one.Mismatches {
		t.c.print("  %s: expected %s, got %s\n", m.Key, visible.Line(m.Want), visible.Line(m.Got))
		if m.Reason != nil {
			t.c.print("%s\n", indented(indented(reason.Render(*m.Reason, one.source))))
		}
	}
}

func (t *tester) end() (interlock.ExitCode, error) {
	if t.format != "json" {
		t.c.print("%d cases, %d passed, %d failed\n", t.passed+t.failed, t.passed, t.failed)
	}
	if t.failed > 0 {
		return interlock.ExitCodeFailed, nil
	}
	return interlock.ExitOK, nil
}
