package policy

import (
	"time"

	interlock "github.com/interlock-run/interlock"
)

// The types below are what expressions see; docs/policy.md lists them. They are
// not the facts themselves, so that a rule keeps its meaning when those grow.

type ruleFacts struct {
	Reads      string           `cel:"reads"`  // none, unresolved, possible, definite
	Writes     string           `cel:"writes"` // as reads
	Complete   bool             `cel:"complete"`
	Accesses   []ruleAccess     `cel:"accesses"`
	Imports    []ruleImport     `cel:"imports"`
	Builtins   []ruleBuiltin    `cel:"builtins"`
	Commands   []ruleCommand    `cel:"commands"`
	Paths      []rulePath       `cel:"paths"`
	Endpoints  []ruleEndpoint   `cel:"endpoints"`
	Installs   []ruleInstall    `cel:"installs"`
	Unresolved []ruleUnresolved `cel:"unresolved"`
}

type ruleAccess struct {
	Op        string   `cel:"op"`
	System    string   `cel:"system"`
	Library   string   `cel:"library"`
	API       string   `cel:"api"`
	Exact     bool     `cel:"exact"` // channels is every channel, by name
	Channels  []string `cel:"channels"`
	Known     bool     `cel:"known"` // values is every value, or the two ends of a range
	Values    []string `cel:"values"`
	Certainty string   `cel:"certainty"`
	Line      int      `cel:"line"`
}

type ruleImport struct {
	Module string `cel:"module"`
	Name   string `cel:"name"`
	Local  bool   `cel:"local"`
	Line   int    `cel:"line"`
}

type ruleBuiltin struct {
	Name string `cel:"name"`
	Line int    `cel:"line"`
}

type ruleCommand struct {
	API  string   `cel:"api"`
	Argv []string `cel:"argv"`
	Line int      `cel:"line"`
}

type rulePath struct {
	Path string `cel:"path"`
	Mode string `cel:"mode"`
	Line int    `cel:"line"`
}

type ruleEndpoint struct {
	Host string `cel:"host"`
	Port int    `cel:"port"`
	Line int    `cel:"line"`
}

type ruleInstall struct {
	Packages []string `cel:"packages"`
	Line     int      `cel:"line"`
}

type ruleUnresolved struct {
	What   string `cel:"what"`
	Writes bool   `cel:"writes"`
	Line   int    `cel:"line"`
}

type ruleSubmission struct {
	Name        string   `cel:"name"`
	Folder      string   `cel:"folder"`
	Args        []string `cel:"args"`
	Inputs      []string `cel:"inputs"`
	Description string   `cel:"description"`
	Front       string   `cel:"front"`
	Mode        string   `cel:"mode"`  // what the run would have
	Asked       string   `cel:"asked"` // what was asked for, or ""
	Who         ruleWho  `cel:"who"`
}

type ruleWho struct {
	Kind string `cel:"kind"`
	UID  int    `cel:"uid"`
	Name string `cel:"name"`
}

// ruleInput is one submission as expressions see it.
type ruleInput struct {
	facts      ruleFacts
	submission ruleSubmission
	now        time.Time
	at         [8][]interlock.Pos // of each list of facts, in the order of lists
}

func (in *ruleInput) variables() map[string]any {
	m := map[string]any{"facts": in.facts, "submission": in.submission}
	if !in.now.IsZero() {
		m["now"] = in.now
	}
	return m
}

func newRuleInput(s *interlock.Submission, f *interlock.Facts, mode interlock.ExecutionMode) *ruleInput {
	in := &ruleInput{now: s.At, submission: ruleSubmission{Name: s.Name, Folder: s.Folder, Args: s.Args, Inputs: s.Inputs, Description: s.Description,
		Front: s.Front, Mode: mode.String(), Who: ruleWho{Kind: string(s.Who.Kind), UID: s.Who.UID, Name: s.Who.Name}}}
	if s.AskedMode != nil {
		in.submission.Asked = s.AskedMode.String()
	}
	out := &in.facts
	out.Reads, out.Writes, out.Complete = f.Control.Reads.String(), f.Control.Writes.String(), f.Complete
	for _, a := range f.Accesses {
		out.Accesses = append(out.Accesses, ruleAccess{Op: string(a.Op), System: a.System, Library: a.Library, API: a.API, Exact: a.Channels.Kind == "exact",
			Channels: a.Channels.Values, Known: a.Value.Kind != "unknown" && a.Value.Kind != "", Values: a.Value.Values, Certainty: a.Certainty.String(), Line: a.Line})
		in.note(0, a.Pos)
	}
	in.names(f)
	in.reach(f)
	return in
}

func (in *ruleInput) note(list int, at interlock.Pos) { in.at[list] = append(in.at[list], at) }

func (in *ruleInput) names(f *interlock.Facts) {
	for _, i := range f.Imports {
		if counts(i.Certainty) {
			in.facts.Imports = append(in.facts.Imports, ruleImport{Module: i.Module, Name: i.Name, Local: i.Local, Line: i.Line})
			in.note(1, i.Pos)
		}
	}
	for _, b := range f.Builtins {
		if b.Certainty != interlock.None {
			in.facts.Builtins = append(in.facts.Builtins, ruleBuiltin{Name: b.Name, Line: b.Line})
			in.note(2, b.Pos)
		}
	}
	for _, c := range f.Commands {
		if counts(c.Certainty) {
			in.facts.Commands = append(in.facts.Commands, ruleCommand{API: c.API, Argv: c.Argv, Line: c.Line})
			in.note(3, c.Pos)
		}
	}
}

func (in *ruleInput) reach(f *interlock.Facts) {
	for _, p := range f.Paths {
		if counts(p.Certainty) {
			in.facts.Paths = append(in.facts.Paths, rulePath{Path: p.Path, Mode: p.Mode, Line: p.Line})
			in.note(4, p.Pos)
		}
	}
	for _, e := range f.Endpoints {
		if counts(e.Certainty) {
			in.facts.Endpoints = append(in.facts.Endpoints, ruleEndpoint{Host: e.Host, Port: e.Port, Line: e.Line})
			in.note(5, e.Pos)
		}
	}
	for _, i := range f.Installs {
		in.facts.Installs = append(in.facts.Installs, ruleInstall{Packages: i.Packages, Line: i.Line})
		in.note(6, i.Pos)
	}
	for _, u := range f.Unresolved {
		in.facts.Unresolved = append(in.facts.Unresolved, ruleUnresolved{What: u.What, Writes: u.Writes, Line: u.Line})
		in.note(7, u.Pos)
	}
}

// source is the line of the code that makes the rule hold, where one fact does:
// the first one with which alone in its list it still holds, and without which
// the list does not make it hold. The search may cost as much as the rule itself.
func (r *compiledRule) source(in *ruleInput) interlock.Pos {
	spent := uint64(0)
	holds := func(list, i int) bool {
		hit, cost, err := r.holds(in.only(list, i))
		spent += cost + 1
		return hit && err == nil
	}
	for list := range in.at {
		if len(in.at[list]) == 0 || holds(list, -1) {
			continue // it is not about this list
		}
		for i := range in.at[list] {
			if spent > maxCost {
				return interlock.Pos{}
			}
			if holds(list, i) {
				return in.at[list][i]
			}
		}
	}
	return interlock.Pos{}
}

// only is in with but the ith fact of one list; -1 is none.
func (in *ruleInput) only(list, i int) *ruleInput {
	out := *in
	f := &out.facts
	switch list {
	case 0:
		f.Accesses = one(f.Accesses, i)
	case 1:
		f.Imports = one(f.Imports, i)
	case 2:
		f.Builtins = one(f.Builtins, i)
	case 3:
		f.Commands = one(f.Commands, i)
	case 4:
		f.Paths = one(f.Paths, i)
	case 5:
		f.Endpoints = one(f.Endpoints, i)
	case 6:
		f.Installs = one(f.Installs, i)
	case 7:
		f.Unresolved = one(f.Unresolved, i)
	}
	return &out
}

func one[T any](list []T, i int) []T {
	if i < 0 {
		return nil
	}
	return list[i : i+1]
}
