package policy_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"pgregory.net/rapid"
)

// loadAs is load for a file with a name of its own.
func loadAs(t interface{ Fatal(...any) }, path string, source string) *policy.Policy {
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Load(path, options)
	if err != nil {
		t.Fatal(source, err)
	}
	return p
}

func word(t interface{ Fatal(...any) }, p *policy.Policy, x doing) interlock.Decision {
	f := x.facts()
	d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: x.mode})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// P1, P13: whatever a binding policy and the one that narrows it say, the narrowed
// decision is as strict as the stricter one, keeps every reason of both, grants what
// both grant, and is the same whichever of them binds.
func TestNarrowedDecisionIsNeverLaxer(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		a, b := loadAs(t, filepath.Join(dir, "binding.yaml"), drawSketch(t).yaml()), loadAs(t, filepath.Join(dir, "narrower.yaml"), drawSketch(t).yaml())
		x := drawDoing(t)
		one, other, both, swapped := word(t, a, x), word(t, b, x), word(t, a.NarrowedBy(b), x), word(t, b.NarrowedBy(a), x)
		if want := min(one.Effect, other.Effect); both.Effect != want || swapped.Effect != want {
			t.Fatalf("%s and %s give %s: %+v", one.Effect, other.Effect, both.Effect, x)
		}
		for _, r := range slices.Concat(one.Reasons, other.Reasons) {
			if !slices.Contains(both.Reasons, r) {
				t.Fatalf("lost: %+v", r)
			}
		}
		for _, r := range both.Reasons {
			if !slices.Contains(one.Reasons, r) && !slices.Contains(other.Reasons, r) {
				t.Fatalf("neither says: %+v", r)
			}
		}
		if (both.Approval != nil) != (both.Effect == interlock.NeedsApproval) || one.Approval != nil && both.Approval != nil && both.Approval.Stricter(*one.Approval) != *both.Approval {
			t.Fatalf("%+v beside %+v", both.Approval, one.Approval)
		}
		if want := policy.Intersect(one.Grant, other.Grant); !reflect.DeepEqual(both.Grant, want) {
			t.Fatalf("%+v\n%+v", both.Grant, want)
		}
		for _, c := range []string{"S:A", "S:B", "R:A", "R:B", "S:A.DRVH"} {
			_, _, first := one.Grant.Channels.Granted(c)
			_, _, second := other.Grant.Channels.Granted(c)
			if _, _, now := both.Grant.Channels.Granted(c); (now == nil) != (first == nil && second == nil) {
				t.Fatalf("%s: %+v", c, now)
			}
		}
		if both.PolicyDigest == one.PolicyDigest || both.PolicyDigest == other.PolicyDigest || both.PolicyDigest == swapped.PolicyDigest && one.PolicyDigest != other.PolicyDigest {
			t.Fatalf("digest %s", both.PolicyDigest)
		}
	})
}

const (
	binds = "version: 1\nextends: scientific\n" +
		"imports: {deny: [{module: json, reason: house rule}]}\n" + // 3
		"filesystem: {read: [/data], write: [/scratch]}\n" + // 4
		"network: {allow: [\"*.example.org:443\", \"other.org:443\"]}\n" + // 5
		"commands: {allow: [/usr/bin/git, /usr/bin/make]}\n" + // 6
		"packages: {allow: [\"numpy>=1.26\", scipy]}\n" +
		"control_system: {epics: {read: {deny: [\"SEC:*\"]}, write: {channels: [{match: \"SR:*\", min: -5, max: 5}]}}}\n" + // 8
		"resources: {wall: 30s}\n" +
		"approval: {write_access: {approvers: 2, expires: 1h}}\n" +
		"rules: [{name: house, when: 'facts.imports.exists(i, i.module == \"yaml\")', effect: deny, message: not here}]\n" +
		"redact: [\"binding-[0-9]+\"]\n"
	narrows = "version: 1\nextends: scientific\n" +
		"imports: {deny: [csv]}\n" +
		"filesystem: {read: [/data/a, /scratch/b], script_folder: read}\n" + // 4
		"network: {allow: [\"a.example.org:443\", \"third.org:443\"]}\n" + // 5
		"commands: {allow: [/usr/bin/git]}\n" +
		"packages: {allow: [\"numpy<3\"]}\n" +
		"control_system: {epics: {read: {deny: [\"X:*\"]}, write: {channels: [{match: \"SR:HCM*\", min: 0, max: 9}]}}}\n" + // 8
		"resources: {wall: 2h, memory: 100MiB}\n" +
		"approval: {write_access: {self: true, expires: 5m}}\n" +
		"rules: [{name: mine, when: 'facts.imports.exists(i, i.module == \"toml\")', effect: needs_approval, message: ask me}]\n" +
		"redact: [\"narrow-[0-9]+\"]\n"
)

func narrowed(t *testing.T) (p *policy.Policy, binding, narrower string) {
	t.Helper()
	dir := t.TempDir()
	binding, narrower = filepath.Join(dir, "binding.yaml"), filepath.Join(dir, "narrower.yaml")
	return loadAs(t, binding, binds).NarrowedBy(loadAs(t, narrower, narrows)), binding, narrower
}

// P1, P13, N8: each thing that either policy refuses is refused, by the file and line that
// refuse it, and what both allow is allowed.
func TestBindingAndNarrowerBothDecide(t *testing.T) {
	p, binding, narrower := narrowed(t)
	read := func(channel string) interlock.Facts {
		f := put1("exact", []string{channel}, "unknown")
		f.Accesses[0].Op, f.Control.Writes = interlock.OpRead, interlock.None
		return f
	}
	place := func(file, line string) string { return file + ":" + line }
	for name, c := range map[string]struct {
		facts interlock.Facts
		want  interlock.Effect
		by    []string
	}{
		"neither":                {imported("numpy"), interlock.Allow, nil},
		"import, binding":        {imported("json"), interlock.Deny, []string{place(binding, "3")}},
		"import, narrower":       {imported("csv"), interlock.Deny, []string{place(narrower, "3")}},
		"import, what both have": {imported("ctypes"), interlock.Deny, []string{"scientific.yaml:"}},
		"path, both":             {pathUse("/data/a/x", "read"), interlock.Allow, nil},
		"path, read by one and written by the other": {pathUse("/scratch/b/x", "read"), interlock.Allow, nil},
		"path, narrower":       {pathUse("/data/x", "read"), interlock.Deny, []string{place(narrower, "4")}},
		"path, written":        {pathUse("/scratch/b/x", "write"), interlock.Deny, []string{"scientific.yaml:"}},
		"endpoint, both":       {reaches("a.example.org"), interlock.Allow, nil},
		"endpoint, binding":    {reaches("third.org"), interlock.Deny, []string{place(binding, "5")}},
		"endpoint, narrower":   {reaches("b.example.org"), interlock.Deny, []string{place(narrower, "5")}},
		"endpoint, neither":    {reaches("fourth.org"), interlock.Deny, []string{place(binding, "5"), place(narrower, "5")}},
		"command, both":        {command("git"), interlock.Allow, nil},
		"command, narrower":    {command("/usr/bin/make"), interlock.Deny, []string{place(narrower, "6")}},
		"channel, binding":     {read("SEC:X"), interlock.Deny, []string{place(binding, "8")}},
		"channel, narrower":    {read("X:A"), interlock.Deny, []string{place(narrower, "8")}},
		"expression, binding":  {imported("yaml"), interlock.Deny, []string{place(binding, "11")}},
		"expression, narrower": {imported("toml"), interlock.NeedsApproval, []string{place(narrower, "11")}},
	} {
		d := decide(t, p, submission(), c.facts)
		if d.Effect != c.want {
			t.Errorf("%s: %s: %+v", name, d.Effect, d.Reasons)
		}
		for _, by := range c.by {
			if !slices.ContainsFunc(d.Reasons, func(r interlock.Reason) bool { return strings.HasPrefix(placed(r), by) }) {
				t.Errorf("%s: not by %s: %+v", name, by, d.Reasons)
			}
		}
		if len(c.by) != len(d.Reasons) {
			t.Errorf("%s: %d reasons, want %d: %+v", name, len(d.Reasons), len(c.by), d.Reasons)
		}
	}
}

func placed(r interlock.Reason) string { return r.Policy.File + ":" + strconv.Itoa(r.Policy.Line) }

// P13: the interpreter that is started ahead fits what a narrowed decision grants, and
// the grant is the common one in every part.
func TestNarrowedDraftIsTheGrant(t *testing.T) {
	p, binding, narrower := narrowed(t)
	s := submission()
	s.Inputs, s.Wall = []string{"/inputs/x"}, 25
	draft, ok := p.Draft(s)
	if d := decide(t, p, s, imported("numpy")); !ok || d.Effect != interlock.Allow || !reflect.DeepEqual(draft, d.Grant) {
		t.Fatalf("%v, %s\n%+v\n%+v", ok, d.Effect, draft, d.Grant)
	}
	if draft.Files.Folder != s.Folder || !slices.Equal(draft.Files.Read, []string{"/data/a", "/scratch/b"}) || len(draft.Files.Write) > 0 ||
		!slices.Contains(draft.Files.Forbid, binding) || !slices.Contains(draft.Files.Forbid, narrower) {
		t.Errorf("files %+v", draft.Files)
	}
	if !slices.Equal(draft.Endpoints, []string{"a.example.org:443"}) || !slices.Equal(draft.Commands, []string{"/usr/bin/git"}) ||
		draft.Resources.Wall != 25*time.Second || draft.Resources.Memory != 100<<20 {
		t.Errorf("%v, %v, %+v", draft.Endpoints, draft.Commands, draft.Resources)
	}
	s.Inputs = []string{narrower}
	if _, ok := p.Draft(s); ok {
		t.Error("a draft for an input that one policy forbids")
	}
}

// P13, X9, N2: an approval must meet both policies, and a put both limits.
func TestNarrowedWrites(t *testing.T) {
	p, binding, narrower := narrowed(t)
	f := put1("exact", []string{"SR:HCM1"}, "constant", "3")
	d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: interlock.WriteAccess})
	if err != nil || d.Effect != interlock.NeedsApproval || *d.Approval != (interlock.Demand{Approvers: 2, Expires: 5 * time.Minute}) {
		t.Fatalf("%v, %s, %+v: %+v", err, d.Effect, d.Approval, d.Reasons)
	}
	for value, want := range map[float64]interlock.Violation{0: "", 5: "", -1: interlock.MinExceeded, 6: interlock.MaxExceeded} {
		name, hit, breach := d.Grant.Channels.Granted("SR:HCM1")
		if breach == nil {
			breach = hit.CheckNumber(name, value)
		}
		if breach == nil && want != "" || breach != nil && breach.Violation != want {
			t.Errorf("%v: %+v", value, breach)
		}
	}
	if _, _, breach := d.Grant.Channels.Granted("SR:VCM1"); breach == nil || !strings.Contains(breach.Message, narrower) {
		t.Errorf("%+v", breach)
	}
	f = put1("exact", []string{"SR:VCM1"}, "constant", "7")
	d, err = p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: interlock.WriteAccess})
	if err != nil || d.Effect != interlock.Deny {
		t.Fatalf("%v, %+v", err, d)
	}
	for _, file := range []string{binding, narrower} {
		if !slices.ContainsFunc(d.Reasons, func(r interlock.Reason) bool { return r.Effect == interlock.Deny && r.Policy.File == file }) {
			t.Errorf("%s does not refuse: %+v", file, d.Reasons)
		}
	}
}

// P1, P10, P11: digest, files, contents and redaction are those of both, and which file
// narrows is told.
func TestNarrowedVersionNamesBoth(t *testing.T) {
	p, binding, narrower := narrowed(t)
	if !slices.Equal(p.Files(), []string{binding, "scientific.yaml", narrower}) || !slices.Equal(p.Narrowing(), []string{narrower, "scientific.yaml"}) ||
		p.String() != binding+", which extends scientific.yaml; narrowed by "+narrower+", which extends scientific.yaml" {
		t.Errorf("%v, %v, %s", p.Files(), p.Narrowing(), p)
	}
	for i, src := range p.Sources() {
		if src.Name != p.Files()[i] || src.Narrows != (src.Name == narrower) || len(src.Text) == 0 {
			t.Errorf("%+v", src)
		}
	}
	parts := p.Parts()
	if len(parts) != 2 || len(p.Digest()) != 64 || p.Digest() == parts[0].Digest() || p.Digest() == parts[1].Digest() {
		t.Errorf("%s", p.Digest())
	}
	redact := strings.Join(p.Redact(), " ")
	if !strings.Contains(redact, "binding-") || !strings.Contains(redact, "narrow-") {
		t.Errorf("%s", redact)
	}
	if install, _, refused := p.JudgePackage("numpy"); refused || install != "numpy>=1.26,<3" {
		t.Errorf("%s, %v", install, refused)
	}
	for _, word := range []string{"scipy", "numpy==3.1"} {
		if _, r, refused := p.JudgePackage(word); !refused || r.Policy.File != narrower {
			t.Errorf("%s: %v, %+v", word, refused, r)
		}
	}
}

// P13: what each policy shows in another way, and so neither to the run, is said.
func TestNarrowedPathsThatNobodyShows(t *testing.T) {
	dir := t.TempDir()
	a := loadAs(t, filepath.Join(dir, "a.yaml"), bare+"filesystem: {script_folder: read}\n")
	b := loadAs(t, filepath.Join(dir, "b.yaml"), bare+"filesystem: {read: [/home/u/work]}\n")
	f := quiet()
	f.Paths = []interlock.PathUse{{Path: "/home/u/work/x", Mode: "read", API: "open", Certainty: interlock.Definite, Pos: at(1)}}
	if one, other := decide(t, a, submission(), f), decide(t, b, submission(), f); one.Effect != interlock.Allow || other.Effect != interlock.Allow {
		t.Fatalf("%+v\n%+v", one.Reasons, other.Reasons)
	}
	d := decide(t, a.NarrowedBy(b), submission(), f)
	if d.Effect != interlock.Deny || len(d.Reasons) != 1 || !strings.Contains(d.Reasons[0].Hint, "in another way") || d.Grant.Files.Folder != "" {
		t.Errorf("%s: %+v", d.Effect, d.Reasons)
	}
}

// P1, N8: what is allowed is told with the line of each policy that allows it.
func TestNarrowedExplanationHasBoth(t *testing.T) {
	p, binding, narrower := narrowed(t)
	f := quiet()
	f.Endpoints = []interlock.Endpoint{{Host: "a.example.org", Port: 443, Certainty: interlock.Definite, Pos: at(1)}}
	d := decide(t, p, submission(), f)
	e, err := p.Explain(context.Background(), submission(), &f, &d)
	if err != nil || len(e.Findings) != 1 {
		t.Fatalf("%+v, %v", e, err)
	}
	x := e.Findings[0]
	if x.Effect != interlock.Allow || x.Policy != (interlock.PolicyLine{File: binding, Line: 5}) || len(x.Also) != 1 || x.Also[0].Policy != (interlock.PolicyLine{File: narrower, Line: 5}) ||
		!regexp.MustCompile(`lists \*\.example`).MatchString(x.Why) || !strings.Contains(x.Also[0].Why, "lists a.example") {
		t.Errorf("%+v", x)
	}
	one := p.Parts()[0]
	if e, err = one.Explain(context.Background(), submission(), &f, &d); err != nil || len(e.Findings[0].Also) > 0 {
		t.Errorf("%+v, %v", e, err)
	}
}
