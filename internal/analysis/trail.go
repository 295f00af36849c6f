package analysis

import (
	"bytes"
	"slices"
	"unicode/utf8"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// Bounds of a trail.
const (
	maxTrail = 16  // steps
	maxLine  = 160 // code points of a step's text
)

// site is a call of a function of the submission that is being walked.
type site struct {
	node *parser.Node // the call; the definition where nothing seen calls it
	unit *unit
	kind string
}

// site notes that f is called at n.
func (w *walker) site(n *parser.Node, f *function) {
	s := site{node: n, unit: w.frame.unit, kind: "call"}
	if n == f.node {
		s.unit, s.kind = f.outer.unit, "definition"
	}
	w.sites = append(w.sites, s)
}

func (w *walker) leave() { w.sites = w.sites[:len(w.sites)-1] }

// origin is where a name got its value.
type origin struct {
	node *parser.Node // what is shown
	from *parser.Node // the expression that the value is of, nil if none
	in   *frame       // the scope of from
	kind string       // assignment, loop, argument
}

// came notes where a name that f binds gets its value.
func (f *frame) came(name string, o origin) {
	h := f.home(name)
	if o.kind == "argument" {
		if _, ok := h.origins.get(name); ok {
			return
		}
	}
	h.origins.set(name, o)
}

// origins are those of a frame's names. Most frames have few, and a frame is made
// for every call that is followed: a map only where there are many.
type origins struct {
	few  []namedOrigin
	many map[string]origin
}

type namedOrigin struct {
	name string
	origin
}

// fewOrigins is up to where looking through all is faster than a map.
const fewOrigins = 8

func (o *origins) get(name string) (origin, bool) {
	if o.many != nil {
		at, ok := o.many[name]
		return at, ok
	}
	for i := range o.few {
		if o.few[i].name == name {
			return o.few[i].origin, true
		}
	}
	return origin{}, false
}

func (o *origins) set(name string, at origin) {
	for i := range o.few {
		if o.few[i].name == name {
			o.few[i].origin = at
			return
		}
	}
	if o.many == nil && len(o.few) < fewOrigins {
		o.few = append(o.few, namedOrigin{name, at})
		return
	}
	if o.many == nil {
		o.many = make(map[string]origin, 4*fewOrigins)
		for _, x := range o.few {
			o.many[x.name] = x.origin
		}
		o.few = nil
	}
	o.many[name] = at
}

// trail is the lines that led to n: the calls that are being walked, then where
// the names in n got their values, the source's order within each.
func (w *walker) trail(n *parser.Node) []interlock.Step {
	var out []interlock.Step
	for _, s := range w.sites[:min(len(w.sites), maxTrail/2)] {
		if s.node != nil {
			out = append(out, stepAt(s.unit, s.node, s.kind))
		}
	}
	t := tracer{seen: map[*parser.Node]bool{}}
	if n != nil {
		t.names(n, w.frame, 6)
	}
	slices.SortStableFunc(t.steps, func(a, b interlock.Step) int { return comparePos(a.Pos, b.Pos) })
	return append(out, t.steps...)
}

// tracer collects the origins of names.
type tracer struct {
	seen  map[*parser.Node]bool
	steps []interlock.Step
}

func (t *tracer) names(n *parser.Node, f *frame, depth int) {
	if depth == 0 {
		return
	}
	parser.Walk(n, func(x *parser.Node) bool {
		switch x.Kind {
		case parser.Lambda, parser.FunctionDef:
			return x == n
		case parser.Name:
			t.name(x.Name, f, depth)
		case parser.Attribute:
			if x.Value.Kind == parser.Name {
				t.name(x.Value.Name+"."+x.Name, f, depth)
			}
		}
		return len(t.steps) < maxTrail/2
	})
}

func (t *tracer) name(name string, f *frame, depth int) {
	for s := f; s != nil; s = s.outer {
		o, ok := s.origins.get(name)
		if !ok {
			continue
		}
		if !t.seen[o.node] && len(t.steps) < maxTrail/2 {
			t.seen[o.node] = true
			t.steps = append(t.steps, stepAt(o.in.unit, o.node, o.kind))
			if o.from != nil {
				t.names(o.from, o.in, depth-1)
			}
		}
		return
	}
}

func stepAt(u *unit, n *parser.Node, kind string) interlock.Step {
	s := interlock.Step{Kind: kind}
	if u.at != nil {
		s.Pos = *u.at
		return s
	}
	s.Pos = n.At()
	s.File = u.file
	s.Text = lineAt(u.tree.Src, int(n.Pos.Offset))
	return s
}

// lineAt is the source line around an offset, cut to maxLine.
func lineAt(src []byte, at int) string {
	at = min(at, len(src))
	begin, end := bytes.LastIndexAny(src[:at], "\r\n")+1, len(src)
	if i := bytes.IndexAny(src[at:], "\r\n"); i >= 0 {
		end = at + i
	}
	line := bytes.TrimSpace(src[begin:end])
	if utf8.RuneCount(line) > maxLine {
		return string([]rune(string(line))[:maxLine-1]) + "…"
	}
	return string(line)
}
