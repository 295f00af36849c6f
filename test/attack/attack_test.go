//go:build linux

package attack

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

// TestAttacks (P4, P5, P6, P9, P16, P17): every program succeeds where nothing
// holds it, and fails in every way that an interlock runs it, ends clearly, and
// stands in the ledger.
func TestAttacks(t *testing.T) {
	if testing.Short() {
		require.Skip(t, require.Time, "the attacks take minutes; run without -short")
	}
	h, programs, now := newHost(t), load(t), time.Now()
	prelude, err := os.ReadFile("testdata/prelude.py")
	if err != nil {
		t.Fatal(err)
	}
	table := newTable()
	defer table.print(t, programs)
	suite := suite{host: h, prelude: string(prelude), table: table}
	ways := []func() runner{
		func() runner { return newPlain(t, h) },
		func() runner { return newAlone(t, h, "namespaces") },
		func() runner { return newAlone(t, h, "landlock") },
		func() runner { return newDaemon(t, h) },
	}
	if contained() {
		ways = ways[2:3]
	}
	for _, r := range ways {
		way := r()
		suite.programs = chosen(t, way.name(), programs, now)
		table.start(way.name())
		t.Run(way.name(), func(t *testing.T) { suite.each(t, way) })
		if way.name() != "plain" {
			suite.after(t, way, true)
		}
		way.confirm(t)
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

// each runs every program: first those that must be alone, then the others side
// by side.
func (s suite) each(t *testing.T, r runner) {
	for _, p := range s.programs {
		t.Run(p.class+"/"+strings.ReplaceAll(p.name, " ", "_"), func(t *testing.T) {
			if !p.alone {
				t.Parallel()
			}
			start, do := time.Now(), s.hold
			if r.name() == "plain" {
				do = s.prove
			}
			word := do(t, r, p)
			if t.Failed() {
				word = "FAILS"
			}
			s.table.add(r.name(), p, word, time.Since(start))
		})
	}
}

// prove runs p with nothing around it: it must show the harm that it says it does.
func (s suite) prove(t *testing.T, r runner, p program) string {
	if p.plain == "never" {
		return "never: " + p.why
	}
	g := newSite(t, s.host)
	o := s.attack(t, r, p, g)
	switch harm := g.harm(o); {
	case slices.Contains(harm, p.shows) || p.shows == "same" && o.same:
		return "succeeds"
	case p.why != "":
		return "not here: " + p.why
	default:
		t.Errorf("it does not succeed even where nothing holds it: want %q, have %q\n%s", p.shows, harm, o.all)
		return ""
	}
}

// hold runs p confined.
func (s suite) hold(t *testing.T, r runner, p program) string {
	g := newSite(t, s.host)
	join := func() {}
	if p.beside && r.name() == "daemon" {
		join = s.beside(t, r)
	}
	o := s.attack(t, r, p, g)
	join()
	same := o.same && p.shows == "same"
	designed := same && r.name() == "daemon" && p.copies != ""
	if harm := g.harm(o); len(harm) > 0 || same && !designed {
		t.Errorf("it succeeded: %q %q\n%.2000s", harm, append(o.left, g.leftovers()...), o.all)
	}
	if faults := s.host.health(); len(faults) > 0 && (p.class == "resources" || p.class == "output") {
		t.Errorf("the host is not well afterwards: %q", faults)
	}
	if r.name() == "daemon" && (p.alone || p.class == warm) { // the next copy is of what this one was
		s.after(t, r, p.alone)
	}
	if designed {
		return "the same: " + p.copies
	}
	return o.word()
}

// after asks whether the host and the next run are well. It follows the whole
// suite in every way, and in a daemon each program that others could suffer from;
// otherwise the next program is a run of its own, whose end must be as clear.
func (s suite) after(t *testing.T, r runner, only bool) {
	t.Helper()
	if faults := s.host.health(); len(faults) > 0 {
		t.Errorf("the host is not well afterwards: %q", faults)
	}
	s.good(t, r, only)
}

// beside makes one good run after the other while a program goes on, and returns
// what ends that.
func (s suite) beside(t *testing.T, r runner) (join func()) {
	t.Helper()
	enough, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			s.good(t, r, false)
			select {
			case <-enough:
				return
			default:
			}
		}
	}()
	return func() { close(enough); <-done }
}

// good makes a run of a harmless program.
func (s suite) good(t *testing.T, r runner, only bool) {
	t.Helper()
	g := newSite(t, s.host)
	script := g.write(t, program{source: "won()\n"}, s.prelude, r.home(), 1)
	if o := r.run(t, program{alone: only}, g, script); o.status != "succeeded" || !bytes.Contains(o.stdout, []byte(g.word)) {
		t.Errorf("another run does not succeed:\n%s", o.all)
	}
}

// attack runs p as often as it wants, and puts the outcomes together.
func (s suite) attack(t *testing.T, r runner, p program, g *site) outcome {
	t.Helper()
	var all outcome
	runs := p.runs
	if r.name() == "plain" && slices.Contains([]string{"forked", "zygote", "reused"}, p.plain) {
		runs = 1 // which is both in one
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

// most is what the largest process of a supervisor and its run may take, in bytes.
const most = 700 << 20

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
	case o.rss > most:
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
