package policy

import "github.com/interlock-run/interlock/internal/wire/strictyaml"

// optional is a scalar of a policy that remembers whether and where it was given.
type optional[T any] = strictyaml.Value[T]

// Document is one policy file, or several merged. Its json tags are the keys of
// policy.yaml, and its descriptions become the published JSON Schema.
type Document struct {
	Version       optional[Version] `json:"version" jsonschema_description:"The version of this format: 1."`
	Extends       optional[Base]    `json:"extends,omitempty" jsonschema_description:"The policy this one builds on: scientific, strict, facility, or a .yaml file in the same folder. Scalars here replace its scalars; deny, warn, forbid and redact lists add up; an allow list (and filesystem.read and write) replaces its list."`
	Imports       Imports           `json:"imports,omitempty" jsonschema_description:"Modules the submitted code may import. Libraries it imports are not concerned."`
	Builtins      Builtins          `json:"builtins,omitempty" jsonschema_description:"Builtin functions the submitted code may use. Libraries are not concerned."`
	Filesystem    Filesystem        `json:"filesystem,omitempty" jsonschema_description:"What a run sees of the host's files beside its own workspace."`
	Network       Network           `json:"network,omitempty" jsonschema_description:"Connections out of a run."`
	Commands      Commands          `json:"commands,omitempty" jsonschema_description:"Programs that a run may start."`
	Packages      Packages          `json:"packages,omitempty" jsonschema_description:"What code gets that asks to install a package. No run installs any."`
	ControlSystem ControlSystem     `json:"control_system,omitempty" jsonschema_description:"Reads and writes of equipment."`
	Resources     Resources         `json:"resources,omitempty" jsonschema_description:"Limits of a run. Each must be set here or by what this policy extends."`
	Isolation     Isolation         `json:"isolation,omitempty" jsonschema_description:"How well a run must be confined."`
	Approval      Approval          `json:"approval,omitempty" jsonschema_description:"When a person must agree first."`
	Rules         []Expression      `json:"rules,omitempty" jsonschema_description:"Conditions of this site, in CEL. Each can only tighten. Adds to the list of what this policy extends."`
	Redact        []optional[Regex] `json:"redact,omitempty" jsonschema_description:"Regular expressions (RE2) of secrets to black out before anything is recorded. Adds to the list of what this policy extends."`
}

// Imports are the rules about modules.
type Imports struct {
	Allow optional[[]ModuleRule] `json:"allow,omitempty" jsonschema_description:"The only modules allowed. An empty list allows none; without this key all are allowed but the denied ones."`
	Warn  []ModuleRule           `json:"warn,omitempty" jsonschema_description:"Modules that are allowed with a warning, which is shown and recorded."`
	Deny  []ModuleRule           `json:"deny,omitempty" jsonschema_description:"Modules that are refused, with their submodules. Deny wins over allow."`
}

// Builtins are the rules about builtin functions.
type Builtins struct {
	Allow optional[[]BuiltinRule] `json:"allow,omitempty" jsonschema_description:"Of the builtins that reach outside the code or make code (open, exec, eval, compile, __import__, input, breakpoint, globals, locals, vars), the only ones allowed. An empty list allows none of them; print, len and their like are not concerned."`
	Warn  []BuiltinRule           `json:"warn,omitempty" jsonschema_description:"Builtins that are allowed with a warning."`
	Deny  []BuiltinRule           `json:"deny,omitempty" jsonschema_description:"Builtins that are refused."`
}

// Filesystem says what is visible.
type Filesystem struct {
	ScriptFolder optional[ScriptFolder] `json:"script_folder,omitempty" jsonschema_description:"read shows the script's folder, none only the script itself. Writes land in the workspace, never in the folder. Default none."`
	Read         optional[[]Path]       `json:"read,omitempty" jsonschema_description:"Folders and files every run may read."`
	Write        optional[[]Path]       `json:"write,omitempty" jsonschema_description:"Folders every run may write: the host's own files change."`
	Forbid       []Path                 `json:"forbid,omitempty" jsonschema_description:"Paths no run ever sees, wherever they lie. Adds to the list of what this policy extends."`
}

// Network says what is reachable.
type Network struct {
	Default optional[DenyOnly]   `json:"default,omitempty" jsonschema_description:"deny: no network but the run's own loopback and what allow lists."`
	Allow   optional[[]Endpoint] `json:"allow,omitempty" jsonschema_description:"Hosts that a run may open TCP connections to: host:port, *.domain:port for every host below a domain, an address with a port, or a range of addresses (no port) that names above may resolve into. A name that resolves to a private, link-local or loopback address is refused unless that address or its range is listed."`
}

// Commands says what may be started.
type Commands struct {
	Default optional[DenyOnly]  `json:"default,omitempty" jsonschema_description:"deny: no program may be started but those that allow lists."`
	Allow   optional[[]Program] `json:"allow,omitempty" jsonschema_description:"Executables that a run may start, by absolute path. A script needs its interpreter listed too."`
}

// ControlSystem is the rules about equipment.
type ControlSystem struct {
	UnresolvedWrites optional[Unresolved] `json:"unresolved_writes,omitempty" jsonschema_description:"What happens to code that may hide a write: read_only runs it where no write gets out (default), needs_approval asks a person, deny refuses it."`
	EPICS            EPICS                `json:"epics,omitempty" jsonschema_description:"EPICS channels."`
}

// EPICS is the rules about channels.
type EPICS struct {
	Write Writes   `json:"write,omitempty" jsonschema_description:"Channels that a run in write_access may put, and what. Held when the code is decided on, for names and values it spells out, and by the gateway for every put."`
	Read  Channels `json:"read,omitempty" jsonschema_description:"Channels that may be read. Held when the code is decided on, for channel names it spells out, and by the gateway for every channel."`
}

// Channels is an allow and a deny list of channel patterns.
type Channels struct {
	Allow optional[[]Channel] `json:"allow,omitempty" jsonschema_description:"The only channels allowed. An empty list allows none."`
	Deny  []Channel           `json:"deny,omitempty" jsonschema_description:"Channels that are refused. Deny wins."`
}

// Resources are the limits of a run.
type Resources struct {
	Wall      optional[Duration] `json:"wall,omitempty" jsonschema_description:"Time on the clock."`
	CPU       optional[Duration] `json:"cpu,omitempty" jsonschema_description:"Processor time of all processes together."`
	Memory    optional[Size]     `json:"memory,omitempty" jsonschema_description:"Memory of all processes together."`
	Processes optional[Count]    `json:"processes,omitempty" jsonschema_description:"Processes and threads at one time."`
	OpenFiles optional[Count]    `json:"open_files,omitempty" jsonschema_description:"Open files of one process."`
	Output    optional[Size]     `json:"output,omitempty" jsonschema_description:"Standard output and error together; a run that writes more is stopped."`
	Stdout    optional[Size]     `json:"stdout,omitempty" jsonschema_description:"Standard output alone; a run that writes more is stopped. Default: output."`
	Stderr    optional[Size]     `json:"stderr,omitempty" jsonschema_description:"Standard error alone; a run that writes more is stopped. Default: output."`
	Line      optional[Size]     `json:"line,omitempty" jsonschema_description:"One line of standard output or error; a longer one is cut there with a mark, and the run goes on."`
	File      optional[Size]     `json:"file,omitempty" jsonschema_description:"One file."`
	Workspace optional[Size]     `json:"workspace,omitempty" jsonschema_description:"All files a run writes."`
	Inodes    optional[Count]    `json:"inodes,omitempty" jsonschema_description:"Files and folders a run creates."`
	Shm       optional[Size]     `json:"shm,omitempty" jsonschema_description:"Shared memory in /dev/shm. Default: workspace."`
	Results   optional[Size]     `json:"results,omitempty" jsonschema_description:"The variable results as JSON, at most 32MiB; a larger one is not kept, and a note says so."`
	Figures   optional[Count]    `json:"figures,omitempty" jsonschema_description:"Figures that are kept; a note says how many more there were."`
	Figure    optional[Size]     `json:"figure,omitempty" jsonschema_description:"One figure or displayed thing, pictures as base64, at most 32MiB; a larger one is not kept, and a note says so."`
	Outputs   optional[Count]    `json:"outputs,omitempty" jsonschema_description:"Displayed things that are kept; a note says how many more there were."`
	Strict    optional[bool]     `json:"strict,omitempty" jsonschema_description:"true refuses a host that can hold a limit only in a weaker form, such as memory for each process instead of for the run."`
}

// Isolation is the least confinement to run under.
type Isolation struct {
	Minimum optional[Level] `json:"minimum,omitempty" jsonschema_description:"namespaces (default), landlock, or none, which protects nothing."`
}
