package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// P4, P5, P6, P7: files, network, commands, installs; and certainty decides.
func TestReach(t *testing.T) {
	path := func(p, mode string, c interlock.Certainty) interlock.Facts {
		f := quiet()
		f.Paths = []interlock.PathUse{{Path: p, Mode: mode, API: "open", Certainty: c, Pos: at(2)}}
		return f
	}
	command, install, endpoint := quiet(), quiet(), quiet()
	command.Commands = []interlock.Command{{API: "os.system", Text: "'ls'", Certainty: interlock.Possible, Pos: at(2)}}
	install.Installs = []interlock.Install{{Packages: []string{"foo"}, Text: "pip install foo", Pos: at(2)}}
	endpoint.Endpoints = []interlock.Endpoint{{Host: "10.0.0.1", Port: 443, API: "pandas.read_csv", Certainty: interlock.Definite, Pos: at(2)}}
	guess := command
	guess.Commands = []interlock.Command{{API: "run", Certainty: interlock.Unresolved, Pos: at(2)}}
	syntax := quiet()
	syntax.SyntaxError = &interlock.SyntaxError{Message: "invalid syntax", Pos: at(2)}
	definite, possible, unresolved := interlock.Definite, interlock.Possible, interlock.Unresolved
	for name, c := range map[string]struct {
		facts interlock.Facts
		want  string
	}{
		"outside, read":              {path("/etc/passwd", "read", definite), "filesystem.read=deny"},
		"outside, write":             {path("/opt/x", "write", definite), "filesystem.write=deny"},
		"outside, maybe":             {path("/etc/passwd", "read", possible), "filesystem.read=warn"},
		"outside, unresolved":        {path("/etc/passwd", "read", unresolved), ""},
		"outside, nobody knows what": {path("/etc/passwd", "unknown", definite), "filesystem.read=warn"},
		"forbidden, maybe":           {path("~/.ssh/id_rsa", "unknown", possible), "filesystem.forbid=deny"},
		"forbidden, by its name":     {path("/home/u/.ssh", "read", definite), "filesystem.forbid=deny"},
		"forbidden, in a detour":     {path("/tmp/../home/u/.ssh/id", "read", definite), "filesystem.forbid=deny"},
		"forbidden, as a URL":        {path("file:///home/u/.ssh/id", "read", definite), "filesystem.forbid=deny"},
		"the state is forbidden":     {path("/home/u/.local/state/interlock/ledger.db", "read", definite), "filesystem.forbid=deny"},
		"a neighbour is not":         {path("/home/u/.sshx", "read", definite), "filesystem.read=deny"},
		"out of the folder":          {path("../other/x", "read", definite), "filesystem.read=deny"},
		"out and back":               {path("../work/x", "read", definite), ""},
		"a system file, written":     {path("/usr/lib/x", "write", definite), "filesystem.write=deny"},
		"command":                    {command, "commands.default=deny"},
		"command, unresolved":        {guess, ""},
		"install":                    {install, "packages=deny"},
		"network":                    {endpoint, "network.default=deny"},
		"syntax":                     {syntax, "syntax=deny"},
	} {
		d := decide(t, shipped(t, "scientific"), submission(), c.facts)
		if got := rules(d); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		for _, r := range d.Reasons {
			if r.Message == "" || r.Hint == "" || r.Source.Line != 2 || r.Policy.Line == 0 && r.Rule != "syntax" && !strings.Contains(name, "state") {
				t.Errorf("%s: it does not teach: %+v", name, r)
			}
		}
	}
}

func TestRootsAndInputs(t *testing.T) {
	p := load(t, "version: 1\nextends: scientific\nfilesystem: {read: [/data], write: [/scratch], forbid: [/data/private]}\n")
	s := submission()
	s.Inputs = []string{"/inputs/a.csv"}
	for spec, want := range map[string]string{
		"read /data/x": "", "write /data/x": "filesystem.write=deny", "read /data/private/x": "filesystem.forbid=deny", "write /scratch/x": "",
		"read /scratch/x": "", "read /inputs/a.csv": "", "write /inputs/a.csv": "filesystem.write=deny", "read /inputs/b.csv": "filesystem.read=deny",
	} {
		mode, name, _ := strings.Cut(spec, " ")
		f := quiet()
		f.Paths = []interlock.PathUse{{Path: name, Mode: mode, Certainty: interlock.Definite, Pos: at(1)}}
		if got := rules(decide(t, p, s, f)); got != want {
			t.Errorf("%s: got %q, want %q", spec, got, want)
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	target := t.TempDir()
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	o := options
	o.Forbid = []string{target}
	p, err := policy.LoadShipped("scientific", o)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{"/home/u/.ssh/id", "relative", link, target + "/x"} {
		s.Inputs = []string{in}
		if d := decide(t, p, s, quiet()); d.Effect != interlock.Deny {
			t.Errorf("input %s: %s", in, d.Effect)
		}
		if _, ok := p.Draft(s); ok {
			t.Errorf("input %s: an interpreter starts for it", in)
		}
	}
}

// Where the folder must not be shown, only the script is, and a warning says so.
func TestScriptFolder(t *testing.T) {
	p := shipped(t, "scientific")
	for folder, hidden := range map[string]bool{"/home/u/work": false, "": false, "/home/u": true, "/home": true, "/": true,
		"/home/u/.ssh/x": true, "/home/u/.local": true, "relative": true} {
		s := submission()
		s.Folder = folder
		d := decide(t, p, s, quiet())
		if (d.Effect == interlock.Warn) != hidden || (len(d.Warnings) == 1) != hidden || hidden && d.Grant.Files.Folder != "" || !hidden && d.Grant.Files.Folder != folder {
			t.Errorf("%q: %s, folder %q, %q", folder, d.Effect, d.Grant.Files.Folder, d.Warnings)
		}
	}
	home, err := policy.Load(write(t, "p.yaml", bare+"filesystem: {script_folder: read}\n"), policy.Options{Home: "/srv/people/u"})
	if err != nil {
		t.Fatal(err)
	}
	for folder, hidden := range map[string]bool{"/srv/people/u": true, "/srv/people": true, "/srv": true, "/srv/people/u/work": false, "/srv/people/v": false} {
		s := submission()
		s.Folder = folder
		if g, _ := home.Draft(s); (g.Files.Folder == "") != hidden {
			t.Errorf("%q: folder %q", folder, g.Files.Folder)
		}
	}
	if d := decide(t, shipped(t, "strict"), submission(), quiet()); d.Grant.Files.Folder != "" || d.Effect != interlock.Allow {
		t.Errorf("script_folder: none gave %q, %s", d.Grant.Files.Folder, d.Effect)
	}
}

// A name is held to the lists as the gateway holds it, whatever its spelling.
func TestReadsOfNamedChannels(t *testing.T) {
	p := load(t, "version: 1\nextends: scientific\ncontrol_system: {epics: {read: {allow: [\"SR:*\", \"LN:?\"], deny: [\"SR:SECRET*\"]}}}\n")
	for name, want := range map[string]string{"SR:X": "", "LN:1": "", "LN:12": "control_system.epics.read.allow=deny", "SR:SECRET:A": "control_system.epics.read.deny=deny", "": "control_system.epics.read.allow=deny",
		"ca://SR:X": "", "pva://LN:1": "", "LN:1.VAL": "", "LN:1.DESC": "", "ca://LN:12": "control_system.epics.read.allow=deny",
		"pva://SR:SECRET:A": "control_system.epics.read.deny=deny", "SR:SECRET.DESC": "control_system.epics.read.deny=deny"} {
		f := quiet()
		f.Accesses = []interlock.Access{{Op: interlock.OpRead, System: "epics", Channels: interlock.Channels{Kind: "exact", Values: []string{name}}, Certainty: interlock.Definite, Pos: at(1)}}
		if got := rules(decide(t, p, submission(), f)); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
