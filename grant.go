package interlock

import (
	"fmt"
	"strings"
	"time"
)

// Grant is the complete list of what a run may do. The sandbox and the gateway
// see it and nothing else; what is not in it does not exist for the run. The
// zero Grant permits nothing.
type Grant struct {
	Mode        ExecutionMode `json:"mode"`
	Environment Environment   `json:"environment"`
	Files       Files         `json:"files"`
	Endpoints   []string      `json:"endpoints"` // as network.allow lists them; empty is no network but loopback
	Commands    []string      `json:"commands"`  // absolute paths of executables
	// Channels is what may be put to equipment, and is nil unless Mode is WriteAccess
	// or puts are held back.
	Channels ChannelGrants `json:"channels,omitempty"`
	// Reads is which channels may be read and monitored.
	Reads ChannelReads `json:"reads,omitzero"`
	// Rehearse holds every put back: none leaves the run, in any mode.
	Rehearse bool `json:"rehearse,omitempty"`
	// Held is what an approval that was given on a rehearsal holds the run to: these
	// puts and no other, in the order of each channel. nil is no such approval.
	Held []HeldPut `json:"held,omitempty"`
	// Doors are where clients of a control system are served inside the run; none is
	// that no control system is reached.
	Doors     []Door    `json:"doors,omitempty"`
	Denials   Denials   `json:"denials"` // words for what Endpoints and Commands do not list
	Guards    Guards    `json:"guards"`
	Resources Resources `json:"resources"`
	Isolation Level     `json:"isolation"` // the least isolation to run under
}

// Environment is the Python environment of a run.
type Environment struct {
	// Interpreter is a python executable or the folder of an environment, as
	// configured; the sandbox resolves it to real paths.
	Interpreter string            `json:"interpreter"`
	Variables   map[string]string `json:"variables,omitempty"`
}

// Files is what the run sees of the host's files. All paths are absolute.
type Files struct {
	Folder string   `json:"folder,omitempty"` // the script's folder: read, writes land in the workspace
	Inputs []string `json:"inputs,omitempty"` // read-only, named by the caller
	Read   []string `json:"read,omitempty"`   // read-only roots of the policy
	Write  []string `json:"write,omitempty"`  // writable roots of the policy
	Forbid []string `json:"forbid,omitempty"` // never visible, wherever they lie
}

// Guards are the rules that the user's own module is held to inside Python. They
// give a clear error; they contain nothing. The kernel does.
type Guards struct {
	Imports  GuardRules `json:"imports"`
	Builtins GuardRules `json:"builtins"`
}

// GuardRules is a deny list and, where AllowOnly is set, an allow list; deny wins.
type GuardRules struct {
	AllowOnly bool        `json:"allow_only"`
	Allow     []string    `json:"allow,omitempty"`
	AllowHint string      `json:"-"` // with [NameInHint] where the name goes; for people, not for the sandbox
	Deny      []GuardRule `json:"deny,omitempty"`
}

// GuardRule is one denied name with the words to show.
type GuardRule struct {
	Name    string `json:"name"`
	Message string `json:"message"` // the whole sentence the exception carries
	Hint    string `json:"-"`       // what to do instead; for people, not for the sandbox
}

// NameInHint stands in [GuardRules.AllowHint] for the name that was refused.
const NameInHint = "NAME"

// hint is what the decision would have said to a refusal with message, or "".
func (g *GuardRules) hint(message string) string {
	for _, r := range g.Deny {
		if r.Message == message {
			return r.Hint
		}
	}
	if before, _, ok := strings.Cut(message, " is refused: "); ok && g.AllowOnly && strings.HasSuffix(message, ".allow does not list it") {
		name := before[strings.LastIndexByte(before, ' ')+1:]
		return strings.ReplaceAll(g.AllowHint, "`- "+NameInHint+"`", "`- "+name+"`")
	}
	return ""
}

// Resources are the limits of a run. Zero refuses: the sandbox rejects a grant
// in which a limit is not set. Sizes are in bytes.
//
// Line, Results, Figures, Figure and Outputs bound what is kept of the run and
// never end it: what is left out is said in [Observed.Notes].
type Resources struct {
	Wall      time.Duration `json:"wall"`
	CPU       time.Duration `json:"cpu"`
	Memory    int64         `json:"memory"`
	Processes int           `json:"processes"` // processes and threads
	OpenFiles int           `json:"open_files"`
	Output    int64         `json:"output"`    // stdout and stderr together
	Stdout    int64         `json:"stdout"`    // that stream alone
	Stderr    int64         `json:"stderr"`    // that stream alone
	Line      int64         `json:"line"`      // one line of either, without its end
	File      int64         `json:"file"`      // one file
	Workspace int64         `json:"workspace"` // all files written
	Inodes    int           `json:"inodes"`    // files and folders created
	Shm       int64         `json:"shm"`       // all of /dev/shm
	Results   int64         `json:"results"`   // the variable "results" as JSON
	Figures   int           `json:"figures"`   // figures left open
	Figure    int64         `json:"figure"`    // one figure or displayed thing, as it is sent
	Outputs   int           `json:"outputs"`   // displayed things
	// Strict refuses a host that can hold a limit only in a weaker form.
	Strict bool `json:"strict"`
}

// Level is how much isolation a run has. The zero value is the strongest.
type Level uint8

const (
	// Namespaces is own root, users, processes, network, with seccomp and Landlock.
	Namespaces Level = iota
	// Landlock is Landlock and seccomp only, for hosts that forbid namespaces.
	Landlock
	// NoIsolation protects nothing and needs an explicit word.
	NoIsolation
)

var levelNames = [...]string{Namespaces: "namespaces", Landlock: "landlock", NoIsolation: "none"}

// String returns namespaces, landlock or none.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return levelNames[Namespaces]
}

// ParseLevel returns the level named s; an unknown word is an error and the
// strongest level.
func ParseLevel(s string) (Level, error) {
	for i, n := range levelNames {
		if n == s {
			return Level(i), nil
		}
	}
	return Namespaces, fmt.Errorf("unknown isolation level %q: want namespaces, landlock or none", s)
}

// MarshalText implements encoding.TextMarshaler.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with ParseLevel.
func (l *Level) UnmarshalText(b []byte) (err error) {
	*l, err = ParseLevel(string(b))
	return err
}
