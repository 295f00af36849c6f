package policy_test

import (
	"context"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// N10: what was allowed is allowed by the suggestion, what was refused is not in it
// but as a comment, and each entry says where it comes from.
func TestLearnSuggestsTheLeast(t *testing.T) {
	p := load(t, sited)
	all := everything()
	allowed := &interlock.Facts{Complete: true, Control: all.Control, Imports: []interlock.Import{all.Imports[0], all.Imports[2], all.Imports[3], {Module: "numpy.linalg", Certainty: interlock.Definite, Pos: interlock.Pos{Line: 30}}},
		Builtins: all.Builtins[:1], Paths: all.Paths[:1], Endpoints: all.Endpoints[:1], Accesses: all.Accesses[:1]}
	s := &interlock.Submission{Name: "x.py", Folder: "/home/u/work"}
	decide := func(p *policy.Policy, f *interlock.Facts) interlock.Decision {
		d, err := p.Decide(context.Background(), s, f, interlock.Decision{Effect: interlock.Allow})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	ran, refused := decide(p, allowed), decide(p, all)
	if ran.Effect == interlock.Deny || refused.Effect != interlock.Deny {
		t.Fatalf("%s, %s", ran.Effect, refused.Effect)
	}
	text := policy.Learn("scientific", []policy.Observed{
		{Label: "run A, x.py", Facts: allowed, Decision: &ran, Wall: 3 * time.Second, MaxRSS: 1 << 20,
			Connections: []interlock.Connection{{Endpoint: "archiver.example.org:443"}, {Endpoint: "down.example.org:1", Error: "no"}}, Commands: []interlock.Started{{Path: "/usr/bin/true"}}},
		{Label: "run B, evil\n.py", Facts: all, Decision: &refused},
	})
	contains(t, text, "- numpy  # run A, x.py line 1 and 1 more", "- requests  # run A, x.py line 4", `- "/data/archive/x"  # run A, x.py line 7`, `- "archiver.example.org:443"`, `- "/usr/bin/true"`,
		`- "SR:X"  # run A, x.py line 15`, "script_folder: read", "unresolved_writes: deny", "The longest run took 3s", "#   - imports.deny: import of subprocess is refused", "from 1 of 2")
	for line := range strings.Lines(text) {
		if rule, _, _ := strings.Cut(line, "#"); strings.Contains(rule, "subprocess") || strings.Contains(rule, "evil") || strings.Contains(rule, "SEC:") || strings.Contains(rule, "down.") || strings.Contains(rule, "linalg") {
			t.Errorf("suggested: %s", line)
		}
	}
	learned := load(t, text)
	if d := decide(learned, allowed); d.Effect == interlock.Deny {
		t.Errorf("the suggestion refuses what it was learned from: %+v\n%s", d.Reasons, text)
	}
	if d := decide(learned, all); d.Effect != interlock.Deny {
		t.Errorf("the suggestion allows what was refused:\n%s", text)
	}
}

// Nothing observed that was allowed: nothing is suggested to be allowed.
func TestLearnOfNothingAllowsNothing(t *testing.T) {
	text := policy.Learn("strict", nil)
	contains(t, text, "extends: strict", "allow: []", "script_folder: none")
	load(t, text)
}
