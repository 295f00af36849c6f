package policy_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

var hintLine = regexp.MustCompile("`([a-z_]+: \\{.*?\\})`")

// N8: a line that a hint gives can be written above the policy in force: it lets through
// what was refused, and takes nothing away that a list had.
func TestHintsKeepWhatTheListHas(t *testing.T) {
	base := "version: 1\nextends: scientific\nfilesystem: {read: [/data, ~/in], write: [/scratch]}\nnetwork: {allow: [\"a.example.org:443\"]}\ncommands: {allow: [/usr/bin/git]}\n"
	for name, c := range map[string]struct{ had, refused interlock.Facts }{
		"read":     {pathUse("/home/u/in/x", "read"), pathUse("/other/x", "read")},
		"write":    {pathUse("/scratch/x", "write"), pathUse("/out/x", "write")},
		"endpoint": {reaches("a.example.org"), reaches("b.example.org")},
		"command":  {command("git"), command("/usr/bin/make")},
	} {
		dir := t.TempDir()
		put(t, filepath.Join(dir, "base.yaml"), base)
		p, err := policy.Load(filepath.Join(dir, "base.yaml"), options)
		if err != nil {
			t.Fatal(err)
		}
		d := decide(t, p, submission(), c.refused)
		if d.Effect != interlock.Deny || decide(t, p, submission(), c.had).Effect != interlock.Allow {
			t.Fatalf("%s: %+v", name, d.Reasons)
		}
		line := hintLine.FindStringSubmatch(d.Reasons[0].Hint)
		if line == nil || !strings.Contains(d.Reasons[0].Hint, "which keeps what the list has") {
			t.Errorf("%s: %s", name, d.Reasons[0].Hint)
			continue
		}
		put(t, filepath.Join(dir, "above.yaml"), "version: 1\nextends: base.yaml\n"+line[1]+"\n")
		above, err := policy.Load(filepath.Join(dir, "above.yaml"), options)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []interlock.Facts{c.had, c.refused} {
			if d := decide(t, above, submission(), f); d.Effect != interlock.Allow {
				t.Errorf("%s: with %s: %+v", name, line[1], d.Reasons)
			}
		}
	}
	many := load(t, "version: 1\nextends: scientific\ncommands: {allow: [/a, /b, /c, /d, /e, /f]}\n")
	if d := decide(t, many, submission(), command("/g")); !strings.Contains(d.Reasons[0].Hint, "`commands: {allow: [/a, /b, /c, /d, /e, …, /g]}`, with all 6 entries that the list has") {
		t.Errorf("%s", d.Reasons[0].Hint)
	}
	f := put1("exact", []string{"SR:B"}, "constant", "1")
	granted := load(t, "version: 1\nextends: scientific\ncontrol_system:\n  epics:\n    write:\n      channels: [{match: \"SR:A\"}]\n")
	if d := decideWrites(t, granted, f); !strings.Contains(d.Reasons[0].Hint, "channels: [{match: \"SR:B\", min: 1, max: 1}]}}}` with the limits that are safe, beside what the list has (") || !strings.Contains(d.Reasons[0].Hint, "policy.yaml:6)") {
		t.Errorf("%s", d.Reasons[0].Hint)
	}
}

// N8: the sandbox's refusals say the same: the grant carries the list.
func TestDenialsCarryTheirLists(t *testing.T) {
	p := load(t, "version: 1\nextends: scientific\nnetwork: {allow: [\"a.example.org:443\"]}\ncommands: {allow: [/usr/bin/git]}\n")
	d := decide(t, p, submission(), quiet()).Grant.Denials
	if got := interlock.AllowEndpoint("b.example.org:443", d.Network.Has...); !strings.HasSuffix(got, "`network: {allow: [\"a.example.org:443\", \"b.example.org:443\"]}`, which keeps what the list has") {
		t.Errorf("%s", got)
	}
	if got := interlock.AllowCommand("/x", d.Commands.Has...); !strings.Contains(got, "[/usr/bin/git, /x]") {
		t.Errorf("%s", got)
	}
	if got := interlock.AllowCommand("/x"); !strings.HasSuffix(got, "writes `commands: {allow: [/x]}`") {
		t.Errorf("%s", got)
	}
}
