package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/reason"
)

// refusal is code that a person new to the program writes, and what it is told.
type refusal struct {
	code   string
	args   []string
	policy string // beside version: 1; extends scientific where it extends nothing
	writes bool   // config.yml enables writes

	status  int
	message string // of the one refusal, or of the error where the run itself failed
	hint    string // a part of its hint
	// fixed is whether the policy line in the hint makes the refusal go away.
	fixed bool
}

const granted = `approval: {write_access: {required: false}}
control_system: {epics: {write: {channels: [{match: "SR:HCM1:SP", min: -5, max: 5}, {match: "SR:MODE", states: ["Off", "On"]}]}}}
`

const operatorRule = `rules:
  - {name: no-pickles, when: 'facts.imports.exists(i, i.module == "pickle")', effect: deny, message: "pickles run code when they are loaded", hint: "use JSON or HDF5"}
`

const (
	starts    = "it starts programs, and a run may start none"
	noNetwork = "a run has no network"
	outside   = "it is outside of what the run sees"
	leaveOut  = "leave it out; ask the operator to install into the environment: python -m pip install "
	byName    = "name modules, functions and channels in the code itself"
)

var refusals = map[string]refusal{
	"subprocess": {code: "import subprocess\n", status: 3, message: "import of subprocess is refused: " + starts, hint: "commands: {allow: ", fixed: true},
	"requests":   {code: "import requests\n", status: 3, message: "import of requests is refused: " + noNetwork + "; pass data with --input", hint: "network: {allow: ", fixed: true},
	"socket":     {code: "import socket\n", status: 3, message: "import of socket is refused: " + noNetwork + "; for the host's name use platform.node()", hint: "network: {allow: ", fixed: true},
	"ctypes":     {code: "import ctypes\n", status: 3, message: "import of ctypes is refused: it calls machine code, which cannot be checked; numpy and scipy use it themselves and may", hint: "in a copy of that file to extend instead of it"},
	"pip":        {code: "import pip\n", status: 3, message: "import of pip is refused: packages come with the environment; ask the operator to install what is missing", hint: leaveOut},
	"os.system":  {code: "import os\nos.system('ls')\n", status: 3, message: "os.system is refused: it starts a program (os.system('ls')), and commands are denied", hint: "subprocess.run("},
	"program":    {code: "import os\nos.execv('/bin/true', ['true'])\n", status: 3, message: "os.execv is refused: it starts a program (os.execv('/bin/true', ['true'])), and commands are denied", hint: "commands: {allow: [/bin/true]}", fixed: true},
	"!pip":       {code: "!pip install lmfit\n", status: 1, message: "installing packages from inside the code is refused: lmfit", hint: leaveOut + "lmfit"},
	"%pip":       {code: "%pip install lmfit\n", status: 1, message: "installing packages from inside the code is refused: lmfit", hint: leaveOut + "lmfit"},
	"magic":      {code: "%matplotlib inline\n", status: 1, message: "notebook lines are not Python: %matplotlib inline; leave it out: open figures are kept anyway", hint: "correct the source; nothing has run"},
	"shell line": {code: "!ls\n", status: 1, message: "notebook lines are not Python: !ls; write it in Python, for example with pathlib or shutil", hint: "correct the source; nothing has run"},
	"syntax":     {code: "for i in range(3):\nprint(i)\n", status: 1, message: "this is not Python: Expected an indented block after `for` statement", hint: "correct the source; nothing has run"},
	"read":       {code: "open('/data/a b.csv')\n", status: 3, message: "read (open) of /data/a b.csv is refused: " + outside, hint: "--input '/data/a b.csv'", fixed: true},
	"keys":       {code: "import os\nopen(os.path.expanduser('~/.ssh/id_rsa'))\n", status: 3, message: "read (open) of ~/.ssh/id_rsa is refused: no run may see ", hint: "while this rule stands"},
	"write":      {code: "open('/data/out.csv', 'w')\n", status: 3, message: "write (open) of /data/out.csv is refused: " + outside, hint: "relative path", fixed: true},
	"connection": {code: "import asyncio\nasyncio.run(asyncio.open_connection('192.0.2.7', 80))\n", status: 3, message: "connection to 192.0.2.7:80 by asyncio.open_connection is refused: " + noNetwork, hint: `network: {allow: ["192.0.2.7:80"]}`, fixed: true},
	"eval":       {code: "print(eval('1+1'))\n", policy: "extends: strict\n", status: 3, message: "use of eval is refused: runs text as code, which analysis cannot see", hint: "do without it"},
	"list":       {code: "import turtle\n", policy: "extends: strict\n", status: 3, message: "import of turtle is refused: imports.allow does not list it", hint: "`- turtle` to imports.allow"},
	"rule":       {code: "import pickle\n", policy: operatorRule, status: 3, message: "pickles run code when they are loaded", hint: "use JSON or HDF5"},
	"hidden write": {code: "import sys\nm = __import__(sys.argv[1])\nm.caput('A', 1)\n", policy: "control_system: {unresolved_writes: deny}\n", status: 3,
		message: "the code may hide a write to equipment that analysis cannot see: ", hint: byName},
	"approval": {code: "import sys\nm = __import__(sys.argv[1])\nm.caput('A', 1)\n", policy: "control_system: {unresolved_writes: needs_approval}\n", status: 4,
		message: "the code may hide a write to equipment that analysis cannot see: ", hint: byName},

	"writes disabled": {code: "from epics import caput\ncaput('SR:HCM1:SP', 1)\n", status: 3, message: "EPICS writes detected but writes disabled in configuration", hint: "--mode read_only"},
	"channel":         {code: "from epics import caput\ncaput('SR:HCM9:SP', 3)\n", policy: granted, writes: true, status: 3, message: "put to SR:HCM9:SP is refused: no entry grants it", hint: `{match: "SR:HCM9:SP", min: 3, max: 3}`, fixed: true},
	"limits":          {code: "from epics import caput\ncaput('SR:HCM1:SP', 30)\n", policy: granted, writes: true, status: 3, message: "put of 30 to SR:HCM1:SP is refused: the most is 5", hint: "allowed is -5 to 5"},
	"NaN":             {code: "from epics import caput\ncaput('SR:HCM1:SP', float('nan'))\n", policy: granted, writes: true, status: 3, message: "put of NaN to SR:HCM1:SP is refused: it is not a finite number", hint: "allowed is -5 to 5"},
	"state":           {code: "from epics import caput\ncaput('SR:MODE', 'Auto')\n", policy: granted, writes: true, status: 3, message: `put of "Auto" to SR:MODE is refused: that state is not listed`, hint: "allowed is one of Off, On"},

	// What only the run shows.
	"guard":      {code: "import sys\n__import__(sys.argv[1])\n", args: []string{"subprocess"}, status: 1, message: "DeniedImportError: import of subprocess is refused: " + starts, hint: "commands: {allow: ", fixed: true},
	"guard list": {code: "name = 'tur' + str(open).strip()[:0] + 'tle'\n__import__(name)\n", policy: "imports: {allow: [math]}\n", status: 1, message: "DeniedImportError: import of turtle is refused: imports.allow does not list it", hint: "`- turtle` to imports.allow"},
	"missing":    {code: "import no_such_module\n", status: 1, message: "ModuleNotFoundError: No module named 'no_such_module'", hint: "python3 -m pip install no_such_module"},
	"submodule":  {code: "import json.nothing\n", status: 1, message: "ModuleNotFoundError: No module named 'json.nothing'", hint: "correct the name: there is no json.nothing"},
	"run-time network": {code: "import asyncio, sys\nasyncio.run(asyncio.open_connection(sys.argv[1], 80))\n", args: []string{"192.0.2.7"}, status: 1,
		message: "connection to 192.0.2.7:80 is refused: " + noNetwork, hint: `network: {allow: ["192.0.2.7:80"]}`},
	"unseen file":    {code: "import sys\nopen(sys.argv[1])\n", args: []string{"/data/x.csv"}, status: 1, message: "FileNotFoundError: [Errno 2] No such file or directory: '/data/x.csv'", hint: "--input /data/x.csv"},
	"unseen program": {code: "import importlib, sys\nimportlib.import_module(sys.argv[1]).run(['/bin/true'])\n", args: []string{"subprocess"}, status: 1, message: "FileNotFoundError: [Errno 2] No such file or directory: '/bin/true'", hint: "commands: {allow: [/bin/true]}", fixed: true},
	"own file":       {code: "open('/etc/passwd')\n", status: 3, message: "read (open) of /etc/passwd is refused: " + outside, hint: "a run has one of its own in that place"},
	"memory":         {code: "x = bytearray(4 << 30)\n", status: 5, message: "memory limit 1 GiB reached (", hint: "`resources: {memory: 2GiB}`"},
	"wall":           {code: "while True: pass\n", policy: "resources: {wall: 1s}\n", status: 5, message: "wall limit 1s reached (", hint: "`resources: {wall: 2s}`"},
	"output":         {code: "print('x' * 5000)\n", policy: "resources: {output: 1kB}\n", status: 5, message: "output limit 1000 B (stdout and stderr together) reached (", hint: "`resources: {output: 2000B}`"},
}

// N8: each refusal says the same on the command line, in JSON and in the run's
// notebook, once; and the policy line that its hint offers is one that works.
func TestRefusalsTeach(t *testing.T) {
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.try(t)
		})
	}
}

// said is what one interface answered of a run.
type said struct {
	Decision struct{ Reasons []interlock.Reason }
	Refused  []interlock.Refusal
	Error    *struct{ Message, Hint string }
	Notebook string
}

func (c *refusal) try(t *testing.T) {
	u := newUser(t, c)
	text, status := u.interlock("run")
	if status != c.status {
		t.Fatalf("exit status %d, want %d:\n%s", status, c.status, text)
	}
	var run, checked said
	u.json("run", &run)
	u.json("check", &checked)
	notebook := u.notebook(run.Notebook)
	message, hint := c.answer(t, &run)
	if !strings.HasPrefix(message, c.message) || !strings.Contains(hint, c.hint) {
		t.Errorf("it says\n%s\n  hint: %s\nwant\n%s\n  hint: … %s …", message, hint, c.message, c.hint)
	}
	for where, words := range map[string]string{"text": text, "notebook": notebook} {
		if !strings.Contains(words, message) || !strings.Contains(words, hint) {
			t.Errorf("the %s does not say\n%s\n  hint: %s\nbut\n%s", where, message, hint, words)
		}
	}
	for _, r := range run.Decision.Reasons {
		c.reason(t, r, text, notebook, &checked)
	}
	c.fix(t, u, message, hint)
}

// answer is what refused the code: the one refusal of the decision, what was
// refused during the run, or the error that ended it.
func (c *refusal) answer(t *testing.T, run *said) (message, hint string) {
	t.Helper()
	var hard []interlock.Reason
	for _, r := range run.Decision.Reasons {
		if r.Effect <= interlock.NeedsApproval {
			hard = append(hard, r)
		}
	}
	switch {
	case len(hard) > 1:
		t.Errorf("%d refusals, want one: %v", len(hard), hard)
		fallthrough
	case len(hard) == 1:
		return hard[0].Message, hard[0].Hint
	case len(run.Refused) > 0:
		return run.Refused[0].Message, run.Refused[0].Hint
	case run.Error == nil:
		t.Fatal("nothing was refused")
	}
	return run.Error.Message, run.Error.Hint
}

// reason checks that r stands whole, with line, caret, rule and hint, in the text
// and in the notebook, and in the JSON of check as in that of run.
func (c *refusal) reason(t *testing.T, r interlock.Reason, text, notebook string, checked *said) {
	t.Helper()
	whole := reason.Render(r, []byte(c.code))
	if n := strings.Count(text, whole); n != 1 {
		t.Errorf("the text has this %d times, want once:\n%s\nin\n%s", n, whole, text)
	}
	if r.Effect == interlock.Deny && strings.Count(text, r.Message) != 1 {
		t.Errorf("the text says more than once %q:\n%s", r.Message, text)
	}
	if !strings.Contains(notebook, whole) {
		t.Errorf("the notebook does not have\n%s\nbut\n%s", whole, notebook)
	}
	if r.Effect <= interlock.NeedsApproval && (!strings.Contains(whole, "^\n") || !strings.Contains(whole, "rule: ") || r.Hint == "") {
		t.Errorf("a refusal without caret, rule or hint:\n%s", whole)
	}
	if !slices.Contains(checked.Decision.Reasons, r) {
		t.Errorf("check says something else than run: %+v, not %+v", checked.Decision.Reasons, r)
	}
}

var policyLine = regexp.MustCompile("`([a-z_]+: \\{.*?\\})`")

// fix writes the line of the hint into the policy and looks whether it helps.
func (c *refusal) fix(t *testing.T, u *user, message, hint string) {
	t.Helper()
	if !c.fixed {
		return
	}
	line := policyLine.FindStringSubmatch(hint)
	if line == nil {
		t.Fatalf("the hint has no policy line: %s", hint)
	}
	text := strings.NewReplacer("HOST", "archiver.example.org", "/usr/bin/PROGRAM", "/bin/true").Replace(line[1])
	kept := ""
	if strings.Contains(c.policy, "approval:") {
		kept = "approval: {write_access: {required: false}}\n"
	}
	u.policy(kept + text + "\n")
	command := "check"
	if len(c.args) > 0 {
		command = "run"
	}
	var now said
	u.json(command, &now)
	for _, r := range now.Decision.Reasons {
		if r.Effect <= interlock.NeedsApproval {
			t.Errorf("with %q in the policy it is still refused: %s", text, r.Message)
		}
	}
	if now.Error != nil && (now.Error.Message == message || command == "check" && !c.writes) { // puts still need a gateway
		t.Errorf("with %q in the policy: %s", text, now.Error.Message)
	}
}

// user is a person with a home, a script and perhaps a policy.
type user struct {
	t    *testing.T
	c    *refusal
	home string
	dir  string
}

func newUser(t *testing.T, c *refusal) *user {
	u := &user{t: t, c: c, home: t.TempDir(), dir: t.TempDir()}
	u.write(filepath.Join(u.dir, "script.py"), c.code)
	if c.policy != "" {
		u.policy(c.policy)
	}
	if c.writes {
		u.write(u.config("config.yml"), "execution_control: {epics: {writes_enabled: true}}\n")
	}
	return u
}

func (u *user) config(name string) string { return filepath.Join(u.home, ".config", "interlock", name) }

func (u *user) policy(text string) {
	if !strings.Contains(text, "extends:") {
		text = "extends: scientific\n" + text
	}
	u.write(u.config("policy.yaml"), "version: 1\n"+text)
}

func (u *user) write(name, text string) {
	u.t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		u.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		u.t.Fatal(err)
	}
}

func (u *user) command(what string, flags ...string) *exec.Cmd {
	u.t.Helper()
	self, err := os.Executable()
	if err != nil {
		u.t.Fatal(err)
	}
	cmd := exec.Command(self, append(append([]string{what}, flags...), append([]string{"script.py", "--"}, u.c.args...)...)...)
	cmd.Dir = u.dir
	cmd.Env = []string{"HOME=" + u.home, "PATH=" + os.Getenv("PATH"), "XDG_CACHE_HOME=" + sharedCache(), "VIRTUAL_ENV=" + os.Getenv("INTERLOCK_TEST_ENV"), asMain + "=1"}
	return cmd
}

// interlock is what a person reads on standard error, and the exit status.
func (u *user) interlock(what string) (text string, status int) {
	cmd := u.command(what)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		u.t.Fatal(err)
	}
	return strings.ReplaceAll(stderr.String(), "\ninterlock: ", "\n"), cmd.ProcessState.ExitCode()
}

func (u *user) json(what string, to any) {
	u.t.Helper()
	out, err := u.command(what, "--format", "json").Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		u.t.Fatal(err)
	}
	if err := json.Unmarshal(out, to); err != nil {
		u.t.Fatalf("%v in %s", err, out)
	}
}

var escaped = regexp.MustCompile(`\\([^A-Za-z0-9])`)

// notebook is the text of the notebook's first cell as a person sees it.
func (u *user) notebook(name string) string {
	u.t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		u.t.Fatal(err)
	}
	var n struct{ Cells []struct{ Source string } }
	if err := json.Unmarshal(b, &n); err != nil {
		u.t.Fatal(err)
	}
	parts := strings.Split(n.Cells[0].Source, "```")
	for i := 0; i < len(parts); i += 2 { // between the fences nothing is escaped
		parts[i] = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(escaped.ReplaceAllString(parts[i], "$1"))
	}
	return strings.Join(parts, "```")
}
