package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/internal/sandbox"
)

// oneOff is `interlock run` where no daemon serves.
func oneOff(binary, env, home string) *subject {
	return &subject{name: "interlock one-off", how: "interlock run x.py, no daemon", run: func(s *script) (took, error) {
		return process(s, environ(home), binary, "run", "--env", env, s.file())
	}}
}

// served is `interlock serve` as a process of its own.
type served struct {
	home string
	cmd  *exec.Cmd
}

func (d *served) state() string { return filepath.Join(d.home, ".local", "state", "interlock") }

// serve starts a daemon that ends with the benchmark.
func serve(b *testing.B, binary, env, home string) *served {
	d := &served{home: home, cmd: exec.Command(binary, "serve")}
	d.cmd.Env = append(environ(home), "PATH="+filepath.Join(env, "bin")+":"+os.Getenv("PATH")) // the environment that it warms first
	words, err := d.cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		d.cmd.Process.Signal(syscall.SIGTERM)
		d.cmd.Wait()
	})
	lines := bufio.NewReader(words)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			b.Fatalf("the daemon does not serve: %v: %s", err, line)
		}
		if strings.HasPrefix(line, "interlock: serving ") {
			go io.Copy(io.Discard, lines)
			return d
		}
	}
}

// throughDaemon is `interlock run` where a daemon serves.
func throughDaemon(d *served, binary, env string) *subject {
	return &subject{name: "interlock run", how: "interlock run x.py, through the warm daemon", light: true,
		settle: func() { settled(daemonPool(d.state())) },
		run: func(s *script) (took, error) {
			return process(s, environ(d.home), binary, "run", "--env", env, s.file())
		}}
}

// byClient is the Go client, to the daemon of state: the full time is to the
// result, which is sent when it has been recorded.
func byClient(name, state, env string) *subject {
	c := client.New(state)
	return &subject{name: name, how: "client.Run to the warm daemon, as a Go program does", light: true,
		settle: func() { settled(daemonPool(state)) },
		run: func(s *script) (took, error) {
			w := &watched{began: time.Now()}
			o, _, err := c.Run(context.Background(), &client.Submission{Schema: 1, Name: "x.py", Source: s.source, Folder: s.folder, Interpreter: env},
				client.Handler{Stdout: w})
			if err != nil {
				return took{}, err
			}
			if o.Code != interlock.ExitOK {
				return took{}, fmt.Errorf("the run ended with %d: %s", o.Code.Status(), o.JSON)
			}
			return w.ended(s)
		}}
}

// pool reads how many spare and ready children there are.
type pool func() []sandbox.PoolStatus

func daemonPool(state string) pool {
	c := client.New(state)
	return func() (all []sandbox.PoolStatus) {
		if st, err := c.Status(context.Background()); err == nil {
			b, _ := json.Marshal(st.Pool)
			_ = json.Unmarshal(b, &all) // an empty list is asked for again
		}
		return all
	}
}

// settled waits until the pools have spares and have not changed for a while: they
// tell nobody that they are done.
func settled(p pool) {
	const look, same = 10 * time.Millisecond, 12
	var last []sandbox.PoolStatus
	for equal, deadline := 0, time.Now().Add(20*time.Second); equal < same && time.Now().Before(deadline); time.Sleep(look) {
		all := p()
		idle := !slices.ContainsFunc(all, func(st sandbox.PoolStatus) bool { return !st.Up || st.Spare < 2 })
		if idle && len(all) > 0 && slices.Equal(all, last) {
			equal++
		} else {
			equal, last = 0, all
		}
	}
}

// alone is the sandbox without anything around it: children that are ready, or
// that have to be confined for a grant that was never seen.
func alone(b *testing.B, env string) (pooled, onDemand *subject) {
	sb := sandbox.New(sandbox.Options{Getenv: os.Getenv, CacheDir: b.TempDir(), Pool: 2})
	b.Cleanup(func() { sb.Close() })
	settle := func() { settled(sb.Pools) }
	unseen := time.Duration(0)
	pooled = &subject{name: "sandbox pooled", how: "internal/sandbox alone, a confined child waits", light: true, settle: settle,
		run: func(s *script) (took, error) { return confined(sb, s, env, 0) }}
	onDemand = &subject{name: "sandbox on demand", how: "internal/sandbox alone, the child is confined for a new grant", light: true, settle: settle,
		run: func(s *script) (took, error) {
			unseen += time.Millisecond
			return confined(sb, s, env, unseen)
		}}
	return pooled, onDemand
}

func confined(sb *sandbox.Sandbox, s *script, env string, more time.Duration) (took, error) {
	g := granted(s.folder, env)
	g.Resources.Wall += more
	return confinedAs(sb, s, g, nil)
}

func confinedAs(sb *sandbox.Sandbox, s *script, g interlock.Grant, road interlock.Road) (took, error) {
	workspace, err := os.MkdirTemp("", "bench")
	if err != nil {
		return took{}, err
	}
	defer os.RemoveAll(workspace)
	w := &watched{began: time.Now()}
	sub := &interlock.Submission{ID: "bench", Name: "x.py", Source: []byte(s.source), Folder: s.folder}
	c, err := sb.Prepare(context.Background(), sub, g)
	if err != nil {
		return took{}, err
	}
	defer c.Close()
	var complaints bytes.Buffer
	o, claims, err := c.Run(context.Background(), sub, workspace, interlock.Streams{Stdout: w, Stderr: &complaints}, road)
	if err != nil || o.Exit.Code != 0 {
		return took{}, fmt.Errorf("exit %d, %+v, %w: %s", o.Exit.Code, claims.Error, err, lastLine(complaints.String()))
	}
	return w.ended(s)
}

func granted(folder, env string) interlock.Grant {
	g := interlock.Grant{Files: interlock.Files{Folder: folder}}
	g.Environment.Interpreter = env
	g.Resources = interlock.Resources{Wall: 60 * time.Second, CPU: 60 * time.Second, Memory: 1 << 30, Processes: 64, OpenFiles: 256,
		Output: 1 << 20, Stdout: 1 << 20, Stderr: 1 << 20, Line: 1 << 20, File: 64 << 20, Workspace: 64 << 20, Inodes: 1000, Shm: 64 << 20,
		Results: 1 << 20, Figures: 100, Figure: 1 << 20, Outputs: 100}
	return g
}
