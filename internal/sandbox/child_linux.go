package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/internal/sandbox/forward"
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

	forwarder *forward.Forwarder // of the run's network, while it runs
	notes     []string           // about what came out when the run began

	ready  bool            // the runner has said so already
	loaded []string        // modules that are loaded already, sorted; nil for an interpreter of its own
	gone   <-chan struct{} // closed when the zygote it is a copy of has ended
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
	if c := s.takeWarm(ctx, sub, g, l); c != nil {
		return c, nil
	}
	s.stock(l, sub)
	plan, err := confine.Make(l.spec, s.Host())
	if err != nil {
		return nil, err
	}
	if err := l.make(plan); err != nil {
		return nil, err
	}
	c := &child{grant: g, plan: plan, layout: l}
	if err := c.start(func(f confine.Files) (*confine.Process, error) { return confine.Start(plan, f) }); err != nil {
		l.remove()
		return nil, err
	}
	return c, nil
}

// Fits implements interlock.Child.
func (c *child) Fits(sub *interlock.Submission, g interlock.Grant) bool {
	return reflect.DeepEqual(c.grant, g) && !c.shadows(sub)
}

// shadows reports whether a module beside the script has the name of one that is
// loaded already, and would not be imported.
func (c *child) shadows(sub *interlock.Submission) bool {
	return slices.ContainsFunc(sub.Modules, func(m interlock.Module) bool {
		top, _, _ := strings.Cut(m.Name, ".")
		return slices.Contains(c.loaded, top)
	})
}

// Level implements interlock.Child.
func (c *child) Level() interlock.Level { return c.plan.Level }

// start makes c's descriptors and, with begin, the process that has their other ends.
func (c *child) start(begin func(confine.Files) (*confine.Process, error)) error {
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
	if c.proc, err = begin(files); err != nil {
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
func (c *child) Run(ctx context.Context, sub *interlock.Submission, workspace string, out interlock.Streams, road interlock.Road) (interlock.Observed, interlock.Claims, error) {
	o := interlock.Observed{Level: c.plan.Level, Weaker: c.plan.Weaker(), Notes: append(c.plan.Notes, c.layout.notes...)}
	if out.Notice != nil {
		for _, n := range o.Notes {
			out.Notice(n)
		}
	}
	defer context.AfterFunc(ctx, c.proc.Kill)()
	if err := c.send(sub, road); err != nil {
		if ctx.Err() != nil {
			err = nil // the caller knows why
		}
		return o, interlock.Claims{}, err
	}
	o.Started = true
	began := time.Now()
	w := newWatch(ctx, c)
	outputs := c.capture(out, w)
	said := make(chan *listener, 1)
	go func() { said <- c.listen().hear(c.control) }()
	go feed(c.stdin, sub.Stdin)

	w.untilEnd()
	ended, err := c.proc.Wait()
	o.Wall = time.Since(began)
	o.Notes = append(o.Notes, c.notes...)
	c.stopNetwork(&o)
	c.programs(&o)
	var cut []string
	o.Stdout, o.Stderr, cut = outputs.wait()
	claimed, unheard := (<-said).said()
	o.Notes = append(append(o.Notes, cut...), unheard...)
	if err != nil {
		return o, claimed, err
	}
	// Who is killed is not told what its children used.
	o.CPU, o.MaxRSS = max(ended.CPU, ended.Limits.CPU, w.cpu), ended.MaxRSS
	o.Exit = exitOf(ended)
	if err := c.collect(sub, workspace, &o, w); err != nil {
		return o, claimed, err
	}
	o.Limit = w.limit(ended, claimed.Error, &o)
	return o, claimed, nil
}

// send waits for the runner to be ready and hands it the code. Until then the
// interpreter holds nothing of the submission.
func (c *child) send(sub *interlock.Submission, road interlock.Road) error {
	if err := c.awaitRunner(); err != nil {
		return err
	}
	if err := c.proc.Ready(); err != nil {
		return err
	}
	if err := c.serveNetwork(road); err != nil {
		return err
	}
	_ = c.control.SetWriteDeadline(time.Now().Add(startTimeout))
	if err := writeFrame(c.control, c.job(sub)); err != nil {
		return c.notReady(err)
	}
	return nil
}

func (c *child) awaitRunner() error {
	if c.ready {
		return nil
	}
	_ = c.control.SetReadDeadline(time.Now().Add(startTimeout))
	f, _, err := readFrame(c.control, frameRoom)
	switch {
	case err == nil && f.T == "ready":
		c.ready = true
		return c.control.SetReadDeadline(time.Time{})
	case err == nil && f.T == "unconfined":
		return c.proc.Refused(f.Line, f.Errno)
	}
	return c.notReady(err)
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
		Limits: map[string]int64{"frame": c.grant.Resources.Figure, "figures": int64(c.grant.Resources.Figures), "results": c.grant.Resources.Results}}
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
		c.stopNetwork(&interlock.Observed{})
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
