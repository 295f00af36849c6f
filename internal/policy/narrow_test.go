package policy_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/endpoint"
	"pgregory.net/rapid"
)

// drawGrant is a random grant over a few names.
func drawGrant(t *rapid.T, label string) interlock.Grant {
	some := func(what string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, 4, rapid.ID[string]).Draw(t, label+what)
	}
	n := func(what string) int { return rapid.IntRange(0, 3).Draw(t, label+what) }
	roots := []string{"/d", "/d/a", "/d/a/x", "/d/b", "/e", "/dd"}
	rules := func(what string) interlock.GuardRules {
		g := interlock.GuardRules{AllowOnly: rapid.Bool().Draw(t, label+what), Allow: some(what+" allow", "m", "m.x", "m.x.y", "n", "mm")}
		for _, name := range some(what+" deny", "m.x", "n", "o") {
			g.Deny = append(g.Deny, interlock.GuardRule{Name: name, Message: label})
		}
		return g
	}
	return interlock.Grant{Mode: interlock.ExecutionMode(n("mode") / 2), Isolation: interlock.Level(n("level") % 3),
		Environment: interlock.Environment{Interpreter: rapid.SampledFrom([]string{"", label}).Draw(t, label+"environment")},
		Files: interlock.Files{Folder: rapid.SampledFrom([]string{"", "/w"}).Draw(t, label+"folder"), Inputs: some("inputs", "/i", "/j"),
			Read: some("read", roots...), Write: some("write", roots...), Forbid: some("forbid", "/d/a/x", "/e/s")},
		Endpoints: some("endpoints", "a.x.org:1", "b.a.x.org:1", "*.x.org:1", "*.a.x.org:1", "a.x.org:2", "192.0.2.1:1", "10.0.0.0/8", "10.1.0.0/16", "10.1.0.1:1"),
		Commands:  some("commands", "/bin/a", "/bin/b"), Guards: interlock.Guards{Imports: rules("imports"), Builtins: rules("builtins")},
		Channels:  interlock.ChannelGrants{{Match: rapid.SampledFrom([]string{"S:*", "*:A", "S:B"}).Draw(t, label+"channel"), Writable: true}},
		Resources: interlock.Resources{Wall: time.Duration(n("wall")), Memory: int64(n("memory")), Processes: n("processes"), Strict: n("strict") == 0}}
}

func below(name string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return root != "" && strings.HasPrefix(name+"/", root+"/") })
}

func mayImport(g interlock.GuardRules, name string) bool {
	covers := func(rule string) bool { return strings.HasPrefix(name+".", rule+".") }
	return !slices.ContainsFunc(g.Deny, func(r interlock.GuardRule) bool { return covers(r.Name) }) && (!g.AllowOnly || slices.ContainsFunc(g.Allow, covers))
}

func parsed(t *rapid.T, list []string) (out []endpoint.Endpoint) {
	for _, s := range list {
		e, err := endpoint.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func connects(t *rapid.T, list []string, host string, port uint16) bool {
	return slices.ContainsFunc(parsed(t, list), func(e endpoint.Endpoint) bool { return e.Matches(host, port) })
}

// P1, P13: a grant that narrows a binding one leaves exactly what both have, and
// where that has no words, less.
func TestNarrowedGrantIsWhatBothGrant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawGrant(t, "binding"), drawGrant(t, "narrower")
		g := policy.Intersect(a, b)
		iff := func(what, name string, got, want bool) {
			if got != want {
				t.Fatalf("%s %s: %v, want %v\n%+v\n%+v\n%+v", what, name, got, want, a, b, g)
			}
		}
		for _, name := range []string{"/d", "/d/z", "/d/a", "/d/a/x/1", "/d/b/1", "/e", "/dd", "/f"} {
			readable := func(g interlock.Grant) bool { return below(name, g.Files.Read...) || below(name, g.Files.Write...) }
			iff("read of", name, readable(g), readable(a) && readable(b))
			iff("write of", name, below(name, g.Files.Write...), below(name, a.Files.Write...) && below(name, b.Files.Write...))
			iff("forbidden", name, below(name, g.Files.Forbid...), below(name, a.Files.Forbid...) || below(name, b.Files.Forbid...))
		}
		iff("folder", "", g.Files.Folder != "", a.Files.Folder != "" && b.Files.Folder != "")
		for _, in := range []string{"/i", "/j"} {
			iff("input", in, slices.Contains(g.Files.Inputs, in), slices.Contains(a.Files.Inputs, in) && slices.Contains(b.Files.Inputs, in))
		}
		for _, host := range []string{"a.x.org", "b.a.x.org", "x.org", "c.x.org", "192.0.2.1", "10.1.0.1"} {
			iff("connection to", host, connects(t, g.Endpoints, host, 1), connects(t, a.Endpoints, host, 1) && connects(t, b.Endpoints, host, 1))
			iff("connection to", host, connects(t, g.Endpoints, host, 2), connects(t, a.Endpoints, host, 2) && connects(t, b.Endpoints, host, 2))
		}
		for _, addr := range []string{"10.0.0.1", "10.1.0.1", "10.1.0.2"} {
			leads := func(g interlock.Grant) bool {
				return endpoint.Check(netip.MustParseAddr(addr), 1, parsed(t, g.Endpoints)) == nil
			}
			if leads(g) && !(leads(a) && leads(b)) {
				t.Fatalf("a name may lead to %s\n%v\n%v\n%v", addr, a.Endpoints, b.Endpoints, g.Endpoints)
			}
		}
		for _, name := range []string{"m", "m.x", "m.x.y", "m.z", "n", "o", "mm", "p"} {
			iff("import of", name, mayImport(g.Guards.Imports, name), mayImport(a.Guards.Imports, name) && mayImport(b.Guards.Imports, name))
			iff("use of", name, mayImport(g.Guards.Builtins, name), mayImport(a.Guards.Builtins, name) && mayImport(b.Guards.Builtins, name))
		}
		for _, c := range []string{"/bin/a", "/bin/b"} {
			iff("start of", c, slices.Contains(g.Commands, c), slices.Contains(a.Commands, c) && slices.Contains(b.Commands, c))
		}
		writes := a.Mode == interlock.WriteAccess && b.Mode == interlock.WriteAccess
		iff("writes", "", g.Mode == interlock.WriteAccess, writes)
		for _, c := range []string{"S:A", "S:B", "R:A", "R:B"} {
			granted := func(g interlock.Grant) bool { _, _, breach := g.Channels.Granted(c); return breach == nil }
			iff("put to", c, granted(g), writes && granted(a) && granted(b))
		}
		if g.Isolation != min(a.Isolation, b.Isolation) || g.Resources != (interlock.Resources{Wall: min(a.Resources.Wall, b.Resources.Wall),
			Memory: min(a.Resources.Memory, b.Resources.Memory), Processes: min(a.Resources.Processes, b.Resources.Processes), Strict: a.Resources.Strict || b.Resources.Strict}) {
			t.Fatalf("%v, %+v\n%+v\n%+v", g.Isolation, g.Resources, a.Resources, b.Resources)
		}
		if want := a.Environment.Interpreter; want != "" && g.Environment.Interpreter != want || want == "" && g.Environment.Interpreter != b.Environment.Interpreter {
			t.Fatalf("environment %+v", g.Environment)
		}
	})
}

// P13: every limit has its smaller one taken: none is forgotten when one is added.
func TestNarrowingTakesEveryLimit(t *testing.T) {
	var large, small interlock.Grant
	v, w := reflect.ValueOf(&large.Resources).Elem(), reflect.ValueOf(&small.Resources).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Bool {
			w.Field(i).SetBool(true) // strict is the narrower one
			continue
		}
		v.Field(i).SetInt(9)
		w.Field(i).SetInt(4)
	}
	if a, b := policy.Intersect(large, small), policy.Intersect(small, large); a.Resources != small.Resources || b.Resources != small.Resources {
		t.Errorf("%+v\n%+v", a.Resources, b.Resources)
	}
}

// P4, P13: a link below a root of the binding policy leads nowhere else by being a
// root of the one that narrows it.
func TestNarrowingRootsFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"data/in", "secret"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "data", "out")); err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.ToSlash(filepath.Join(dir, name)) }
	g := policy.Intersect(interlock.Grant{Files: interlock.Files{Read: []string{in("data")}}}, interlock.Grant{Files: interlock.Files{Read: []string{in("data/out"), in("data/in")}}})
	if !slices.Equal(g.Files.Read, []string{in("data/in")}) {
		t.Errorf("%v", g.Files.Read)
	}
}

// P5, P6, N8: what the sandbox refuses has the words of the policy that refuses it.
func TestNarrowedDenialsNameWhoRefuses(t *testing.T) {
	of := func(why string, line int, entries ...string) interlock.Grant {
		return interlock.Grant{Commands: entries, Denials: interlock.Denials{Commands: interlock.Denial{Rule: "commands.allow", Why: why, Policy: interlock.PolicyLine{File: "/" + why, Line: line}}}}
	}
	for _, c := range []struct {
		a, b interlock.Grant
		want string
	}{
		{of("binding", 1), of("mine", 2, "/a"), "binding (/binding:1)"},
		{of("binding", 1, "/a"), of("mine", 2), "mine (/mine:2)"},
		{of("binding", 1, "/a"), of("mine", 2, "/a", "/b"), "binding (/binding:1)"},
		{of("binding", 1, "/a", "/b"), of("mine", 2, "/b"), "mine (/mine:2)"},
		{of("binding", 1, "/a", "/b"), of("mine", 2, "/b", "/c"), "mine, or that of the policy it narrows does not (/binding:1) (/mine:2)"},
	} {
		d := policy.Intersect(c.a, c.b).Denials.Commands
		if got := d.At(d.Why); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
