package confine

import (
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
)

// Plan is everything that will be done to a run, computed before any of it is.
type Plan struct {
	Level  interlock.Level `json:"level"`
	User   User            `json:"user"`
	Mounts []Mount         `json:"mounts,omitempty"` // in order; level namespaces only
	Rules  []Rule          `json:"landlock,omitempty"`
	Scoped bool            `json:"scoped"` // Landlock: no signals or abstract sockets to the outside
	// NetRules: Landlock handles TCP bind and connect and permits none.
	NetRules bool      `json:"landlock_tcp"`
	Filter   Filter    `json:"seccomp"`
	Rlimits  []Rlimit  `json:"rlimits"`
	Groups   []Group   `json:"cgroups,omitempty"`
	Held     []Held    `json:"limits"`
	Commands []Command `json:"commands,omitempty"`
	Network  *Network  `json:"network,omitempty"` // the run's own; nil where it has none
	Exec     Exec      `json:"exec"`
	// Notes are for the person: what does not hold here, in words.
	Notes []string `json:"notes,omitempty"`

	abi     int
	loaders []string // program interpreters of ELF files
	zygote  bool     // the program keeps the capabilities of its namespaces, for its children
}

// User says who the run is. Inner is the id inside, Host the one outside.
type User struct {
	Inner int  `json:"inner"`
	Host  int  `json:"host"`
	Group int  `json:"host_group"`
	Drop  bool `json:"drop"` // the supervisor is root and gives its identity up
}

// MountKind is what a Mount does.
type MountKind string

const (
	MountBind    MountKind = "bind"    // Source at Target
	MountTmpfs   MountKind = "tmpfs"   // a new one, Data are its options
	MountProc    MountKind = "proc"    // a fresh /proc, /proc/sys read-only
	MountOverlay MountKind = "overlay" // Source below, writes to Data's folders
	MountFile    MountKind = "file"    // a file with Content
	MountLink    MountKind = "link"    // a symbolic link to Source
	MountHide    MountKind = "hide"    // a whiteout in an overlay's upper folder
)

// Mount is one entry of the run's own root. Targets are absolute in that root.
type Mount struct {
	Kind     MountKind `json:"kind"`
	Source   string    `json:"source,omitempty"`
	Target   string    `json:"target"`
	Data     string    `json:"data,omitempty"`
	Writable bool      `json:"writable,omitempty"`
	File     bool      `json:"file,omitempty"` // Source is not a folder
	Device   bool      `json:"device,omitempty"`
	Mode     uint32    `json:"-"`
	Content  []byte    `json:"-"`
}

// fromHost reports whether m shows something of the host.
func (m Mount) fromHost() bool {
	return m.Kind == MountOverlay || m.Kind == MountBind && !strings.HasPrefix(m.Source, stage+"/")
}

// Access is a set of Landlock rights, as people name them.
type Access uint8

const (
	AccessRead Access = 1 << iota
	AccessWrite
	AccessExec
)

func (a Access) String() string {
	var s strings.Builder
	for i, c := range "rwx" {
		if a&(1<<i) != 0 {
			s.WriteRune(c)
		} else {
			s.WriteByte('-')
		}
	}
	return s.String()
}

// MarshalText implements encoding.TextMarshaler.
func (a Access) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Rule permits Access on Path and everything below it.
type Rule struct {
	Path   string `json:"path"`
	Access Access `json:"access"`
	File   bool   `json:"file,omitempty"`
}

// Rlimit is one setrlimit; soft and hard.
type Rlimit struct {
	Name     string `json:"name"`
	Resource int    `json:"-"`
	Soft     uint64 `json:"soft"`
	Hard     uint64 `json:"hard"`
}

// Group is one control group to make: files to write before the run joins it.
type Group struct {
	Controller string            `json:"controller"`
	Parent     string            `json:"parent"`
	Name       string            `json:"name"`
	Files      map[string]string `json:"files"`
	// Optional files may be missing in some kernels; the limit holds without them.
	Optional map[string]string `json:"optional,omitempty"`
}

// Held says by what each limit of the grant is held on this host.
type Held struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	By    string `json:"by"`
	// Weaker says in words what the host cannot do; "" where the limit holds in full.
	Weaker string `json:"weaker,omitempty"`
}

// Exec is the program that starts confined.
type Exec struct {
	Path string   `json:"path"`
	Args []string `json:"args"` // without argv[0]
	Env  []string `json:"env"`
	Dir  string   `json:"dir"`
}

// Limit returns the limit named name as a reached one.
func (p *Plan) Limit(name string) *interlock.Limit {
	for _, h := range p.Held {
		if h.Name == name {
			return &interlock.Limit{Name: h.Name, Value: h.Value, By: h.By}
		}
	}
	return nil
}

// Counted reports whether a control group counts for the limit named name.
func (p *Plan) Counted(name string) bool {
	for _, h := range p.Held {
		if h.Name == name {
			return strings.HasPrefix(h.By, "cgroup")
		}
	}
	return false
}

// Weaker returns, in words, each limit that holds only in a weaker form.
func (p *Plan) Weaker() []string {
	var out []string
	for _, h := range p.Held {
		if h.Weaker != "" {
			out = append(out, h.Weaker)
		}
	}
	return out
}

// String prints the plan for a person, one thing a line.
func (p *Plan) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("level      %s", p.Level)
	line("user       %d inside, %d outside", p.User.Inner, p.User.Host)
	for _, m := range p.Mounts {
		line("%-10s %s", m.Kind, m.describe())
	}
	for _, r := range p.Rules {
		line("landlock   %s %s", r.Access, r.Path)
	}
	line("landlock   outside signals and abstract sockets: %s", denied(p.Scoped))
	line("seccomp    %s", p.Filter.Summary())
	p.Network.print(line)
	for _, c := range p.Commands {
		line("command    %s", c.Name)
	}
	for _, h := range p.Held {
		line("limit      %-10s %-8s by %s%s", h.Name, h.Value, h.By, parenthesis(h.Weaker))
	}
	for _, g := range p.Groups {
		line("cgroup     %s under %s", g.Controller, g.Parent)
	}
	line("execute    %s %s", p.Exec.Path, strings.Join(p.Exec.Args, " "))
	for _, e := range p.Exec.Env {
		line("env        %s", e)
	}
	for _, n := range p.Notes {
		line("note       %s", n)
	}
	return b.String()
}

func denied(yes bool) string {
	if yes {
		return "denied"
	}
	return "held by namespaces and seccomp only"
}

func parenthesis(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func (m Mount) describe() string {
	s := m.Target
	if m.Source != "" && m.Source != m.Target {
		s += " from " + m.Source
	}
	switch {
	case m.Data != "":
		s += " (" + m.Data + ")"
	case m.Kind == MountBind && m.Writable:
		s += " (writable)"
	}
	return s
}
