package analysis

import interlock "github.com/interlock-run/interlock"

// times is how often code runs: between lo and hi times, or any number. Its zero
// value is never.
type times struct {
	lo, hi    int
	unbounded bool
}

var onceTimes = times{lo: 1, hi: 1}

// maxTimes bounds what is counted; more is unbounded.
const maxTimes = 1 << 20

func (t times) times(u times) times {
	out := times{lo: min(t.lo*u.lo, maxTimes), hi: t.hi * u.hi, unbounded: t.unbounded || u.unbounded}
	return out.capped()
}

func (t times) plus(u times) times {
	out := times{lo: min(t.lo+u.lo, maxTimes), hi: t.hi + u.hi, unbounded: t.unbounded || u.unbounded}
	return out.capped()
}

func (t times) capped() times {
	if t.hi > maxTimes || t.unbounded {
		t.hi, t.unbounded = 0, true
	}
	return t
}

// perhaps is t for code that may not run.
func (t times) perhaps() times {
	t.lo = 0
	return t
}

func (t times) fact() interlock.Times {
	switch {
	case t.unbounded:
		return interlock.Times{Kind: "unknown", Min: t.lo}
	case t.lo == 1 && t.hi == 1:
		return interlock.Times{Kind: "once", Min: 1, Max: 1}
	case t.lo == t.hi:
		return interlock.Times{Kind: "number", Min: t.lo, Max: t.hi}
	}
	return interlock.Times{Kind: "range", Min: t.lo, Max: t.hi}
}

// repeated walks do for code that runs n times for each time the code around runs.
func (w *walker) repeated(n times, do func()) {
	saved := w.often
	w.often = saved.times(n)
	do()
	w.often = saved
}

// perhaps walks do for code in a branch, which may not run.
func (w *walker) perhaps(do func()) {
	saved := w.often
	w.often = saved.perhaps()
	w.cond++
	do()
	w.cond--
	w.often = saved
}
