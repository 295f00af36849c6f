package daemon

import (
	"fmt"
	"path/filepath"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// rawConfig is config.yml as it is written.
type rawConfig struct {
	ExecutionControl executionControl `json:"execution_control"`
	ControlSystem    controlSystem    `json:"control_system"`
	Execution        struct {
		Modes map[string]rawMode `json:"modes"`
	} `json:"execution"`
	Environment struct {
		Python python `json:"python"`
	} `json:"environment"`
	Gateways map[string]rawEPICS `json:"gateways"`
	Approval approvalKeys        `json:"approval"`
	StateDir absolute            `json:"state_dir"`
	Policy   absolute            `json:"policy"`
	Server   server              `json:"server"`
	Analysis struct {
		Tables absolute `json:"tables"`
	} `json:"analysis"`
}

type executionControl struct {
	EPICS struct {
		WritesEnabled strictyaml.Value[bool] `json:"writes_enabled"`
	} `json:"epics"`
	AllowOverride bool `json:"allow_override"`
}

type controlSystem struct {
	WritesEnabled strictyaml.Value[bool] `json:"writes_enabled"`
	EPICS         rawEPICS               `json:"epics"`
}

type rawMode struct {
	Description      string                       `json:"description"`
	Interpreter      python                       `json:"interpreter"`
	AllowsWrites     strictyaml.Value[bool]       `json:"allows_writes"`
	RequiresApproval strictyaml.Value[bool]       `json:"requires_approval"`
	Environment      map[string]string            `json:"environment"`
	Mounts           strictyaml.Value[[]absolute] `json:"mounts"`
	Forbid           []absolute                   `json:"forbid"`
	Limits           policy.Resources             `json:"limits"`
	Gateway          strictyaml.Value[string]     `json:"gateway"`
}

// laterConfig is the keys of the format that nothing in this build acts on.
var laterConfig = map[string]string{
	"services":                                 "there are no services to configure",
	"control_system.type":                      "EPICS is reached where control_system.epics says so; there is no other",
	"execution.execution_method":               "runs are local",
	"execution.modes.read_only.kernel_name":    "a mode's environment is a local Python; name it with interpreter",
	"execution.modes.write_access.kernel_name": "a mode's environment is a local Python; name it with interpreter",
}

// absolute is a path that does not depend on where the program is started.
type absolute string

// DecodeYAML implements strictyaml.Decoder.
func (a *absolute) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if !c.Want(n, strictyaml.String, "an absolute path: /folder/file") {
		return
	}
	if *a = absolute(filepath.Clean(n.Text)); !filepath.IsAbs(n.Text) {
		c.Fault(n, fmt.Sprintf("%s: %q is not an absolute path", c.Path(), n.Text), "the whole path, from / on, without ~")
	}
}

// python is an interpreter: a path, or the name of a command to find on PATH.
type python string

// DecodeYAML implements strictyaml.Decoder.
func (p *python) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "the whole path of a Python or of an environment, or a command such as python3.12"
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	if *p = python(n.Text); n.Text == "" || strings.ContainsRune(n.Text, '/') && !filepath.IsAbs(n.Text) {
		c.Fault(n, fmt.Sprintf("%s: %q depends on where the program is started", c.Path(), n.Text), hint)
	}
}

// check adds the faults that only show in the file as a whole.
func (raw *rawConfig) check(f *strictyaml.File) {
	modes := f.Root.Get("execution").Get("modes")
	if modes == nil {
		return
	}
	for _, e := range modes.Entries {
		add := func(at strictyaml.Place, key, message, hint string) {
			f.Add(at, "execution.modes."+e.Key+key, message, hint)
		}
		mode, err := interlock.ParseExecutionMode(e.Key)
		if err != nil {
			add(e.At, "", err.Error(), "read_only or write_access")
			continue
		}
		if name := raw.Execution.Modes[e.Key].Gateway; name.Set {
			if _, known := raw.Gateways[name.V]; !known {
				add(name.Place, ".gateway", fmt.Sprintf("no gateway is called %q", name.V), "the name of an entry of gateways: {NAME: {channel_access: {address_list: [...]}}}")
			}
		}
		allows := raw.Execution.Modes[e.Key].AllowsWrites
		if wants := mode == interlock.WriteAccess; allows.Set && allows.V != wants {
			add(allows.Place, ".allows_writes", fmt.Sprintf("mode %s with allows_writes: %v contradicts itself", mode, allows.V),
				fmt.Sprintf("allows_writes: %v; whether writes are enabled at all is execution_control.epics.writes_enabled", wants))
		}
		for name := range raw.Execution.Modes[e.Key].Environment {
			if name == "" || strings.ContainsAny(name, "=\x00") {
				add(e.At, ".environment", fmt.Sprintf("%q cannot be the name of a variable", name), "NAME: value")
			}
		}
	}
	f.Faults.Sort()
}

// what is which of the things that no fallback may lose.
type what struct{ policy, state, approvals bool }

var everything = what{true, true, true}

// mentions guesses what a file that does not parse would have named. It errs on
// the side of "yes": any line that is not a comment and holds one of the words
// counts, and with escapes or bytes that are not text everything does.
func mentions(source []byte) (w what) {
	for line := range strings.Lines(strings.ReplaceAll(string(source), "\r", "\n")) {
		line = strings.ToLower(strings.TrimSpace(line))
		if strings.HasPrefix(line, "#") {
			continue
		}
		if strings.ContainsAny(line, "\\\x00\ufffd") || strings.ToValidUTF8(line, "") != line {
			return everything
		}
		w.policy = w.policy || strings.Contains(line, "policy")
		w.state = w.state || strings.Contains(line, "state_dir")
		w.approvals = w.approvals || strings.Contains(line, "approval")
	}
	return w
}
