package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/interlock-run/interlock"
)

// Restore puts channels back to what they were before a run put them (N5). It is a
// submission like any other and goes the whole way, analysis, decision, approval,
// gateway and ledger; only what it does is known without reading any code, and is
// done here instead of by an interpreter.
type Restore struct {
	Of    string        // the run whose puts are undone
	Steps []RestoreStep // each channel once, in the order in which they are put back
	// Anyway puts back what somebody else has changed since, too.
	Anyway bool
}

// Prepare implements interlock.Sandbox: there is nothing to confine.
func (p *Restore) Prepare(context.Context, *interlock.Submission, interlock.Grant) (interlock.Child, error) {
	return p, nil
}

// Fits implements interlock.Child.
func (p *Restore) Fits(*interlock.Submission, interlock.Grant) bool { return true }

// Level implements interlock.Child. Nobody's code runs, so nothing is missing.
func (p *Restore) Level() interlock.Level { return interlock.Namespaces }

// Close implements interlock.Child.
func (p *Restore) Close() error { return nil }

// askTime bounds one read or put of a restore.
const askTime = 30 * time.Second

// Run implements interlock.Child: it puts each channel back and reads it again. One
// that cannot be put back does not keep the others.
func (p *Restore) Run(ctx context.Context, _ *interlock.Submission, _ string, out interlock.Streams, road interlock.Road) (o interlock.Observed, _ interlock.Claims, err error) {
	began := time.Now()
	o = interlock.Observed{Started: true, Level: p.Level()}
	run, ok := road.(*Run)
	if !ok {
		return o, interlock.Claims{}, errors.New("a restore needs the gateway's own road")
	}
	c := &conductor{run: run, open: map[string]Session{}}
	defer c.close()
	for _, s := range p.Steps {
		word, failed := p.step(ctx, c, s)
		line := fmt.Sprintf("%s  %s\n", s.Channel, word)
		o.Stdout = append(o.Stdout, line...)
		if out.Stdout != nil {
			_, _ = io.WriteString(out.Stdout, line) // whoever reads may be gone
		}
		if failed {
			o.Exit.Code = 1
		}
	}
	o.Wall = time.Since(began)
	return o, interlock.Claims{}, nil
}

// step puts one channel back; word says what came of it.
func (p *Restore) step(ctx context.Context, c *conductor, s RestoreStep) (word string, failed bool) {
	not := func(format string, args ...any) (string, bool) {
		return "not restored: " + fmt.Sprintf(format, args...), true
	}
	if why := s.cannot(); why != "" {
		return not("%s", why)
	}
	now, err := c.get(ctx, s.Spot)
	if err != nil {
		return not("%v", err)
	}
	if now.Same(s.Old) {
		return fmt.Sprintf("is %s already", s.Old), false
	}
	if !p.Anyway {
		switch as, theirs, err := c.changed(ctx, s, now); {
		case err != nil:
			return not("whether somebody else has changed it since cannot be told (--anyway does not ask): %v", err)
		case theirs:
			return not("the run put %s and it is %s now, so somebody else has changed it since (--anyway puts it back to %s all the same)", s.last(), as, s.Old)
		}
	}
	for _, v := range c.run.walk(s.Channel, now, s.Old) {
		if err := c.put(ctx, s.Spot, v); err != nil {
			return not("%s", c.why(s.Channel, err))
		}
	}
	if c.run.Rehearsing() {
		return fmt.Sprintf("%s -> %s (rehearsed: it was held back)", now, s.Old), false
	}
	back, err := c.get(ctx, s.Spot)
	if err != nil {
		return fmt.Sprintf("was put to %s and cannot be read back: %v", s.Old, err), true
	}
	if !back.Same(s.Old) {
		return fmt.Sprintf("was put to %s and reads back as %s", s.Old, back), true
	}
	return fmt.Sprintf("%s -> %s, read back", now, s.Old), false
}
