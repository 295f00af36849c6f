//go:build linux

package attack

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// alone runs programs by `interlock run`, without a daemon, at one level.
type alone struct {
	*host
	at, binary, env, policy, dir string
	flags                        []string // of run, besides
	hidden                       bool     // /proc shows nobody's processes that may not be looked into

	mu   sync.Mutex
	told []outcome // what each run was said to have come to, for the ledger to confirm
}

func newAlone(t *testing.T, h *host, level string) *alone {
	t.Helper()
	a := &alone{host: h, at: level, binary: h.binary, env: h.env, dir: t.TempDir()}
	text, err := os.ReadFile("policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a.policy = filepath.Join(a.dir, "policy.yaml")
	put(t, a.policy, strings.Replace(string(text), "LEVEL", level, 1))
	put(t, filepath.Join(a.dir, ".ssh", "id_ed25519"), beam)
	put(t, filepath.Join(a.dir, "first", "first.py"), "print(open('secret.txt').read())")
	put(t, filepath.Join(a.dir, "first", "secret.txt"), beam) // so that another run's folder holds it
	if o := a.script(t, program{}, filepath.Join(a.dir, "first", "first.py"), filepath.Join(a.dir, "first")); o.status != "succeeded" {
		t.Fatalf("an ordinary run does not succeed:\n%s", o.all)
	}
	return a
}

func (a *alone) name() string  { return a.at }
func (a *alone) level() string { return a.at }
func (a *alone) home() string  { return a.dir }

func (a *alone) run(t *testing.T, p program, g *site, script string) outcome {
	t.Helper()
	o := a.script(t, p, script, g.input)
	a.mu.Lock()
	a.told = append(a.told, o)
	a.mu.Unlock()
	return o
}

func (a *alone) script(t *testing.T, p program, script, input string) outcome {
	t.Helper()
	argv := []string{a.binary, "run", "--policy", a.policy, "--env", a.env, "--input", input}
	argv = append(argv, a.flags...)
	if p.timeout > 0 {
		argv = append(argv, "--timeout", p.timeout.String())
	}
	if !p.tty {
		argv = append(argv, "--format", "json")
	}
	cmd := a.command(append(argv, script)...)
	if p.tty {
		o := onTerminal(t, a.host, cmd)
		return a.read(o)
	}
	o := a.finish(t, cmd)
	if err := o.decode(o.stdout); err != nil {
		t.Fatalf("the result cannot be read: %v\n%.800s", err, o.all)
	}
	o.folder = filepath.Join(a.dir, ".local/state/interlock/runs", o.id)
	return o
}

// command is one of the person's. Level landlock is made for real, where the host
// does not: in a user namespace that may make no other.
func (a *alone) command(argv ...string) *exec.Cmd {
	narrow := a.at == "landlock" && !contained()
	if narrow {
		argv = append([]string{"/bin/sh", "-c", `echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"`, "sh",
			"setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-all"}, argv...) // as for the root of a container
	}
	if a.hidden {
		argv = append([]string{"unshare", "--pid", "--fork", "--mount", "--mount-proc", "/bin/sh", "-c", hiding, "sh"}, argv...)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"HOME=" + a.dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "XDG_CACHE_HOME=" + a.cache, "TOKEN=" + beam}
	if !narrow {
		return cmd
	}
	all := func(id int) []syscall.SysProcIDMap {
		if os.Getuid() == 0 && enterable(a.env) {
			return []syscall.SysProcIDMap{{Size: 65536}} // with ids for the run to become
		}
		return []syscall.SysProcIDMap{{HostID: id, Size: 1}}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, UidMappings: all(os.Getuid()), GidMappings: all(os.Getgid()),
		GidMappingsEnableSetgroups: os.Getuid() == 0}
	return cmd
}

// hiding runs a command where /proc shows only what may be looked into, and fails
// where it leaves a process.
const hiding = `mount -o remount,hidepid=4 /proc || exit 98
"$@"
status=$?
for of in /proc/[0-9]*/status; do
	case $of in /proc/1/*) continue ;; esac
	if [ -e $of ] && ! grep -q '^State:.*Z' $of; then echo "it leaves $of" >&2; status=99; fi
done
exit $status`

// enterable reports whether every user may reach the interpreter of env: a run
// that root starts becomes another user, if it has one to become.
func enterable(env string) bool {
	real, err := filepath.EvalSymlinks(filepath.Join(env, "bin", "python3"))
	for dir := filepath.Dir(real); err == nil && dir != "/"; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err != nil || info.Mode()&1 == 0 {
			return false
		}
	}
	return err == nil
}

var runID = regexp.MustCompile(`/runs/([\w-]+)`)

// read fills in what the text for people says.
func (a *alone) read(o outcome) outcome {
	if m := runID.FindSubmatch(o.all); m != nil {
		o.id = string(m[1])
	}
	o.folder = filepath.Join(a.dir, ".local/state/interlock/runs", o.id)
	o.level, o.status = a.at, map[int]string{0: "succeeded", 1: "failed", 5: "stopped"}[o.exit]
	o.exit = -1
	return o
}

// confirm implements runner: the ledger verifies, too.
func (a *alone) confirm(t *testing.T) {
	t.Helper()
	if o := a.finish(t, a.command(a.binary, "ledger", "verify", "--policy", a.policy)); o.exit != 0 {
		t.Errorf("the ledger does not verify:\n%s", o.all)
	}
	o := a.finish(t, a.command(a.binary, "ledger", "query", "--policy", a.policy, "--kind", "end", "--limit", "0", "--format", "json"))
	entries := bytes.Split(o.stdout, []byte("\n"))
	for _, told := range a.told {
		var line []byte
		for _, entry := range entries {
			if bytes.Contains(entry, []byte(told.id)) {
				line = entry
			}
		}
		switch {
		case told.id == "" || line == nil:
			t.Errorf("the ledger does not tell how run %q ended", told.id)
		case told.limit != "" && !bytes.Contains(line, []byte(`"name":"`+told.limit+`"`)):
			t.Errorf("the ledger does not name the limit %s of run %s: %s", told.limit, told.id, line)
		}
	}
}
