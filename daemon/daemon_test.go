package daemon

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/policies"
)

// options are those of a person with an empty home.
func options(t *testing.T, env ...string) Options {
	t.Helper()
	return Options{Env: append([]string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}, env...), Etc: t.TempDir(), Now: time.Now}
}

func TestInitWritesTheActiveEnvironmentOnce(t *testing.T) {
	venv := filepath.Join(t.TempDir(), "science")
	fakePython(t, venv)
	o := options(t, "VIRTUAL_ENV="+venv)
	done, err := Init(o, "")
	if err != nil {
		t.Fatal(err)
	}
	if done.Python != venv {
		t.Errorf("python %q, want %q", done.Python, venv)
	}
	text, err := os.ReadFile(done.Config)
	if err != nil || !strings.Contains(string(text), "\nenvironment:\n  python: \""+venv+"\"\n") {
		t.Errorf("%v:\n%s", err, text)
	}
	for _, f := range []string{done.Config, done.Policy} {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
	if _, err := Init(o, ""); err == nil || interlock.AsError(err).Code != interlock.ExitUsage {
		t.Errorf("a second init: %v", err)
	}
	d, err := Open(options(t, o.Env[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if got := d.Config().Python; got != venv {
		t.Errorf("the configuration names %q", got)
	}
}

// The place that Init fills in must stay in the template.
func TestInitTemplateHasThePlaceForTheEnvironment(t *testing.T) {
	if strings.Count(policies.InitConfig, environmentLines) != 1 {
		t.Errorf("the template lacks\n%s", environmentLines)
	}
}

func fakePython(t *testing.T, venv string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(venv, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"pyvenv.cfg": "home = /usr/bin\n", "bin/python3": "\x7fELF", "bin/python": "\x7fELF"} {
		if err := os.WriteFile(filepath.Join(venv, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// Design, "The command line": configuration, $VIRTUAL_ENV, $CONDA_PREFIX, .venv
// beside the configuration, python3 on PATH.
func TestTheEnvironmentIsFoundInTheDocumentedOrder(t *testing.T) {
	beside := t.TempDir()
	if err := os.Chmod(beside, 0o700); err != nil {
		t.Fatal(err)
	}
	fakePython(t, filepath.Join(beside, ".venv"))
	config := filepath.Join(beside, "config.yml")
	write := func(text string) {
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	grants := func(env ...string) string {
		o := options(t, env...)
		o.ConfigFile = config
		d, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		s := &interlock.Submission{}
		d.surround(s, d.Config())
		g, _ := d.current().draft(d, s)
		return g.Environment.Interpreter
	}
	write("environment: {python: /configured}\n")
	for _, c := range []struct{ got, want string }{
		{grants("VIRTUAL_ENV=/venv", "CONDA_PREFIX=/conda"), "/configured"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	write("{}\n")
	for _, c := range []struct{ got, want string }{
		{grants("VIRTUAL_ENV=/venv", "CONDA_PREFIX=/conda"), "/venv"},
		{grants("CONDA_PREFIX=/conda"), "/conda"},
		{grants("VIRTUAL_ENV=relative"), filepath.Join(beside, ".venv")},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// A run never sees the record of runs, nor the rules it is judged by.
func TestStateAndConfigurationAreForbiddenToRuns(t *testing.T) {
	d, err := Open(options(t))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	g, ok := d.Policy().Draft(&interlock.Submission{Folder: "/srv/x"})
	if !ok {
		t.Fatal("no draft")
	}
	forbidden := strings.Join(g.Files.Forbid, "\n")
	for _, dir := range []string{d.places.state, d.places.config, d.o.Etc} {
		if !strings.Contains(forbidden, dir) {
			t.Errorf("%s is not forbidden:\n%s", dir, forbidden)
		}
	}
}

// X12: a state directory that cannot be used stops the run before it starts.
func TestNoRecordNoRun(t *testing.T) {
	o := options(t)
	o.StateDir = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(o.StateDir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := d.Do(context.Background(), &interlock.Submission{Name: "x.py", Source: []byte("print(1)\n")}, interlock.Streams{})
	if r.ExitStatus() != 6 || r.Observed.Started || r.Error == nil {
		t.Errorf("status %d, started %v, %v", r.ExitStatus(), r.Observed.Started, r.Error)
	}
}

func TestLazyOpensOnceAndClosesWhatItOpened(t *testing.T) {
	opened, closed := 0, 0
	l := lazy[int]{open: func(context.Context) (int, error) { opened++; return 7, nil }}
	for range 2 {
		if v, err := l.get(context.Background()); v != 7 || err != nil {
			t.Errorf("%d, %v", v, err)
		}
	}
	for range 2 {
		if err := l.close(func(int) error { closed++; return nil }); err != nil {
			t.Error(err)
		}
	}
	if opened != 1 || closed != 1 {
		t.Errorf("opened %d times, closed %d times", opened, closed)
	}
	failing := lazy[int]{open: func(context.Context) (int, error) { return 0, errors.New("no") }}
	if _, err := failing.get(context.Background()); err == nil {
		t.Error("no error")
	}
	if err := failing.close(func(int) error { return errors.New("closed what never opened") }); err != nil {
		t.Error(err)
	}
}
