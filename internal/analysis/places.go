package analysis

import (
	"fmt"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/ipynb"
)

// placeCells says of each position in a notebook which cell it is in.
func placeCells(name string, source []byte, f *interlock.Facts) {
	if !ipynb.Is(name) {
		return
	}
	cells := ipynb.CellsOf(source)
	place := func(p *interlock.Pos) {
		if p.File == "" {
			p.Cell, p.CellLine = cells.Place(p.Line)
		}
	}
	for i := range f.Accesses {
		place(&f.Accesses[i].Pos)
		for j := range f.Accesses[i].Trail {
			place(&f.Accesses[i].Trail[j].Pos)
		}
	}
	each(f.Imports, func(x *interlock.Import) { place(&x.Pos) })
	each(f.Builtins, func(x *interlock.Use) { place(&x.Pos) })
	each(f.Commands, func(x *interlock.Command) { place(&x.Pos) })
	each(f.Paths, func(x *interlock.PathUse) { place(&x.Pos) })
	each(f.Endpoints, func(x *interlock.Endpoint) { place(&x.Pos) })
	each(f.Installs, func(x *interlock.Install) { place(&x.Pos) })
	each(f.Environment, func(x *interlock.EnvUse) { place(&x.Pos) })
	each(f.Unresolved, func(x *interlock.Unresolve) { place(&x.Pos) })
	if e := f.SyntaxError; e != nil {
		if place(&e.Pos); e.Cell > 0 {
			e.Message = fmt.Sprintf("cell %d line %d: %s", e.Cell, e.CellLine, e.Message)
		}
	}
}

func each[T any](all []T, do func(*T)) {
	for i := range all {
		do(&all[i])
	}
}
