//go:build linux

package attack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

const beam = "the-beam-secret-4711"

// targets are what an attack may reach for, all owned by the test.
type targets struct {
	dir, secret, victim, socket string
	port                        int
	process                     *exec.Cmd
	dead                        chan struct{}
	reached                     atomic.Int32 // connections to a listener
	before                      os.FileInfo
}

func newTargets(t *testing.T) *targets {
	t.Helper()
	g := &targets{dir: t.TempDir(), dead: make(chan struct{})}
	g.secret, g.victim = filepath.Join(g.dir, "secret"), filepath.Join(g.dir, "victim")
	g.socket = filepath.Join(g.dir, "s")
	for name, text := range map[string]string{g.secret: beam + "\n", g.victim: "as it was\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tcp := g.listen(t, "tcp", "127.0.0.1:0")
	g.port = tcp.Addr().(*net.TCPAddr).Port
	g.listen(t, "unix", g.socket)
	g.listen(t, "unix", "@"+g.socket)
	g.process = exec.Command("sleep", "600")
	if err := g.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = g.process.Wait(); close(g.dead) }()
	t.Cleanup(func() { _ = g.process.Process.Kill(); <-g.dead })
	var err error
	if g.before, err = os.Stat(g.victim); err != nil {
		t.Fatal(err)
	}
	return g
}

func (g *targets) listen(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			g.reached.Add(1)
			c.Close()
		}
	}()
	return l
}

func (g *targets) args() []string {
	return []string{g.secret, strconv.Itoa(g.port), g.victim, strconv.Itoa(g.process.Process.Pid), g.socket,
		"system", "execv", "posix_spawn", "run"}
}

// harm says, seen from outside, what an attack achieved; "" is nothing.
func (g *targets) harm(output []byte) string {
	after, err := os.Stat(g.victim)
	text, _ := os.ReadFile(g.victim)
	state, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", g.process.Process.Pid))
	switch {
	case bytes.Contains(output, []byte(beam)):
		return "the secret came out"
	case g.reached.Load() > 0:
		return "a listener was reached"
	case err != nil || string(text) != "as it was\n":
		return "the file was changed"
	case after.Mode() != g.before.Mode() || !after.ModTime().Equal(g.before.ModTime()):
		return "the file's mode or times were changed"
	case len(state) == 0 || bytes.Contains(state, []byte(") Z ")):
		return "the process was ended"
	}
	return ""
}

// TestAttacks (P4, P5, P6, P9, P16, P17): every program fails at both levels,
// and every one succeeds where nothing holds it.
func TestAttacks(t *testing.T) {
	binary, env := require.Binary(t), require.Env(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir()) // one for all, or each run would compile the parser
	for _, level := range []string{"unprotected", "namespaces", "landlock"} {
		t.Run(level, func(t *testing.T) {
			for _, p := range Programs {
				t.Run(p.Name, func(t *testing.T) {
					t.Parallel()
					script := filepath.Join(t.TempDir(), "attack.py")
					if err := os.WriteFile(script, []byte(prelude+p.Source+"\n"), 0o644); err != nil {
						t.Fatal(err)
					}
					g := newTargets(t)
					if level == "unprotected" {
						unprotected(t, g, env, script, p)
						return
					}
					out := attack(t, level, binary, env, script, g)
					if p.Name == "leave a process behind" {
						time.Sleep(6 * time.Second)
					}
					if harm := g.harm(out); harm != "" {
						t.Errorf("%s\n%s", harm, out)
					}
				})
			}
		})
	}
}

func unprotected(t *testing.T, g *targets, env, script string, p Program) {
	cmd := exec.Command(filepath.Join(env, "bin", "python3"), append([]string{script}, g.args()...)...)
	cmd.Dir = t.TempDir()
	out, _ := cmd.CombinedOutput()
	for range 100 {
		if g.harm(out) != "" {
			return
		}
		time.Sleep(80 * time.Millisecond)
	}
	t.Errorf("the attack does nothing even where nothing holds it:\n%s", out)
}

// attack runs script through interlock at the level and returns all its output.
// Level landlock is made for real: in a user namespace that may make no other.
func attack(t *testing.T, level, binary, env, script string, g *targets) []byte {
	t.Helper()
	home := t.TempDir()
	policy := filepath.Join(home, "policy.yaml")
	text, err := os.ReadFile("policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(policy, bytes.Replace(text, []byte("LEVEL"), []byte(level), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	argv := append([]string{binary, "run", "--format", "json", "--policy", policy, "--env", env, script, "--"}, g.args()...)
	if level == "landlock" {
		argv = append([]string{"unshare", "-Ur", "sh", "-c", `echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"`, "sh"}, argv...)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "XDG_CACHE_HOME=" + os.Getenv("XDG_CACHE_HOME")}
	out, _ := cmd.CombinedOutput()
	var result struct {
		ID       string
		Decision struct{ Effect string }
		Observed struct{ Level string }
	}
	if err := json.Unmarshal(firstLine(out), &result); err != nil || result.Observed.Level != level || result.Decision.Effect == "deny" {
		t.Fatalf("the attack did not run at level %s: %v\n%.600s", level, err, out)
	}
	query := exec.Command(binary, "ledger", "query", "--run", result.ID, "--kind", "end")
	query.Env = cmd.Env
	if entries, err := query.CombinedOutput(); err != nil || !strings.Contains(string(entries), result.ID) {
		t.Errorf("the ledger does not tell of the run: %v\n%s", err, entries)
	}
	return out
}

func firstLine(b []byte) []byte {
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		if bytes.HasPrefix(line, []byte("{")) {
			return line
		}
	}
	return nil
}
