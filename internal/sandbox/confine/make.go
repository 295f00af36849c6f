package confine

import (
	"fmt"
	"net/netip"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/interlock-run/interlock"
)

// Spec is what is asked of a plan: the grant and where its parts lie on the
// host. All paths are absolute and clean, and were resolved by the caller.
type Spec struct {
	ID    string // of the supervisor's process and the run: names the control groups
	Grant interlock.Grant
	Level interlock.Level // the level to plan for; at least Grant.Isolation

	Interpreter string   // python's path as it is executed, inside an environment's folder perhaps
	Binary      string   // the same with every symbolic link resolved
	Roots       []string // folders the interpreter and its packages need, read-only

	Hide    []string // entries of the script's folder that must not be seen, relative to it
	Forbid  []Hidden // existing paths of Grant.Files.Forbid
	Links   []Link   // symbolic links to make in the run's root
	Plain   []string // those of Roots and the grant's paths that are not folders
	Regular []string // those of the grant's paths that are regular files: neither a socket nor a folder that may hold one
	Busy    int      // processes the user runs already, where they count against the run
	Files   []File   // files to put into the run's root, read-only unless under /tmp
	Scratch string   // level landlock and none: a folder of the run's own, owned by User.Host
	Args    []string // of the interpreter
	Warm    bool     // for a zygote's child: there is nothing to execute

	Commands []Command // that the run may start

	Hosts  []HostLine       // names of the grant's endpoints and where they are inside
	Listen []netip.AddrPort // where the supervisor waits for connections inside
}

// Hidden is an existing path that the run must not see.
type Hidden struct {
	Path string
	Dir  bool
}

// File is a file that Interlock puts into a run.
type File struct {
	Path    string
	Content []byte
}

// Link is a symbolic link at Path.
type Link struct{ Path, To string }

// inner is the user and group id inside. It is not 0: no identity inside a run
// is the root of any namespace.
const inner = 1000

// stage is where the writable file system of a run is mounted until its parts
// stand at their places. It is unmounted before python starts.
const stage = "/.interlock"

// systemPaths are the host's folders and files that interpreters and their
// libraries need. Those that exist are shown read-only.
var systemPaths = []string{
	"/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/local/lib", "/lib", "/lib64",
	"/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts",
	"/etc/ld.so.cache", "/etc/localtime",
}

// Make computes the plan for s on h. It is pure. An error is an
// *interlock.Error that says what the host cannot do and what to type.
func Make(s Spec, h Host) (*Plan, error) {
	if s.Level > s.Grant.Isolation {
		return nil, cannot("isolation", fmt.Sprintf("the policy asks for isolation %s, and level %s is weaker", s.Grant.Isolation, s.Level), "")
	}
	if reach, missing := h.Reaches(); reach > s.Level {
		return nil, unreachable(s.Level, reach, missing)
	}
	p := &Plan{Level: s.Level, User: user(s.Level, h), abi: h.LandlockABI}
	if err := p.network(s); err != nil {
		return nil, err
	}
	if s.Level == interlock.Namespaces {
		p.Mounts = mounts(s, h, p)
	}
	if s.Level != interlock.NoIsolation {
		p.Rules = rules(s, h)
		p.Scoped = h.LandlockABI >= 6
		p.NetRules = h.LandlockABI >= 4 && s.Level == interlock.Landlock
		p.Filter = MakeFilter(h.Arch, s.Level == interlock.Namespaces, alone(s), h.LandlockABI)
		p.Commands, p.loaders, p.Filter.Notify = s.Commands, h.LdSo, len(s.Commands) > 0
	}
	if err := p.limits(s, h); err != nil {
		return nil, err
	}
	p.Exec = Exec{Path: s.Interpreter, Args: s.Args, Env: environment(s), Dir: workdir(s)}
	p.Notes = append(p.Notes, notes(s.Level)...)
	return p, nil
}

func cannot(name, message, hint string) *interlock.Error {
	if hint == "" {
		hint = "run `interlock doctor` to see what this host can do"
	}
	return &interlock.Error{Kind: interlock.Infrastructure, Name: name, Message: message, Hint: hint, Code: interlock.ExitInfrastructure}
}

func unreachable(want, reach interlock.Level, missing []string) error {
	hint := fmt.Sprintf("`interlock doctor` explains; where the risk is acceptable, write `isolation: {minimum: %s}` into the policy", reach)
	return cannot("isolation", fmt.Sprintf("this host cannot hold isolation level %s, only %s: %s", want, reach, strings.Join(missing, "; ")), hint)
}

func notes(l interlock.Level) []string {
	switch l {
	case interlock.Namespaces:
	case interlock.Landlock:
		return []string{"isolation level landlock: the run shares the host's processes, users and network stack; files are held by Landlock, sockets are refused, and chmod of files is refused. Run `interlock doctor` to see what namespaces need here"}
	case interlock.NoIsolation:
		return []string{"isolation level NONE: nothing but resource limits holds this run. It can read, change and send everything this user can. Run `interlock doctor` to see what is missing"}
	}
	return nil
}

func user(l interlock.Level, h Host) User {
	u := User{Inner: inner, Host: h.UID, Group: h.GID}
	if l != interlock.Namespaces {
		u.Inner = h.UID
	}
	if h.UID == 0 && h.RunUID != 0 {
		u.Host, u.Group, u.Drop = h.RunUID, h.RunUID, true
		if l != interlock.Namespaces {
			u.Inner = h.RunUID
		}
	}
	return u
}

func workdir(s Spec) string {
	switch {
	case s.Level != interlock.Namespaces:
		return path.Join(s.Scratch, "work")
	case s.Grant.Files.Folder != "":
		return s.Grant.Files.Folder
	}
	return "/workspace"
}

func environment(s Spec) []string {
	home := "/tmp"
	if s.Level != interlock.Namespaces {
		home = path.Join(s.Scratch, "tmp")
	}
	env := map[string]string{"PATH": searchPath(s), "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", "USER": "run", "LOGNAME": "run",
		"MPLBACKEND": "agg", "MPLCONFIGDIR": home + "/.mpl", "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}
	merge(env, s.Grant.Environment.Variables)
	var out []string
	for k, v := range env {
		out = append(out, k+"="+v)
	}
	sort.Strings(out)
	return out
}

// mounts lays out the run's root: parents before what lies in them, and what
// hides after what it hides.
func mounts(s Spec, h Host, p *Plan) []Mount {
	files, r := s.Grant.Files, s.Grant.Resources
	var m []Mount
	for _, e := range slices.Concat(h.Paths, s.Roots, files.Read, files.Inputs) {
		m = append(m, Mount{Kind: MountBind, Source: e, Target: e, File: plain(s, h, e)})
	}
	for _, e := range files.Write {
		m = append(m, Mount{Kind: MountBind, Source: e, Target: e, Writable: true, File: plain(s, h, e)})
	}
	for _, dev := range []string{"null", "zero", "full", "random", "urandom"} {
		m = append(m, Mount{Kind: MountBind, Source: "/dev/" + dev, Target: "/dev/" + dev, File: true, Device: true, Writable: true})
	}
	m = append(m, Mount{Kind: MountBind, Source: stage + "/tmp", Target: "/tmp", Writable: true}, sharedMemory(r))
	if files.Folder != "" {
		m = append(m, Mount{Kind: MountOverlay, Source: files.Folder, Target: files.Folder, Writable: true})
	} else {
		m = append(m, Mount{Kind: MountBind, Source: stage + "/upper", Target: "/workspace", Writable: true})
	}
	if h.Proc {
		m = append(m, Mount{Kind: MountProc, Target: "/proc"})
	} else {
		p.Notes = append(p.Notes, "this host does not let a sandbox mount its own /proc, so the run has none")
	}
	m = append(append(m, etc(s.Hosts)...), commandMounts(s)...)
	for link, to := range h.Links {
		m = append(m, Mount{Kind: MountLink, Source: to, Target: link})
	}
	for _, l := range s.Links {
		m = append(m, Mount{Kind: MountLink, Source: l.To, Target: l.Path})
	}
	m = append(m, deviceLinks(h.Proc)...)
	for _, f := range s.Files {
		m = append(m, Mount{Kind: MountFile, Target: f.Path, Content: f.Content, Mode: 0o444})
	}
	m = unique(m)
	for _, f := range s.Forbid {
		if visible(m, f.Path) && !covered(s.Forbid, f.Path) {
			m = append(m, hide(f))
		}
	}
	first := []Mount{{Kind: MountTmpfs, Target: stage, Writable: true,
		Data: fmt.Sprintf("size=%d,nr_inodes=%d,mode=700", r.Workspace, r.Inodes+stageInodes+2*len(s.Hide)+len(s.Files))}}
	for _, name := range s.Hide {
		first = append(first, Mount{Kind: MountHide, Target: path.Join(stage, "upper", name)})
	}
	return append(first, m...)
}

// stageInodes are the folders and whiteouts that Interlock makes itself.
const stageInodes = 16

func hide(f Hidden) Mount {
	if f.Dir {
		return Mount{Kind: MountTmpfs, Target: f.Path, Data: "size=4k,nr_inodes=2,mode=000"}
	}
	// A device node on a nodev mount: every open fails.
	return Mount{Kind: MountBind, Source: "/dev/null", Target: f.Path, File: true}
}

// unique sorts by target, so that parents come first, and drops read-only binds
// that an identical bind of a parent already shows.
func unique(m []Mount) []Mount {
	sort.SliceStable(m, func(i, j int) bool { return m[i].Target < m[j].Target })
	var out []Mount
	for _, x := range m {
		if x.Kind == MountBind && !x.Writable && x.Source == x.Target && shownBy(out, x.Target) {
			continue
		}
		out = append(out, x)
	}
	return out
}

// shownBy reports whether the closest mount over target is a read-only bind of
// the same place.
func shownBy(m []Mount, target string) bool {
	best := -1
	for i, x := range m {
		if under(target, x.Target) && (best < 0 || len(x.Target) >= len(m[best].Target)) {
			best = i
		}
	}
	return best >= 0 && m[best].Kind == MountBind && !m[best].Writable && m[best].Source == m[best].Target
}

// visible reports whether something from the host stands at or above target.
func visible(m []Mount, target string) bool {
	for _, x := range m {
		if x.fromHost() && under(target, x.Target) {
			return true
		}
	}
	return false
}

// alone reports whether nothing that the grant shows of the host can be or hold a
// socket. The script's folder is an overlay, in which the host's are only names.
func alone(s Spec) bool {
	files := s.Grant.Files
	return !slices.ContainsFunc(slices.Concat(files.Read, files.Inputs, files.Write), func(p string) bool { return !slices.Contains(s.Regular, p) })
}

func plain(s Spec, h Host, p string) bool {
	return slices.Contains(h.Files, p) || slices.Contains(s.Plain, p)
}

// covered reports whether a forbidden folder above p hides it already.
func covered(forbid []Hidden, p string) bool {
	return slices.ContainsFunc(forbid, func(f Hidden) bool { return f.Dir && f.Path != p && under(p, f.Path) })
}

func under(p, dir string) bool {
	return p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/")
}

func etc(hosts []HostLine) []Mount {
	file := func(name, content string) Mount {
		return Mount{Kind: MountFile, Target: "/etc/" + name, Content: []byte(content), Mode: 0o444}
	}
	return []Mount{
		file("passwd", fmt.Sprintf("run:x:%d:%d:run:/tmp:/bin/false\n", inner, inner)),
		file("group", fmt.Sprintf("run:x:%d:\n", inner)),
		file("hosts", hostsFile(hosts)),
		file("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
		file("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"),
	}
}

func deviceLinks(proc bool) []Mount {
	if !proc {
		return nil
	}
	link := func(name, to string) Mount { return Mount{Kind: MountLink, Source: to, Target: "/dev/" + name} }
	return []Mount{link("fd", "/proc/self/fd"), link("stdin", "/proc/self/fd/0"), link("stdout", "/proc/self/fd/1"), link("stderr", "/proc/self/fd/2")}
}

// rules are the Landlock rules. At level namespaces they repeat what the mount
// view permits, and add that only the interpreter can be executed.
func rules(s Spec, h Host) []Rule {
	files := s.Grant.Files
	out := []Rule{{Path: s.Binary, Access: AccessRead | AccessExec, File: true}}
	out = append(out, commandRules(s)...)
	for _, ld := range h.LdSo {
		out = append(out, Rule{Path: ld, Access: AccessRead | AccessExec, File: true})
	}
	if s.Level == interlock.Namespaces {
		out = append(out, Rule{Path: "/", Access: AccessRead})
		for _, w := range append([]string{workdir(s), "/tmp", "/dev/shm"}, files.Write...) {
			out = append(out, Rule{Path: w, Access: AccessRead | AccessWrite, File: plain(s, h, w)})
		}
	} else {
		for _, r := range slices.Concat(h.Paths, s.Roots, files.Read, files.Inputs, h.ProcFiles) {
			out = append(out, Rule{Path: r, Access: AccessRead, File: plain(s, h, r)})
		}
		for _, w := range append([]string{path.Join(s.Scratch, "work"), path.Join(s.Scratch, "tmp")}, files.Write...) {
			out = append(out, Rule{Path: w, Access: AccessRead | AccessWrite, File: plain(s, h, w)})
		}
		out = append(out, Rule{Path: path.Join(s.Scratch, "runner"), Access: AccessRead})
	}
	for _, dev := range []string{"null", "zero", "full", "random", "urandom"} {
		out = append(out, Rule{Path: "/dev/" + dev, Access: AccessRead | AccessWrite, File: true})
	}
	return out
}
