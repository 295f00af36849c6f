package sandbox

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/test/require"
)

// testPython is an interpreter that the run's user can reach at every level: one
// under root's own home folder is none.
func testPython(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("INTERLOCK_TEST_PYTHON"), "python3", "/usr/bin/python3"} {
		env, err := ResolveEnvironment(name, os.Getenv)
		if err == nil && reachable(env, interlock.Landlock, confine.Look()) == nil {
			return name
		}
	}
	require.Skip(t, require.PythonEnv, "no python3 that every user may execute: install Debian's python3")
	return ""
}

// levels are the levels that hold something.
var levels = []interlock.Level{interlock.Namespaces, interlock.Landlock}

// warmFront marks submissions that a pool's child is to run.
const warmFront = "warm"

// eachLevel runs f at both, and in a warm child, each as an own subtest.
func eachLevel(t *testing.T, f func(t *testing.T, adjust func(*interlock.Grant, *interlock.Submission))) {
	for _, level := range levels {
		t.Run(level.String(), func(t *testing.T) {
			f(t, func(g *interlock.Grant, _ *interlock.Submission) { g.Isolation = level })
		})
	}
	t.Run(warmFront, func(t *testing.T) {
		f(t, func(_ *interlock.Grant, s *interlock.Submission) { s.Front = warmFront })
	})
}

// grant returns what the tests permit by default: the folder, and ordinary limits.
func grant(folder string) interlock.Grant {
	return interlock.Grant{
		Files: interlock.Files{Folder: folder},
		Resources: interlock.Resources{Wall: 20 * time.Second, CPU: 20 * time.Second, Memory: 512 << 20, Processes: 32, OpenFiles: 64,
			Output: 1 << 20, Stdout: 1 << 20, Stderr: 1 << 20, Line: 64 << 10, File: 8 << 20, Workspace: 16 << 20, Inodes: 200, Shm: 4 << 20,
			Results: 64 << 10, Figures: 3, Figure: 256 << 10, Outputs: 20},
	}
}

type outcome struct {
	interlock.Observed
	interlock.Claims
	workspace string
	err       error
}

// run runs source as script x.py in a new folder, after adjust changed the grant.
func run(t *testing.T, source string, adjust func(g *interlock.Grant, s *interlock.Submission)) outcome {
	t.Helper()
	return runOn(t, nil, source, adjust)
}

// runOn is run on this host as host changes it.
func runOn(t *testing.T, host func(*confine.Host), source string, adjust func(g *interlock.Grant, s *interlock.Submission)) outcome {
	t.Helper()
	folder := t.TempDir()
	sub := &interlock.Submission{ID: filepath.Base(folder) + filepath.Base(filepath.Dir(folder)), Name: "x.py", Source: []byte(source), Folder: folder}
	if err := os.WriteFile(filepath.Join(folder, "x.py"), sub.Source, 0o644); err != nil {
		t.Fatal(err)
	}
	g := grant(folder)
	if adjust != nil {
		adjust(&g, sub)
	}
	if g.Environment.Interpreter == "" {
		g.Environment.Interpreter = testPython(t)
	}
	sb := New(Options{Getenv: os.Getenv})
	if sub.Front == warmFront {
		// What a daemon loads besides is in TestWarm*; a start of it takes seconds.
		sb = New(Options{Getenv: os.Getenv, CacheDir: cacheDir(t), Preload: []string{"numpy"}, Pool: 1, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
		defer sb.Close()
	}
	if g.Isolation == interlock.Landlock || host != nil {
		h := sb.Host()
		if g.Isolation == interlock.Landlock { // as on a host that forbids namespaces
			h.Trial = confine.Trial{Why: "forbidden for this test"}
		}
		if host != nil {
			host(&h)
		}
		sb.host = func() confine.Host { return h }
	}
	if sub.Front == warmFront {
		warmUp(t, sb, g)
	}
	c, err := sb.Prepare(context.Background(), sub, g)
	if err != nil {
		return outcome{err: err}
	}
	if sub.Front == warmFront && c.(*child).loaded == nil {
		t.Fatal("the run started an interpreter of its own")
	}
	defer c.Close()
	out := outcome{workspace: t.TempDir()}
	var stdout, stderr bytes.Buffer
	out.Observed, out.Claims, out.err = c.Run(context.Background(), sub, out.workspace, interlock.Streams{Stdout: &stdout, Stderr: &stderr}, nil)
	if !bytes.Equal(stdout.Bytes(), out.Stdout) {
		t.Errorf("streamed %q, kept %q", stdout.Bytes(), out.Stdout)
	}
	return out
}

func TestRunHello(t *testing.T) {
	o := run(t, "import os\nprint('hello', os.getuid(), os.getpid(), os.getcwd(), os.listdir('/'))\nopen('out.txt','w').write('x')\nresults={'a':1}\n1+1\n", nil)
	if o.err != nil {
		t.Fatal(o.err)
	}
	t.Logf("%s%s %+v %+v", o.Stdout, o.Stderr, o.Exit, o.Claims)
	if o.Exit.Code != 0 || !strings.HasPrefix(string(o.Stdout), "hello 1000 2 ") {
		t.Errorf("exit %+v, stdout %q", o.Exit, o.Stdout)
	}
	t.Logf("%+v", o.Artifacts)
}
