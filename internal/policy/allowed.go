package policy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// By what a fact is allowed that nothing speaks against. These are words for
// people: what decides is Decide.

func (x *explainer) allowsImport(i interlock.Import) Allowance {
	names := []string{i.Module}
	if i.Name != "" && i.Module != "" {
		names = append(names, i.Module+"."+i.Name)
	}
	rules := x.p.doc.Imports
	switch {
	case !counts(i.Certainty):
		return Allowance{Why: "analysis cannot tell whether it happens; the guard inside Python refuses what imports.deny names"}
	case i.Local:
		return Allowance{Why: "it lies beside the script and is analysed with it"}
	case rules.Allow.Set:
		if r, ok := coveringRule(moduleRules(rules.Allow.V), names); ok {
			return Allowance{"imports.allow", policyLine(r.Place), "imports.allow lists " + r.Name}
		}
		return unexplained()
	}
	if r, ok := coveringRule(moduleRules(rules.Deny), names); ok { // denied, were it not for unless
		return Allowance{"imports.deny", policyLine(r.Place), fmt.Sprintf("the rule that denies %s is lifted, because %s has an entry", r.Name, r.Unless)}
	}
	return Allowance{Why: "allowed by default: no rule of imports names it, and there is no imports.allow"}
}

func (x *explainer) allowsBuiltin(u interlock.Use) Allowance {
	rules := x.p.doc.Builtins
	if rules.Allow.Set {
		if r, ok := coveringRule(builtinRules(rules.Allow.V), []string{u.Name}); ok {
			return Allowance{"builtins.allow", policyLine(r.Place), "builtins.allow lists it"}
		}
		return unexplained()
	}
	return Allowance{Why: "allowed by default: no rule of builtins names it, and there is no builtins.allow"}
}

// coveringRule is the rule on one of names or on a package that one is in.
func coveringRule(rules []Rule, names []string) (Rule, bool) {
	for _, name := range names {
		for _, r := range slices.Backward(rules) {
			if name == r.Name || strings.HasPrefix(name, r.Name+".") {
				return r, true
			}
		}
	}
	return Rule{}, false
}

func (x *explainer) allowsPath(u interlock.PathUse) Allowance {
	fs, files := x.p.doc.Filesystem, x.d.Grant.Files
	v := verdict{p: x.p, s: x.s, mode: x.d.Mode, grant: &x.d.Grant}
	name, known := v.absolute(u.Path)
	if !counts(u.Certainty) {
		return Allowance{Why: "analysis cannot tell whether it happens; the run sees only what its grant lists"}
	}
	if !known {
		return Allowance{"filesystem.script_folder", policyLine(fs.ScriptFolder.Place), relative(files.Folder != "", u)}
	}
	if files.Folder != "" && within(name, files.Folder) {
		return Allowance{"filesystem.script_folder", policyLine(fs.ScriptFolder.Place), "it lies in the script's folder; writes land in the workspace"}
	}
	if at, ok := listed(fs.Write.V, name, x.p.o.Home); ok {
		return Allowance{"filesystem.write", policyLine(at), "filesystem.write lists it: the host's own file changes"}
	}
	if at, ok := listed(fs.Read.V, name, x.p.o.Home); ok {
		return Allowance{"filesystem.read", policyLine(at), "filesystem.read lists it"}
	}
	if slices.ContainsFunc(files.Inputs, func(in string) bool { return within(name, path.Clean(in)) }) {
		return Allowance{Why: "it was passed with --input"}
	}
	return Allowance{Why: "it is part of what every run sees: the system's libraries, temporary folders of its own, the Python environment"}
}

func relative(seen bool, u interlock.PathUse) string {
	if seen {
		return fmt.Sprintf("%s is looked for in the script's folder, which is seen; what is written lands in the workspace", u.Path)
	}
	return u.Path + " is the run's own: it lies in the workspace"
}

func listed(paths []Path, name, home string) (at strictyaml.Place, ok bool) {
	for _, p := range paths {
		if within(name, p.expand(home)) {
			return p.Place, true
		}
	}
	return at, false
}

func (x *explainer) allowsEndpoint(e interlock.Endpoint) Allowance {
	switch {
	case !counts(e.Certainty):
		return Allowance{Why: "analysis cannot tell whether it happens; the run reaches only what network.allow lists"}
	case loopback(e.Host):
		return Allowance{Why: "it is the run's own loopback, in which nothing else is"}
	}
	for _, a := range x.p.doc.Network.Allow.V {
		if e.Port >= 0 && e.Port < 1<<16 && a.Matches(e.Host, uint16(e.Port)) {
			return Allowance{"network.allow", policyLine(a.Place), "network.allow lists " + a.String()}
		}
	}
	return unexplained()
}

func (x *explainer) allowsCommand(c interlock.Command) Allowance {
	if !counts(c.Certainty) {
		return Allowance{Why: "analysis cannot tell whether it happens; only what commands.allow lists can start"}
	}
	program, _ := programOf(c)
	for _, a := range x.p.doc.Commands.Allow.V {
		if a.Text == program || path.Base(a.Text) == path.Base(program) {
			return Allowance{"commands.allow", policyLine(a.Place), "commands.allow lists " + a.Text}
		}
	}
	return unexplained()
}

func (x *explainer) allowsAccess(a interlock.Access) Allowance {
	switch {
	case a.Op != interlock.OpRead && x.d.Mode != interlock.WriteAccess:
		return Allowance{Rule: "mode", Why: "the code may do it, and the write is refused on its way out: the mode is read_only"}
	case a.Op != interlock.OpRead:
		return Allowance{Rule: "mode", Why: "the mode is write_access, and no rule refuses what the code spells out"}
	case a.Channels.Kind != "exact" || !counts(a.Certainty):
		return Allowance{Why: "analysis does not know the channels, so no rule is met here"}
	}
	rules := x.p.doc.ControlSystem.EPICS.Read
	for _, c := range rules.Allow.V {
		if slices.ContainsFunc(a.Channels.Values, func(name string) bool { return glob(c.Match, name) }) {
			return Allowance{"control_system.epics.read.allow", policyLine(c.Place), fmt.Sprintf("control_system.epics.read.allow lists %q", c.Match)}
		}
	}
	return unexplained()
}

func (x *explainer) allowsUnresolved(u interlock.Unresolve) Allowance {
	rule := x.p.doc.ControlSystem.UnresolvedWrites
	if !u.Writes {
		return Allowance{Why: "analysis does not know what it does; the sandbox holds it to the grant whatever it is"}
	}
	return Allowance{"control_system.unresolved_writes", policyLine(rule.Place), "it may hide a write, and the run goes on where no write gets out"}
}
