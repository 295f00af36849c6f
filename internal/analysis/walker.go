package analysis

import (
	"context"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// unit is one parsed source: the script, a sibling module, or a constant handed to exec.
type unit struct {
	name string         // dotted module name; "__main__" for the script
	file string         // as Pos.File has it
	at   *interlock.Pos // where all of it is reported, for code in a constant
	tree *parser.Module
	pkg  string // the package that relative imports start from
	main bool
}

// walker follows a program's values through its statements. It stands for no
// run in particular: where the program may go two ways, it goes both.
type walker struct {
	ctx    context.Context
	prog   *Program
	facts  *interlock.Facts
	tables *tables

	frame *frame
	// certainty is that of what is found now: Definite where the code runs
	// whenever the script does, as far as that can be seen.
	certainty interlock.Certainty
	depth     int // of calls followed
	nest      int // of calls of anything
	loops     int // loops around, as far as their rounds are walked as one
	unrolled  int // product of the rounds of the loops around that are walked one by one
	cond      int // branches around that may not be taken
	often     times
	again     bool // the code was walked before, for the same rounds
	active    []activation
	sites     []site
	files     map[string]string // what the script writes into files, where it is constant
	missed    map[string]bool   // names that were asked for before anything bound them

	steps     int
	exhausted bool
	stopped   error

	modules   map[string]*siblingModule
	functions []*function
	calling   map[*parser.Node]int
	names     map[*parser.Node]*scopeNames

	found       found
	written     []interlock.PathUse                // files that the script writes
	replaced    map[string]value                   // names of libraries that the script sets
	mocked      map[string]value                   // modules that the script put a mock in the place of
	held        map[*parser.Node]value             // what each queue holds in any run, where it was made
	queued      map[*parser.Node]value             // what was seen to be put into each so far
	asked       bool                               // something is taken out of a queue
	setAttrs    map[*parser.Module]map[string]bool // of each module, the attributes it sets; "" if any
	argvChanged bool                               // the script changes sys.argv
	planted     map[string]value                   // devices stored in things of libraries, by attribute
	raised      value                              // things that the script raises
	making      *class                             // whose metaclass is being followed
	execs       int                                // constants handed to exec that are being walked
	ipythonTold bool                               // the syntax error names the notebook line already
	control     bool                               // a control library, or something that may be one, is present
}

const (
	// maxSteps bounds the nodes visited; a 200-line script takes some thousands.
	maxSteps = 200_000
	// maxCalls bounds how deep calls of the script's own functions are followed.
	maxCalls = 12
	// maxNest bounds how deep calls nest that are resolved here without following
	// a function, such as partials of partials. Over it the budget counts as spent.
	maxNest = 1000
	// maxContexts bounds how often one function is followed with different arguments.
	maxContexts = 200
	// maxRecursion bounds how deep a function is followed in itself.
	maxRecursion = 4
)

func newWalker(ctx context.Context, p *Program, t *tables) *walker {
	return &walker{ctx: ctx, prog: p, facts: p.Facts, tables: t, certainty: interlock.Definite,
		often: onceTimes, unrolled: 1, files: map[string]string{}, modules: map[string]*siblingModule{}, calling: map[*parser.Node]int{},
		missed: map[string]bool{}, names: map[*parser.Node]*scopeNames{}, found: newFound()}
}

// step counts one node; false means that the budget is spent.
func (w *walker) step() bool {
	w.steps++
	if w.steps&1023 == 0 && w.stopped == nil {
		w.stopped = w.ctx.Err()
	}
	if w.steps > maxSteps {
		w.exhausted = true
	}
	return !w.exhausted && w.stopped == nil
}

// spend takes n more from the budget, for work that grows with the size of values.
func (w *walker) spend(n int) { w.steps += n }

// program walks the script, then all code that nothing was seen to call.
func (w *walker) program(u *unit) {
	w.frame = newModuleFrame(u)
	w.moduleNames(w.frame)
	w.block(u.tree.Body)
	w.leftovers()
}

// moduleNames binds what every module starts with.
func (w *walker) moduleNames(f *frame) {
	f.vars["__name__"] = str(f.unit.name)
	f.vars["__doc__"] = unknown{}
	if p := w.prog.pathOf(f.unit); p != "" {
		f.vars["__file__"] = str(p)
	}
}

// pos is where n stands, for facts.
func (w *walker) pos(n *parser.Node) interlock.Pos {
	u := w.frame.unit
	if u.at != nil {
		return *u.at
	}
	if n == nil {
		return interlock.Pos{File: u.file, Line: 1, Column: 1}
	}
	p := n.At()
	p.File = u.file
	return p
}

// text is the source text of n.
func (w *walker) text(n *parser.Node) string {
	return w.frame.unit.tree.Source(n)
}

// in runs do with f as the current scope.
func (w *walker) in(f *frame, do func()) {
	saved := w.frame
	w.frame = f
	do()
	w.frame = saved
}

// as runs do with certainty no greater than c.
func (w *walker) as(c interlock.Certainty, do func()) {
	saved := w.certainty
	w.certainty = weaker(saved, c)
	do()
	w.certainty = saved
}

// weaker orders definite, possible, unresolved from strong to weak.
func weaker(a, b interlock.Certainty) interlock.Certainty {
	if a.Stronger(b) == a {
		return b
	}
	return a
}

func (w *walker) scopeOf(n *parser.Node) *scopeNames {
	s, ok := w.names[n]
	if !ok {
		s = namesOf(n)
		w.names[n] = s
	}
	return s
}
