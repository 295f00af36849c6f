//go:build linux

package attack

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// TestAttacks (P4, P5, P6, P9, P16, P17): every program succeeds where nothing
// holds it, and fails at both levels, ends clearly, and stands in the ledger.
func TestAttacks(t *testing.T) {
	if testing.Short() {
		require.Skip(t, require.Time, "the attacks take a minute or more; run without -short")
	}
	h, programs := newHost(t), load(t)
	prelude, err := os.ReadFile("testdata/prelude.py")
	if err != nil {
		t.Fatal(err)
	}
	table := &table{cells: map[string][]string{}}
	defer table.print(t, programs)
	suite := suite{host: h, programs: programs, prelude: string(prelude), table: table}
	t.Run("plain", func(t *testing.T) { suite.prove(t, newPlain(t, h)) })
	for _, r := range []func(*testing.T, *host) runner{
		func(t *testing.T, h *host) runner { return newAlone(t, h, "namespaces") },
		func(t *testing.T, h *host) runner { return newAlone(t, h, "landlock") },
	} {
		confined := r(t, h)
		t.Run(confined.name(), func(t *testing.T) { suite.hold(t, confined) })
		confined.confirm(t)
	}
	if left := append(h.groups(), h.mounts()...); len(left) > 0 {
		t.Errorf("left on the host: %q", left)
	}
}

type suite struct {
	host     *host
	programs []program
	prelude  string
	table    *table
}

// each runs f for every program: first those that must be alone, then the others
// side by side.
func (s suite) each(t *testing.T, f func(*testing.T, program)) {
	for _, p := range s.programs {
		t.Run(p.class+"/"+strings.ReplaceAll(p.name, " ", "_"), func(t *testing.T) {
			if !p.alone {
				t.Parallel()
			}
			f(t, p)
		})
	}
}

// prove runs every program with nothing around it: each must show the harm that
// it says it does.
func (s suite) prove(t *testing.T, r runner) {
	s.each(t, func(t *testing.T, p program) {
		if p.plain == "never" {
			s.table.add(p, "never: "+p.why)
			return
		}
		g := newSite(t, s.host)
		o := s.attack(t, r, p, g)
		switch harm := g.harm(o); {
		case slices.Contains(harm, p.shows) || p.shows == "same" && o.same:
			s.table.add(p, "succeeds")
		case p.why != "":
			s.table.add(p, "not here: "+p.why)
		default:
			t.Errorf("it does not succeed even where nothing holds it: want %q, have %q\n%s", p.shows, harm, o.all)
		}
	})
}

// hold runs every program confined.
func (s suite) hold(t *testing.T, r runner) {
	s.each(t, func(t *testing.T, p program) {
		g := newSite(t, s.host)
		o := s.attack(t, r, p, g)
		if harm := g.harm(o); len(harm) > 0 || o.same && p.shows == "same" {
			t.Errorf("it succeeded: %q %q\n%.2000s", harm, append(o.left, g.leftovers()...), o.all)
		}
		if p.class == "resources" || p.class == "output" {
			s.after(t, r)
		}
		if !t.Failed() {
			s.table.add(p, o.word())
		} else {
			s.table.add(p, "FAILS")
		}
	})
}

// after asks whether the host and the next run are well.
func (s suite) after(t *testing.T, r runner) {
	t.Helper()
	if faults := s.host.health(); len(faults) > 0 && r.name() != "plain" {
		t.Errorf("the host is not well afterwards: %q", faults)
	}
	g := newSite(t, s.host)
	script := g.write(t, program{source: "won()\n"}, s.prelude, r.home(), 1)
	if o := r.run(t, program{}, g, script); o.status != "succeeded" || !bytes.Contains(o.stdout, []byte(g.word)) {
		t.Errorf("the next run does not succeed:\n%s", o.all)
	}
}

// attack runs p as often as it wants, and puts the outcomes together.
func (s suite) attack(t *testing.T, r runner, p program, g *site) outcome {
	t.Helper()
	var all outcome
	runs := p.runs
	if r.name() == "plain" && p.plain == "forked" {
		runs = 1 // which forks twice
	}
	for phase := range runs {
		script := g.write(t, p, s.prelude, r.home(), phase+1)
		o := r.run(t, p, g, script)
		if r.name() != "plain" {
			o.clear(t, r, p)
		}
		all = all.and(o)
	}
	if r.name() == "plain" && p.plain == "forked" {
		half := len(all.stdout) / 2
		all.same = half > 0 && bytes.Equal(all.stdout[:half], all.stdout[half:])
	}
	return all
}

func (o outcome) and(next outcome) outcome {
	next.same = len(o.stdout) > 0 && bytes.Equal(o.stdout, next.stdout)
	next.stdout = append(slices.Clone(o.stdout), next.stdout...)
	next.stderr = append(slices.Clone(o.stderr), next.stderr...)
	next.all = append(slices.Clone(o.all), next.all...)
	next.left = append(o.left, next.left...)
	next.raw, next.typed, next.claimed = next.raw || o.raw, next.typed || o.typed, next.claimed || o.claimed
	return next
}

// clear checks that the outcome says plainly how the run ended.
func (o *outcome) clear(t *testing.T, r runner, p program) {
	t.Helper()
	bad := func(format string, args ...any) {
		t.Helper()
		t.Errorf(format+"\n%.1500s", append(args, o.all)...)
	}
	switch {
	case o.level != r.level():
		bad("it ran at level %q", o.level)
	case !slices.Contains([]string{"succeeded", "failed", "stopped"}, o.status):
		bad("status %q", o.status)
	case p.tty:
	case len(p.limits) > 0 && !slices.Contains(p.limits, o.limit) && (o.limit != "" || !slices.Contains(p.limits, "none")):
		bad("limit %q, want one of %q (status %s, exit %d %s: %s)", o.limit, p.limits, o.status, o.exit, o.signal, o.message)
	case len(p.limits) == 0 && o.limit != "":
		bad("limit %q, want none", o.limit)
	case (o.status == "stopped") != (o.limit != "") || o.limit != "" && (o.value == "" || o.heldBy == ""):
		bad("status %q with limit %q %q by %q", o.status, o.limit, o.value, o.heldBy)
	case o.status == "failed" && (o.message == "" || strings.EqualFold(o.message, "killed")):
		bad("it failed, and nothing says why: %q", o.message)
	case o.limit == "" && o.signal != p.signal:
		bad("signal %q, want %q", o.signal, p.signal)
	case o.rss > 700<<20:
		bad("the supervisor or its run took %d MiB", o.rss>>20)
	}
	o.claimed = o.claimed || p.exit >= 0 && o.exit != p.exit
	if (o.exit == 0) != (o.status == "succeeded") && !p.tty {
		bad("status %q with exit %d", o.status, o.exit)
	}
}

func (o outcome) word() string {
	if o.limit != "" {
		return "held: " + o.limit + " " + o.value
	}
	return "held: " + o.status
}
