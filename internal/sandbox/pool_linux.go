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
