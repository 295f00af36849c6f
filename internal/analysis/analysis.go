// Package analysis is the first stage: it tells, from the source alone, what a
// script will do. Source goes in, [interlock.Facts] come out.
//
// The source is parsed (see the parser package) and then walked by values: what
// may a name, an attribute, a call's result be? A value is a constant, a symbol
// of a library, a thing of a class that a table describes, a function of the
// script, or unknown. Calls of the script's own functions are followed with
// their arguments; branches are joined; loops are walked until they settle.
// What a library does to a control system is data: tables/, one file a library.
//
//	gate, parse ─▶ walk (imports siblings, parses and walks them) ─▶ written modules ─▶ classify
//
// The rule for everything that cannot be followed is one: it is a fact, in
// Facts.Unresolved, with Writes where a write could hide behind it. A budget
// bounds the walk; where it is spent, that is such a fact too. A step that fails
// is an error, which refuses the submission; it never counts as "nothing found".
//
// What this does not protect against: code that lies. Facts choose a mode and
// inform people. Equipment is held by the gateway and the host by the sandbox,
// whatever analysis believed. Native code, data that becomes code (pickles), and
// what installed libraries do of their own accord are not looked into.
package analysis

import (
	"context"
	"errors"
	"fmt"
	"sync"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// Options configures an Analyser. The zero value works.
type Options struct {
	// CacheDir keeps the compiled parser between processes; "" keeps it in memory only.
	CacheDir string
	// TablesDir holds the site's own tables of libraries, which win over the
	// shipped ones; "" has none. See tables/README.md and [Analyser.SetSite].
	TablesDir string
	// Steps run after the built-in ones, in order: detectors of other control
	// systems, checks of the site.
	Steps []Step
}

// Step is one step of analysis. It adds to p.Facts. An error refuses the
// submission.
type Step interface {
	Name() string
	Run(ctx context.Context, p *Program) error
}

// Program is the submission as the steps see it. It lives for one Analyse.
type Program struct {
	Submission *interlock.Submission
	Facts      *interlock.Facts
	// Tree is the script's syntax tree; nil before the first step has parsed it
	// and where the source is not Python.
	Tree *parser.Module

	parser       *parser.Parser
	siblingBytes int
	cell         *cell // the "%%" line that a notebook cell starts with
	unit         *unit
	walk         *walker
}

// Parse gates and parses src as plain Python.
func (p *Program) Parse(ctx context.Context, src []byte) (*parser.Module, error) {
	return p.parser.Parse(ctx, src, parser.Options{})
}

// Analyser implements [interlock.Analyser]. It is safe for concurrent use.
// Close frees it; it may be closed only when no Analyse is under way.
type Analyser struct {
	opts Options

	mu     sync.Mutex // guards what follows
	parser *parser.Parser
	tables *tables
	site   *Site
}

var _ interlock.Analyser = (*Analyser)(nil)

// New returns an analyser. Nothing heavy happens before the first Analyse.
func New(ctx context.Context, opts Options) (*Analyser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &Analyser{opts: opts}, nil
}

// Name returns "python".
func (a *Analyser) Name() string { return "python" }

// Warm loads the parser and the lists, so that the first Analyse need not.
func (a *Analyser) Warm(ctx context.Context) error {
	p, _, err := a.parts(ctx)
	if err != nil {
		return err
	}
	return p.Warm(ctx)
}

// Close frees the parser.
func (a *Analyser) Close(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.parser == nil {
		return nil
	}
	err := a.parser.Close(ctx)
	a.parser = nil
	return err
}

// Analyse fills f with what s will do, and s.Modules with the modules that it
// imports from its own folder. Source that is refused at the gate or is not
// Python is a fact (f.SyntaxError), not an error.
func (a *Analyser) Analyse(ctx context.Context, s *interlock.Submission, f *interlock.Facts) error {
	ps, ts, err := a.parts(ctx)
	if err != nil {
		return err
	}
	s.Modules = nil
	p := &Program{Submission: s, Facts: f, parser: ps}
	for _, step := range append(builtinSteps(ts), a.opts.Steps...) {
		if err := runStep(ctx, step, p); err != nil {
			return err
		}
	}
	classify(f)
	nonNil(f)
	placeCells(s.Name, s.Source, f)
	return ts.failed()
}

// runStep turns a panic into an error: a step that breaks refuses.
func runStep(ctx context.Context, step Step, p *Program) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("analysis step %q broke on this source: %v", step.Name(), r)
		}
	}()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("before analysis step %q: %w", step.Name(), err)
	}
	if err := step.Run(ctx, p); err != nil {
		return fmt.Errorf("analysis step %q: %w", step.Name(), err)
	}
	return nil
}

// parts makes the parser and the tables on first use. A failure is not kept: the
// next call tries again.
func (a *Analyser) parts(ctx context.Context) (*parser.Parser, *tables, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tables == nil {
		t, err := a.readTables()
		if err != nil {
			return nil, nil, err
		}
		a.tables = t
	}
	if a.parser == nil {
		p, err := parser.New(ctx, a.opts.CacheDir)
		if err != nil {
			// A cache that others could write to holds no code that may run here;
			// without one the parser is compiled anew, which takes a third of a second.
			if p, err = parser.New(ctx, ""); err != nil {
				return nil, nil, fmt.Errorf("starting the parser: %w", err)
			}
		}
		a.parser = p
	}
	return a.parser, a.tables, nil
}

// readTables reads the lists, and the site's tables where only their folder is known.
func (a *Analyser) readTables() (*tables, error) {
	if a.site == nil {
		site, err := LoadSite(a.opts.TablesDir)
		if err != nil {
			return nil, err
		}
		a.site = site
	}
	return newTables(a.site)
}

// nonNil makes empty lists of absent ones, which JSON readers expect.
func nonNil(f *interlock.Facts) {
	f.Accesses = present(f.Accesses)
	f.Imports = present(f.Imports)
	f.Builtins = present(f.Builtins)
	f.Commands = present(f.Commands)
	f.Paths = present(f.Paths)
	f.Endpoints = present(f.Endpoints)
	f.Installs = present(f.Installs)
	f.Environment = present(f.Environment)
	f.Unresolved = present(f.Unresolved)
}

func present[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// refused reports whether err says something about the source, as a fact.
func refused(err error) (*interlock.SyntaxError, bool) {
	var gate *parser.GateError
	if errors.As(err, &gate) {
		text := gate.Message
		if gate.Hint != "" {
			text += "; " + gate.Hint
		}
		return &interlock.SyntaxError{Message: text, Pos: interlock.Pos{Line: gate.Line, Column: gate.Column}}, true
	}
	var syntax *parser.SyntaxError
	if errors.As(err, &syntax) {
		return &interlock.SyntaxError{Message: syntax.Message, Pos: interlock.Pos{Line: syntax.Line, Column: syntax.Column}}, true
	}
	return nil, false
}
