package interlock

import "fmt"

// Certainty says how sure analysis is that something happens. The zero value,
// Unresolved, is "cannot be known", which never counts as "does not happen".
type Certainty uint8

const (
	Unresolved Certainty = iota
	None
	Possible
	Definite
)

var certaintyNames = [...]string{Unresolved: "unresolved", None: "none", Possible: "possible", Definite: "definite"}

// String returns unresolved, none, possible or definite.
func (c Certainty) String() string {
	if int(c) < len(certaintyNames) {
		return certaintyNames[c]
	}
	return certaintyNames[Unresolved]
}

// MarshalText implements encoding.TextMarshaler.
func (c Certainty) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; an unknown word is an error.
func (c *Certainty) UnmarshalText(b []byte) error {
	for i, n := range certaintyNames {
		if n == string(b) {
			*c = Certainty(i)
			return nil
		}
	}
	*c = Unresolved
	return fmt.Errorf("unknown certainty %q", b)
}

// Detected reports whether c counts as detected for mode selection (X2):
// definite and possible do, unresolved does not.
func (c Certainty) Detected() bool { return c == Possible || c == Definite }

// Stronger returns the more telling of two findings about the same question:
// definite, then possible, then unresolved, then none.
func (c Certainty) Stronger(d Certainty) Certainty {
	if rank(d) > rank(c) {
		return d
	}
	return c
}

func rank(c Certainty) int {
	switch c {
	case Definite:
		return 3
	case Possible:
		return 2
	case None:
		return 0
	case Unresolved:
		return 1
	}
	return 1 // as String says it: what is no certainty is unresolved
}

// Facts is what the code will do, as far as can be known. What cannot be known
// is a fact too: an entry in Unresolved.
type Facts struct {
	SourceSHA256 string       `json:"source_sha256"`
	Complete     bool         `json:"complete"` // nothing unresolved and no budget exhausted
	Control      Control      `json:"control"`
	Accesses     []Access     `json:"accesses"`
	Imports      []Import     `json:"imports"`
	Builtins     []Use        `json:"builtins"`
	Commands     []Command    `json:"commands"`
	Paths        []PathUse    `json:"paths"`
	Endpoints    []Endpoint   `json:"endpoints"`
	Installs     []Install    `json:"installs"`
	Environment  []EnvUse     `json:"environment"`
	Unresolved   []Unresolve  `json:"unresolved"`
	SyntaxError  *SyntaxError `json:"syntax_error,omitempty"`
	Modules      []string     `json:"modules,omitempty"` // sibling files analysed with the script
}

// Control classifies the code's reads and writes of any control system.
type Control struct {
	Reads  Certainty `json:"reads"`
	Writes Certainty `json:"writes"`
}

// Pos is a position in the submission. Line and Column count from 1; columns
// count Unicode code points. File is "" for the script itself, else the path
// of a sibling module.
type Pos struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	// Cell is the cell of a notebook, counted from 1 over all cells, and CellLine the
	// line in it; Line is that of the program made of the cells. 0 for a script.
	Cell     int `json:"cell,omitempty"`
	CellLine int `json:"cell_line,omitempty"`
}

// Op is what an access does to a channel.
type Op string

const (
	OpRead    Op = "read"
	OpWrite   Op = "write"
	OpExecute Op = "execute"
)

// Access is one read, write or command to a control system that the code contains.
type Access struct {
	Op        Op        `json:"op"`
	System    string    `json:"system"`        // "epics", "tango", ...
	Library   string    `json:"library"`       // "pyepics", ...
	API       string    `json:"api"`           // "epics.caput"
	Row       string    `json:"row,omitempty"` // of the library's table: "epics.yaml: functions.caput"
	Channels  Channels  `json:"channels"`
	Value     Value     `json:"value"`
	Times     Times     `json:"times"`
	Trail     []Step    `json:"trail"` // how the program gets there: calls, outermost first, then where the names came from
	Certainty Certainty `json:"certainty"`
	Pos
}

// Channels is the set of channels of an access.
type Channels struct {
	Kind   string   `json:"kind"` // exact, pattern, unknown
	Values []string `json:"values"`
	Why    string   `json:"why,omitempty"` // of an unknown set: why it is not known
}

// Value is the set of values of a write.
type Value struct {
	Kind   string   `json:"kind"` // constant, set, range, unknown
	Values []string `json:"values"`
	Text   string   `json:"text"` // the source text of the value's expression
	Why    string   `json:"why,omitempty"`
}

// Times is how often an access is made in one run.
type Times struct {
	Kind string `json:"kind"` // once, number, range, unknown
	Min  int    `json:"min"`
	Max  int    `json:"max"` // 0 where nothing bounds it
}

// Step is one line of the trail that leads to an access.
type Step struct {
	Kind string `json:"kind"` // call, definition, assignment, loop, argument
	Text string `json:"text"` // the line, cut where it is long
	Pos
}

// EnvUse is an environment variable that the code uses.
type EnvUse struct {
	Name      string    `json:"name"` // "*" where the code does not say which
	Mode      string    `json:"mode"` // read, write
	API       string    `json:"api"`
	Certainty Certainty `json:"certainty"`
	Pos
}

// Import is one imported module or name.
type Import struct {
	Module    string    `json:"module"`         // "os.path"
	Name      string    `json:"name,omitempty"` // for "from module import name"
	Alias     string    `json:"alias,omitempty"`
	Local     bool      `json:"local,omitempty"` // a module from the script's own folder
	Certainty Certainty `json:"certainty"`
	Pos
}

// Use is a reference to a sensitive builtin, called or not.
type Use struct {
	Name      string    `json:"name"`
	Certainty Certainty `json:"certainty"`
	Pos
}

// Command is a program the code starts.
type Command struct {
	API       string    `json:"api"`            // "subprocess.run", "os.system", "!"
	Argv      []string  `json:"argv,omitempty"` // as far as constant
	Text      string    `json:"text"`           // source text of the command
	Certainty Certainty `json:"certainty"`
	Pos
}

// PathUse is a file path given as a constant.
type PathUse struct {
	Path      string    `json:"path"`
	Mode      string    `json:"mode"` // read, write, unknown
	API       string    `json:"api"`
	Certainty Certainty `json:"certainty"`
	Pos
}

// Endpoint is a network address given as a constant.
type Endpoint struct {
	Host      string    `json:"host"`
	Port      int       `json:"port,omitempty"` // 0 is unknown
	URL       string    `json:"url,omitempty"`
	API       string    `json:"api"`
	Certainty Certainty `json:"certainty"`
	Pos
}

// Install is a request to install a package from inside the code.
type Install struct {
	Packages []string `json:"packages"`
	Text     string   `json:"text"`
	Pos
}

// Unresolve is something analysis cannot see, and why.
type Unresolve struct {
	What string `json:"what"` // e.g. "exec", "getattr", "import"
	Why  string `json:"why"`
	// Writes is set when what is hidden could be a write to a control system.
	Writes bool `json:"writes,omitempty"`
	Pos
}

// SyntaxError is why the source is not Python.
type SyntaxError struct {
	Message string `json:"message"`
	Pos
}

// WriteOf is where the code writes to the channel, as far as analysis knows; the zero
// Pos where it does not.
func (f *Facts) WriteOf(channel string) (at Pos) {
	for _, a := range f.Accesses {
		if a.Op == OpRead {
			continue
		}
		for _, name := range a.Channels.Values {
			if canonical, err := CanonicalChannel(name); err == nil && canonical == channel {
				return a.Pos
			}
			if a.Channels.Kind != "exact" && MatchGlob(name, channel) {
				at = a.Pos
			}
		}
	}
	return at
}
