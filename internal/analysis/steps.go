package analysis

import (
	"context"
	"fmt"
	"path"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// stepFunc is a step made of a function.
type stepFunc struct {
	name string
	run  func(ctx context.Context, p *Program) error
}

func (s stepFunc) Name() string                              { return s.name }
func (s stepFunc) Run(ctx context.Context, p *Program) error { return s.run(ctx, p) }

// builtinSteps are the steps of every analysis, in order.
func builtinSteps(t *tables) []Step {
	return []Step{
		stepFunc{"parse", parse},
		stepFunc{"walk", func(ctx context.Context, p *Program) error { return walk(ctx, p, t) }},
		stepFunc{"written modules", writtenModules},
	}
}

// parse gates and parses the script. A notebook's "!" and "%" lines are told as
// what they do, and as the syntax error that they are in a script.
func parse(ctx context.Context, p *Program) error {
	tree, err := p.Parse(ctx, p.Submission.Source)
	if err == nil {
		p.Tree = tree
		return nil
	}
	why, ok := refused(err)
	if !ok {
		return fmt.Errorf("parsing %s: %w", p.Submission.Name, err)
	}
	slip(why, p.Submission.Source)
	p.Facts.SyntaxError = why
	p.Facts.Complete = false
	src := p.Submission.Source
	if p.cell, src = splitCell(src); p.cell != nil && p.cell.foreign() {
		p.Tree = &parser.Module{}
		return nil
	}
	tree, err = p.parser.Parse(ctx, src, parser.Options{IPython: true})
	if err == nil {
		p.Tree = tree
		return nil
	}
	if _, ok := refused(err); !ok {
		return fmt.Errorf("parsing %s as a notebook cell: %w", p.Submission.Name, err)
	}
	return nil
}

// walk follows the program's values, if there is a program.
func walk(ctx context.Context, p *Program, t *tables) error {
	if p.Tree == nil {
		return nil
	}
	p.unit = &unit{name: "__main__", tree: p.Tree, main: true}
	before := *p.Facts
	w := newWalker(ctx, p, t)
	p.walk = w
	w.cellMagic(p.cell, p.unit)
	w.program(p.unit)
	if puts := w.queued; puts != nil && w.asked && !w.exhausted && w.stopped == nil {
		// What a queue may hold is known only now that all was seen: once more with it.
		*p.Facts, p.Submission.Modules, p.siblingBytes = before, nil, 0
		w = newWalker(ctx, p, t)
		w.held, p.walk = puts, w
		w.cellMagic(p.cell, p.unit)
		w.program(p.unit)
	}
	if w.stopped != nil {
		return fmt.Errorf("walking %s: %w", p.Submission.Name, w.stopped)
	}
	w.write()
	if w.exhausted {
		p.Facts.Unresolved = append(p.Facts.Unresolved, interlock.Unresolve{What: "budget", Writes: true,
			Why: "the code is too large or too entangled to be followed to its end", Pos: interlock.Pos{Line: 1, Column: 1}})
	}
	return nil
}

// writtenModules notices a script that writes a file which it also imports: what
// was analysed is then not what runs.
func writtenModules(_ context.Context, p *Program) error {
	if p.walk == nil {
		return nil
	}
	for _, f := range p.walk.written {
		if name, ok := strings.CutSuffix(path.Base(f.Path), ".py"); ok && p.imports(name) {
			p.Facts.Unresolved = append(p.Facts.Unresolved, interlock.Unresolve{What: "import", Writes: true,
				Why: "the script writes " + f.Path + ", which it also imports", Pos: f.Pos})
		}
	}
	return nil
}

func (p *Program) imports(name string) bool {
	for _, i := range p.Facts.Imports {
		if root(i.Module) == name || strings.HasSuffix(i.Module, "."+name) || i.Name == name {
			return true
		}
	}
	return false
}

func siblingFile(rel string, src []byte) interlock.Module {
	name := strings.ReplaceAll(strings.TrimSuffix(rel, ".py"), "/", ".")
	return interlock.Module{Name: name, Path: rel, Source: src}
}
