package approval_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/approval"
)

// changes are all that decides a run or is shown, one at a time, with the word for it.
var changes = map[string]struct {
	word   string
	change func(*bench, *one)
}{
	"source on disk": {"file fit.py (changed)", func(b *bench, _ *one) { b.write("fit.py", "caput('A', 2)\n") }},
	"file beside it": {"file data.csv (new)", func(b *bench, _ *one) { b.write("data.csv", "1") }},
	"sibling module": {"module helper.py (changed)", func(_ *bench, o *one) {
		o.s.Modules = []interlock.Module{{Name: "helper", Path: "helper.py", Source: []byte("x")}}
	}},
	"another module": {"module more.py (new)", func(_ *bench, o *one) {
		o.s.Modules = append(o.s.Modules, interlock.Module{Path: "more.py", Source: []byte("m")})
	}},
	"input contents": {"in.csv (changed)", func(_ *bench, o *one) { os.WriteFile(o.s.Inputs[0], []byte("2\n"), 0o600) }},
	"input gone":     {"cannot be read", func(_ *bench, o *one) { os.Remove(o.s.Inputs[0]) }},
	"environment":    {"the environment granted (changed)", func(_ *bench, o *one) { o.d.Grant.Environment.Interpreter = "/other" }},
	"package": {"package numpy-2.0 (gone); package numpy-2.1 (new)", func(b *bench, _ *one) {
		b.around = map[string]string{"the configuration": "c", "package numpy-2.1": "p"}
	}},
	"variable": {"variable A (changed)", func(_ *bench, o *one) { o.d.Grant.Environment.Variables = map[string]string{"A": "2"} }},
	"configuration": {"the configuration (changed)", func(b *bench, _ *one) {
		b.around = map[string]string{"the configuration": "d", "package numpy-2.0": "p"}
	}},
	"policy": {"the policy (changed)", func(_ *bench, o *one) { o.d.PolicyDigest = "p2" }},
	"mode":   {"the mode (changed)", func(_ *bench, o *one) { o.d.Mode = interlock.ReadOnly }},
	"limit of a channel": {"the limits of A (changed)", func(_ *bench, o *one) {
		o.d.Grant.Channels = interlock.ChannelGrants{{Match: "A", Writable: true, Max: ptr(6.0)}}
	}},
	"another channel": {"the limits of B (new)", func(_ *bench, o *one) {
		o.d.Grant.Channels = append(o.d.Grant.Channels[:1:1], interlock.ChannelGrant{Match: "B", Writable: true})
	}},
	"same channel again":  {"the limits of A (2) (new)", func(_ *bench, o *one) { o.d.Grant.Channels = append(o.d.Grant.Channels[:1:1], o.d.Grant.Channels[0]) }},
	"limit of resources":  {"the limits of resources (changed)", func(_ *bench, o *one) { o.d.Grant.Resources.Wall = time.Hour }},
	"endpoint":            {"the grant's endpoints (changed)", func(_ *bench, o *one) { o.d.Grant.Endpoints = []string{"example.org:443"} }},
	"isolation":           {"the grant's isolation (changed)", func(_ *bench, o *one) { o.d.Grant.Isolation = interlock.Landlock }},
	"what analysis finds": {"what analysis finds (changed)", func(_ *bench, o *one) { o.f.Complete = true }},
	"a reason":            {"the decision (changed)", func(_ *bench, o *one) { o.d.Reasons = append(o.d.Reasons[:1:1], interlock.Reason{Message: "new"}) }},
	"no approval needed":  {"the decision (changed)", func(_ *bench, o *one) { o.d.Effect = interlock.Allow }},
	"the demand":          {"what an approval must be (changed)", func(_ *bench, o *one) { o.d.Approval = &interlock.Demand{Approvers: 2} }},
}

// TestAnythingChangedIsStale (N4): each thing that decides the run or was shown, changed
// by itself after the approval, refuses the start and is named, and nothing is used up.
func TestAnythingChangedIsStale(t *testing.T) {
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			o := b.one()
			b.ask(o)
			b.agree(bob, approval.Narrow{})
			was := *o
			c.change(b, o)
			err := b.start(o)
			if err == nil || !strings.Contains(err.Error(), c.word) {
				t.Fatalf("got %v, want %q", err, c.word)
			}
			r, err := b.Get(t.Context(), o.s.ID)
			if err != nil || r.State(b.now) != approval.Approved {
				t.Errorf("%v, %v", r.State(b.now), err)
			}
			_ = was
		})
	}
}

// TestStaleBetweenClaimAndRun: what changes after the claim refuses too, and is used up.
func TestStaleBetweenClaimAndRun(t *testing.T) {
	b := newBench(t)
	o := b.one()
	b.ask(o)
	b.agree(bob, approval.Narrow{})
	s, err := b.again(o, ann)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Claim(t.Context(), ann, s, &o.f, &o.d); err != nil {
		t.Fatal(err)
	}
	b.write("data.csv", "meanwhile")
	b.refuses(b.Approve(t.Context(), s, &o.f, &o.d), "stale", 3)
	b.refuses(b.start(o), "used", 3)
}

// TestDigestCoversTheSubmission (N4): what the caller hands in cannot change after it
// was asked for, because it is kept; two requests that differ in any of it differ in
// their digest.
func TestDigestCoversTheSubmission(t *testing.T) {
	digest := func(change func(*bench, *one)) string {
		b := newBench(t)
		b.folder = folder(t)
		o := b.one()
		o.s.Inputs = nil
		change(b, o)
		b.ask(o)
		r, err := b.Get(t.Context(), o.s.ID)
		if err != nil {
			t.Fatal(err)
		}
		return r.Digest
	}
	seen := map[string]string{digest(func(*bench, *one) {}): "nothing changed"}
	if len(seen) != 1 || seen[digest(func(*bench, *one) {})] == "" {
		t.Fatal("the same request has another digest")
	}
	readOnly := interlock.ReadOnly
	for name, change := range map[string]func(*bench, *one){
		"source":          func(_ *bench, o *one) { o.s.Source = []byte("caput('A', 2)\n") },
		"name":            func(_ *bench, o *one) { o.s.Name = "other.py" },
		"an argument":     func(_ *bench, o *one) { o.s.Args = []string{"y"} },
		"more arguments":  func(_ *bench, o *one) { o.s.Args = []string{"x", ""} },
		"no argument":     func(_ *bench, o *one) { o.s.Args = nil },
		"stdin":           func(_ *bench, o *one) { o.s.Stdin = []byte("other") },
		"no stdin":        func(_ *bench, o *one) { o.s.Stdin = nil },
		"an input":        func(b *bench, o *one) { o.s.Inputs = []string{b.folder} },
		"who":             func(_ *bench, o *one) { o.s.Who = cat },
		"description":     func(_ *bench, o *one) { o.s.Description = "another" },
		"session":         func(_ *bench, o *one) { o.s.Session = "s" },
		"mode asked for":  func(_ *bench, o *one) { o.s.AskedMode = &readOnly },
		"environment":     func(_ *bench, o *one) { o.s.Interpreter = "/other" },
		"time limit":      func(_ *bench, o *one) { o.s.Wall = 3 },
		"override":        func(_ *bench, o *one) { o.s.Override = &interlock.Override{Why: "x"} },
		"is a rehearsal":  func(_ *bench, o *one) { o.s.Rehearse = true },
		"a rehearsal":     func(b *bench, o *one) { b.rehearse(o, 1) },
		"other rehearsal": func(b *bench, o *one) { b.rehearse(o, 2) },
	} {
		d := digest(change)
		if other := seen[d]; other != "" {
			t.Errorf("%s has the digest of %s", name, other)
		}
		seen[d] = name
	}
}

// folder is the same path in each call, emptied.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(os.TempDir(), "interlock-approval-"+strings.ReplaceAll(t.Name(), "/", "-"))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// rehearse makes what was rehearsed a rehearsal of o that put v to A.
func (b *bench) rehearse(o *one, values ...float64) {
	sub := o.s
	sub.Rehearse = true
	e := interlock.Equipment{Rehearsed: true}
	for i, v := range values {
		e.Puts = append(e.Puts, interlock.Put{N: i + 1, Channel: "A", New: interlock.ChannelValue{Numbers: []float64{v}}, Status: interlock.PutHeld})
	}
	o.s.Rehearsal = "rehearsal"
	b.rehearsal = &approval.Rehearsal{Run: "rehearsal", Equipment: e, Status: interlock.Succeeded, Submission: sub.Digest(), Policy: o.d.PolicyDigest, Who: o.s.Who}
}

// TestHeldToTheRehearsal (N3, N4): the grant is the rehearsed puts, with the tolerance of
// their channel, which approvers only tighten; none at all is a rehearsal too.
func TestHeldToTheRehearsal(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		narrow approval.Narrow
		want   interlock.Tolerance
	}{
		"the policy's tolerance": {[]float64{1, 2}, approval.Narrow{}, interlock.Tolerance{Percent: 1}},
		"exact":                  {[]float64{1}, approval.Narrow{Tolerance: &interlock.Tolerance{}}, interlock.Tolerance{}},
		"tighter":                {[]float64{1}, approval.Narrow{Tolerance: &interlock.Tolerance{Absolute: 0.001}}, interlock.Tolerance{Absolute: 0.001}},
		"never wider":            {[]float64{1}, approval.Narrow{Tolerance: &interlock.Tolerance{Percent: 50}}, interlock.Tolerance{Percent: 1}},
		"no put":                 {nil, approval.Narrow{}, interlock.Tolerance{}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			o := b.one()
			b.rehearse(o, c.values...)
			b.ask(o)
			b.agree(bob, c.narrow)
			if err := b.start(o); err != nil {
				t.Fatal(err)
			}
			held := o.d.Grant.Held
			if held == nil || len(held) != len(c.values) {
				t.Fatalf("held to %#v", held)
			}
			for i, h := range held {
				if h.Channel != "A" || h.Value.Numbers[0] != c.values[i] || h.Tolerance != c.want {
					t.Errorf("%+v", h)
				}
			}
		})
	}
}

// TestNarrowed: an approver adds limits to what is granted, and grants nothing.
func TestNarrowed(t *testing.T) {
	b := newBench(t)
	o := b.one()
	b.ask(o)
	narrow := func(channel string) approval.Narrow {
		return approval.Narrow{Channels: []interlock.ChannelGrant{{Match: channel, Writable: true, Min: ptr(-1.0), Max: ptr(1.0)}}}
	}
	for _, channel := range []string{"B", "A*", "A.VAL", ""} {
		if _, err := b.Agree(t.Context(), bob, o.s.ID, narrow(channel)); err == nil {
			t.Errorf("%s is taken", channel)
		}
	}
	_, err := b.Agree(t.Context(), bob, o.s.ID, approval.Narrow{Tolerance: &interlock.Tolerance{}})
	b.refuses(err, "no_rehearsal", 2)
	b.agree(bob, narrow("A"))
	if err := b.start(o); err != nil {
		t.Fatal(err)
	}
	_, hit, _ := o.d.Grant.Channels.Granted("A")
	if breach := hit.CheckNumber("A", 2); breach == nil || breach.Violation != interlock.MaxExceeded {
		t.Errorf("%+v", breach)
	}
	if breach := hit.CheckNumber("A", 1); breach != nil {
		t.Errorf("%+v", breach)
	}
}

// TestRehearsalOfSomethingElse: only an ended rehearsal of this very submission by the
// same person under the same policy counts, and where the policy wants one there must be one.
func TestRehearsalOfSomethingElse(t *testing.T) {
	for name, change := range map[string]func(*bench, *one){
		"no rehearsal":   func(b *bench, _ *one) { b.rehearsal.Equipment.Rehearsed = false },
		"other code":     func(_ *bench, o *one) { o.s.Source = []byte("x") },
		"other argument": func(_ *bench, o *one) { o.s.Args = nil },
		"other policy":   func(_ *bench, o *one) { o.d.PolicyDigest = "p9" },
		"other person":   func(b *bench, _ *one) { b.rehearsal.Who = cat },
		"it failed":      func(b *bench, _ *one) { b.rehearsal.Status = interlock.Failed },
		"too many puts":  func(b *bench, _ *one) { b.rehearsal.Equipment.PutsMore = 1 },
		"the real run":   func(b *bench, o *one) { b.rehearsal.Submission = o.s.Digest() },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			o := b.one()
			b.rehearse(o, 1)
			change(b, o)
			b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "no_rehearsal", 3)
		})
	}
	b := newBench(t)
	o := b.one()
	o.d.Approval.Rehearsal = true
	b.refuses(b.Approve(t.Context(), &o.s, &o.f, &o.d), "rehearsal_required", 3)
	b.rehearse(o, 1)
	b.ask(o)
}
