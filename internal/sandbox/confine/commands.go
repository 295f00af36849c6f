package confine

import (
	"path"
	"slices"
	"strings"
)

// Command is an executable that a run may start, besides its interpreter.
type Command struct {
	Path string `json:"path"` // the file itself, without symbolic links
	Name string `json:"name"` // as it was granted
}

// commandMounts show each executable at its own path.
func commandMounts(s Spec) (m []Mount) {
	for _, c := range s.Commands {
		m = append(m, Mount{Kind: MountBind, Source: c.Path, Target: c.Path, File: true})
	}
	return m
}

// commandRules let each be executed: Landlock means the file, wherever else a run
// finds it, and no copy of it.
func commandRules(s Spec) (rules []Rule) {
	for _, c := range s.Commands {
		rules = append(rules, Rule{Path: c.Path, Access: AccessRead | AccessExec, File: true})
	}
	return rules
}

// searchPath is PATH inside: the usual folders and those of the commands.
func searchPath(s Spec) string {
	var dirs []string
	for _, c := range s.Commands {
		dirs = append(dirs, path.Dir(c.Name))
	}
	slices.Sort(dirs)
	return strings.Join(slices.Compact(append(slices.DeleteFunc(dirs, func(d string) bool { return d == "/usr/bin" || d == "/bin" }), "/usr/bin", "/bin")), ":")
}
