//go:build linux

package attack

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// plain runs programs in an interpreter with nothing around it.
type plain struct {
	*host
	dir string
}

func newPlain(t *testing.T, h *host) *plain {
	c := &plain{host: h, dir: t.TempDir()}
	put(t, filepath.Join(c.dir, ".ssh", "id_ed25519"), beam)
	put(t, filepath.Join(c.dir, "policy.yaml"), beam)
	put(t, filepath.Join(c.dir, ".local/state/interlock/runs/1/workspace/secret.txt"), beam)
	put(t, filepath.Join(c.dir, ".local/state/interlock/ledger.db"), beam)
	return c
}

func (c *plain) name() string       { return "plain" }
func (c *plain) level() string      { return "" }
func (c *plain) home() string       { return c.dir }
func (c *plain) confirm(*testing.T) {} // nobody keeps a record there

func (c *plain) run(t *testing.T, p program, g *site, script string) outcome {
	t.Helper()
	argv := []string{filepath.Join(c.env, "bin", "python3"), script}
	if flags, ok := strings.CutPrefix(p.plain, "unshare "); ok {
		argv = append(append([]string{"unshare", "--kill-child"}, strings.Fields(flags)...), argv...)
	}
	if p.plain == "forked" {
		argv = []string{argv[0], filepath.Join(require.Repo(t), "test/attack/testdata/forked.py"), script}
	}
	if p.plain == "zygote" || p.plain == "reused" {
		argv = []string{argv[0], filepath.Join(require.Repo(t), "test/attack/testdata/careless.py"), p.plain, script}
	}
	if p.plain == "zygote" { // with capabilities over itself alone, as a warm interpreter has
		argv = append([]string{"unshare", "--kill-child", "-Urpf", "--mount-proc"}, argv...)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = g.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // a signal to its group must not reach the test
	cmd.Env = []string{"HOME=" + c.dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "TOKEN=" + beam, "PYTHONDONTWRITEBYTECODE=1"}
	var o outcome
	if p.tty {
		o = onTerminal(t, c.host, cmd)
	} else {
		o = c.finish(t, cmd)
	}
	o.claimed = false
	if p.keep {
		c.keep(t, g, &o)
	}
	return o
}

// keep copies what the program left as a careless supervisor would: every link
// is followed.
func (c *plain) keep(t *testing.T, g *site, o *outcome) {
	t.Helper()
	for _, hidden := range []string{".env", ".git"} {
		if err := os.RemoveAll(filepath.Join(g.folder, hidden)); err != nil {
			t.Fatal(err)
		}
	}
	o.folder = filepath.Join(t.TempDir(), "kept")
	c.finish(t, exec.Command("cp", "-rL", g.folder, o.folder)) // it may complain of what cannot be copied
}
