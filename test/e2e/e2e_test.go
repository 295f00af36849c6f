// Package e2e runs the command line as people do: each file of testdata is a
// script over the real program with a real sandbox, ledger and state directory.
// The program is this test binary, started again under the name interlock.
//
// Besides testscript's own commands the scripts have
//
//	exits N PROGRAM ARGS…   run it and want exit status N
//	badfiles                write sources that no text file of a script can hold
//
// and the conditions [root], [served], a daemon serves the state directory, and [env], which is an environment with numpy and
// matplotlib that INTERLOCK_TEST_ENV names. HOME lies beside the script's folder, not around it:
// a script's folder that holds HOME is not shown to runs.
package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/interlock-run/interlock/internal/front/cli"
)

// asMain makes this binary be interlock, for tests that signal it.
const asMain = "INTERLOCK_E2E_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		interlockMain()
	}
	testscript.Main(m, map[string]func(){"interlock": interlockMain})
}

func interlockMain() {
	ctx, stop := cli.Signals(context.Background())
	p := cli.Program{Version: "v0-test", Now: time.Now}
	status := p.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
	stop()
	os.Exit(status)
}

func TestScripts(t *testing.T) { testscript.Run(t, scripts(false)) }

// scripts runs testdata; served says that a daemon serves the state directory.
func scripts(served bool) testscript.Params {
	return testscript.Params{
		Dir:                 "testdata",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup:               setup,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "badfiles": badFiles},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Getuid() == 0, nil
			case "served":
				return served, nil
			case "env":
				return os.Getenv("INTERLOCK_TEST_ENV") != "", nil
			}
			return false, errors.New("unknown condition")
		},
	}
}

func setup(e *testscript.Env) error {
	home := e.WorkDir + "-home"
	if err := os.Mkdir(home, 0o700); err != nil {
		return err
	}
	e.Defer(func() { os.RemoveAll(home) })
	e.Setenv("HOME", home)
	e.Setenv("CONFIG", filepath.Join(home, ".config", "interlock"))
	e.Setenv("STATE", filepath.Join(home, ".local", "state", "interlock"))
	// The compiled parser is the same for every script; so is the host.
	e.Setenv("XDG_CACHE_HOME", sharedCache())
	e.Setenv("VIRTUAL_ENV", os.Getenv("INTERLOCK_TEST_ENV"))
	return nil
}

func sharedCache() string {
	return filepath.Join(os.TempDir(), "interlock-e2e-cache-"+strconv.Itoa(os.Getuid()))
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v: %v", args[1:], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%v: exit status %d, want %d", args[1:], got, want)
	}
}

func badFiles(ts *testscript.TestScript, _ bool, _ []string) {
	for name, text := range map[string]string{
		"latin1.py": "x = '\xe9'\n",
		"utf7.py":   "# coding: utf-7\nprint('+AGE-')\n",
		"nul.py":    "print(1)\x00\n",
		"big.py":    strings.Repeat("#\n", 5<<20),
		"parens.py": strings.Repeat("(", 100_000) + strings.Repeat(")", 100_000) + "\n",
		"escape.py": "print('\x1b[31mred\x1b[0m')\n",
	} {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}
