package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
)

// Conductor is a System that Interlock itself can put with.
type Conductor interface {
	System
	// Session opens a client of Interlock's own at the run's gateway. The caller closes it.
	Session(r *Run) (Session, error)
}

// Session is a client of Interlock's own. What it puts is decided on, recorded and
// counted as the put of a script is.
type Session interface {
	Get(ctx context.Context, channel string) (interlock.ChannelValue, error)
	// Put returns when the put was processed; [ErrNotDone] is that the gateway or the
	// server refused it.
	Put(ctx context.Context, channel string, v interlock.ChannelValue) error
	Close()
}

// ErrNotDone is a put that was refused or failed.
var ErrNotDone = errors.New("the put was not done")

// Restore puts channels back to what they were before a run put them (N5). It is a
// submission like any other and goes the whole way, analysis, decision, approval,
// gateway and ledger; only what it does is known without reading any code, and is
// done here instead of by an interpreter.
type Restore struct {
	Of    string        // the run whose puts are undone
	Steps []RestoreStep // each channel once
	// Anyway puts back what somebody else has changed since, too.
	Anyway bool
}

// RestoreStep is one channel to put back.
type RestoreStep struct {
	Channel, Protocol string
	Old               interlock.ChannelValue // before the run's first put
	Last              interlock.ChannelValue // what the run put last
}

// PlanRestore is the restore of the puts of run, in their order. What was held back
// was never done; what failed may have been done in part, and is put back too.
func PlanRestore(run string, puts []interlock.Put) *Restore {
	p := &Restore{Of: run}
	at := map[string]int{}
	for _, put := range puts {
		if put.Status == interlock.PutHeld {
			continue
		}
		i, known := at[put.Channel]
		if !known {
			i, at[put.Channel] = len(p.Steps), len(p.Steps)
			p.Steps = append(p.Steps, RestoreStep{Channel: put.Channel, Protocol: put.Protocol, Old: put.Old})
		}
		p.Steps[i].Last = put.New
	}
	return p
}

// Source is the restore as the submission's text: what is recorded, shown and approved.
func (p *Restore) Source() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# restore of run %s: each channel back to what it was before that run\n", p.Of)
	for _, s := range p.Steps {
		fmt.Fprintf(&b, "# %s = %s  (the run put %s last)\n", s.Channel, s.Old, s.Last)
	}
	if p.Anyway {
		b.WriteString("# also what somebody else has changed since\n")
	}
	return []byte(b.String())
}

// Name implements interlock.Analyser.
func (*Restore) Name() string { return "restore" }

// Analyse implements interlock.Analyser: there is nothing to find out.
func (p *Restore) Analyse(_ context.Context, _ *interlock.Submission, f *interlock.Facts) error {
	for i, s := range p.Steps {
		a := interlock.Access{Op: interlock.OpWrite, System: "epics", Library: "interlock", API: "restore", Certainty: interlock.Definite, Pos: interlock.Pos{Line: i + 2, Column: 1},
			Channels: interlock.Channels{Kind: "exact", Values: []string{s.Channel}}, Times: interlock.Times{Kind: "once", Min: 1, Max: 1},
			Value: interlock.Value{Kind: "unknown", Text: s.Old.String(), Why: "it is a list"}}
		if !s.Old.Array {
			a.Value = interlock.Value{Kind: "constant", Text: s.Old.String(), Values: []string{plainText(s.Old)}}
		}
		f.Accesses = append(f.Accesses, a)
	}
	f.Control = interlock.Control{Reads: interlock.Definite, Writes: interlock.Definite}
	return nil
}

// plainText is a scalar as facts spell it. A state is its name.
func plainText(v interlock.ChannelValue) string {
	if len(v.Texts) > 0 {
		return v.Texts[0]
	}
	return strconv.FormatFloat(v.Numbers[0], 'g', -1, 64)
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

// stepTime bounds the restore of one channel.
const stepTime = 30 * time.Second

// Run implements interlock.Child: it puts each channel back and reads it again. One
// that cannot be put back does not keep the others.
func (p *Restore) Run(ctx context.Context, _ *interlock.Submission, _ string, out interlock.Streams, road interlock.Road) (o interlock.Observed, _ interlock.Claims, err error) {
	began := time.Now()
	o = interlock.Observed{Started: true, Level: p.Level()}
	run, ok := road.(*Run)
	if !ok {
		return o, interlock.Claims{}, errors.New("a restore needs the gateway's own road")
	}
	sessions := map[string]Session{}
	defer func() {
		for _, s := range sessions {
			s.Close()
		}
	}()
	for _, s := range p.Steps {
		word, failed := p.step(ctx, run, s, sessions)
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
func (p *Restore) step(ctx context.Context, run *Run, s RestoreStep, sessions map[string]Session) (word string, failed bool) {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	t := sessions[s.Protocol]
	if t == nil {
		var err error
		if t, err = run.session(s.Protocol); err != nil {
			return "not restored: " + err.Error(), true
		}
		sessions[s.Protocol] = t
	}
	now, err := t.Get(ctx, s.Channel)
	switch {
	case err != nil:
		return "not restored: " + err.Error(), true
	case now.Same(s.Old):
		return fmt.Sprintf("is %s already", s.Old), false
	case !p.Anyway && !now.Same(s.Last):
		return fmt.Sprintf("not restored: the run put %s and it is %s now, so somebody else has changed it since (--anyway puts it back to %s all the same)", s.Last, now, s.Old), true
	}
	for _, v := range run.walk(s.Channel, now, s.Old) {
		err := run.inRate(ctx, s.Channel)
		if err == nil {
			err = t.Put(ctx, s.Channel, v)
		}
		if err != nil {
			if why := run.reason(s.Channel); why != "" && errors.Is(err, ErrNotDone) {
				return "not restored: " + why, true
			}
			return "not restored: " + err.Error(), true
		}
	}
	if run.Rehearsing() {
		return fmt.Sprintf("%s -> %s (rehearsed: it was held back)", now, s.Old), false
	}
	back, err := t.Get(ctx, s.Channel)
	if err != nil || !back.Same(s.Old) {
		return fmt.Sprintf("was put to %s and reads back as %s", s.Old, back), true
	}
	return fmt.Sprintf("%s -> %s, read back", now, s.Old), false
}

// walk is the way from one value to another in steps that the grant allows, the last
// of which is the other. Between whole numbers it has whole numbers only, where the
// steps leave room for that: the channel may hold no others.
func (r *Run) walk(channel string, from, to interlock.ChannelValue) (way []interlock.ChannelValue) {
	most := math.Inf(1)
	for _, e := range r.grant.Channels.For(channel) {
		if e.MaxStep != nil && *e.MaxStep > 0 {
			most = min(most, *e.MaxStep)
		}
	}
	round := func(n float64) float64 { return n }
	if whole(from) && whole(to) && most >= 1 {
		most, round = math.Floor(most), math.Round
	}
	steps := 1
	for i := range min(len(from.Numbers), len(to.Numbers)) {
		steps = max(steps, int(math.Ceil(math.Abs(to.Numbers[i]-from.Numbers[i])/most-1e-9)))
	}
	for k := 1; k < min(steps, maxWalk); k++ {
		v := interlock.ChannelValue{Array: to.Array}
		for i, n := range to.Numbers {
			v.Numbers = append(v.Numbers, round(from.Numbers[i]+(n-from.Numbers[i])*float64(k)/float64(steps)))
		}
		way = append(way, v)
	}
	return append(way, to)
}

func whole(v interlock.ChannelValue) bool {
	return !slices.ContainsFunc(v.Numbers, func(n float64) bool { return n != math.Trunc(n) })
}

// maxWalk bounds the steps to one old value.
const maxWalk = 10_000

// inRate waits until the grant's rates allow one more put to the channel.
func (r *Run) inRate(ctx context.Context, channel string) error {
	entries := r.grant.Channels.For(channel)
	for {
		r.mu.Lock()
		var before []time.Time
		if b := r.before[channel]; b != nil {
			before = slices.Clone(b.recent)
		}
		r.mu.Unlock()
		now := r.g.opt.Now()
		if !slices.ContainsFunc(entries, func(e interlock.ChannelGrant) bool { return !e.Rate.Allows(before, now) }) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(ratePeriod):
		}
	}
}

// ratePeriod is how often a rate is looked at while a restore waits for it.
const ratePeriod = 20 * time.Millisecond

// session opens a client of Interlock's own.
func (r *Run) session(protocol string) (Session, error) {
	for _, s := range r.g.opt.Systems {
		if c, ok := s.(Conductor); ok && s.Name() == protocol {
			return c.Session(r)
		}
	}
	return nil, fmt.Errorf("it was put over %s, and Interlock itself puts over others only", protocol)
}
