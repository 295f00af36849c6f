package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Cases is a file of cases for `policy test`: what the policy must decide.
type Cases struct {
	Version optional[Version] `json:"version"`
	// Policy is the policy under test for cases that name none: a shipped one, or a
	// .yaml file relative to this file. "" is the one in force.
	Policy optional[string] `json:"policy"`
	Cases  []Case           `json:"cases"`

	File string `json:"-"`
}

// Case is one piece of code under the circumstances that matter to a policy, and
// what is expected. Exactly one of Code and Script is given.
type Case struct {
	caseKeys
	strictyaml.Place
}

// caseKeys are the keys of a case.
type caseKeys struct {
	Name    optional[string]                  `json:"name"`
	Code    optional[string]                  `json:"code"`
	Script  optional[string]                  `json:"file"` // relative to the cases
	User    optional[CaseUser]                `json:"user"`
	Mode    optional[interlock.ExecutionMode] `json:"mode"` // as --mode
	Why     optional[string]                  `json:"description"`
	Args    optional[[]string]                `json:"arguments"`
	Inputs  optional[[]string]                `json:"inputs"`
	Enabled optional[bool]                    `json:"writes_enabled"` // default false, whatever the configuration says
	At      optional[time.Time]               `json:"at"`             // when it is handed in: 2026-01-31T23:00:00Z
	Policy  optional[string]                  `json:"policy"`
	Expect  optional[Expect]                  `json:"expect"`
}

// DecodeYAML implements strictyaml.Decoder.
func (k *Case) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	var plain caseKeys
	c.Into(n, &plain)
	*k = Case{plain, n.Place}
	if n.Kind != strictyaml.Mapping {
		return
	}
	switch {
	case k.Name.V == "":
		c.Fault(n, "the case has no name", `name: "what it shows"`)
	case k.Code.Set == k.Script.Set:
		c.Fault(n, fmt.Sprintf("case %q needs either code or file", k.Name.V), "code: |, with the code indented below it; or file: script.py")
	}
	if !k.Expect.Set {
		c.Fault(n, fmt.Sprintf("case %q expects nothing, so it cannot fail", k.Name.V), "expect: {effect: allow, mode: read_only}")
	}
}

// CaseUser is who submits: a name, or {name, uid}.
type CaseUser struct {
	Name string
	UID  int
}

// DecodeYAML implements strictyaml.Decoder.
func (u *CaseUser) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if n.Kind == strictyaml.String {
		u.Name, u.UID = n.Text, -1
		return
	}
	long := struct {
		Name string `json:"name"`
		UID  int    `json:"uid"`
	}{UID: -1}
	c.Into(n, &long)
	u.Name, u.UID = long.Name, long.UID
}

// Expect is what a case expects. What is not given is not looked at.
type Expect struct {
	expectKeys
	strictyaml.Place
}

// expectKeys are the keys of expect.
type expectKeys struct {
	Effect optional[interlock.Effect]        `json:"effect"`
	Mode   optional[interlock.ExecutionMode] `json:"mode"`
	// Reasons are the rules that speak, all of them, in any order: [] is none.
	Reasons optional[[]ExpectReason] `json:"reasons"`
	// Reads and Writes are the channels that analysis finds, in any order.
	Reads  optional[[]string] `json:"reads"`
	Writes optional[[]string] `json:"writes"`
	// The parts of the grant that name things outside.
	Endpoints optional[[]string] `json:"endpoints"`
	Commands  optional[[]string] `json:"commands"`
}

// DecodeYAML implements strictyaml.Decoder.
func (e *Expect) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	var plain expectKeys
	c.Into(n, &plain)
	*e = Expect{plain, n.Place}
	if n.Kind == strictyaml.Mapping && len(n.Entries) == 0 {
		c.Fault(n, "the case expects nothing, so it cannot fail", "expect: {effect: allow, mode: read_only}")
	}
}

// ExpectReason is one expected rule: its name, or {rule, line, message} with the
// line of the code and a part of the message.
type ExpectReason struct {
	Rule    string
	Line    int
	Message string
}

// DecodeYAML implements strictyaml.Decoder.
func (r *ExpectReason) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	var long struct {
		Rule    string `json:"rule"`
		Line    int    `json:"line"`
		Message string `json:"message"`
	}
	if n.Kind == strictyaml.Mapping {
		c.Into(n, &long)
		r.Rule, r.Line, r.Message = long.Rule, long.Line, long.Message
	} else if c.Want(n, strictyaml.String, "a rule such as imports.deny, or {rule: imports.deny, line: 2, message: a part of it}") {
		r.Rule = n.Text
	} else {
		return
	}
	if r.Rule == "" {
		c.Fault(n, "the reason names no rule", "a rule such as imports.deny")
	}
}

func (r ExpectReason) String() string {
	text := r.Rule
	if r.Line > 0 {
		text += fmt.Sprintf(" at line %d", r.Line)
	}
	if r.Message != "" {
		text += fmt.Sprintf(" saying %q", r.Message)
	}
	return text
}

func (r ExpectReason) fits(got interlock.Reason) bool {
	return r.Rule == got.Rule && (r.Line == 0 || r.Line == got.Source.Line) && strings.Contains(got.Message, r.Message)
}

// ParseCases reads the cases in source, the contents of the file called name. The
// error is an *interlock.Error with all faults.
func ParseCases(name string, source []byte) (*Cases, error) {
	f, all := strictyaml.Parse(name, source), &Cases{File: name}
	strictyaml.Decode(f, all, nil)
	top := strictyaml.Place{File: name, Line: 1, Column: 1}
	switch {
	case f.Broken:
	case !all.Version.Set:
		f.Add(top, "version", "the file does not say its version", "version: 1")
	case len(all.Cases) == 0:
		f.Add(top, "cases", "there are no cases", "cases: [{name: ..., code: ..., expect: {effect: allow}}]")
	}
	seen := map[string]bool{}
	for _, k := range all.Cases {
		if seen[k.Name.V] && k.Name.V != "" {
			f.Add(k.Place, "cases", fmt.Sprintf("a second case is named %q", k.Name.V), "another name")
		}
		seen[k.Name.V] = true
	}
	if len(f.Faults) > 0 {
		e := faultsError(f.Faults)
		e.Name, e.Message = "cases_invalid", "the cases cannot be run:\n"+f.Faults.Error()
		e.Hint = "correct the file; docs/policy-as-code.md shows each key"
		return nil, e
	}
	return all, nil
}

// Mismatch is one way in which a decision is not what a case expects.
type Mismatch struct {
	Key  string `json:"key"`
	Want string `json:"want"`
	Got  string `json:"got"`
	// Reason is the rule that made the difference, where one did.
	Reason *interlock.Reason `json:"reason,omitempty"`
}

// Compare says what of e is not so.
func (e *Expect) Compare(f *interlock.Facts, d *interlock.Decision) (out []Mismatch) {
	if e.Effect.Set && e.Effect.V != d.Effect {
		out = append(out, Mismatch{"effect", e.Effect.V.String(), d.Effect.String(), strictest(d)})
	}
	if e.Mode.Set && e.Mode.V != d.Mode {
		out = append(out, Mismatch{Key: "mode", Want: e.Mode.V.String(), Got: d.Mode.String()})
	}
	if e.Reasons.Set {
		out = append(out, compareReasons(e.Reasons.V, d.Reasons)...)
	}
	list := func(key string, want optional[[]string], got []string) {
		if w := sorted(want.V); want.Set && !slices.Equal(w, sorted(got)) {
			out = append(out, Mismatch{Key: key, Want: listWords(w), Got: listWords(sorted(got))})
		}
	}
	list("reads", e.Reads, channelsOf(f, true))
	list("writes", e.Writes, channelsOf(f, false))
	list("endpoints", e.Endpoints, d.Grant.Endpoints)
	list("commands", e.Commands, d.Grant.Commands)
	return out
}

// strictest is the first reason that has the decision's effect; nil where none has,
// as in a decision that allows.
func strictest(d *interlock.Decision) *interlock.Reason {
	for i, r := range d.Reasons {
		if r.Effect == d.Effect && d.Effect != interlock.Allow {
			return &d.Reasons[i]
		}
	}
	return nil
}

func compareReasons(want []ExpectReason, got []interlock.Reason) (out []Mismatch) {
	for _, w := range want {
		if !slices.ContainsFunc(got, w.fits) {
			out = append(out, Mismatch{Key: "reasons", Want: w.String(), Got: "no such reason"})
		}
	}
	for i, g := range got {
		if !slices.ContainsFunc(want, func(w ExpectReason) bool { return w.fits(g) }) {
			out = append(out, Mismatch{"reasons", "nothing from " + g.Rule, g.Rule, &got[i]})
		}
	}
	return out
}

// channelsOf are the channels that the code certainly or possibly reads, or writes;
// "unknown" is one that analysis does not know.
func channelsOf(f *interlock.Facts, read bool) (names []string) {
	for _, a := range f.Accesses {
		if (a.Op == interlock.OpRead) != read || !a.Certainty.Detected() {
			continue
		}
		if a.Channels.Kind == "unknown" || len(a.Channels.Values) == 0 {
			names = append(names, "unknown")
		}
		names = append(names, a.Channels.Values...)
	}
	return names
}

func sorted(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

func listWords(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
