package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// compile makes the merged document ready to decide with and returns what is
// wrong with it as a whole.
func (p *Policy) compile() (faults strictyaml.Faults) {
	d := p.doc
	p.imports = compileNames("import of", "imports", moduleRules(d.Imports.Allow.V), moduleRules(d.Imports.Warn), p.standing(moduleRules(d.Imports.Deny)))
	p.imports.only, p.imports.at = d.Imports.Allow.Set, d.Imports.Allow.Place
	p.builtins = compileNames("use of", "builtins", builtinRules(d.Builtins.Allow.V), builtinRules(d.Builtins.Warn), builtinRules(d.Builtins.Deny))
	p.builtins.only, p.builtins.at = d.Builtins.Allow.Set, d.Builtins.Allow.Place
	p.guards = interlock.Guards{Imports: p.imports.guard(), Builtins: p.builtins.guard()}
	if p.o.Visible == nil {
		p.o.Visible = SandboxView()
	}
	faults = append(faults, p.compileWrites()...)
	faults = append(faults, p.compileRules()...)
	faults = append(faults, p.compileFiles()...)
	faults = append(faults, p.compileResources()...)
	return append(faults, p.checkModes()...)
}

// standing leaves out the rules that an allow list of this policy lifts.
func (p *Policy) standing(rules []Rule) []Rule {
	return slices.DeleteFunc(rules, func(r Rule) bool {
		return r.Unless == "network.allow" && len(p.doc.Network.Allow.V) > 0 || r.Unless == "commands.allow" && len(p.doc.Commands.Allow.V) > 0
	})
}

// compileResources insists on every limit: a run without one is not confined. All that
// are missing are one fault, since what is amiss is mostly one line, extends.
func (p *Policy) compileResources() (faults strictyaml.Faults) {
	r, top := p.doc.Resources, strictyaml.Place{File: p.files[0], Line: 1, Column: 1}
	var missing, examples []string
	need := func(name, example string, set bool) {
		if !set {
			missing, examples = append(missing, "resources."+name), append(examples, name+": "+example)
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
	need("line", "1MiB", r.Line.Set)
	need("results", "1MiB", r.Results.Set)
	need("figures", "100", r.Figures.Set)
	need("figure", "16MiB", r.Figure.Set)
	need("outputs", "1000", r.Outputs.Set)
	if len(missing) > 0 && !p.baseless {
		faults = append(faults, strictyaml.Fault{Place: top, Path: missing[0],
			Message: "neither this policy nor what it extends sets " + strings.Join(missing, ", "),
			Hint:    fmt.Sprintf("extends: scientific, or resources: {%s}", strings.Join(examples, ", "))})
	}
	inOnePiece := func(name string, size optional[Size]) {
		if size.V > maxClaim {
			faults = append(faults, strictyaml.Fault{Place: size.Place, Path: "resources." + name,
				Message: fmt.Sprintf("resources.%s is more than 32MiB, and no more is taken from a run in one piece", name),
				Hint:    "resources: {" + name + ": 32MiB}; code saves what is larger with save_artifact()"})
		}
	}
	inOnePiece("results", r.Results)
	inOnePiece("figure", r.Figure)
	r.Stdout, r.Stderr, r.Shm = r.Stdout.Or(r.Output), r.Stderr.Or(r.Output), r.Shm.Or(r.Workspace)
	p.resources = narrow(r.Limits(), interlock.Resources{})
	return faults
}

// maxClaim is the most bytes that the sandbox takes from a run in one piece.
const maxClaim = 32 << 20

// Limits is r as a grant carries it; what was not given is 0.
func (r Resources) Limits() interlock.Resources {
	return interlock.Resources{
		Wall: time.Duration(r.Wall.V), CPU: time.Duration(r.CPU.V), Memory: int64(r.Memory.V),
		Processes: int(r.Processes.V), OpenFiles: int(r.OpenFiles.V),
		Output: int64(r.Output.V), Stdout: int64(r.Stdout.V), Stderr: int64(r.Stderr.V), Line: int64(r.Line.V),
		File: int64(r.File.V), Workspace: int64(r.Workspace.V), Inodes: int(r.Inodes.V), Shm: int64(r.Shm.V),
		Results: int64(r.Results.V), Figures: int(r.Figures.V), Figure: int64(r.Figure.V), Outputs: int(r.Outputs.V),
		Strict: r.Strict.V,
	}
}
