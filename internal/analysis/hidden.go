package analysis

import (
	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// hide records something that analysis cannot see. writes says that it could
// hide a write to a control system.
func (w *walker) hide(what, why string, n *parser.Node, writes bool) {
	key := hiddenKey{pos: w.pos(n), what: what}
	if w.found.hidden[key] {
		return
	}
	w.found.hidden[key] = true
	w.facts.Unresolved = append(w.facts.Unresolved, interlock.Unresolve{What: what, Why: why, Writes: writes, Pos: key.pos})
}

// suspect is something that matters only if a control library turns out to be
// present: told at the end of the walk.
type suspect struct {
	what, why string
	pos       interlock.Pos
	// quiet is not told at all without a control library.
	quiet bool
}

func (w *walker) suspect(what, why string, n *parser.Node, quiet bool) {
	s := suspect{what: what, why: why, pos: w.pos(n), quiet: quiet}
	if w.found.first(s) {
		w.found.suspects = append(w.found.suspects, s)
	}
}

// suspectCall is a call of a writing name on something unknown.
func (w *walker) suspectCall(name string, n *parser.Node) {
	if w.tables.verb(name) {
		w.suspect(name, "nothing shows what ."+name+"() is called on, and it may write to the control system", n, true)
	}
}

// suspectStore is an assignment to an attribute that writes in some library.
func (w *walker) suspectStore(name string, n *parser.Node) {
	if w.tables.stores[name] {
		w.suspect(name, "nothing shows whose attribute ."+name+" is, and setting it may write to the control system", n, true)
	}
}

// suspectDynamic is an attribute with a computed name on something unknown.
func (w *walker) suspectDynamic(api string, n *parser.Node) {
	w.suspect(api, "which attribute is taken, and of what, is not constant", n, true)
}

// suspectInstance is a writable thing that code which is not seen gets hold of.
func (w *walker) suspectInstance(x *instance, n *parser.Node) {
	w.suspect(x.cls.Row.name, "code that is not seen gets hold of it and may write to it", n, true)
}

// suspicions tells what matters now that the whole program was seen.
func (w *walker) suspicions() {
	for _, s := range w.found.suspects {
		if !w.control && s.quiet {
			continue
		}
		key := hiddenKey{pos: s.pos, what: s.what}
		if w.found.hidden[key] {
			continue
		}
		w.found.hidden[key] = true
		w.facts.Unresolved = append(w.facts.Unresolved, interlock.Unresolve{What: s.what, Why: s.why, Writes: w.control, Pos: s.pos})
	}
}

// classify fills Control and Complete from what was found.
func classify(f *interlock.Facts) {
	for _, a := range f.Accesses {
		if a.Op == interlock.OpRead {
			f.Control.Reads = f.Control.Reads.Stronger(a.Certainty)
		} else { // a command can move a device as well as a write can
			f.Control.Writes = f.Control.Writes.Stronger(a.Certainty)
		}
	}
	for _, u := range f.Unresolved {
		f.Complete = false
		if u.Writes {
			f.Control.Writes = f.Control.Writes.Stronger(interlock.Unresolved)
			f.Control.Reads = f.Control.Reads.Stronger(interlock.Unresolved)
		}
	}
	if f.SyntaxError != nil {
		f.Complete = false
		f.Control.Writes = f.Control.Writes.Stronger(interlock.Unresolved)
		f.Control.Reads = f.Control.Reads.Stronger(interlock.Unresolved)
	}
}
