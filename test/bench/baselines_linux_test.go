package bench

import (
	"bufio"
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/test/require"
)

// tools is where scripts/bench-tools puts what it installs, and NAME.missing files
// that say why something is not there.
func tools(b *testing.B) string { return filepath.Join(require.Repo(b), ".interlock", "bench-tools") }

// missing is the reason why a tool is not there.
func missing(b *testing.B, name string) string {
	if why, err := os.ReadFile(filepath.Join(tools(b), name+".missing")); err == nil {
		return strings.TrimSpace(string(why))
	}
	return "not installed: run scripts/bench-tools"
}

// python3 is what everything is compared with.
func python3(env, home string) *subject {
	python := filepath.Join(env, "bin", "python3")
	return &subject{name: "python3", how: "python3 x.py", run: func(s *script) (took, error) {
		return process(s, environ(home), python, s.file())
	}}
}

// bubblewrap has all namespaces, the host's files read-only, and two writable folders.
func bubblewrap(b *testing.B, env, home string) *subject {
	x := &subject{name: "bubblewrap", how: "bwrap --unshare-all --ro-bind / / ..., python3 x.py"}
	bwrap, err := exec.LookPath("bwrap")
	if err != nil {
		x.absent = missing(b, "bubblewrap")
		return x
	}
	x.run = func(s *script) (took, error) {
		return process(s, environ(home), bwrap, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
			"--bind", home, home, "--bind", s.folder, s.folder, "--chdir", s.folder, filepath.Join(env, "bin", "python3"), s.file())
	}
	return x
}

// gvisor is runsc with no network; each run is a sandbox of its own.
func gvisor(b *testing.B, env, home string) *subject {
	x := &subject{name: "gvisor", how: "runsc --network=none --ignore-cgroups do python3 x.py"}
	runsc := filepath.Join(tools(b), "runsc")
	if _, err := os.Stat(runsc); err != nil {
		x.absent = missing(b, "runsc")
		return x
	}
	state := b.TempDir()
	argv := []string{runsc, "--root", state, "--network=none", "--ignore-cgroups"}
	if os.Getuid() != 0 {
		argv = append(argv, "--rootless")
	}
	x.run = func(s *script) (took, error) {
		return process(s, environ(home), append(argv[:len(argv):len(argv)], "do", filepath.Join(env, "bin", "python3"), s.file())...)
	}
	return x
}

// gvisorVersion is the module's version, which the program itself does not know.
func gvisorVersion(b *testing.B) string {
	info, err := buildinfo.ReadFile(filepath.Join(tools(b), "runsc"))
	if err != nil {
		return ""
	}
	return info.Main.Version
}

// driver is a Python process that has loaded sandlock.
type driver struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	err *bytes.Buffer // read it after the process has ended
}

// sandlock keeps a driver for each run that goes on at a time.
func sandlock(b *testing.B, env, home string, scripts []*script) *subject {
	x := &subject{name: "sandlock", how: "its Python library, loaded before: Sandbox(...).run_interactive([python3, x.py])"}
	python := filepath.Join(tools(b), "sandlock", "bin", "python3")
	if _, err := os.Stat(python); err != nil {
		x.absent = missing(b, "sandlock")
		return x
	}
	argv := []string{python, filepath.Join(require.Repo(b), "test", "bench", "testdata", "sandlock_driver.py"),
		filepath.Join(env, "bin", "python3"), readable(env), writable(home, scripts)}
	idle := make(chan *driver, 100)
	b.Cleanup(func() {
		close(idle)
		for d := range idle {
			d.in.Close()
			d.cmd.Wait()
		}
	})
	x.run = func(s *script) (took, error) {
		var d *driver
		select {
		case d = <-idle:
		default:
			var err error
			if d, err = startDriver(argv, environ(home)); err != nil {
				return took{}, err
			}
			if _, err := d.run(s); err != nil { // has loaded when it has run one
				return took{}, err
			}
		}
		t, err := d.run(s)
		if err == nil {
			idle <- d
		}
		return t, err
	}
	return x
}

// readable is what python needs to be seen, as a list with colons.
func readable(env string) string {
	all := []string{env}
	if real, err := filepath.EvalSymlinks(filepath.Join(env, "bin", "python3")); err == nil {
		all = append(all, filepath.Dir(filepath.Dir(real)))
	}
	for _, dir := range []string{"/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/dev"} {
		if _, err := os.Stat(dir); err == nil {
			all = append(all, dir)
		}
	}
	return strings.Join(all, ":")
}

func writable(home string, scripts []*script) string {
	all := []string{home, os.DevNull}
	for _, s := range scripts {
		all = append(all, s.folder)
	}
	return strings.Join(all, ":")
}

func startDriver(argv, env []string) (*driver, error) {
	d := &driver{cmd: exec.Command(argv[0], argv[1:]...), err: &bytes.Buffer{}}
	d.cmd.Env, d.cmd.Stderr = env, d.err
	in, err := d.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d.in, d.out = in, bufio.NewReader(out)
	return d, d.cmd.Start()
}

func (d *driver) run(s *script) (took, error) {
	w := &watched{began: time.Now()}
	if _, err := fmt.Fprintln(d.in, s.file()); err != nil {
		return took{}, d.gone(err)
	}
	for {
		c, err := d.out.ReadByte()
		if err != nil {
			return took{}, d.gone(err)
		}
		if c == 0 {
			break
		}
		if _, err := w.Write([]byte{c}); err != nil {
			return took{}, err
		}
	}
	if status, err := d.out.ReadString('\n'); err != nil || status != "0\n" {
		return took{}, fmt.Errorf("sandlock: the script ended with %q", strings.TrimSpace(status))
	}
	return w.ended(s)
}

func (d *driver) gone(err error) error {
	d.in.Close()
	return fmt.Errorf("sandlock: %w: %s", errors.Join(err, d.cmd.Wait()), lastLine(d.err.String()))
}
