package analysis

import (
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// found collects facts while the walker goes over the same code more than once:
// one fact a place, joined over all ways to it.
type found struct {
	accesses map[accessKey]*access
	order    []*access
	refs     map[accessKey]*reference
	refOrder []*reference
	uses     map[interlock.Use]interlock.Certainty
	useOrder []interlock.Use
	hidden   map[hiddenKey]bool
	suspects []suspect
	once     map[any]bool
	called   map[accessKey]bool // what was noted as read, and is a command that is called
}

type accessKey struct {
	pos interlock.Pos
	api string
	op  interlock.Op
}

type hiddenKey struct {
	pos  interlock.Pos
	what string
}

// access is an access under construction.
type access struct {
	key       accessKey
	lib       *table
	row       string // of the table, see tableFunction.source
	channels  chanset
	value     valueset
	times     times
	certainty interlock.Certainty
	trail     []interlock.Step
}

// reference is a place where something that reads or writes is named. If
// nothing seen calls it, it counts as possible.
type reference struct {
	key       accessKey
	fn        *tableFunction
	self      *instance
	certainty interlock.Certainty
	used      bool
}

func newFound() found {
	return found{accesses: map[accessKey]*access{}, refs: map[accessKey]*reference{},
		uses: map[interlock.Use]interlock.Certainty{}, hidden: map[hiddenKey]bool{}, once: map[any]bool{}, called: map[accessKey]bool{}}
}

// record notes an access, or joins it into what is noted at the same place.
func (w *walker) record(fn *tableFunction, op interlock.Op, channels chanset, v valueset, n *parser.Node) {
	w.control = true
	if channels.kind == exactChannels && len(channels.values) == 0 {
		channels = chanset{} // nothing says that it touches none
	}
	key := accessKey{pos: w.pos(n), api: fn.name, op: op}
	a, ok := w.found.accesses[key]
	if !ok {
		a = &access{key: key, lib: fn.lib, row: fn.source(), channels: channels, value: v,
			times: w.often, certainty: w.certainty, trail: w.trail(n)}
		w.found.accesses[key] = a
		w.found.order = append(w.found.order, a)
		return
	}
	if !w.again {
		a.times = a.times.plus(w.often)
	}
	a.channels = a.channels.join(channels)
	a.value = a.value.join(v)
	a.certainty = a.certainty.Stronger(w.certainty)
}

// reference notes that fn is named at n; a repeated visit is the same reference.
func (w *walker) reference(fn *tableFunction, self *instance, n *parser.Node) *reference {
	w.control = true
	key := accessKey{pos: w.pos(n), api: fn.name, op: interlock.Op(fn.Op)}
	r, ok := w.found.refs[key]
	if !ok {
		r = &reference{key: key, fn: fn, self: self, certainty: w.certainty}
		w.found.refs[key] = r
		w.found.refOrder = append(w.found.refOrder, r)
	}
	r.certainty = r.certainty.Stronger(w.certainty)
	return r
}

func (r *reference) consume() {
	if r != nil {
		r.used = true
	}
}

// handOn notes that something unseen may call fn.
func (r *reference) handOn(w *walker, fn *tableFunction, self *instance, n *parser.Node) {
	if r == nil || fn.Op == "" {
		return
	}
	r.used = true
	c := chanset{}
	if self != nil && !fn.Channel.set {
		c = w.meant(fn, self, n)
	}
	w.as(interlock.Possible, func() { w.record(fn, interlock.Op(fn.Op), c, valueset{}, n) })
}

// unusedReferences makes possible accesses of what was named and not called.
func (w *walker) unusedReferences() {
	for _, r := range w.found.refOrder {
		if r.used {
			continue
		}
		c := chanset{}
		if r.self != nil && !r.fn.Channel.set {
			c = w.meant(r.fn, r.self, nil)
		}
		a := &access{key: r.key, lib: r.fn.lib, row: r.fn.source(), channels: c,
			times: times{unbounded: true}, certainty: weaker(r.certainty, interlock.Possible)}
		if _, ok := w.found.accesses[r.key]; !ok {
			w.found.accesses[r.key] = a
			w.found.order = append(w.found.order, a)
		}
	}
}

func (f *found) use(u interlock.Use) {
	c := u.Certainty
	u.Certainty = 0
	old, seen := f.uses[u]
	if !seen {
		f.useOrder = append(f.useOrder, u)
		old = interlock.None
	}
	f.uses[u] = old.Stronger(c)
}

// first reports whether key is met for the first time.
func (f *found) first(key any) bool {
	if f.once[key] {
		return false
	}
	f.once[key] = true
	return true
}

// write puts what was found into the facts, in the order of the source.
func (w *walker) write() {
	w.unusedReferences()
	w.facts.Accesses = slices.Grow(w.facts.Accesses, len(w.found.order))
	for _, a := range w.found.order {
		if w.found.called[a.key] {
			continue
		}
		w.facts.Accesses = append(w.facts.Accesses, interlock.Access{Op: a.key.op, System: a.lib.System,
			Library: a.lib.Library, API: a.key.api, Row: a.row, Channels: a.channels.fact(), Value: a.value.fact(),
			Times: a.times.fact(), Trail: a.trail, Certainty: a.certainty, Pos: a.key.pos})
	}
	for _, u := range w.found.useOrder {
		c := w.found.uses[u]
		u.Certainty = c
		w.facts.Builtins = append(w.facts.Builtins, u)
	}
	w.suspicions()
	sortFacts(w.facts)
}

func sortFacts(f *interlock.Facts) {
	slices.SortStableFunc(f.Accesses, func(a, b interlock.Access) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Imports, func(a, b interlock.Import) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Builtins, func(a, b interlock.Use) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Commands, func(a, b interlock.Command) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Paths, func(a, b interlock.PathUse) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Endpoints, func(a, b interlock.Endpoint) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Installs, func(a, b interlock.Install) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Environment, func(a, b interlock.EnvUse) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(f.Unresolved, func(a, b interlock.Unresolve) int { return comparePos(a.Pos, b.Pos) })
}

func comparePos(a, b interlock.Pos) int {
	if c := strings.Compare(a.File, b.File); c != 0 {
		return c
	}
	if a.Line != b.Line {
		return a.Line - b.Line
	}
	return a.Column - b.Column
}
