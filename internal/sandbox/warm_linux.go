package sandbox

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// warmth is the pools of a Sandbox, one per environment and its variables.
type warmth struct {
	mu     sync.Mutex
	pools  map[string]*pool
	closed bool
}

// maxPools bounds the environments that are kept warm at a time; a zygote with
// numpy, pandas and matplotlib takes some 70 MB.
const maxPools = 4

// takeWarm returns a child that is confined for l, or nil where this run must
// start an interpreter of its own: there is no pool, or its zygote is not up.
func (s *Sandbox) takeWarm(ctx context.Context, sub *interlock.Submission, g interlock.Grant, l *layout) *child {
	if sub.Front == systemFront || !s.warms(l) {
		return nil
	}
	p := s.pool(l)
	if p == nil {
		return nil
	}
	l.spec.Warm, l.shown = true, identities(l.spec.Grant.Files)
	l.spec.Roots = append(slices.Clone(l.spec.Roots), runnerDir)
	c := p.take(ctx, l)
	if c != nil && c.shadows(sub) {
		_ = c.Close()
		c = nil
	}
	if c != nil {
		c.grant = g
	} else {
		l.spec.Warm = false
		l.spec.Roots = l.spec.Roots[:len(l.spec.Roots)-1]
	}
	return c
}

// WarmUp starts the pool of g's environment, if there is to be one. What is wrong
// with the environment shows when a run wants it.
func (s *Sandbox) WarmUp(g interlock.Grant) {
	l, err := s.layout(&interlock.Submission{ID: "warm"}, g)
	if err == nil && s.warms(l) {
		s.pool(l)
	}
}

// Warms says whether a pool could serve runs under g on this host: "yes", or why not.
func (s *Sandbox) Warms(g interlock.Grant) string {
	switch level, _ := s.Host().Reaches(); {
	case level != interlock.Namespaces:
		return "no: only level namespaces has warm interpreters"
	case !s.Host().Proc:
		return "no: a sandbox cannot mount its own /proc here"
	case ownStart(g):
		return "no: the mode sets variables that an interpreter reads as it starts"
	case len(g.Commands) > 0:
		return "no: the policy lists programs, and each run that may start some is watched from its start"
	}
	return "yes"
}

// warms reports whether runs of l can be copies of a warm interpreter.
func (s *Sandbox) warms(l *layout) bool {
	return s.opt.Pool > 0 && s.Warms(l.spec.Grant) == "yes"
}

// ownStart reports whether the grant has variables that an interpreter reads as
// it starts.
func ownStart(g interlock.Grant) bool {
	for name := range g.Environment.Variables {
		if strings.HasPrefix(name, "PYTHON") || strings.HasPrefix(name, "LD_") {
			return true
		}
	}
	return false
}

// pool returns the pool of l's environment as it lies on disk now, starting one
// where there is none.
func (s *Sandbox) pool(l *layout) *pool {
	key := fmt.Sprint(l.env.Interpreter, l.spec.Grant.Environment.Variables)
	print := fingerprint(l.env)
	s.warm.mu.Lock()
	defer s.warm.mu.Unlock()
	if s.warm.closed {
		return nil
	}
	p := s.warm.pools[key]
	if p != nil && p.fingerprint == print {
		return p
	}
	if p != nil {
		s.opt.Log.Info("the environment changed on disk; warm interpreters start anew", "environment", l.env.Interpreter)
		go p.close()
	}
	if s.warm.pools == nil {
		s.warm.pools = map[string]*pool{}
	}
	if p == nil && len(s.warm.pools) >= maxPools {
		s.dropOldest()
	}
	p = newPool(s, l, print)
	s.warm.pools[key] = p
	return p
}

// dropOldest closes the pool that was used least recently; the caller holds the lock.
func (s *Sandbox) dropOldest() {
	var oldest string
	for key, p := range s.warm.pools {
		if oldest == "" || p.lastUse().Before(s.warm.pools[oldest].lastUse()) {
			oldest = key
		}
	}
	go s.warm.pools[oldest].close()
	delete(s.warm.pools, oldest)
}

// Close ends all warm interpreters. Runs must have ended. It is idempotent.
func (s *Sandbox) Close() error {
	s.warm.mu.Lock()
	s.warm.closed = true
	pools := s.warm.pools
	s.warm.pools = nil
	s.warm.mu.Unlock()
	for _, p := range pools {
		p.close()
	}
	return nil
}

// Forget drops children that were confined for a grant, for when policy changed.
func (s *Sandbox) Forget() {
	s.warm.mu.Lock()
	defer s.warm.mu.Unlock()
	for _, p := range s.warm.pools {
		p.forget()
	}
}

// Pools reports the pools, by environment.
func (s *Sandbox) Pools() []PoolStatus {
	s.warm.mu.Lock()
	defer s.warm.mu.Unlock()
	out := []PoolStatus{}
	for _, p := range s.warm.pools {
		out = append(out, p.status())
	}
	slices.SortFunc(out, func(a, b PoolStatus) int { return strings.Compare(a.Environment, b.Environment) })
	return out
}

// fingerprint changes when packages are installed, removed or replaced in env.
// It does not notice a file of a package that is edited in place.
func fingerprint(env Environment) string {
	h := sha256.New()
	names := []string{env.Binary}
	for _, root := range env.Roots {
		found, _ := filepath.Glob(root + "/lib*/python3*/site-packages")
		names = append(append(names, root+"/pyvenv.cfg"), found...)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			fmt.Fprintln(h, name, info.Size(), info.ModTime().UnixNano())
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// zygoteStart bounds the loading of libraries on a slow and busy host.
const zygoteStart = 2 * time.Minute

// startZygote starts the warm interpreter of p's environment.
func (p *pool) startZygote(ctx context.Context) (*confine.Zygote, error) {
	l := *p.base
	l.spec.ID = p.newID()
	l.spec.Grant.Environment.Variables = oneThread(l.spec.Grant.Environment.Variables)
	// What it plots to settle in needs matplotlib's list of fonts.
	p.s.stock(&l, &interlock.Submission{Source: []byte("matplotlib")})
	l.spec.Args = append(l.spec.Args, "zygote")
	plan, err := confine.Make(l.spec, p.s.Host())
	if err != nil {
		return nil, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("starting a warm interpreter: %w", err)
	}
	defer null.Close()
	words, stderr, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("starting a warm interpreter: %w", err)
	}
	defer stderr.Close()
	p.done.Go(func() { p.logWords(words) })
	order := confine.ZygoteOrder{Modules: p.s.opt.Preload, Environment: map[string]string{}}
	theirs, err := confine.Make(p.base.spec, p.s.Host())
	if err != nil {
		return nil, err
	}
	for _, v := range theirs.Exec.Env {
		name, value, _ := strings.Cut(v, "=")
		order.Environment[name] = value
	}
	return confine.StartZygote(ctx, plan, confine.Files{Stdin: null, Stdout: null, Stderr: stderr}, order, zygoteStart, runnerDir)
}

// logWords logs what a zygote says of itself until it ends.
func (p *pool) logWords(from *os.File) {
	defer from.Close()
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		p.s.opt.Log.Warn("the warm interpreter says", "line", lines.Text())
	}
}

// oneThread returns variables with which libraries start no threads.
func oneThread(variables map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range variables {
		out[k] = v
	}
	for _, name := range []string{"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"} {
		out[name] = "1"
	}
	// OpenBLAS's threads spin for 2^26 cycles before they sleep: a third of a second
	// of processor time for every child that waits for code. 2^12 will do.
	out["OPENBLAS_THREAD_TIMEOUT"] = "12"
	return out
}

// spawn forks a child that has no grant yet.
func (p *pool) spawn(z *confine.Zygote) (*child, error) {
	spec := p.base.spec
	spec.ID, spec.Warm = p.newID(), true
	plan, err := confine.Make(spec, p.s.Host())
	if err != nil {
		return nil, err
	}
	c := &child{plan: plan, layout: &layout{spec: spec}, loaded: z.Modules(), gone: z.Gone()}
	err = c.start(func(f confine.Files) (*confine.Process, error) { return z.Spawn(plan, f) })
	if err != nil {
		return nil, err
	}
	return c, nil
}

// confine makes a spare child fit l, which it takes over.
func (p *pool) confine(c *child, l *layout) error {
	mine := *l
	mine.spec.ID = c.layout.spec.ID
	plan, err := confine.Make(mine.spec, p.s.Host())
	if err != nil {
		return err
	}
	c.layout, c.plan = &mine, plan
	if err := c.proc.Confine(plan, c.control); err != nil {
		return err
	}
	return c.awaitRunner()
}

// fit reports whether a child that is confined for a would do for b: the same
// plan, of the same folders and files. A file that was replaced since then is
// another one, though its name is the same.
func fit(a, b *layout) bool {
	x, y := a.spec, b.spec
	x.ID, y.ID = "", ""
	return a.shown == b.shown && reflect.DeepEqual(x, y)
}

// identities names what lies at the grant's paths now.
func identities(f interlock.Files) string {
	var out strings.Builder
	for _, name := range slices.Concat([]string{f.Folder}, f.Inputs, f.Read, f.Write, f.Forbid) {
		var st unix.Stat_t
		if name != "" && unix.Stat(name, &st) == nil {
			fmt.Fprintf(&out, "%s %d %d\n", name, st.Dev, st.Ino)
		}
	}
	return out.String()
}
