package policy

import (
	"fmt"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// compile makes the merged document ready to decide with and returns what is
// wrong with it as a whole.
func (p *Policy) compile() (faults strictyaml.Faults) {
	d := p.doc
	p.imports = compileNames("import of", "imports", moduleRules(d.Imports.Allow.V), moduleRules(d.Imports.Warn), moduleRules(d.Imports.Deny))
	p.imports.only, p.imports.at = d.Imports.Allow.Set, d.Imports.Allow.Place
	p.builtins = compileNames("use of", "builtins", builtinRules(d.Builtins.Allow.V), builtinRules(d.Builtins.Warn), builtinRules(d.Builtins.Deny))
	p.builtins.only, p.builtins.at = d.Builtins.Allow.Set, d.Builtins.Allow.Place
	p.guards = interlock.Guards{Imports: p.imports.guard(), Builtins: p.builtins.guard()}
	if p.o.Visible == nil {
		p.o.Visible = SandboxView()
	}
	faults = append(faults, p.compileFiles()...)
	faults = append(faults, p.compileResources()...)
	return append(faults, p.checkModes()...)
}

// compileResources insists on every limit: a run without one is not confined.
func (p *Policy) compileResources() (faults strictyaml.Faults) {
	r, top := p.doc.Resources, strictyaml.Place{File: p.files[0], Line: 1, Column: 1}
	need := func(name, example string, set bool) {
		if !set {
			faults = append(faults, strictyaml.Fault{Place: top, Path: "resources." + name,
				Message: "neither this policy nor what it extends sets resources." + name,
				Hint:    fmt.Sprintf("resources: {%s: %s}, or extends: scientific", name, example)})
		}
	}
	need("wall", "60s", r.Wall.Set)
	need("cpu", "60s", r.CPU.Set)
	need("memory", "1GiB", r.Memory.Set)
	need("processes", "64", r.Processes.Set)
	need("open_files", "256", r.OpenFiles.Set)
	need("output", "10MiB", r.Output.Set)
	need("file", "256MiB", r.File.Set)
	need("workspace", "1GiB", r.Workspace.Set)
	need("inodes", "10000", r.Inodes.Set)
	p.resources = r.Limits()
	return faults
}

// Limits is r as a grant carries it; what was not given is 0.
func (r Resources) Limits() interlock.Resources {
	return interlock.Resources{
		Wall: time.Duration(r.Wall.V), CPU: time.Duration(r.CPU.V), Memory: int64(r.Memory.V),
		Processes: int(r.Processes.V), OpenFiles: int(r.OpenFiles.V), Output: int64(r.Output.V), File: int64(r.File.V),
		Workspace: int64(r.Workspace.V), Inodes: int(r.Inodes.V), Strict: r.Strict.V,
	}
}
