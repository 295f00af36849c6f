package sandbox

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/internal/sandbox/forward"
	"github.com/interlock-run/interlock/python"
)

// layout is where the parts of one run lie on the host and inside.
type layout struct {
	spec   confine.Spec
	env    Environment
	folder string // the script's folder inside: its own path, or the copy's
	path   string // the script's path inside
	notes  []string
	hidden []string // hidden files of the script's folder, relative to it
	// before is the copy of the script's folder as it was made, where there is no
	// overlay to tell what the run changed: relative path -> size.
	before map[string]int64
	source string // the folder that before was copied from
	shown  string // for a warm child: which files and folders of the host it was confined with

	net     *forward.Layout
	outside *forward.Config // nil is the host's own network
}

// runnerDir is where the embedded runner lies inside a run's own root.
const runnerDir = "/.runner"

func (s *Sandbox) layout(sub *interlock.Submission, g interlock.Grant) (*layout, error) {
	env, err := s.environment(g.Environment.Interpreter)
	if err != nil {
		return nil, err
	}
	h := s.Host()
	reach, _ := h.Reaches()
	l := &layout{env: env, spec: confine.Spec{ID: fmt.Sprintf("%d-%s", os.Getpid(), sub.ID), Grant: g, Level: min(reach, g.Isolation), Interpreter: env.Interpreter, Binary: env.Binary}}
	if reach > g.Isolation {
		return l, nil // Make refuses, with the reasons
	}
	l.spec.Level = reach
	if err := l.files(sub, g.Files); err != nil {
		return nil, err
	}
	if err := reachable(env, reach, h); err != nil {
		return nil, err
	}
	if err := l.commands(g.Commands, h); err != nil {
		return nil, err
	}
	l.outside = s.outside
	if err := l.network(g); err != nil {
		return nil, err
	}
	l.roots(h)
	if reach != interlock.Namespaces {
		l.spec.Scratch = filepath.Join(os.TempDir(), "interlock-"+sub.ID)
		l.spec.Busy = busy(h)
		l.source, l.folder = l.spec.Grant.Files.Folder, filepath.Join(l.spec.Scratch, "work")
		if l.path != "" {
			l.path = filepath.Join(l.folder, filepath.Base(l.path))
		}
	}
	return l, nil
}

// stock adds what an interpreter that starts from nothing finds in its root: the
// runner, and what was prepared for it.
func (s *Sandbox) stock(l *layout, sub *interlock.Submission) {
	dir := runnerDir
	if l.spec.Level == interlock.Namespaces {
		l.spec.Files = append(runnerFiles(runnerDir), s.prepared(l.env, sub, runnerDir, "/tmp/.mpl")...)
	} else {
		dir = filepath.Join(l.spec.Scratch, "runner")
		l.spec.Files = s.prepared(l.env, sub, dir, filepath.Join(l.spec.Scratch, "tmp/.mpl"))
	}
	l.spec.Args = []string{"-I", "-B", dir + "/interlock_runner/__main__.py", "3"}
}

// reachable refuses an interpreter that the run's user cannot get at. At level
// namespaces it is mounted wherever it lies, so only its own mode counts; at
// level landlock every folder above it does.
func reachable(env Environment, level interlock.Level, h confine.Host) error {
	if h.UID != 0 || h.RunUID == 0 {
		return nil // the run is this user
	}
	paths := append([]string{env.Binary}, env.Roots...)
	if level != interlock.Namespaces {
		for dir := filepath.Dir(env.Binary); dir != "/"; dir = filepath.Dir(dir) {
			paths = append(paths, dir)
		}
	}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil && info.Mode()&0o001 == 0 {
			return &interlock.Error{Kind: interlock.Infrastructure, Name: "environment_unreachable", Code: interlock.ExitInfrastructure,
				Message: fmt.Sprintf("a run that root starts runs as a user of its own, which cannot enter %s, where the Python environment %s lies", p, env.Interpreter),
				Hint:    "put the environment where every user may read it, for example under /opt, and name it with --env; or start Interlock as an ordinary user"}
		}
	}
	return nil
}

// files resolves the grant's paths. Roots that do not exist are left out with a
// note; a missing input is the caller's mistake.
func (l *layout) files(sub *interlock.Submission, f interlock.Files) error {
	g := &l.spec.Grant.Files
	var err error
	if f.Folder != "" {
		if g.Folder, err = filepath.EvalSymlinks(f.Folder); err != nil {
			return fmt.Errorf("finding the script's folder: %w", err)
		}
		hidden, complete := dotFiles(g.Folder)
		if l.hidden = hidden; !complete {
			g.Folder = ""
			l.notes = append(l.notes, fmt.Sprintf("the script's folder has more than %d files, too many to look for hidden ones, so the run sees only the script: put it into a folder of its own, or name what it reads with --input", maxEntries))
		}
	}
	if sub.Folder != "" { // else the code came from standard input
		if l.folder = g.Folder; l.folder == "" {
			l.folder = "/workspace" // the script and its modules are written there
		}
		l.path = filepath.Join(l.folder, filepath.Base(sub.Name))
	}
	if g.Inputs, err = l.existing(f.Inputs, true); err != nil {
		return err
	}
	if g.Read, err = l.existing(f.Read, false); err != nil {
		return err
	}
	if g.Write, err = l.existing(f.Write, false); err != nil {
		return err
	}
	for _, p := range f.Forbid {
		if info, err := os.Lstat(p); err == nil {
			l.spec.Forbid = append(l.spec.Forbid, confine.Hidden{Path: p, Dir: info.IsDir()})
		}
	}
	return nil
}

func (l *layout) existing(paths []string, must bool) ([]string, error) {
	var out []string
	for _, p := range paths {
		real, err := filepath.EvalSymlinks(p)
		if err != nil && must {
			return nil, &interlock.Error{Kind: interlock.Configuration, Name: "no_input", Message: fmt.Sprintf("the input %s cannot be used", p),
				Hint: "check the path given with --input", Code: interlock.ExitUsage, Err: err}
		}
		if err != nil {
			l.notes = append(l.notes, fmt.Sprintf("%s is granted by the policy, but does not exist here", p))
			continue
		}
		if real != p {
			l.spec.Links = append(l.spec.Links, confine.Link{Path: p, To: real})
		}
		if !isDir(real) {
			l.spec.Plain = append(l.spec.Plain, real)
		}
		if info, err := os.Stat(real); err == nil && info.Mode().IsRegular() {
			l.spec.Regular = append(l.spec.Regular, real)
		}
		out = append(out, real)
	}
	return out, nil
}

// roots adds what the interpreter needs, and the hidden files of the folder.
func (l *layout) roots(h confine.Host) {
	l.spec.Roots = slices.Clone(l.env.Roots)
	if !within(l.env.Binary, append(slices.Clone(l.spec.Roots), h.Paths...)) {
		l.spec.Roots = append(l.spec.Roots, l.env.Binary)
		l.spec.Plain = append(l.spec.Plain, l.env.Binary)
	}
	for _, link := range l.env.Links {
		if to, err := os.Readlink(link); err == nil && !within(link, l.spec.Roots) {
			l.spec.Links = append(l.spec.Links, confine.Link{Path: link, To: to})
		}
	}
	if l.spec.Grant.Files.Folder == "" {
		return
	}
	keep := slices.Concat(l.spec.Roots, l.spec.Grant.Files.Read, l.spec.Grant.Files.Write, l.spec.Grant.Files.Inputs)
	for _, name := range l.hidden {
		if !holds(filepath.Join(l.spec.Grant.Files.Folder, name), keep) {
			l.spec.Hide = append(l.spec.Hide, name)
		}
	}
}

// maxEntries bounds the walk of a script's folder for hidden files.
const maxEntries = 4000

// dotFiles lists the entries of dir, at any depth, whose name starts with a dot,
// relative to dir. complete is false where the folder was too large to walk.
func dotFiles(dir string) (names []string, complete bool) {
	seen := 0
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if seen++; seen > maxEntries {
			return fs.SkipAll
		}
		if err != nil || p == dir || !strings.HasPrefix(d.Name(), ".") {
			return nil // an unreadable folder is unreadable for the run too
		}
		rel, _ := filepath.Rel(dir, p)
		names = append(names, rel)
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	return names, err == nil && seen <= maxEntries
}

func runnerFiles(dir string) []confine.File {
	var out []confine.File
	entries, _ := fs.Glob(python.Runner, "interlock_runner/*.py")
	for _, name := range entries {
		b, err := fs.ReadFile(python.Runner, name)
		if err != nil {
			continue // embedded: cannot happen
		}
		out = append(out, confine.File{Path: dir + "/" + name, Content: b})
	}
	return out
}

func within(p string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return p == d || strings.HasPrefix(p, d+"/") })
}

// holds reports whether one of paths is dir or lies in it.
func holds(dir string, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return p == dir || strings.HasPrefix(p, dir+"/") })
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
