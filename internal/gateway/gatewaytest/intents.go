package gatewaytest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/interlock-run/interlock"
)

// Intents is a ledger in memory that knows which puts of which runs were recorded and
// have not arrived yet, and what each run may put. It is a fake: nothing is durable. A
// server that is a fake too tells it of each put that arrives, and it remembers each
// that should not have. It is safe for concurrent use.
type Intents struct {
	mu      sync.Mutex
	grants  map[string]interlock.Grant
	open    map[intent]int
	channel map[intent]int // puts that arrived, by run and channel
	intents map[string]int // by run
	off     bool
	arrived int64
	wrong   []string
}

type intent struct{ run, channel, value string }

// NewIntents returns a ledger of no runs.
func NewIntents() *Intents {
	return &Intents{grants: map[string]interlock.Grant{}, open: map[intent]int{}, channel: map[intent]int{}, intents: map[string]int{}}
}

// valued is a value as a key. The name of a state is in a record and not on the wire.
func valued(v interlock.ChannelValue) string {
	if len(v.Numbers) > 0 {
		return fmt.Sprint(v.Numbers)
	}
	return fmt.Sprintf("%q", v.Texts)
}

// Append implements interlock.Ledger.
func (l *Intents) Append(_ context.Context, records ...interlock.Record) (interlock.Receipt, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range records {
		if p, is := r.Body.(interlock.Put); is && r.Kind == interlock.RecordPut {
			l.open[intent{r.Run, p.Channel, valued(p.New)}]++
			l.intents[r.Run]++
		}
	}
	return interlock.Receipt{}, nil
}

// Begin says what a run may put.
func (l *Intents) Begin(run string, g interlock.Grant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.grants[run] = g
}

// End forgets a run that has said what it did: what arrives of it from now on is wrong,
// and so is a put with an intent of which it did not say what became.
func (l *Intents) End(run string, said interlock.Equipment) {
	l.mu.Lock()
	defer l.mu.Unlock()
	puts := len(said.Puts) + said.PutsMore
	if g := l.grants[run]; g.Mode != interlock.WriteAccess && puts > 0 {
		l.fault("run %s, which may put nothing, reports %d puts", run, puts)
	} else if n := l.intents[run]; !g.Rehearse && n != puts {
		l.fault("run %s has %d intents and reports %d puts", run, n, puts)
	}
	delete(l.grants, run)
	delete(l.intents, run)
	for _, m := range []map[intent]int{l.open, l.channel} {
		for i := range m {
			if i.run == run {
				delete(m, i)
			}
		}
	}
}

// Off says how the kill switch stands: while it is true, whatever arrives is wrong.
func (l *Intents) Off(off bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = off
}

// Arrived is told of a put that a server has, from a run, to a channel by its canonical
// name. before is what the channel held, for the bounds of steps; NaN is not known.
func (l *Intents) Arrived(run, channel string, v interlock.ChannelValue, before float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.arrived++
	if i := (intent{run, channel, valued(v)}); l.open[i] > 1 {
		l.open[i]--
	} else if l.open[i] == 1 {
		delete(l.open, i)
	} else {
		l.fault("%s to %s without an intent", v, channel)
	}
	g, known := l.grants[run]
	_, entries, breach := g.Channels.Granted(channel)
	switch {
	case l.off:
		l.fault("%s to %s while writes are off", v, channel)
	case !known || g.Mode != interlock.WriteAccess || g.Rehearse:
		l.fault("%s to %s of run %q, which may put nothing", v, channel, run)
	case breach != nil:
		l.fault("%s", breach.Message)
	default:
		l.hold(run, channel, entries, v, before)
	}
}

// hold holds what arrived to the entries of its channel. l.mu is held.
func (l *Intents) hold(run, channel string, entries interlock.ChannelGrants, v interlock.ChannelValue, before float64) {
	check := func(b *interlock.Breach) {
		if b != nil {
			l.fault("%s", b.Message)
		}
	}
	for _, n := range v.Numbers {
		check(entries.CheckNumber(channel, n))
		if !math.IsNaN(before) {
			check(entries.CheckStep(channel, n, before, true))
		}
	}
	for _, text := range v.Texts {
		if len(v.Numbers) == 0 {
			check(entries.CheckText(channel, text))
		}
	}
	l.channel[intent{run: run, channel: channel}]++
	for _, e := range entries {
		if n := l.channel[intent{run: run, channel: channel}]; e.Budget > 0 && n > e.Budget {
			l.fault("put number %d to %s, whose budget is %d", n, channel, e.Budget)
		}
		if e.States != nil && (len(v.Texts) != len(v.Numbers) || slices.ContainsFunc(v.Texts, func(s string) bool { return !slices.Contains(e.States, s) })) {
			l.fault("%s to %s, which may be one of %q", v, channel, e.States)
		}
	}
}

// Fault remembers that something was wrong, a few times.
func (l *Intents) Fault(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault(format, args...)
}

func (l *Intents) fault(format string, args ...any) {
	if len(l.wrong) < 20 {
		l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
	}
}

// Wrong is what was wrong so far, and how many puts have arrived.
func (l *Intents) Wrong() (wrong []string, arrived int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.wrong), l.arrived
}
