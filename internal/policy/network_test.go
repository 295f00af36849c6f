package policy_test

import (
	"slices"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
)

// P5: what network.allow lists is allowed and in the grant; the rest is refused
// with the list's line.
func TestNetworkAllow(t *testing.T) {
	p := load(t, "version: 1\nextends: scientific\nnetwork: {allow: [\"archiver.example.org:443\", \"*.lab.example:80\", \"10.1.2.3:5064\", \"10.1.0.0/16\"]}\n")
	for to, want := range map[interlock.Endpoint]string{
		{Host: "archiver.example.org", Port: 443}: "", {Host: "Archiver.Example.org."}: "", {Host: "archiver.example.org", Port: 80}: "network.allow=deny",
		{Host: "a.lab.example", Port: 80}: "", {Host: "lab.example", Port: 80}: "network.allow=deny", {Host: "10.1.2.3", Port: 5064}: "",
		{Host: "10.1.2.4", Port: 5064}: "network.allow=deny", {Host: "example.com", Port: 443}: "network.allow=deny", {Host: "localhost", Port: 1}: "",
		{Host: "archiver.example.org", Port: 443 + 1<<16}: "network.allow=deny",
	} {
		f := imported("requests", "socket")
		to.Certainty, to.API, to.Pos = interlock.Definite, "requests.get", at(2)
		f.Endpoints = []interlock.Endpoint{to}
		d := decide(t, p, submission(), f)
		if got := rules(d); got != want {
			t.Errorf("%s:%d: got %q, want %q", to.Host, to.Port, got, want)
		}
		for _, r := range d.Reasons {
			if r.Policy.Line != 3 || !strings.Contains(r.Message, "network.allow does not list it") || !strings.Contains(r.Hint, to.Host) {
				t.Errorf("it does not teach: %+v", r)
			}
		}
	}
	g, _ := p.Draft(submission())
	if !slices.Equal(g.Endpoints, []string{"*.lab.example:80", "10.1.0.0/16", "10.1.2.3:5064", "archiver.example.org:443"}) || g.Denials.Network.Rule != "network.allow" {
		t.Errorf("grant %q, %+v", g.Endpoints, g.Denials)
	}
}

// P6: the same for programs.
func TestCommandsAllow(t *testing.T) {
	p := load(t, "version: 1\nextends: scientific\ncommands: {allow: [/usr/bin/git, /opt/fit/bin/fit]}\n")
	for name, c := range map[string]struct {
		command interlock.Command
		want    string
	}{
		"by path":          {interlock.Command{API: "subprocess.run", Argv: []string{"/usr/bin/git", "log"}}, ""},
		"by name":          {interlock.Command{API: "subprocess.run", Argv: []string{"fit"}}, ""},
		"another path":     {interlock.Command{API: "subprocess.run", Argv: []string{"/tmp/git"}}, "commands.allow=deny"},
		"relative":         {interlock.Command{API: "subprocess.run", Argv: []string{"./git"}}, "commands.allow=deny"},
		"not listed":       {interlock.Command{API: "subprocess.run", Argv: []string{"curl"}}, "commands.allow=deny"},
		"through a shell":  {interlock.Command{API: "os.system", Argv: []string{"git"}}, "commands.allow=deny"},
		"nobody knows":     {interlock.Command{API: "subprocess.run"}, "commands.allow=warn"},
		"with shell=True":  {interlock.Command{API: "subprocess.run", Argv: []string{"git"}, Text: "subprocess.run('git', shell=True)"}, "commands.allow=deny"},
		"an empty program": {interlock.Command{API: "subprocess.run", Argv: []string{""}}, "commands.allow=warn"},
	} {
		f := imported("subprocess")
		c.command.Certainty, c.command.Pos = interlock.Definite, at(2)
		f.Commands = []interlock.Command{c.command}
		if got := rules(decide(t, p, submission(), f)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	sh := load(t, "version: 1\nextends: scientific\ncommands: {allow: [/bin/sh]}\n")
	f := quiet()
	f.Commands = []interlock.Command{{API: "os.system", Argv: []string{"echo"}, Certainty: interlock.Definite, Pos: at(1)}}
	if d := decide(t, sh, submission(), f); d.Effect != interlock.Allow {
		t.Errorf("a listed shell: %s", rules(d))
	}
}

// A rule on a module that only says "there is no network" is lifted by a network.
func TestUnless(t *testing.T) {
	for policy, want := range map[string]string{
		"network: {allow: [\"a.example:1\"]}":                     "imports.deny=deny",
		"commands: {allow: [/usr/bin/git]}":                       "imports.deny=deny",
		"network: {allow: []}\ncommands: {allow: []}":             "imports.deny=deny imports.deny=deny",
		"network: {allow: [\"a:1\"]}\ncommands: {allow: [/b/c]}":  "",
		"network: {allow: [\"a:1\"]}\nimports: {deny: [socket]}":  "imports.deny=deny imports.deny=deny",
		"network: {allow: [\"a:1\"]}\ncommands: {default: deny}":  "imports.deny=deny",
		"network: {default: deny}\ncommands: {allow: [\"/b/c\"]}": "imports.deny=deny",
	} {
		p := load(t, "version: 1\nextends: scientific\n"+policy+"\n")
		if got := rules(decide(t, p, submission(), imported("socket", "subprocess"))); got != want {
			t.Errorf("%s: got %q, want %q", policy, got, want)
		}
	}
}
