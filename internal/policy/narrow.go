package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/endpoint"
)

// Intersect is what a run may have under two policies that hold together, one that
// binds and one that narrows it: nothing that either of them does not grant.
//
// It is exact for channels, commands, limits and guards. It is stricter than both
// where exactness has no words in a grant: a script's folder that one policy shows
// as such and the other as a root is not seen; an address that one policy lists by
// itself and the other by its range is not reached. No policy names an environment,
// the configuration does: it is that of the binding grant, and that of the other
// only where the binding one names none.
//
// Roots are compared as they are written and as their symbolic links resolve, so
// that a link below a root of the one leads nowhere else by being listed in the other.
func Intersect(binding, narrower interlock.Grant) interlock.Grant {
	g := interlock.Grant{
		Mode: binding.Mode, Environment: binding.Environment, Files: commonFiles(binding.Files, narrower.Files),
		Endpoints: commonEndpoints(binding.Endpoints, narrower.Endpoints),
		Commands:  inBoth(binding.Commands, narrower.Commands),
		Guards: interlock.Guards{Imports: bothGuards(binding.Guards.Imports, narrower.Guards.Imports),
			Builtins: bothGuards(binding.Guards.Builtins, narrower.Guards.Builtins)},
		Resources: leastResources(binding.Resources, narrower.Resources),
		Isolation: min(binding.Isolation, narrower.Isolation), // the smaller is the stronger
	}
	if narrower.Mode.StricterThan(g.Mode) {
		g.Mode = narrower.Mode
	}
	if e := binding.Environment; e.Interpreter == "" && len(e.Variables) == 0 {
		g.Environment = narrower.Environment
	}
	g.Reads = binding.Reads.And(narrower.Reads)
	g.Rehearse = binding.Rehearse || narrower.Rehearse
	if g.Mode == interlock.WriteAccess || g.Rehearse {
		g.Channels = binding.Channels.And(narrower.Channels)
	}
	g.Denials = interlock.Denials{
		Network:  whoRefuses(binding.Denials.Network, narrower.Denials.Network, binding.Endpoints, narrower.Endpoints, g.Endpoints),
		Commands: whoRefuses(binding.Denials.Commands, narrower.Denials.Commands, binding.Commands, narrower.Commands, g.Commands),
	}
	return g
}

// inBoth are the items of a that b has too, in a's order; never nil, as in any grant.
func inBoth(a, b []string) []string {
	out := []string{}
	for _, item := range a {
		if slices.Contains(b, item) && !slices.Contains(out, item) {
			out = append(out, item)
		}
	}
	return out
}

func commonFiles(a, b interlock.Files) interlock.Files {
	f := interlock.Files{Inputs: inBoth(a.Inputs, b.Inputs), Write: deeper(a.Write, b.Write), Forbid: slices.Concat(a.Forbid, b.Forbid)}
	if a.Folder == b.Folder {
		f.Folder = a.Folder
	}
	// What may be written may be read, so a root may be written by the one and read by the other.
	f.Read = deeper(slices.Concat(a.Read, a.Write), slices.Concat(b.Read, b.Write))
	f.Read = slices.DeleteFunc(f.Read, func(name string) bool {
		return slices.ContainsFunc(f.Write, func(root string) bool { return within(name, root) })
	})
	slices.Sort(f.Forbid)
	f.Forbid = slices.Compact(f.Forbid)
	return f
}

// deeper are the deeper ones of each two roots that nest.
func deeper(a, b []string) []string {
	out := []string{}
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, x := range a {
		for _, y := range b {
			switch {
			case reallyWithin(x, y):
				add(x)
			case reallyWithin(y, x):
				add(y)
			}
		}
	}
	return out
}

func reallyWithin(name, root string) bool {
	return within(name, root) && (name == root || within(resolve(name), resolve(root)))
}

// commonEndpoints are the entries of one list that an entry of the other covers.
func commonEndpoints(a, b []string) []string {
	out := []string{}
	for _, pair := range [2][2][]string{{a, b}, {b, a}} {
		for _, entry := range pair[0] {
			if slices.ContainsFunc(pair[1], func(other string) bool { return covers(other, entry) }) {
				out = append(out, entry)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// covers is false for what is no endpoint.
func covers(list, entry string) bool {
	a, err1 := endpoint.Parse(list)
	b, err2 := endpoint.Parse(entry)
	return err1 == nil && err2 == nil && a.Covers(b)
}

// bothGuards holds a name to both rules.
func bothGuards(a, b interlock.GuardRules) interlock.GuardRules {
	g := interlock.GuardRules{AllowOnly: a.AllowOnly || b.AllowOnly}
	switch {
	case a.AllowOnly && b.AllowOnly:
		g.Allow = slices.Concat(namesIn(a.Allow, b.Allow), namesIn(b.Allow, a.Allow))
		slices.Sort(g.Allow)
		g.Allow, g.AllowHint = slices.Compact(g.Allow), a.AllowHint+"; and for the policy that narrows it, "+b.AllowHint
	case a.AllowOnly:
		g.Allow, g.AllowHint = a.Allow, a.AllowHint
	default:
		g.Allow, g.AllowHint = b.Allow, b.AllowHint
	}
	g.Deny = slices.Clone(a.Deny)
	for _, r := range b.Deny {
		if !slices.ContainsFunc(a.Deny, func(had interlock.GuardRule) bool { return had.Name == r.Name }) {
			g.Deny = append(g.Deny, r)
		}
	}
	slices.SortStableFunc(g.Deny, func(x, y interlock.GuardRule) int { return cmp.Compare(x.Name, y.Name) })
	return g
}

// namesIn are the dotted names that list has, or a package they are in.
func namesIn(names, list []string) (out []string) {
	for _, name := range names {
		if slices.ContainsFunc(list, func(have string) bool { return name == have || strings.HasPrefix(name, have+".") }) {
			out = append(out, name)
		}
	}
	return out
}

// whoRefuses are the words for what is not in both lists: those of the policy whose
// own list is what is left, since it refuses all the rest itself; else of the two.
func whoRefuses(a, b interlock.Denial, ofA, ofB, left []string) interlock.Denial {
	lost := func(list []string) bool {
		return slices.ContainsFunc(list, func(entry string) bool { return !slices.Contains(left, entry) })
	}
	switch {
	case !lost(ofA):
		return a
	case !lost(ofB):
		return b
	}
	b.Why += ", or that of the policy it narrows does not"
	if a.Policy.Line > 0 {
		b.Why += fmt.Sprintf(" (%s:%d)", a.Policy.File, a.Policy.Line)
	}
	return b
}

// leastResources takes the smaller of each two limits. One that is not set stays
// unset, which the sandbox refuses.
func leastResources(a, b interlock.Resources) interlock.Resources {
	return interlock.Resources{
		Wall: min(a.Wall, b.Wall), CPU: min(a.CPU, b.CPU), Memory: min(a.Memory, b.Memory),
		Processes: min(a.Processes, b.Processes), OpenFiles: min(a.OpenFiles, b.OpenFiles),
		Output: min(a.Output, b.Output), Stdout: min(a.Stdout, b.Stdout), Stderr: min(a.Stderr, b.Stderr), Line: min(a.Line, b.Line),
		File: min(a.File, b.File), Workspace: min(a.Workspace, b.Workspace), Inodes: min(a.Inodes, b.Inodes), Shm: min(a.Shm, b.Shm),
		Results: min(a.Results, b.Results), Figures: min(a.Figures, b.Figures), Figure: min(a.Figure, b.Figure),
		Outputs: min(a.Outputs, b.Outputs), Strict: a.Strict || b.Strict,
	}
}
