package sandbox

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/test/require"
)

// tool is a program of the host's as the policy would name it.
func tool(t *testing.T, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err != nil {
		require.Skip(t, require.Toolchain, name+" is not on PATH")
	}
	return p
}

func with(commands ...string) func(*interlock.Grant, *interlock.Submission) {
	return func(g *interlock.Grant, _ *interlock.Submission) {
		g.Commands = commands
		g.Denials.Commands = interlock.Denial{Rule: "commands.allow", Policy: interlock.PolicyLine{File: "policy.yaml", Line: 9}, Why: "commands.allow does not list it"}
	}
}

// ownStarts is eachLevel without the warm path: a grant with programs starts anew.
func ownStarts(t *testing.T, f func(*testing.T, func(*interlock.Grant, *interlock.Submission))) {
	for _, level := range []interlock.Level{interlock.Namespaces, interlock.Landlock} {
		t.Run(level.String(), func(t *testing.T) {
			f(t, func(g *interlock.Grant, _ *interlock.Submission) { g.Isolation = level })
		})
	}
}

// TestCommands (P6): what is granted starts, by path and by name, from Python and
// from a shell that is granted too, and stands in the result with its arguments.
func TestCommands(t *testing.T) {
	date, sh := tool(t, "expr"), tool(t, "sh")
	ownStarts(t, func(t *testing.T, level func(*interlock.Grant, *interlock.Submission)) {
		o := run(t, `
import subprocess, os
print(subprocess.run(['expr', '1', '+', '1'], capture_output=True, text=True).stdout.strip(), end=' ')
print(subprocess.run(['`+date+`', '2', '+', '2'], capture_output=True, text=True).stdout.strip(), end=' ')
print(subprocess.run('expr 3 + 3; expr 4 + 4', shell=True, capture_output=True, text=True).stdout.split(), flush=True)
os.system('exec expr 5 + 5')
`, func(g *interlock.Grant, s *interlock.Submission) { level(g, s); with(date, sh)(g, s) })
		if o.err != nil {
			t.Fatal(o.err)
		}
		if got := string(o.Stdout); got != "2 4 ['6', '8']\n10\n" {
			t.Fatalf("printed %q\n%s", got, o.Stderr)
		}
		var got []string
		for _, c := range o.Commands {
			if c.SeenBy != "supervisor" || c.Count != 1 {
				t.Errorf("%+v", c)
			}
			got = append(got, filepath.Base(c.Path)+": "+strings.Join(c.Argv, " "))
		}
		slices.Sort(got)
		want := []string{"expr: " + date + " 2 + 2", "expr: expr 1 + 1", "expr: expr 3 + 3", "expr: expr 4 + 4", "expr: expr 5 + 5", "sh: /bin/sh -c expr 3 + 3; expr 4 + 4", "sh: sh -c exec expr 5 + 5"}
		slices.Sort(want)
		if !slices.Equal(got, want) || len(o.Refused) > 0 {
			t.Errorf("seen %q\nwant %q\nrefused %+v", got, want, o.Refused)
		}
	})
}

// TestCommandsHold (P6, P9): nothing else starts, whatever it is a copy of or
// another name for, and what was tried is said.
func TestCommandsHold(t *testing.T) {
	expr := tool(t, "expr")
	ownStarts(t, func(t *testing.T, level func(*interlock.Grant, *interlock.Submission)) {
		o := run(t, `
import os, shutil, subprocess, sys, glob
me = '`+expr+`'
def start(what, *args):
    try: p = subprocess.run([what, *args], capture_output=True, text=True); print(what.split('/')[-1], p.returncode, p.stdout.strip())
    except OSError as e: print(what.split('/')[-1], 'no')
os.close(os.open('copy', os.O_CREAT | os.O_WRONLY, 0o755)); shutil.copyfile(me, 'copy')
start('./copy', '1', '+', '1')
os.symlink(me, 'link'); start('./link', '1', '+', '1')
try: os.link(me, 'hard'); start('./hard', '1', '+', '1')
except OSError: print('hard no')
open('script', 'w').write('#!' + me + '\n'); start('./script')
start('/bin/ls'); start('no-such-tool')
ld = glob.glob('/lib64/ld-linux*') + glob.glob('/lib/ld-linux*')
start(ld[0], me, '1', '+', '1')
start(me, '2', '+', '2')
`, func(g *interlock.Grant, s *interlock.Submission) { level(g, s); with(expr)(g, s) })
		if o.err != nil {
			t.Fatal(o.err)
		}
		lines := strings.Split(strings.TrimSpace(string(o.Stdout)), "\n")
		if len(lines) != 8 {
			t.Fatalf("%q\n%s", lines, o.Stderr)
		}
		for i, want := range []string{"copy no", "link 0 2", "hard no", "script no", "ls no", "no-such-tool no"} {
			if lines[i] != want {
				t.Errorf("line %d: %q, want %q", i, lines[i], want)
			}
		}
		if !strings.HasSuffix(lines[6], " no") || lines[7] != "expr 0 4" {
			t.Errorf("%q", lines[6:])
		}
		for _, want := range []string{"./copy", "no-such-tool"} {
			r := o.refusal(t, "command", want)
			if r.Rule != "commands.allow" || !strings.Contains(r.Message, "start of "+want+" is refused: commands.allow does not list it (policy.yaml:9)") {
				t.Errorf("%+v", r)
			}
		}
		if len(o.Commands) != 2 {
			t.Errorf("started %+v", o.Commands)
		}
	})
}

// TestCommandsRace (P6): arguments that another thread changes under the call are
// told as the program got them, and no path gets through that is not granted.
func TestCommandsRace(t *testing.T) {
	expr := tool(t, "expr")
	o := run(t, `
import ctypes, mmap, os, threading, time
libc = ctypes.CDLL(None)
shared = mmap.mmap(-1, 4096) # memory that other processes change
base = ctypes.addressof(ctypes.c_char.from_buffer(shared))
GOOD, BAD = b'`+expr+`\0', b'/bin/cat\0'
shared[0:len(GOOD)] = GOOD; shared[512:521] = b'one-word\0'
argv = (ctypes.c_void_p * 3)(base, base + 512, None)
stop = False
def swap():
    while not stop:
        shared[512:515] = b'two'; shared[0:len(BAD)] = BAD; shared[0:len(GOOD)] = GOOD; shared[512:515] = b'one'
t = threading.Thread(target=swap); t.start()
read, write = os.pipe()
for _ in range(100):
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        libc.execve(ctypes.c_void_p(base), argv, None); os._exit(1)
    os.waitpid(pid, 0)
stop = True; t.join(); os.close(write)
words = os.fdopen(read).read().splitlines()
print(len(words), words.count('one-word'))
`, with(expr))
	if o.err != nil {
		t.Fatal(o.err)
	}
	var ran, one int
	if _, err := fmt.Sscan(string(o.Stdout), &ran, &one); err != nil || ran == 0 {
		t.Fatalf("%v: %q %s", err, o.Stdout, o.Stderr)
	}
	seen, seenOne := 0, 0
	for _, c := range o.Commands {
		if c.Path != expr || len(c.Argv) != 2 {
			t.Errorf("%+v", c)
			continue
		}
		if c.SeenBy == "supervisor" {
			seen += c.Count
			if c.Argv[1] == "one-word" {
				seenOne += c.Count
			}
		}
	}
	if seen != ran || seenOne != one {
		t.Errorf("%d programs ran, %d with the first argument; seen %d and %d: %+v", ran, one, seen, seenOne, o.Commands)
	}
}

// TestCommandsRefuseAtTheStart (P6, P13): a program that could not be held to is an
// error before anything runs, with what to type.
func TestCommandsRefuseAtTheStart(t *testing.T) {
	dir := t.TempDir()
	make := func(name, content string, mode os.FileMode) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(p, mode); err != nil {
			t.Fatal(err)
		}
		return p
	}
	open := filepath.Join(dir, "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	inOpen := make("open/x", "\x7fELF", 0o755)
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"missing":           {filepath.Join(dir, "none"), "does not exist"},
		"a folder":          {dir, "no executable file"},
		"not executable":    {make("plain", "x", 0o644), "no executable file"},
		"setuid":            {make("setuid", "\x7fELF", 0o755|os.ModeSetuid), "setuid"},
		"others may write":  {make("loose", "\x7fELF", 0o757), "may write"},
		"in a loose folder": {inOpen, "may write"},
		"a script":          {make("script", "#!/bin/sh\n", 0o755), "a script that /bin/sh runs"},
		"a script of env":   {make("py", "#!/usr/bin/env python3\n", 0o755), "a script that /usr/bin/env runs"},
		"relative":          {"git", "does not exist"},
	} {
		o := run(t, "print(1)\n", with(c.path))
		e := interlock.AsError(o.err)
		if o.err == nil || !strings.Contains(e.Message, c.want) || e.Hint == "" || e.Code != interlock.ExitUsage {
			t.Errorf("%s: %v", name, o.err)
		}
	}
	folder := run(t, "print(1)\n", func(g *interlock.Grant, s *interlock.Submission) {
		p := filepath.Join(s.Folder, "tool")
		if err := os.WriteFile(p, []byte("\x7fELF"), 0o755); err != nil {
			t.Fatal(err)
		}
		g.Commands = []string{p}
	})
	if folder.err == nil || !strings.Contains(folder.err.Error(), "where the run may write") {
		t.Errorf("in the script's folder: %v", folder.err)
	}
}
