package sandbox

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// pool keeps children of one environment's zygote:
//
//	spare    forked and warmed; no grant yet, so any run may have them
//	kept     confined already, for a layout that was run before
//
// One goroutine (keep) starts the zygote, starts it anew when it dies, and forks
// spares; another (confineAhead) turns spares into kept ones for what was run
// last. Everything that a pool started has ended when close returns, but for the
// children it handed out.
type pool struct {
	s           *Sandbox
	base        *layout // of a run that is granted nothing
	fingerprint string
	name        string // in the names of its children's control groups
	spares      chan *child
	used        chan struct{} // a child was taken
	stop        context.CancelFunc
	done        sync.WaitGroup

	mu       sync.Mutex // guards what follows
	zygote   *confine.Zygote
	kept     []*keptFor // used last first
	last     time.Time
	children int // ever spawned
	warm     int64
	cold     int64
	starts   int
	closed   bool
}

// keptFor are the children that are confined for one layout.
type keptFor struct {
	layout layout
	ready  []*child
}

const (
	maxSpares   = 2
	maxKept     = 4           // layouts to keep children for
	idleAfter   = time.Minute // then a pool shrinks to one child
	refillDelay = 30 * time.Millisecond
	retryAfter  = time.Second      // between starts of a zygote that fail
	spareWait   = 10 * time.Second // for a spare on a busy host, before a run starts its own interpreter
)

// newPool returns the pool of l's environment and begins to fill it.
func newPool(s *Sandbox, l *layout, print string) *pool {
	ctx, stop := context.WithCancel(context.Background())
	p := &pool{s: s, fingerprint: print, name: rand.Text()[:8], spares: make(chan *child, maxSpares), used: make(chan struct{}, 1), stop: stop, last: time.Now()}
	p.base = &layout{env: l.env, spec: confine.Spec{Level: l.spec.Level, Interpreter: l.spec.Interpreter, Binary: l.spec.Binary,
		Grant: interlock.Grant{Environment: l.spec.Grant.Environment, Isolation: l.spec.Grant.Isolation, Resources: l.spec.Grant.Resources}}}
	p.base.roots(s.Host())
	p.done.Go(func() { p.keep(ctx) })
	p.done.Go(func() { p.confineAhead(ctx) })
	return p
}

func (p *pool) newID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.children++
	return fmt.Sprintf("%d-%s-%d", os.Getpid(), p.name, p.children)
}

// take returns a child that is confined for l, or nil.
func (p *pool) take(ctx context.Context, l *layout) *child {
	c := p.takeKept(l)
	if c == nil {
		c = p.takeSpare(ctx, l)
	}
	p.mu.Lock()
	switch {
	case c != nil:
		p.warm++
	case ctx.Err() == nil: // else the run was refused meanwhile
		p.cold++
	}
	p.mu.Unlock()
	select {
	case p.used <- struct{}{}:
	default:
	}
	return c
}

// takeKept hands out a child that was confined ahead, and notes that l is wanted.
func (p *pool) takeKept(l *layout) *child {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
	k := p.want(l)
	for len(k.ready) > 0 {
		c := k.ready[0]
		k.ready = k.ready[1:]
		if c.alive() {
			mine := *l
			mine.spec.ID = c.layout.spec.ID
			c.layout = &mine
			return c
		}
		go closeChildren([]*child{c})
	}
	return nil
}

// want moves l to the front of what is kept; the caller holds the lock.
func (p *pool) want(l *layout) *keptFor {
	for i, k := range p.kept {
		if fit(&k.layout, l) {
			copy(p.kept[1:], p.kept[:i])
			p.kept[0] = k
			return k
		}
	}
	k := &keptFor{layout: *l}
	if len(p.kept) == maxKept {
		go closeChildren(p.kept[maxKept-1].ready)
		p.kept = p.kept[:maxKept-1]
	}
	p.kept = append([]*keptFor{k}, p.kept...)
	return k
}

// takeSpare waits for a child of the zygote, if that is up, and confines it.
func (p *pool) takeSpare(ctx context.Context, l *layout) *child {
	c := p.spare(ctx)
	if c == nil {
		return nil
	}
	if err := p.confine(c, l); err != nil {
		p.s.opt.Log.Warn("a warm interpreter could not be confined; this run starts its own", "error", err)
		_ = c.Close()
		return nil
	}
	return c
}

func (p *pool) spare(ctx context.Context) *child {
	z := p.up()
	if z == nil {
		return nil
	}
	timeout := time.NewTimer(spareWait)
	defer timeout.Stop()
	for {
		select {
		case c := <-p.spares:
			if c.alive() {
				return c
			}
			_ = c.Close()
		case <-z.Gone():
			return nil
		case <-ctx.Done():
			return nil
		case <-timeout.C:
			return nil
		}
	}
}

// up returns the zygote that is ready, or nil.
func (p *pool) up() *confine.Zygote {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.zygote
}

// alive reports whether a waiting child's interpreter and zygote still run.
func (c *child) alive() bool {
	select {
	case <-c.proc.Ended():
		return false
	case <-c.gone:
		return false
	default:
		return true
	}
}

// keep runs zygotes, one after the other, until the pool is closed.
func (p *pool) keep(ctx context.Context) {
	for ctx.Err() == nil {
		z, err := p.startZygote(ctx)
		if ctx.Err() != nil && err != nil {
			return
		}
		if err != nil {
			p.s.opt.Log.Warn("a warm interpreter does not start; runs start their own", "environment", p.base.env.Interpreter, "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(retryAfter * time.Duration(1<<min(p.started(nil), 8))):
			}
			continue
		}
		p.started(z)
		p.fork(ctx, z)
		p.started(nil)
		_ = z.Close()
		p.drop()
	}
}

// started notes which zygote is up and returns how many starts there were.
func (p *pool) started(z *confine.Zygote) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.zygote == nil {
		p.starts++
	}
	p.zygote = z
	return p.starts
}

// fork makes spares until z ends or ctx is done.
func (p *pool) fork(ctx context.Context, z *confine.Zygote) {
	for {
		c, err := p.spawn(z)
		if err != nil {
			p.s.opt.Log.Warn("a warm interpreter cannot be copied; it starts anew", "error", err)
			return
		}
		select {
		case p.spares <- c:
		case <-z.Gone():
			_ = c.Close()
			return
		case <-ctx.Done():
			_ = c.Close()
			return
		}
	}
}

// confineAhead keeps children for what was run last, and lets go of them when
// nothing is run for a while.
func (p *pool) confineAhead(ctx context.Context) {
	idle := time.NewTimer(idleAfter)
	defer idle.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-idle.C:
			p.shrink()
		case <-p.used:
			idle.Reset(idleAfter)
			p.letRun(ctx)
			for ctx.Err() == nil && p.confineOne(ctx) {
			}
		}
	}
}

// letRun leaves the processors to the run that has just begun while others are
// ready: a fork would slow it down, and even more the end of its process.
func (p *pool) letRun(ctx context.Context) {
	p.mu.Lock()
	ready := len(p.kept) > 0 && len(p.kept[0].ready) > 0
	p.mu.Unlock()
	if !ready {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(refillDelay):
	}
}

// confineOne adds one child to what is kept for the layout that was used last;
// it reports whether there may be need of more.
func (p *pool) confineOne(ctx context.Context) bool {
	p.mu.Lock()
	if len(p.kept) == 0 || len(p.kept[0].ready) >= p.s.opt.Pool {
		p.mu.Unlock()
		return false
	}
	l := p.kept[0].layout
	p.mu.Unlock()
	c := p.takeSpare(ctx, &l)
	if c == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kept {
		if !p.closed && fit(&k.layout, &l) {
			k.ready = append(k.ready, c)
			return true
		}
	}
	go closeChildren([]*child{c}) // nobody wants it any more
	return true
}

// shrink leaves one child for what was used last.
func (p *pool) shrink() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, k := range p.kept {
		leave := 0
		if i == 0 {
			leave = min(1, len(k.ready))
		}
		go closeChildren(k.ready[leave:])
		k.ready = k.ready[:leave:leave]
	}
	p.kept = p.kept[:min(1, len(p.kept))]
}

// forget lets go of everything that was confined for a grant.
func (p *pool) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range p.kept {
		go closeChildren(k.ready)
	}
	p.kept = nil
}

// drop closes all children that were not handed out.
func (p *pool) drop() {
	p.forget()
	for {
		select {
		case c := <-p.spares:
			_ = c.Close()
		default:
			return
		}
	}
}

func closeChildren(children []*child) {
	for _, c := range children {
		_ = c.Close()
	}
}

// close ends the zygote, and so every child of it.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	z := p.zygote
	p.mu.Unlock()
	p.stop()
	if z != nil {
		_ = z.Close()
	}
	p.done.Wait()
	p.drop()
}

func (p *pool) lastUse() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

func (p *pool) status() PoolStatus {
	p.mu.Lock()
	defer p.mu.Unlock()
	st := PoolStatus{Environment: p.base.env.Interpreter, Up: p.zygote != nil, Spare: len(p.spares), Warm: p.warm, Cold: p.cold, Restarts: max(0, p.starts-1)}
	for _, k := range p.kept {
		st.Ready += len(k.ready)
	}
	return st
}
