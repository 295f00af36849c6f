package sandbox

import (
	"context"
	"math"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// watch is the supervisor's clock and eye on one run. It ends the run at the
// first limit that the supervisor itself holds.
type watch struct {
	c   *child
	ctx context.Context

	mu      sync.Mutex
	reached string // name of the limit that the supervisor ended the run for
	full    string // workspace, inodes or shm, if that file system was full at the end

	cpu time.Duration // used so far, as of the last look; of untilEnd's goroutine
}

const poll = 50 * time.Millisecond

func newWatch(ctx context.Context, c *child) *watch { return &watch{c: c, ctx: ctx} }

// stop ends the run because the limit named name was reached; the first one counts.
func (w *watch) stop(name string) {
	w.mu.Lock()
	if w.reached == "" {
		w.reached = name
	}
	w.mu.Unlock()
	w.c.proc.Kill()
}

func (w *watch) untilEnd() {
	wall := time.NewTimer(w.c.grant.Resources.Wall)
	defer wall.Stop()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-w.c.proc.Ended():
			return
		case <-wall.C:
			w.stop("wall")
		case <-w.ctx.Done():
			w.c.proc.Kill()
			<-w.c.proc.Ended()
			return
		case <-tick.C:
			w.look()
		}
	}
}

// look reads the counters of the control groups and, where the run has no file
// system of its own, measures its workspace.
func (w *watch) look() {
	r := w.c.grant.Resources
	n := w.c.proc.Pressure()
	var u confine.Usage
	if !w.c.plan.Counted("memory") || !w.c.plan.Counted("cpu") {
		u = w.c.proc.Usage(r.Memory)
	}
	w.cpu = max(w.cpu, n.CPU, u.CPU)
	switch {
	case n.OOMKills > 0 || u.Memory > r.Memory || w.c.proc.Queued(r.Memory) > r.Memory:
		w.stop("memory")
	case max(n.CPU, u.CPU) > r.CPU:
		w.stop("cpu")
	}
	if w.c.plan.Level == interlock.Namespaces {
		return
	}
	size, files := measure(w.c.layout.spec.Scratch)
	size += w.c.proc.Unlinked(w.c.layout.spec.Scratch, r.File)
	switch {
	case size > r.Workspace:
		w.stop("workspace")
	case files > r.Inodes+len(w.c.layout.before)+stageFiles:
		w.stop("inodes")
	}
}

// stageFiles are what Interlock itself puts into a scratch folder.
const stageFiles = 40

// measureDepth is how deeply folders may nest at a level without a file system of
// the run's own; deeper ones count as too many.
const measureDepth = 200

// measure adds up the files below dir. It holds every folder open on the way
// down, so that a deep tree costs no more than a flat one.
func measure(dir string) (size int64, files int) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, 0
	}
	defer root.Close()
	return measureIn(root, measureDepth)
}

func measureIn(dir *os.Root, depth int) (size int64, files int) {
	if depth == 0 {
		return 0, math.MaxInt32
	}
	entries, _ := list(dir) // what the run made unreadable for itself it cannot fill
	for _, e := range entries {
		files++
		info, err := e.Info()
		if err != nil {
			continue
		}
		if info.Mode().IsRegular() {
			size += info.Size()
		}
		if sub, err := dir.OpenRoot(e.Name()); e.IsDir() && err == nil {
			s, f := measureIn(sub, depth-1)
			size, files = size+s, min(files+f, math.MaxInt32)
			_ = sub.Close()
		}
	}
	return size, files
}

// limit names the limit that ended the run, if one did: first what the
// supervisor and the kernel saw, then, for a run that failed, what the kernel
// only told the code itself, marked so.
func (w *watch) limit(e confine.Ended, raised *interlock.Raised, o *interlock.Observed) *interlock.Limit {
	w.mu.Lock()
	name := w.reached
	w.mu.Unlock()
	failed := o.Exit.Code != 0
	switch {
	case name != "" && (failed || lost(name)): // else the run was over before the supervisor could end it
	case e.Limits.OOMKills > 0 && failed:
		name = "memory"
	case o.Exit.Signal == "SIGXCPU" || e.Limits.CPU > w.c.grant.Resources.CPU || o.Exit.Signal == "SIGKILL" && e.CPU >= w.c.grant.Resources.CPU:
		name = "cpu"
	case !failed:
		return nil
	case o.Exit.Signal == "SIGXFSZ":
		name = "file"
	case w.full != "":
		name = w.full
	case e.Limits.PidsMax > 0:
		name = "processes"
	default:
		return w.told(raised)
	}
	return w.c.plan.Limit(name)
}

// lost reports whether some of what the run did is missing where this limit was
// reached, however it ended.
func lost(name string) bool { return name == "output" || name == "stdout" || name == "stderr" }

// told reads the limit from the exception that the code reported, where only the
// code was told: an exception of the kind that the kernel's refusal becomes, as
// the interpreter words it. Code can forge it; it says so.
func (w *watch) told(raised *interlock.Raised) *interlock.Limit {
	if raised == nil {
		return nil
	}
	l := w.c.plan.Limit(w.toldName(raised))
	if l != nil {
		l.By += ", as the code reported"
	}
	return l
}

func (w *watch) toldName(raised *interlock.Raised) string {
	says := func(mark string) bool { return strings.HasPrefix(raised.Message, mark) }
	switch raised.Name {
	case "MemoryError", "numpy._core._exceptions._ArrayMemoryError", "_ArrayMemoryError":
		return "memory"
	case "OSError":
		switch {
		case says("[Errno 24]"):
			return "open_files"
		case says("[Errno 27]"):
			return "file"
		case says("[Errno 28]"): // and freed again before anybody could look
			return "workspace"
		}
	case "RuntimeError":
		if says("can't start new thread") {
			return "processes"
		}
	case "BlockingIOError":
		// A lock that is taken reads the same as a fork that is refused; where a
		// control group counts, its own event decides.
		if says("[Errno 11]") && !w.c.plan.Counted("processes") && strings.Contains(strings.Join(raised.Traceback, ""), "fork") {
			return "processes"
		}
	}
	return ""
}
