package interlock

import (
	"encoding/json"
	"time"
)

// Status is how a run ended. The zero value is an error.
type Status string

const (
	Succeeded        Status = "succeeded"
	Failed           Status = "failed" // the code itself failed
	Refused          Status = "refused"
	AwaitingApproval Status = "awaiting_approval"
	Stopped          Status = "stopped" // by a limit or by a person
	Errored          Status = "error"   // Interlock or the host failed
)

// Result is what came of a submission. Observed holds facts; Claims holds what
// the code said of itself and could have forged.
type Result struct {
	ID       string
	Status   Status
	Mode     ExecutionMode
	Facts    Facts
	Decision Decision
	Observed Observed
	Claims   Claims
	Error    *Error // nil where Status is Succeeded
	Folder   RunFolder
	Started  time.Time
	Timings  Timings
	Receipt  Receipt // of the run's last record
}

// ExitStatus is the process exit status of the command line's contract.
func (r *Result) ExitStatus() int {
	if r.Error == nil {
		if r.Status == Succeeded {
			return ExitOK.Status()
		}
		return ExitInfrastructure.Status()
	}
	return r.Error.Code.Status()
}

// Observed is what the kernel and the supervisor saw of a run.
type Observed struct {
	Started   bool // user code was sent to the interpreter
	Level     Level
	Exit      Exit
	Limit     *Limit   // the limit that was reached, if any
	Weaker    []string // limits this host holds in a weaker form, in words
	Notes     []string // what else the person should know, in words
	Stdout    []byte   // as captured, at most Resources.Output
	Stderr    []byte
	Artifacts []Artifact
	Wall      time.Duration
	CPU       time.Duration
	MaxRSS    int64 // bytes, largest single process

	Refused     []Refusal // what the run tried and was refused, as far as it was seen; bounded
	RefusedMore int       // how often something was refused that Refused has no room for
	Connections []Connection
	Commands    []Started // programs that the run started
	Equipment   Equipment // what it did at equipment
}

// reached adds what the gateway saw.
func (o *Observed) reached(e Equipment) {
	o.Equipment = e
	o.Refused, o.RefusedMore = append(o.Refused, e.Refused...), o.RefusedMore+e.RefusedMore
	o.Notes = append(o.Notes, e.Notes...)
}

// Exit is how the interpreter's process ended.
type Exit struct {
	Code   int    `json:"code"`   // 128+n where a signal ended it
	Signal string `json:"signal"` // "SIGKILL", or ""
}

// Limit names a limit that a run reached.
type Limit struct {
	Name  string `json:"name"`  // as in Resources: "memory"
	Value string `json:"value"` // "1 GiB"
	By    string `json:"by"`    // what enforced it: "cgroup v1", "rlimit", "supervisor"
}

// Artifact is a file that the run left in its workspace.
type Artifact struct {
	Path   string `json:"path"` // relative to the workspace, slash-separated
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Claims is what the code reported about itself. User code can forge all of it.
type Claims struct {
	Results json.RawMessage // the variable "results", if it can be said in JSON
	Outputs []Output        // what was displayed, in order
	Figures []Output        // matplotlib figures left open, as PNG and SVG
	Error   *Raised
	Denied  []Denied // refusals by the guards inside Python and by clients of a control system; equal ones are one with a count
	// DeniedMore counts refusals that Denied has no room for.
	DeniedMore int
}

// Output is one displayed thing as Jupyter's mime bundle: text as strings,
// binary as base64.
type Output struct {
	Kind     string                     `json:"kind"` // display_data, execute_result
	Data     map[string]json.RawMessage `json:"data"`
	Metadata map[string]json.RawMessage `json:"metadata,omitempty"`
}

// Raised is the exception that ended the code.
type Raised struct {
	Name      string   `json:"name"`
	Message   string   `json:"message"`
	Traceback []string `json:"traceback"`
	Line      int      `json:"line"` // in the script; 0 is unknown
	Syntax    bool     `json:"syntax,omitempty"`
}

// Denied is a refusal that a guard inside Python reported.
type Denied struct {
	Rule    string `json:"rule"` // imports, builtins, control_system.epics.write
	Name    string `json:"name"`
	Message string `json:"message"`
	Line    int    `json:"line"`
	Count   int    `json:"count"` // how often; 0 and 1 are once
}

// Timings are wall-clock durations of the stages.
type Timings struct {
	Analyse, Decide, Start, Run, Record, Total time.Duration
}

// RunFolder is where a run's results stay. Paths are absolute.
type RunFolder struct {
	Path      string
	Workspace string
	Notebook  string
	Figures   []string // files of Claims.Figures, PNG and SVG
}
