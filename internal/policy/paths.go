package policy

import (
	"fmt"
	"path"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

// paths judges file paths that the code spells out. The comparison is by text:
// it gives a clear word early, and the sandbox's root is what holds.
func (v *verdict) paths() {
	for _, u := range v.f.Paths {
		name, known := v.absolute(u.Path)
		if !known || !counts(u.Certainty) {
			continue
		}
		if f, bad := v.p.forbidden(name, v.mode); bad {
			v.add(interlock.Reason{Rule: "filesystem.forbid", Effect: interlock.Deny, Source: u.Pos, Policy: policyLine(f.at),
				Message: fmt.Sprintf("%s of %s is refused: no run may see %s", act(u), u.Path, f.path),
				Hint:    "no policy line or flag shows it while this rule stands; use files beside the script, or copies passed with --input"})
			continue
		}
		if strings.HasPrefix(u.Path, "~") || v.reachable(name, u.Mode) {
			continue
		}
		v.add(v.outside(u, name))
	}
}

// absolute is the path that text means in the run, and whether that is known. A
// relative path starts in the script's folder; one that stays in it is the
// run's own business.
func (v *verdict) absolute(text string) (string, bool) {
	if rest, ok := strings.CutPrefix(text, "file://"); ok {
		text = rest
	}
	switch {
	case text == "" || strings.Contains(text, "://"):
		return "", false
	case text == "~" || strings.HasPrefix(text, "~/"):
		return Path{Text: text}.expand(v.p.o.Home), path.IsAbs(v.p.o.Home)
	case path.IsAbs(text):
		return path.Clean(text), true
	case path.Clean(text) != ".." && !strings.HasPrefix(path.Clean(text), "../"):
		return "", false
	case v.s.Folder == "":
		return path.Join("/..", text), true
	}
	return path.Join(v.s.Folder, text), true
}

// reachable reports whether the run will see name, or may write it where mode
// is write.
func (v *verdict) reachable(name, mode string) bool {
	files := v.grant.Files
	for _, folder := range append([]string{files.Folder}, files.Write...) {
		if folder != "" && within(name, folder) {
			return true
		}
	}
	for _, view := range v.p.o.Visible {
		if within(name, view.Path) && (view.Write || mode != "write") {
			return true
		}
	}
	if mode == "write" {
		return false
	}
	for _, folder := range append(append([]string{}, files.Inputs...), files.Read...) {
		if within(name, folder) {
			return true
		}
	}
	if v.s.Folder != "" && name == path.Join(v.s.Folder, path.Base(v.s.Name)) {
		return true
	}
	env := environmentRoot(v.grant.Environment.Interpreter)
	return env != "" && within(name, env)
}

// environmentRoot is the folder of the Python environment, or "" where the
// interpreter is named without a path.
func environmentRoot(interpreter string) string {
	if !path.IsAbs(interpreter) {
		return ""
	}
	if dir := path.Dir(path.Clean(interpreter)); path.Base(dir) == "bin" {
		return path.Dir(dir)
	}
	return path.Clean(interpreter)
}

// outside is the reason about a path the run will not see: refused where the
// code certainly reads or writes it, a warning where it only may.
func (v *verdict) outside(u interlock.PathUse, name string) interlock.Reason {
	fs := v.p.doc.Filesystem
	key, hint := "filesystem.read", fmt.Sprintf("pass it with --input %s; an operator who wants it for every run writes %s", shellWord(name), interlock.WriteList("filesystem: {read: [%s]}", written(fs.Read.V), yamlWord(name)))
	if u.Mode == "write" {
		key, hint = "filesystem.write", "write to a relative path: it lands in the workspace, and --out DIR copies it out; an operator who wants it writes "+interlock.WriteList("filesystem: {write: [%s]}", written(fs.Write.V), yamlWord(path.Dir(name)))
	}
	if own[name] {
		hint = ownHint
	}
	r := interlock.Reason{Rule: key, Effect: interlock.Deny, Source: u.Pos, Hint: hint,
		Policy:  policyLine(v.p.doc.Filesystem.Read.Place),
		Message: fmt.Sprintf("%s of %s is refused: it is outside of what the run sees", act(u), u.Path)}
	if u.Mode == "write" {
		r.Policy = policyLine(v.p.doc.Filesystem.Write.Place)
	}
	if u.Certainty != interlock.Definite || u.Mode != "read" && u.Mode != "write" {
		r.Effect = interlock.Warn
		r.Message = fmt.Sprintf("%s of %s will find nothing: it is outside of what the run sees", act(u), u.Path)
	}
	return r
}

// own are paths that the sandbox makes for each run in the place of the host's,
// which therefore cannot be shown to one: see internal/sandbox/confine.
var own = map[string]bool{"/etc/passwd": true, "/etc/group": true, "/etc/hosts": true, "/etc/nsswitch.conf": true, "/etc/resolv.conf": true, "/dev/fd": true}

// ownIn is the first of own at or below name, or "".
func ownIn(name string) string {
	for _, one := range sortedKeys(own) {
		if within(one, name) {
			return one
		}
	}
	return ""
}

// ownFault says why name, a root of the policy, cannot be shown to a run, or "".
func ownFault(name string) (message, hint string) {
	for _, spelled := range []string{name, resolve(name)} {
		switch one := ownIn(spelled); one {
		case "":
		case spelled:
			return fmt.Sprintf("%q cannot be shown: a run has a %s of its own", name, one), "leave it out; code that needs the host's reads a copy of it"
		default:
			return fmt.Sprintf("%q cannot be shown as a whole: a run has a %s of its own in it", name, one), "the folders and files in it that are needed, each by itself"
		}
	}
	return "", ""
}

const ownHint = "a run has one of its own in that place; to read the host's, copy it beside the script"

// written is a list of paths as the policy spells them.
func written(paths []Path) (out []string) {
	for _, p := range paths {
		out = append(out, yamlWord(p.Text))
	}
	return out
}

// shellWord and yamlWord are name as it can be typed.
func shellWord(name string) string { return quoted([]string{name}) }

func yamlWord(name string) string {
	if strings.ContainsAny(name, " \t:#,[]{}'\"&*!|>%@`\\") {
		return fmt.Sprintf("%q", name)
	}
	return name
}

// act is what the code does with the path, in a word or two.
func act(u interlock.PathUse) string {
	switch u.Mode {
	case "read", "write":
		return u.Mode + shown(" (", u.API, ")")
	}
	return "use" + shown(" (", u.API, ")")
}
