//go:build linux

package science

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

// libraries must each have a program of their own in the set.
var libraries = []string{"numpy", "pandas", "scipy", "matplotlib", "sklearn", "sympy", "xarray", "h5py", "statsmodels"}

// TestOrdinaryScienceIsNotBroken (P14): every program passes check and run under
// the shipped policy as it would without it.
func TestOrdinaryScienceIsNotBroken(t *testing.T) {
	if testing.Short() {
		require.Skip(t, require.Time, "the programs take minutes; run without -short")
	}
	d := newDesk(t)
	foreign, own := theirs(t, d.packages), ours(t)
	enough(t, foreign, own)
	for _, p := range append(foreign, own...) {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel() // as many at a time as there are processors
			start := time.Now()
			d.check(t, p.script)
			if p.module != "" {
				d.check(t, p.module)
			}
			d.run(t, p)
			t.Logf("%.1f s", time.Since(start).Seconds())
		})
	}
}

// enough checks that the set is what it claims to be.
func enough(t *testing.T, foreign, own []program) {
	t.Helper()
	if n := len(foreign) + len(own); n < 60 || len(foreign)*2 < n {
		t.Errorf("%d programs, %d of them not ours: want 60, half of them not ours", n, len(foreign))
	}
	for _, library := range libraries {
		if !slices.ContainsFunc(foreign, func(p program) bool { return p.library == library }) {
			t.Errorf("nothing of %s is in the set", library)
		}
	}
}

// desk is where a person without any configuration sits: the shipped policy holds.
type desk struct{ binary, env, packages, home, cache string }

func newDesk(t *testing.T) desk {
	t.Helper()
	env := os.Getenv("INTERLOCK_SCIENCE_ENV")
	if env == "" {
		env = filepath.Join(require.Repo(t), ".interlock", "science-env")
	}
	found, err := filepath.Glob(filepath.Join(env, "lib", "python3.*", "site-packages"))
	if err != nil || len(found) != 1 {
		require.Skip(t, require.Science, fmt.Sprintf("no Python environment in %s: type `make science-env`", env))
	}
	if _, err := os.Stat("/etc/interlock"); err == nil {
		t.Fatal("/etc/interlock binds this host, so the shipped policy does not hold: remove it, or test elsewhere")
	}
	return desk{binary: require.Binary(t), env: env, packages: found[0], home: t.TempDir(), cache: t.TempDir()}
}

func (d desk) interlock(t *testing.T, into any, args ...string) (stderr string, code int) {
	t.Helper()
	cmd := exec.Command(d.binary, args...)
	cmd.Dir = d.home
	cmd.Env = []string{"HOME=" + d.home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "XDG_CACHE_HOME=" + d.cache, "LANG=C.UTF-8"}
	var out, diagnostics bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diagnostics
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		t.Fatalf("%v printed no result: %v\n%.800s\n%.800s", args, err, out.String(), diagnostics.String())
	}
	return diagnostics.String(), cmd.ProcessState.ExitCode()
}

type decision struct {
	Effect   string
	Mode     string
	Warnings []any
	Reasons  []struct{ Rule, Message string }
}

// allowed: an ordinary program gets not even a warning.
func (v decision) allowed(t *testing.T, of string) {
	t.Helper()
	if v.Effect != "allow" || v.Mode != "read_only" || len(v.Warnings)+len(v.Reasons) > 0 {
		t.Errorf("%s: %+v", of, v)
	}
}

func (d desk) check(t *testing.T, file string) {
	t.Helper()
	var said struct{ Decision decision }
	stderr, code := d.interlock(t, &said, "check", "--env", d.env, "--format", "json", file)
	said.Decision.allowed(t, "check "+file)
	if code != 0 {
		t.Errorf("check %s ends with %d\n%s", file, code, stderr)
	}
}

func (d desk) run(t *testing.T, p program) {
	t.Helper()
	args := []string{"run", "--env", d.env, "--format", "json", p.script}
	if p.stdin != "" {
		args = append(args, "--stdin", p.stdin)
	}
	var r struct {
		Status, Stdout, Stderr string
		Decision               decision
		Refused, Commands      []any
		Limit, Error           any
	}
	notes, code := d.interlock(t, &r, append(append(args, "--"), p.args...)...)
	r.Decision.allowed(t, "run")
	if code != 0 || r.Status != "succeeded" || len(r.Refused) > 0 || r.Limit != nil || r.Error != nil {
		t.Errorf("exit %d, %s, refused %v, limit %v, error %v\n%s\n%s\n%s", code, r.Status, r.Refused, r.Limit, r.Error, notes, tail(r.Stdout), tail(r.Stderr))
	}
	if p.proof != nil && !p.proof.MatchString(r.Stdout+"\n"+r.Stderr) {
		t.Errorf("no tests ran: %q is not in\n%s\n%s", p.proof, tail(r.Stdout), tail(r.Stderr))
	}
}

// tail is the last of a text that may be long.
func tail(text string) string { return text[max(0, len(text)-2000):] }
