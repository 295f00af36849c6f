package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/policies"
)

func refused(t *testing.T, path string) string {
	t.Helper()
	_, err := policy.Load(path, options)
	e := (*interlock.Error)(nil)
	if !errors.As(err, &e) || e.Code.Status() != 2 || e.Kind != interlock.Configuration || e.Hint == "" {
		t.Fatalf("%s: want a configuration error with exit 2 and a hint, got %v", path, err)
	}
	return e.Message
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("missing %q in\n%s", w, text)
		}
	}
}

// P1: unknown keys, wrong types, rules that cannot be enforced: all at once, with
// file, line, column, the line itself and what to write instead.
func TestAllFaultsAtOnce(t *testing.T) {
	text := refused(t, write(t, "policy.yaml", `version: 2
extends: sientific
improts: {}
imports: {deny: [{modul: x}, "a b", 3], allow: "*"}
builtins: {deny: [a.b]}
filesystem: {read: [data, "/a/*", /], script_folder: write}
network: {default: allow, allow: ["x:1", "https://a.b", "10.0.0.0/0", "*.org:1"]}
commands: {default: allow, allow: [git, /usr/bin/*]}
control_system: {unresolved_writes: ignore, epics: {write: {channels: [{min: 2, max: 1}]}}, tango: {}}
resources: {wall: 60, memory: lots, processes: -1, strict: "true", cpu: 0s}
isolation: {minimum: gvisor}
approval: {write_access: {required: yes, approvers: -2}, read_only: {rehearsal: required}}
redact: ["(", ""]
rules: [{name: a, effect: allow, message: m}]
packages: {licences: [MIT], deny: ["foo=x"]}
`))
	contains(t, text, "policy.yaml:1:10: version 2 of the format is not known", `extends names "sientific"`, `unknown key "improts"`, "did you mean imports?",
		`unknown key "modul"`, "did you mean module?", `"a b" is not the name of a module`, "imports.deny[2] wants a string", "imports.allow wants a list",
		`"a.b" is not the name of a builtin`, `"data" is not an absolute path`, "has a wildcard", `"/" is everything`, `filesystem.script_folder has no word "write"`,
		"cannot enforce network.default: allow", `"https://a.b" is a URL`, "10.0.0.0/0 is too wide", `"*.org" is too wide`, `"git" is not an absolute path`, `"/usr/bin/*" has a wildcard`, "cannot enforce commands.default: allow", `no word "ignore"`,
		"a granted channel has no match", "min 2 is above max 1", "cannot enforce control_system.tango yet", "60 has no unit", "write: 60s for seconds", `"lots" is not a size`, "-1 is not between 1 and",
		`resources.strict wants a boolean, and this is the string "true"`, `"0s" is not a duration`, `isolation level "gvisor"`,
		`approval.write_access.required wants a boolean, and this is the string "yes"`, "-2 is not between 1 and", "cannot enforce approval.read_only.rehearsal yet", "cannot be used to redact",
		"a rule has no when", "a rule can only tighten", "cannot enforce packages.licences yet", `packages: {allow: [numpy, "scipy>=1.11"]}`, "is not a version specifier",
		"   10 | resources: {wall: 60, memory: lots", "      |                   ^")
}

func TestWhatMustBeThere(t *testing.T) {
	contains(t, refused(t, write(t, "p.yaml", "imports: {}\n")), "does not say its version", "sets resources.wall, resources.cpu", ", resources.inodes", "extends: scientific, or resources: {wall: 60s, cpu: 60s, memory: 1GiB, ")
	contains(t, refused(t, write(t, "p.yaml", "")), "does not say its version")
	contains(t, refused(t, filepath.Join(t.TempDir(), "none.yaml")), "cannot be used", "no such file")
	contains(t, refused(t, t.TempDir()), "is not a file")
	contains(t, refused(t, write(t, "p.yaml", "version: [1\n")), "this is not YAML")
}

// P1, P4: what a run has one of its own of cannot be shown to it, and is said with file
// and line when the policy is read, not by a mount that fails; nor can a folder that holds it.
func TestWhatCannotBeShown(t *testing.T) {
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/etc", link); err != nil {
		t.Fatal(err)
	}
	text := refused(t, write(t, "policy.yaml", bare+"filesystem:\n  read: [/etc/passwd, /etc, /etc/hostname]\n  write: [/dev, "+link+"]\n"))
	contains(t, text, `policy.yaml:4:10: "/etc/passwd" cannot be shown: a run has a /etc/passwd of its own`, "write: leave it out",
		`policy.yaml:4:23: "/etc" cannot be shown as a whole: a run has a /etc/group of its own in it`, "write: the folders and files in it that are needed, each by itself",
		`policy.yaml:5:11: "/dev" cannot be shown as a whole`, link+`" cannot be shown as a whole`)
	if strings.Contains(text, "hostname") && strings.Contains(text, `"/etc/hostname" cannot`) {
		t.Errorf("a file that can be shown is refused: %s", text)
	}
	p, s := shipped(t, "scientific"), submission()
	s.Inputs = []string{"/etc", "/etc/hosts", link, "/etc/hostname"}
	d := decide(t, p, s, quiet())
	if d.Effect != interlock.Deny || len(d.Reasons) != 3 || !strings.Contains(d.Reasons[0].Message, "input /etc is refused: a run has a /etc/group of its own in it") ||
		!strings.Contains(d.Reasons[1].Message, "no run sees the host's") || !strings.Contains(d.Reasons[2].Message, link) {
		t.Errorf("%+v", d.Reasons)
	}
}

// Deny lists add up, scalars and allow lists of the file that extends replace.
func TestExtends(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "site.yaml"), "version: 1\nextends: scientific\nimports: {allow: [a, b], deny: [site]}\nresources: {wall: 5m, memory: 2GiB}\nfilesystem: {read: [/a], forbid: [/f1]}\nredact: [one]\n")
	put(t, filepath.Join(dir, "mine.yaml"), "version: 1\nextends: site.yaml\nimports: {allow: [c], deny: [{module: socket, reason: mine}]}\nresources: {wall: 1m}\nfilesystem: {read: [/b], forbid: [/f2]}\nredact: [two]\n")
	p, err := policy.Load(filepath.Join(dir, "mine.yaml"), options)
	if err != nil {
		t.Fatal(err)
	}
	for module, want := range map[string]string{"a": "imports.allow=deny", "c": "", "site": "imports.deny=deny", "socket": "imports.deny=deny", "subprocess": "imports.deny=deny"} {
		if got := rules(decide(t, p, submission(), imported(module))); got != want {
			t.Errorf("%s: got %q, want %q", module, got, want)
		}
	}
	if d := decide(t, p, submission(), imported("socket")); d.Reasons[0].Message != "import of socket is refused: mine" || d.Reasons[0].Policy.File != filepath.Join(dir, "mine.yaml") || d.Reasons[0].Policy.Line != 3 {
		t.Errorf("the nearer rule does not speak: %+v", d.Reasons[0])
	}
	g := decide(t, p, submission(), quiet()).Grant
	if g.Resources.Wall.Minutes() != 1 || g.Resources.Memory != 2<<30 || g.Resources.Processes != 64 || len(g.Files.Read) != 1 || g.Files.Read[0] != "/b" {
		t.Errorf("grant: %+v", g)
	}
	contains(t, strings.Join(g.Files.Forbid, " "), "/f1", "/f2", "/home/u/.ssh", "mine.yaml", "site.yaml")
	if got := strings.Join(p.Redact(), " "); !strings.HasSuffix(got, "one two") {
		t.Errorf("redact: %s", got)
	}
	if files := p.Files(); len(files) != 3 || files[2] != "scientific.yaml" {
		t.Errorf("files: %v", files)
	}
}

// TestUnknownBase (P1): where what a policy extends is misspelled, the limits that it would
// have brought are no fault of their own.
func TestUnknownBase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.yaml")
	put(t, file, "version: 1\nextends: sientific\n")
	_, err := policy.Load(file, options)
	if err == nil || !strings.Contains(err.Error(), `extends names "sientific"`) || !strings.Contains(err.Error(), "1 fault\n") {
		t.Errorf("%v", err)
	}
}

func TestExtendsIsBounded(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.yaml"), "version: 1\nextends: b.yaml\n")
	put(t, filepath.Join(dir, "b.yaml"), "version: 1\nextends: a.yaml\nbogus: 1\n")
	contains(t, refused(t, filepath.Join(dir, "a.yaml")), "b.yaml:2:10", "goes in a circle", `unknown key "bogus"`)
	put(t, filepath.Join(dir, "self.yaml"), "version: 1\nextends: self.yaml\n")
	contains(t, refused(t, filepath.Join(dir, "self.yaml")), "goes in a circle")
	for i := range 12 {
		put(t, filepath.Join(dir, "n"+string(rune('a'+i))+".yaml"), "version: 1\nextends: n"+string(rune('b'+i))+".yaml\n")
	}
	contains(t, refused(t, filepath.Join(dir, "na.yaml")), "more than 8 policies")
	for _, base := range []string{"../x.yaml", "/etc/x.yaml", "x", "sub/x.yaml", "scientific.yml.txt"} {
		contains(t, refused(t, write(t, "p.yaml", "version: 1\nextends: "+base+"\n")), "neither a shipped policy nor a .yaml file")
	}
	contains(t, refused(t, write(t, "p.yaml", "version: 1\nextends: gone.yaml\n")), "no such file")
}

// The agent must not own the policy: a file that others can write is none.
func TestFilesOthersCanWriteAreRefused(t *testing.T) {
	dir := t.TempDir()
	base, path := filepath.Join(dir, "base.yaml"), filepath.Join(dir, "p.yaml")
	put(t, base, "version: 1\nextends: scientific\n")
	put(t, path, "version: 1\nextends: base.yaml\n")
	for _, bad := range []string{base, path} {
		if err := os.Chmod(bad, 0o620); err != nil {
			t.Fatal(err)
		}
		contains(t, refused(t, path), bad+": its group may write it (mode 0620)")
		o := options
		o.NotInForce = true
		if _, err := policy.Load(path, o); err != nil {
			t.Errorf("looking at it: %v", err)
		}
		if err := os.Chmod(bad, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// P11: a version is its values, in every file it came from.
func TestDigest(t *testing.T) {
	dir := t.TempDir()
	base, path := filepath.Join(dir, "base.yaml"), filepath.Join(dir, "p.yaml")
	digest := func(b, p string) string {
		put(t, base, b)
		put(t, path, p)
		got, err := policy.Load(path, options)
		if err != nil {
			t.Fatal(err)
		}
		return got.Digest()
	}
	b, p := "version: 1\nextends: scientific\nresources: {wall: 5s}\n", "version: 1\nextends: base.yaml\nimports: {deny: [a, b]}\n"
	first := digest(b, p)
	if digest("# comment\nextends: 'scientific'\nversion: 1\nresources:\n  wall: 5s\n", p) != first {
		t.Error("comments, quotes or order make another version")
	}
	for name, c := range map[string][2]string{
		"the base changed": {strings.Replace(b, "5s", "6s", 1), p}, "the file changed": {b, strings.Replace(p, "b]", "c]", 1)},
		"order of a list": {b, strings.Replace(p, "a, b", "b, a", 1)},
	} {
		if digest(c[0], c[1]) == first {
			t.Errorf("%s and the digest did not", name)
		}
	}
	if len(first) != 64 {
		t.Errorf("digest %q", first)
	}
	if d := decide(t, load(t, b), submission(), quiet()); len(d.PolicyDigest) != 64 {
		t.Error("the decision does not carry the version")
	}
}

// P12: what ships is files, and they load.
func TestShippedPoliciesAndTemplateLoad(t *testing.T) {
	if got := strings.Join(policy.Shipped(), " "); got != "facility scientific strict" {
		t.Errorf("shipped: %s", got)
	}
	for _, name := range policy.Shipped() {
		shipped(t, name)
	}
	if _, err := policy.LoadShipped("lax", options); err == nil || !strings.Contains(interlock.AsError(err).Hint, "scientific") {
		t.Errorf("an unknown name: %v", err)
	}
	load(t, policies.InitPolicy)
	var uncommented []string
	for _, line := range strings.Split(policies.InitPolicy, "\n") {
		if rest, ok := strings.CutPrefix(line, "# "); ok && (strings.HasPrefix(rest, " ") || strings.HasSuffix(rest, ":")) {
			line = rest
		}
		uncommented = append(uncommented, line)
	}
	p := load(t, strings.Join(uncommented, "\n"))
	if g := decide(t, p, submission(), quiet()).Grant; g.Isolation != interlock.Landlock || g.Resources.Memory != 4<<30 || g.Files.Read[0] != "/data/archive" {
		t.Errorf("the template's examples do not do what they say: %+v", g)
	}
}

func TestHome(t *testing.T) {
	p, err := policy.LoadShipped("scientific", policy.Options{})
	if err != nil {
		t.Fatalf("without a home folder: %v", err)
	}
	if g := decide(t, p, submission(), quiet()).Grant; strings.Contains(strings.Join(g.Files.Forbid, " "), ".ssh") {
		t.Errorf("forbid: %v", g.Files.Forbid)
	}
	if _, err := policy.Load(write(t, "p.yaml", "version: 1\nextends: scientific\nfilesystem: {read: [~/data]}\n"), policy.Options{}); err == nil || !strings.Contains(err.Error(), "needs a home folder") {
		t.Errorf("~ in read without a home folder: %v", err)
	}
}

// FuzzLoad looks for a policy that makes the loader fall over.
func FuzzLoad(f *testing.F) {
	f.Add("version: 1\nextends: scientific\nimports: {deny: [a]}\n")
	f.Fuzz(func(t *testing.T, source string) {
		path := filepath.Join(t.TempDir(), "p.yaml")
		put(t, path, source)
		p, err := policy.Load(path, options)
		if (p == nil) == (err == nil) {
			t.Errorf("%v, %v", p, err)
		}
		if err == nil {
			decide(t, p, submission(), imported("numpy"))
		}
	})
}
