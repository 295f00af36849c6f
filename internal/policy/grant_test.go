package policy_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// The interpreter that is started ahead fits what is granted after analysis.
func TestDraftIsTheGrant(t *testing.T) {
	for _, name := range policy.Shipped() {
		p, s := shipped(t, name), submission()
		s.Wall, s.Inputs = 1.5, []string{"/inputs/x"}
		draft, ok := p.Draft(s)
		if !ok {
			t.Fatalf("%s: no draft", name)
		}
		d := decide(t, p, s, imported("numpy"))
		if d.Effect != interlock.Allow || !reflect.DeepEqual(draft, d.Grant) || fmt.Sprintf("%#v", draft) != fmt.Sprintf("%#v", d.Grant) {
			t.Errorf("%s: %s\n%+v\n%+v", name, d.Effect, draft, d.Grant)
		}
	}
	s, wa := submission(), interlock.WriteAccess
	s.AskedMode = &wa
	if _, ok := shipped(t, "scientific").Draft(s); ok {
		t.Error("a draft for write_access")
	}
}

// X7: each mode has its own interpreter, variables, mounts and limits, and they only narrow.
func TestGrantFollowsTheMode(t *testing.T) {
	o := options
	o.Modes = map[interlock.ExecutionMode]policy.Mode{
		interlock.ReadOnly: {Environment: interlock.Environment{Interpreter: "/ro/bin/python", Variables: map[string]string{"A": "1"}}, Mounts: []string{"/data/a"},
			Forbid: []string{"/data/a/secret"}, Limits: interlock.Resources{Wall: 5e9, Memory: 1 << 50, Strict: true}},
		interlock.WriteAccess: {Environment: interlock.Environment{Interpreter: "/wa/bin/python"}},
	}
	path := write(t, "p.yaml", "version: 1\nextends: scientific\nfilesystem: {read: [/data]}\n")
	p, err := policy.Load(path, o)
	if err != nil {
		t.Fatal(err)
	}
	ro := decide(t, p, submission(), quiet()).Grant
	f := quiet()
	d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: interlock.WriteAccess})
	if err != nil {
		t.Fatal(err)
	}
	if d.Effect != interlock.NeedsApproval || rules(d) != "approval.write_access.required=needs_approval" {
		t.Errorf("write_access: %s", rules(d))
	}
	wa := d.Grant
	if ro.Environment.Interpreter != "/ro/bin/python" || ro.Environment.Variables["A"] != "1" || wa.Environment.Interpreter != "/wa/bin/python" || len(wa.Environment.Variables) > 0 {
		t.Errorf("environments: %+v, %+v", ro.Environment, wa.Environment)
	}
	if !reflect.DeepEqual(ro.Files.Read, []string{"/data/a"}) || !reflect.DeepEqual(wa.Files.Read, []string{"/data"}) {
		t.Errorf("mounts: %v, %v", ro.Files.Read, wa.Files.Read)
	}
	if ro.Resources.Wall != 5e9 || ro.Resources.Memory != 1<<30 || !ro.Resources.Strict || wa.Resources.Wall != 60e9 || wa.Resources.Strict {
		t.Errorf("limits: %+v, %+v", ro.Resources, wa.Resources)
	}
	if !strings.Contains(fmt.Sprint(ro.Files.Forbid), "/data/a/secret") || !strings.Contains(fmt.Sprint(ro.Files.Forbid), path) {
		t.Errorf("forbid: %v", ro.Files.Forbid)
	}
	o.Modes[interlock.ReadOnly] = policy.Mode{Mounts: []string{"/dat"}}
	if _, err := policy.Load(path, o); err == nil || !strings.Contains(err.Error(), "filesystem.read of this policy does not allow") {
		t.Errorf("a mount outside of the policy's roots: %v", err)
	}
}

func TestWallNarrows(t *testing.T) {
	nan := 0.0
	for _, c := range []struct{ asked, want float64 }{{0, 60}, {10, 10}, {600, 60}, {-1, 60}, {nan / nan, 60}, {1e-9, 0.001}, {1e300, 60}} {
		s := submission()
		s.Wall = c.asked
		if g := decide(t, shipped(t, "scientific"), s, quiet()).Grant; g.Resources.Wall.Seconds() != c.want {
			t.Errorf("%v gave %v, want %v s", c.asked, g.Resources.Wall, c.want)
		}
	}
}

// P9: the guard inside Python says the same sentence as the decision.
func TestGuardsSayTheSame(t *testing.T) {
	p := load(t, "version: 1\nextends: strict\nimports: {allow: [numpy]}\n")
	s := submission()
	s.Modules = []interlock.Module{{Name: "helper.sub"}}
	f := imported("subprocess")
	d := decide(t, p, s, f)
	g := d.Grant.Guards
	found := false
	for _, r := range g.Imports.Deny {
		found = found || r.Name == "subprocess" && r.Message == d.Reasons[0].Message
	}
	if !found || !g.Imports.AllowOnly || !reflect.DeepEqual(g.Imports.Allow, []string{"helper", "numpy"}) {
		t.Errorf("got %+v", g.Imports)
	}
	if g.Builtins.AllowOnly || len(g.Builtins.Deny) != 4 || g.Builtins.Deny[1].Message != "use of compile is refused: makes code of text, which analysis cannot see" {
		t.Errorf("got %+v", g.Builtins)
	}
}

func BenchmarkDecide(b *testing.B) {
	p, err := policy.LoadShipped("scientific", options)
	if err != nil {
		b.Fatal(err)
	}
	f := imported("numpy", "pandas", "scipy.optimize:curve_fit", "matplotlib.pyplot", "os", "json", "subprocess")
	s := submission()
	for b.Loop() {
		if _, err := p.Decide(context.Background(), s, &f, interlock.Decision{Effect: interlock.Allow}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadShipped(b *testing.B) {
	for b.Loop() {
		if _, err := policy.LoadShipped("scientific", options); err != nil {
			b.Fatal(err)
		}
	}
}

// P17: a stream's limit follows the limit of both, shared memory that of the
// workspace, and a mode that narrows the whole narrows its parts.
func TestLimitsThatFollowOthers(t *testing.T) {
	o := options
	o.Modes = map[interlock.ExecutionMode]policy.Mode{interlock.WriteAccess: {Limits: interlock.Resources{Output: 1000, Outputs: 3}}}
	p, err := policy.Load(write(t, "p.yaml", "version: 1\nextends: scientific\nresources: {output: 5MiB, stderr: 1MiB, workspace: 7MiB}\n"), o)
	if err != nil {
		t.Fatal(err)
	}
	f := quiet()
	decided := func(mode interlock.ExecutionMode) interlock.Resources {
		d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		return d.Grant.Resources
	}
	if r := decided(interlock.ReadOnly); r.Stdout != 5<<20 || r.Stderr != 1<<20 || r.Shm != 7<<20 || r.Line != 1<<20 || r.Figures != 100 || r.Outputs != 1000 {
		t.Errorf("read_only: %+v", r)
	}
	if r := decided(interlock.WriteAccess); r.Stdout != 1000 || r.Stderr != 1000 || r.Outputs != 3 {
		t.Errorf("write_access: %+v", r)
	}
	for _, key := range []string{"results", "figure"} {
		contains(t, refused(t, write(t, "p.yaml", "version: 1\nextends: scientific\nresources: {"+key+": 33MiB}\n")), "resources."+key+" is more than 32MiB", "save_artifact()")
	}
}
