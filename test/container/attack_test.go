//go:build linux && container

package container

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// TestAttacksAtLandlock (P16): the attack suite in a real engine whose profile
// forbids namespaces, as the container's root and as an ordinary user in it. That
// each program would succeed with nothing around it is shown by the suite outside.
func TestAttacksAtLandlock(t *testing.T) {
	i, suite := newImage(t), attackSuite(t)
	profile := "seccomp=" + narrowed(t)
	// Where no group counts and no namespace is, a user's limit of processes counts what
	// that user's other runs start meanwhile, so that user makes one run at a time.
	ways := map[string]struct{ options, flags []string }{
		"root": {nil, nil}, "user": {[]string{"--user", "1000:1000"}, []string{"-test.parallel", "1"}},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t, i, []string{suite + ":/opt/attack:ro"}, append(way.options, "--security-opt", profile)...)
			o := b.exec(t, append([]string{"env", "-C", "/opt/attack", "INTERLOCK_TEST_BINARY=/usr/local/bin/interlock", "INTERLOCK_TEST_ENV=/opt/env/venv",
				"INTERLOCK_REQUIRE=env", "INTERLOCK_ATTACK_CONTAINED=1", "INTERLOCK_ATTACK_ALL=" + os.Getenv("INTERLOCK_ATTACK_ALL"),
				"./attack.test", "-test.v", "-test.run", "^TestAttacks$", "-test.timeout", "10m"}, way.flags...)...)
			if dir := os.Getenv("INTERLOCK_TEST_LOG"); dir != "" {
				write(t, filepath.Join(dir, name), o.stdout+o.stderr, 0o644)
			}
			held := strings.Count(o.stdout, "--- PASS: TestAttacks/landlock/")
			if o.code != 0 || held < 100 {
				t.Errorf("status %d, %d programs held\n%s%s", o.code, held, head(o.stdout), tail([]byte(o.stderr)))
			}
			t.Logf("%d programs held", held)
		})
	}
}

// attackSuite builds the suite into a folder with what it reads.
func attackSuite(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		require.Skip(t, require.GoTool, "put go on PATH")
	}
	dir, source := t.TempDir(), filepath.Join(require.Repo(t), "test", "attack")
	for _, cmd := range []*exec.Cmd{
		exec.Command("go", "test", "-c", "-o", filepath.Join(dir, "attack.test"), "."),
		exec.Command("cp", "-r", "testdata", "policy.yaml", dir),
		exec.Command("chmod", "-R", "a+rX", filepath.Dir(dir)),
	} {
		cmd.Dir = source
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", cmd.Args, err, tail(out))
		}
	}
	return dir
}

// head is the start of what a verbose run said of its failures: with the lines of
// nearly 200 programs that start and pass, they would stand past what can be shown.
func head(out string) string {
	var said strings.Builder
	for line := range strings.Lines(out) {
		if word := strings.TrimLeft(line, " "); !strings.HasPrefix(word, "=== ") && !strings.HasPrefix(word, "--- PASS") {
			said.WriteString(line)
		}
	}
	return said.String()[:min(12000, said.Len())]
}
