package sandbox

import (
	"context"
	"time"
)

// keptFor are the children that are confined for one layout.
type keptFor struct {
	layout layout
	ready  []*child
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

func closeChildren(children []*child) {
	for _, c := range children {
		_ = c.Close()
	}
}
