package policy_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"pgregory.net/rapid"
)

// sketch is a random policy over a few names.
type sketch struct {
	allow, warn, deny []string // modules
	only              bool
	granted, forbid   []string // channels
	rules             []string // effects of rules that hold
	ask               bool     // approval.write_access.required
	hidden            string   // unresolved_writes
}

var (
	modules  = rapid.SampledFrom([]string{"a", "b", "a.x", "a.x.y", "b.x", "c"})
	channels = rapid.SampledFrom([]string{"S:A", "S:B", "R:A", "R:B"})
	patterns = rapid.SampledFrom([]string{"S:A", "S:*", "*:B", "*", "R:A"})
)

func drawSketch(t *rapid.T) sketch {
	some := func(g *rapid.Generator[string], label string) []string { return rapid.SliceOfN(g, 0, 3).Draw(t, label) }
	return sketch{allow: some(modules, "allow"), warn: some(modules, "warn"), deny: some(modules, "deny"), only: rapid.Bool().Draw(t, "only"),
		granted: some(patterns, "granted"), forbid: some(patterns, "forbid"), rules: some(rapid.SampledFrom([]string{"deny", "needs_approval", "warn"}), "rules"),
		ask: rapid.Bool().Draw(t, "ask"), hidden: rapid.SampledFrom([]string{"read_only", "needs_approval", "deny"}).Draw(t, "hidden")}
}

// yaml writes the sketch as an operator would.
func (k sketch) yaml() string {
	quoted := func(list []string) string {
		out := make([]string, len(list))
		for i, s := range list {
			out[i] = fmt.Sprintf("%q", s)
		}
		return "[" + strings.Join(out, ", ") + "]"
	}
	text := bare + "imports:\n  warn: " + quoted(k.warn) + "\n  deny: " + quoted(k.deny) + "\n"
	if k.only {
		text += "  allow: " + quoted(k.allow) + "\n"
	}
	text += fmt.Sprintf("control_system:\n  unresolved_writes: %s\n  epics:\n    write:\n      deny: %s\n      channels: [", k.hidden, quoted(k.forbid))
	for i, g := range k.granted {
		text += strings.Repeat(", ", min(i, 1)) + fmt.Sprintf("{match: %q}", g)
	}
	text += fmt.Sprintf("]\napproval: {write_access: {required: %v}}\nrules:\n", k.ask)
	for i, e := range k.rules {
		text += fmt.Sprintf("  - {name: r%d, when: 'true', effect: %s, message: m}\n", i, e)
	}
	if len(k.rules) == 0 {
		text = strings.TrimSuffix(text, "rules:\n")
	}
	return text
}

// doing is random code.
type doing struct {
	imports, puts []string
	hides         bool
	mode          interlock.ExecutionMode
}

func drawDoing(t *rapid.T) doing {
	return doing{imports: rapid.SliceOfN(modules, 0, 3).Draw(t, "imports"), puts: rapid.SliceOfN(channels, 0, 2).Draw(t, "puts"),
		hides: rapid.Bool().Draw(t, "hides"), mode: interlock.ExecutionMode(rapid.IntRange(0, 1).Draw(t, "mode"))}
}

func (x doing) facts() interlock.Facts {
	f := imported(x.imports...)
	for i, name := range x.puts {
		f.Accesses = append(f.Accesses, put1("exact", []string{name}, "unknown").Accesses...)
		f.Accesses[i].Line = i + 1
	}
	if x.hides {
		f.Unresolved = []interlock.Unresolve{{What: "exec", Why: "computed", Writes: true, Pos: at(1)}}
	}
	return f
}

// reference says what must come of it, in ten lines that share nothing with the
// code under test.
func reference(k sketch, x doing) interlock.Effect {
	effect := interlock.Allow
	for _, m := range x.imports {
		covers := func(rule string) bool { return strings.HasPrefix(m+".", rule+".") }
		if slices.ContainsFunc(k.deny, covers) || k.only && !slices.ContainsFunc(k.allow, covers) {
			effect = interlock.Deny
		} else if slices.ContainsFunc(k.warn, covers) {
			effect = min(effect, interlock.Warn)
		}
	}
	for _, c := range x.puts {
		matches := func(p string) bool { ok, _ := filepath.Match(p, c); return ok }
		if x.mode == interlock.WriteAccess && (slices.ContainsFunc(k.forbid, matches) || !slices.ContainsFunc(k.granted, matches)) {
			effect = interlock.Deny
		}
	}
	for _, e := range append(slices.Clone(k.rules), map[bool]string{true: k.hidden}[x.hides], map[bool]string{true: "needs_approval"}[k.ask && x.mode == interlock.WriteAccess]) {
		effect = min(effect, map[string]interlock.Effect{"deny": interlock.Deny, "needs_approval": interlock.NeedsApproval, "warn": interlock.Warn, "": interlock.Allow, "read_only": interlock.Allow}[e])
	}
	return effect
}

// judge is what the code under test says.
func judge(t *rapid.T, dir string, k sketch, x doing) interlock.Decision {
	path := filepath.Join(dir, "p.yaml")
	if err := os.WriteFile(path, []byte(k.yaml()), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(path, options)
	if err != nil {
		t.Fatalf("%s\n%v", k.yaml(), err)
	}
	f := x.facts()
	d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: x.mode})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// P2, P8, X12: every decision is that of a reference evaluator.
func TestDecisionsAreTheReferences(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		k, x := drawSketch(t), drawDoing(t)
		if got, want := judge(t, dir, k, x), reference(k, x); got.Effect != want {
			t.Fatalf("%s, want %s: %+v\n%s%+v", got.Effect, want, x, k.yaml(), got.Reasons)
		}
	})
}

// P13: whatever is added to what is denied or asked for, nothing more is allowed,
// neither by the effect nor by the grant.
func TestAddingADenyNeverAllowsMore(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		k, x := drawSketch(t), drawDoing(t)
		before := judge(t, dir, k, x)
		more := k
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			more.deny = append(slices.Clone(k.deny), modules.Draw(t, "deny more"))
		case 1:
			more.forbid = append(slices.Clone(k.forbid), patterns.Draw(t, "forbid more"))
		case 2:
			more.rules = append(slices.Clone(k.rules), "deny")
		case 3:
			more.ask = true
		}
		after := judge(t, dir, more, x)
		if after.Effect > before.Effect {
			t.Fatalf("%s became %s: %+v\n%s\n%s", before.Effect, after.Effect, x, k.yaml(), more.yaml())
		}
		for _, c := range []string{"S:A", "S:B", "R:A", "R:B", "S:A.DRVH"} {
			if _, _, was := before.Grant.Channels.Granted(c); was != nil {
				if _, _, now := after.Grant.Channels.Granted(c); now == nil {
					t.Fatalf("%s is granted by denying", c)
				}
			}
		}
	})
}

// The order of a list means nothing for the decision, its reasons and its grant.
func TestOrderMeansNothing(t *testing.T) {
	dir := t.TempDir()
	said := func(d interlock.Decision) string {
		var out []string
		for _, r := range d.Reasons {
			out = append(out, fmt.Sprint(strings.TrimRight(r.Rule, "0123456789"), r.Effect, r.Source, r.Message))
		}
		sort.Strings(out)
		for _, g := range d.Grant.Channels {
			out = append(out, g.Match)
		}
		return d.Effect.String() + strings.Join(out, "\n")
	}
	rapid.Check(t, func(t *rapid.T) {
		k, x := drawSketch(t), drawDoing(t)
		other := k
		for _, list := range []*[]string{&other.allow, &other.warn, &other.deny, &other.granted, &other.forbid, &other.rules} {
			*list = rapid.Permutation(*list).Draw(t, "order")
		}
		if a, b := said(judge(t, dir, k, x)), said(judge(t, dir, other, x)); a != b {
			t.Fatalf("%s\n%s\n%s\n%s", a, b, k.yaml(), other.yaml())
		}
	})
}
