package apiv1

import (
	"encoding/json"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/figure"
	"github.com/interlock-run/interlock/internal/wire/jsontext"
)

// Run is what came of a submission.
type Run struct {
	Schema    int                     `json:"schema"`
	ID        string                  `json:"id"`
	Name      string                  `json:"name"`    // the script's
	Started   string                  `json:"started"` // RFC 3339 with nanoseconds, UTC
	Status    interlock.Status        `json:"status"`
	Mode      interlock.ExecutionMode `json:"mode"`
	Decision  Decision                `json:"decision"`
	Exit      *interlock.Exit         `json:"exit"`
	Stdout    string                  `json:"stdout"`
	Stderr    string                  `json:"stderr"`
	Results   json.RawMessage         `json:"results"` // the variable "results"; null where there is none
	Outputs   []Output                `json:"outputs"`
	Figures   []Figure                `json:"figures"`
	Artifacts []interlock.Artifact    `json:"artifacts"`
	Workspace string                  `json:"workspace"`
	Notebook  string                  `json:"notebook"`
	Puts      []Put                   `json:"puts"`
	PutsMore  int                     `json:"puts_more"` // puts that the list has no room for
	// Rehearsed says that every put was held back; DependsOnHeldPut that a channel was
	// read after one had been, so that a run whose puts are sent may do something else.
	Rehearsed        bool                   `json:"rehearsed"`
	DependsOnHeldPut bool                   `json:"depends_on_held_put"`
	Refused          []interlock.Refusal    `json:"refused"`      // what the run tried and was refused
	More             int                    `json:"refused_more"` // refusals that the list has no room for
	Network          []interlock.Connection `json:"connections"`
	Commands         []interlock.Started    `json:"commands"` // programs that the run started
	Limit            *interlock.Limit       `json:"limit"`
	Error            *Error                 `json:"error"`
	Observed         Observed               `json:"observed"`
	Claimed          []string               `json:"claimed"` // keys of this object that user code could have forged
	Timings          Timings                `json:"timings_ms"`
	Ledger           *interlock.Receipt     `json:"ledger"`
}

// Output is one displayed thing.
type Output struct {
	Kind     string                     `json:"kind"` // display_data, execute_result
	Data     map[string]json.RawMessage `json:"data"`
	Metadata map[string]json.RawMessage `json:"metadata"`
}

// Figure is the files of one figure in the run's folder; SVG is "" where there is none.
type Figure struct {
	PNG string `json:"png"`
	SVG string `json:"svg"`
}

// Put is one put to equipment that the run asked for.
type Put struct {
	N         int             `json:"n"` // from 1, in the order of the run; 0 where it was refused
	Channel   string          `json:"channel"`
	Field     string          `json:"field"`
	Protocol  string          `json:"protocol"`
	Requested json.RawMessage `json:"requested"`
	Value     json.RawMessage `json:"value"`
	Old       json.RawMessage `json:"old"`
	Readback  json.RawMessage `json:"readback"`
	Status    string          `json:"status"` // done, refused, held, failed, unknown
	Violation string          `json:"violation"`
	Reason    string          `json:"reason"`
	Line      int             `json:"line"`
	At        string          `json:"at"`
	SeenBy    string          `json:"seen_by"` // gateway, claimed
	Limits    string          `json:"limits"`  // what the grant allows, in words
}

// Observed is what the kernel and the supervisor saw.
type Observed struct {
	Started bool     `json:"started"` // user code was sent to the interpreter
	Level   *string  `json:"level"`   // isolation; null where nothing ran
	Weaker  []string `json:"weaker"`  // limits this host holds in a weaker form
	Notes   []string `json:"notes"`
	WallMS  float64  `json:"wall_ms"`
	CPUMS   float64  `json:"cpu_ms"`
	MaxRSS  int64    `json:"max_rss"` // bytes, largest single process
	Dropped []string `json:"dropped"` // claims that do not have their form and are left out, in words
}

// Timings are durations of the stages in milliseconds.
type Timings struct {
	Analyse float64 `json:"analyse"`
	Decide  float64 `json:"decide"`
	Start   float64 `json:"start"`
	Run     float64 `json:"run"`
	Record  float64 `json:"record"`
	Total   float64 `json:"total"`
}

// NewRun returns the object of a run. It shares the bytes of r's claims.
func NewRun(s *interlock.Submission, r *interlock.Result) *Run {
	o := &r.Observed
	out := &Run{
		Schema: Schema, ID: r.ID, Name: text(s.Name), Status: r.Status, Mode: r.Mode, Decision: decision(r.Decision),
		Stdout: text(string(o.Stdout)), Stderr: text(string(o.Stderr)),
		Figures: figures(r.Folder.Figures), Artifacts: list(o.Artifacts),
		Workspace: r.Folder.Workspace, Notebook: r.Folder.Notebook, Puts: puts(r), PutsMore: o.Equipment.PutsMore, Rehearsed: o.Equipment.Rehearsed, DependsOnHeldPut: o.Equipment.DependsOnHeldPut,
		Refused: list(o.Refused), More: o.RefusedMore, Network: list(o.Connections), Commands: list(o.Commands),
		Limit: o.Limit, Error: Failure(r.Error), Claimed: claimed(r), Timings: timings(r.Timings),
		Observed: Observed{Started: o.Started, Weaker: list(o.Weaker), Notes: list(o.Notes), WallMS: ms(o.Wall), CPUMS: ms(o.CPU), MaxRSS: o.MaxRSS},
	}
	if !r.Started.IsZero() {
		out.Started = r.Started.UTC().Format(time.RFC3339Nano)
	}
	if o.Started {
		exit, level := o.Exit, o.Level.String()
		out.Exit, out.Observed.Level = &exit, &level
	}
	if r.Receipt.Digest != "" {
		receipt := r.Receipt
		out.Ledger = &receipt
	}
	out.claims(&r.Claims)
	return out
}

// Failed returns the object of a run that could not be submitted at all, such as
// one whose file does not exist.
func Failed(name string, e *interlock.Error) *Run {
	return NewRun(&interlock.Submission{Name: name}, &interlock.Result{Status: interlock.Errored, Error: e})
}

// claims sets what the code said of itself. What is not JSON that every reader
// accepts, and an image without an image's form, is left out and named.
func (r *Run) claims(c *interlock.Claims) {
	drop := []string{}
	clean := func(what string, raw json.RawMessage) json.RawMessage {
		if raw == nil {
			return nil
		}
		v, err := jsontext.Clean(raw)
		if err != nil {
			drop = append(drop, text(what)+": "+err.Error())
			return json.RawMessage("null")
		}
		return v
	}
	r.Results = clean("results", c.Results)
	r.Outputs = make([]Output, 0, len(c.Outputs))
	for _, o := range c.Outputs {
		out := Output{Kind: text(o.Kind), Data: map[string]json.RawMessage{}, Metadata: map[string]json.RawMessage{}}
		for name, raw := range o.Data {
			if err := figure.Image(name, raw); err != nil {
				drop = append(drop, text("outputs "+name)+": "+err.Error())
				raw = json.RawMessage("null")
			}
			out.Data[text(name)] = clean("outputs "+name, raw)
		}
		for name, raw := range o.Metadata {
			out.Metadata[text(name)] = clean("outputs metadata "+name, raw)
		}
		r.Outputs = append(r.Outputs, out)
	}
	r.Observed.Dropped = append(drop, figure.Dropped(c.Figures)...)
}

// claimed names the keys that user code could have forged, in the order of Run.
func claimed(r *interlock.Result) []string {
	keys := []string{"stdout", "stderr", "results", "outputs", "figures"}
	if r.Claims.Error != nil && r.Error != nil && r.Error.Kind == interlock.CodeError && r.Observed.Limit == nil {
		keys = append(keys, "error")
	}
	return keys
}

func timings(t interlock.Timings) Timings {
	return Timings{Analyse: ms(t.Analyse), Decide: ms(t.Decide), Start: ms(t.Start), Run: ms(t.Run), Record: ms(t.Record), Total: ms(t.Total)}
}

// ms has microseconds as its last digit.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
