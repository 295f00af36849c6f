package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// child is one confined interpreter; it implements interlock.Child.
type child struct {
	grant  interlock.Grant
	plan   *confine.Plan
	layout *layout
	proc   *confine.Process

	control        *os.File // our end of the runner's socket
	stdin          *os.File // write end
	stdout, stderr *os.File // read ends
	closed         sync.Once
}

// Prepare implements interlock.Sandbox.
func (s *Sandbox) Prepare(ctx context.Context, sub *interlock.Submission, g interlock.Grant) (interlock.Child, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l, err := s.layout(sub, g)
	if err != nil {
		return nil, err
	}
	plan, err := confine.Make(l.spec, s.Host())
	if err != nil {
		return nil, err
	}
	if err := l.make(plan); err != nil {
		return nil, err
	}
	c := &child{grant: g, plan: plan, layout: l}
	if err := c.start(sub); err != nil {
		l.remove()
		return nil, err
	}
	return c, nil
}

// Fits implements interlock.Child.
func (c *child) Fits(g interlock.Grant) bool { return reflect.DeepEqual(c.grant, g) }

// Level implements interlock.Child.
func (c *child) Level() interlock.Level { return c.plan.Level }

func (c *child) start(sub *interlock.Submission) error {
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	pair, err := socketPair()
	if err != nil {
		return err
	}
	c.control, theirs = pair[0], append(theirs, pair[1])
	files := confine.Files{Control: pair[1]}
	if files.Stdin, c.stdin, err = os.Pipe(); err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	if c.stdout, files.Stdout, err = os.Pipe(); err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	if c.stderr, files.Stderr, err = os.Pipe(); err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	theirs = append(theirs, files.Stdin, files.Stdout, files.Stderr)
	if c.proc, err = confine.Start(c.plan, files); err != nil {
		c.closeEnds()
		return err
	}
	return nil
}

func socketPair() ([2]*os.File, error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return [2]*os.File{}, fmt.Errorf("making a socket pair: %w", err)
	}
	for _, fd := range fds {
		syscall.CloseOnExec(fd)
	}
	// Non-blocking, so that Close ends a read that waits.
	_ = syscall.SetNonblock(fds[0], true)
	return [2]*os.File{os.NewFile(uintptr(fds[0]), "control"), os.NewFile(uintptr(fds[1]), "control")}, nil
}

// Run implements interlock.Child.
func (c *child) Run(ctx context.Context, sub *interlock.Submission, workspace string, out interlock.Streams) (interlock.Observed, interlock.Claims, error) {
	o := interlock.Observed{Level: c.plan.Level, Weaker: c.plan.Weaker(), Notes: append(c.plan.Notes, c.layout.notes...)}
	if out.Notice != nil {
		for _, n := range o.Notes {
			out.Notice(n)
		}
	}
	defer context.AfterFunc(ctx, c.proc.Kill)()
	if err := c.send(sub); err != nil {
		if ctx.Err() != nil {
			err = nil // the caller knows why
		}
		return o, interlock.Claims{}, err
	}
	o.Started = true
	began := time.Now()
	w := newWatch(ctx, c)
	outputs := c.capture(out, w)
	said := make(chan interlock.Claims, 1)
	go func() { said <- claims(c.control) }()
	go feed(c.stdin, sub.Stdin)

	w.untilEnd()
	ended, err := c.proc.Wait()
	o.Wall = time.Since(began)
	o.Stdout, o.Stderr = outputs.wait()
	claimed := <-said
	if err != nil {
		return o, claimed, err
	}
	o.CPU, o.MaxRSS = ended.CPU, ended.MaxRSS
	o.Exit = exitOf(ended)
	if err := c.collect(sub, workspace, &o, w); err != nil {
		return o, claimed, err
	}
	o.Limit = w.limit(ended, claimed.Error, &o)
	return o, claimed, nil
}

// send waits for the runner to be ready and hands it the code. Until then the
// interpreter holds nothing of the submission.
func (c *child) send(sub *interlock.Submission) error {
	_ = c.control.SetReadDeadline(time.Now().Add(startTimeout))
	f, _, err := readFrame(c.control)
	if err != nil || f.T != "ready" {
		return c.notReady(err)
	}
	_ = c.control.SetReadDeadline(time.Time{})
	if err := c.proc.Ready(); err != nil {
		return err
	}
	_ = c.control.SetWriteDeadline(time.Now().Add(startTimeout))
	if err := writeFrame(c.control, c.job(sub)); err != nil {
		return c.notReady(err)
	}
	return nil
}

// startTimeout bounds the start of an interpreter without any user code in it.
const startTimeout = 30 * time.Second

// notReady explains why the runner did not start: a step of the confinement, or
// the interpreter itself, whose words are on stderr.
func (c *child) notReady(cause error) error {
	c.proc.Kill()
	ended, err := c.proc.Wait()
	if err != nil {
		return err
	}
	_ = c.stderr.SetReadDeadline(time.Now().Add(time.Second))
	words := make([]byte, 4096)
	n, _ := c.stderr.Read(words)
	e := &interlock.Error{Kind: interlock.Infrastructure, Name: "interpreter", Code: interlock.ExitInfrastructure, Err: cause,
		Message: fmt.Sprintf("the interpreter %s did not start in the sandbox (exit %d)", c.layout.env.Interpreter, ended.Code),
		Hint:    "run it once outside to see whether it works: " + c.layout.env.Interpreter + " -I -c pass; its packages must lie in its own folder"}
	if text := strings.TrimSpace(string(words[:n])); text != "" {
		e.Message += ": " + text
	}
	return e
}

func (c *child) job(sub *interlock.Submission) job {
	j := job{T: "run", Name: filepath.Base(sub.Name), Path: c.layout.path, Source: string(sub.Source), Argv: sub.Args, Folder: c.layout.folder,
		Guards: c.grant.Guards, Version: 1,
		Limits: map[string]int64{"frame": maxFrame, "figures": maxFigures, "results": 1 << 20}}
	if j.Path == "" {
		j.Path = sub.Name
	}
	if c.layout.folder != "" && sub.Folder != "" {
		j.Pinned = append(j.Pinned, pin{Path: c.layout.path, Source: string(sub.Source)})
	}
	seen := map[string]bool{}
	for _, m := range sub.Modules {
		j.Pinned = append(j.Pinned, pin{Path: filepath.Join(c.layout.folder, m.Path), Source: string(m.Source)})
		if top, _, _ := strings.Cut(m.Name, "."); !seen[top] {
			seen[top] = true
			j.Local = append(j.Local, top)
		}
	}
	return j
}

func feed(w *os.File, b []byte) {
	_, _ = w.Write(b) // a run need not read its input
	w.Close()
}

func exitOf(e confine.Ended) interlock.Exit {
	x := interlock.Exit{Code: e.Code}
	if e.Signal != 0 {
		x.Signal = signalName(e.Signal)
	}
	return x
}

// Close implements interlock.Child.
func (c *child) Close() error {
	var err error
	c.closed.Do(func() {
		err = c.proc.Close()
		c.closeEnds()
		c.layout.remove()
	})
	return err
}

func (c *child) closeEnds() {
	for _, f := range []*os.File{c.control, c.stdin, c.stdout, c.stderr} {
		if f != nil {
			if err := f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
				continue // nothing depends on it
			}
		}
	}
}
