package policy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// root is a path of the policy with the rule it comes from.
type root struct {
	path string
	at   strictyaml.Place
}

// View is one path that every run sees, whatever its grant.
type View struct {
	Path  string
	Write bool // the run may write there, privately
}

// SandboxView is what the sandbox's own root holds beside a grant: the system's
// libraries, private temporary folders and harmless devices. It is a fact about
// this build, not a rule: internal/sandbox/confine lays that root out.
func SandboxView() []View {
	var views []View
	for _, p := range []string{"/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/local/lib", "/lib", "/lib64",
		"/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/etc/ld.so.cache",
		"/etc/localtime", "/proc", "/dev/fd", "/dev/stdin", "/dev/random", "/dev/urandom"} {
		views = append(views, View{Path: p})
	}
	for _, p := range []string{"/workspace", "/tmp", "/dev/shm", "/dev/null", "/dev/zero", "/dev/full", "/dev/stdout", "/dev/stderr"} {
		views = append(views, View{Path: p, Write: true})
	}
	return views
}

// compileFiles expands the paths of the policy. Each forbidden path is kept as
// written and as its links resolve.
func (p *Policy) compileFiles() (faults strictyaml.Faults) {
	expand := func(in Path) string {
		if strings.HasPrefix(in.Text, "~") && !path.IsAbs(p.o.Home) {
			faults = append(faults, strictyaml.Fault{Place: in.Place, Message: fmt.Sprintf("%q needs a home folder, and none is known", in.Text), Hint: "the whole path, or set HOME"})
		}
		return in.expand(p.o.Home)
	}
	fs := p.doc.Filesystem
	p.read, p.write = []string{}, []string{}
	shown := func(key string, in Path) string {
		name := expand(in)
		if message, hint := ownFault(name); message != "" {
			faults = append(faults, strictyaml.Fault{Place: in.Place, Path: key, Message: message, Hint: hint})
		}
		return name
	}
	for _, in := range fs.Read.V {
		p.read = append(p.read, shown("filesystem.read", in))
	}
	for _, in := range fs.Write.V {
		p.write = append(p.write, shown("filesystem.write", in))
	}
	for _, in := range fs.Forbid {
		if p.o.Home == "" && strings.HasPrefix(in.Text, "~") {
			continue // without a home folder ~ names nothing that could be seen
		}
		p.addForbid(expand(in), in.Place)
	}
	for _, in := range p.o.Forbid {
		p.addForbid(path.Clean(in), strictyaml.Place{})
	}
	for _, file := range p.files {
		if path.IsAbs(file) {
			p.addForbid(file, strictyaml.Place{})
		}
	}
	return faults
}

func (p *Policy) addForbid(name string, at strictyaml.Place) {
	p.forbid = append(p.forbid, root{name, at})
	if real := resolve(name); real != name {
		p.forbid = append(p.forbid, root{real, at})
	}
}

// checkModes refuses a mode's access controls where they would widen the policy.
func (p *Policy) checkModes() (faults strictyaml.Faults) {
	for mode, m := range p.o.Modes {
		for _, mount := range m.Mounts {
			if !slices.ContainsFunc(p.read, func(r string) bool { return within(mount, r) }) {
				faults = append(faults, strictyaml.Fault{Place: strictyaml.Place{File: p.files[0]}, Path: "filesystem.read",
					Message: fmt.Sprintf("the configuration mounts %s in mode %s, which filesystem.read of this policy does not allow", mount, mode),
					Hint:    fmt.Sprintf("filesystem: {read: [%s]} here, or take it out of execution.modes.%s.mounts in config.yml", mount, mode)})
			}
		}
	}
	return faults
}

// within reports whether name is folder or lies in it. Both are clean and absolute.
func within(name, folder string) bool {
	return name == folder || folder == "/" || strings.HasPrefix(name, folder+"/")
}

// forbidden returns the rule that forbids name, in mode.
func (p *Policy) forbidden(name string, mode interlock.ExecutionMode) (root, bool) {
	for _, f := range p.forbid {
		if within(name, f.path) {
			return f, true
		}
	}
	for _, f := range p.o.Modes[mode].Forbid {
		if within(name, f) {
			return root{path: f}, true
		}
	}
	return root{}, false
}

// visibleFiles is what s sees of the host's files in mode. note says, where it is not
// empty, why the script's folder is not shown.
func (p *Policy) visibleFiles(s *interlock.Submission, mode interlock.ExecutionMode) (f interlock.Files, note string) {
	m := p.o.Modes[mode]
	f = interlock.Files{Inputs: append([]string{}, s.Inputs...), Read: p.read, Write: p.write}
	if m.Mounts != nil {
		f.Read = m.Mounts
	}
	for _, r := range p.forbid {
		f.Forbid = append(f.Forbid, r.path)
	}
	f.Forbid = append(f.Forbid, m.Forbid...)
	slices.Sort(f.Forbid)
	f.Forbid = slices.Compact(f.Forbid)
	if s.Folder == "" || p.doc.Filesystem.ScriptFolder.V != ShowFolder {
		return f, ""
	}
	if note = p.hideFolder(s.Folder, f.Forbid); note == "" {
		f.Folder = s.Folder
	}
	return f, note
}

// hideFolder says why folder must not be shown, or "".
func (p *Policy) hideFolder(folder string, forbid []string) string {
	for _, name := range []string{path.Clean(folder), resolve(folder)} {
		switch {
		case !path.IsAbs(name):
			return fmt.Sprintf("its path %q is not absolute", name)
		case name == "/":
			return "it is /"
		case p.o.Home != "" && within(path.Clean(p.o.Home), name):
			return "it is or holds the home folder"
		}
		for _, f := range forbid {
			switch {
			case within(name, f):
				return fmt.Sprintf("it lies in %s, which is forbidden", f)
			case within(f, name):
				return fmt.Sprintf("it holds %s, which is forbidden", f)
			}
		}
	}
	return ""
}
