package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Config is the deployment: what config.yml and the places around it say. Its
// zero value writes to no equipment and lets nobody override.
type Config struct {
	// Path is the config.yml that was read, or "" where there is none. Digest is the
	// SHA-256 of its bytes in lower-case hex, "" where it cannot be read.
	Path, Digest string
	// Control is the word on live writes; ControlAt is where it is given, and zero
	// where nothing gives it.
	Control   interlock.ExecutionControlConfig
	ControlAt interlock.PolicyLine
	// AllowOverride is execution_control.allow_override: the operator may demand
	// write_access for code in which no write was detected.
	AllowOverride bool
	// Python is environment.python: an executable or an environment's folder.
	Python string
	// StateDir is where runs and the ledger are kept, absolute.
	StateDir string
	// Policy is the policy in force.
	Policy PolicySource
	// Tables is the site's own tables of libraries, see [analysis.Site].
	Tables *analysis.Site
	// Modes is what execution.modes says of each mode.
	Modes map[interlock.ExecutionMode]ModeConfig
	// Approvals is what approval.* asks for, by mode; beside what the modes and the
	// policy ask for.
	Approvals map[interlock.ExecutionMode][]policy.ApprovalRule
	// EPICS is where each mode's servers are.
	EPICS map[interlock.ExecutionMode]EPICSServers
	// Server is what `interlock serve` does with many runs at once.
	Server ServerConfig
}

// ModeConfig is one execution mode's own environment and access controls (X7).
type ModeConfig struct {
	Description      string
	Environment      interlock.Environment
	RequiresApproval bool
	// At is where requires_approval stands.
	At     interlock.PolicyLine
	Mounts []string // nil: all of the policy's filesystem.read
	Forbid []string
	Limits interlock.Resources // 0: the policy's
}

// LoadConfig finds and reads config.yml and settles where policy and state are.
// The warnings are for a person and were logged already.
//
// A file that group or others may write is an error, and so is every fault in
// it, with these exceptions (X4): what is wrong with the keys that enable writes
// gives a warning and the safe default, no writes; so does a file that cannot be
// read or parsed at all, provided that nothing it would have said about policy,
// state or approvals is lost that nothing else names.
func LoadConfig(src Sources) (*Config, []string, error) {
	log := &warningLog{to: src.log()}
	path, named, err := src.findConfig()
	if err != nil {
		return nil, nil, err
	}
	c := &Config{Path: path}
	var raw rawConfig
	read := func() (map[string]any, error) { return nil, nil }
	if path != "" {
		raw, read, err = readConfig(c, named, src)
		if err != nil {
			return nil, log.lines, err
		}
	}
	c.Control = interlock.GetExecutionControlConfig(read, slog.New(log))
	raw.settle(c)
	raw.settleEPICS(c, src)
	var notUnderstood []string
	c.Approvals, notUnderstood = raw.Approval.demands()
	for _, w := range notUnderstood {
		slog.New(log).Warn(w)
	}
	if err := src.settlePaths(c, raw); err != nil {
		return nil, log.lines, err
	}
	return c, log.lines, nil
}

// readConfig reads the file at c.Path. Its second result is what the single entry
// point of execution control loads: the tree, or why there is none.
func readConfig(c *Config, flagged bool, src Sources) (raw rawConfig, read func() (map[string]any, error), err error) {
	fallback := func(cause error) (rawConfig, func() (map[string]any, error), error) {
		return rawConfig{}, func() (map[string]any, error) { return nil, cause }, nil
	}
	path := c.Path
	source, err := strictyaml.ReadTrusted(path)
	if err == nil {
		c.Digest = interlock.SourceDigest(source)
	}
	if insecure := (*strictyaml.InsecureError)(nil); errors.As(err, &insecure) {
		return raw, nil, configError("config_insecure", fmt.Sprintf("the configuration %v", err), "only root or you may write it: "+insecure.Fix, nil)
	}
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) && flagged {
			return raw, nil, configError("config_missing", fmt.Sprintf("there is no configuration %s", path), "name an existing file with --config, or write one with `interlock init`", nil)
		}
		if lost := src.lost(everything); lost != "" {
			return raw, nil, brokenError(path, lost, err)
		}
		return fallback(err)
	}
	f := strictyaml.Parse(path, source)
	if f.Broken || f.Root != nil && f.Root.Kind != strictyaml.Mapping {
		if !f.Broken {
			strictyaml.Decode(f, &raw, nil) // says what is wrong
		}
		if lost := src.lost(mentions(source)); lost != "" {
			return raw, nil, brokenError(path, lost, f.Faults)
		}
		return fallback(f.Faults)
	}
	strictyaml.Decode(f, &raw, laterConfig)
	raw.check(f)
	if hard := outsideOfControl(f.Faults); len(hard) > 0 {
		return raw, nil, faultsError(f.Faults)
	}
	if len(f.Faults) > 0 {
		raw.ExecutionControl, raw.ControlSystem = executionControl{}, controlSystem{}
		return raw, func() (map[string]any, error) { return nil, f.Faults }, nil
	}
	return raw, func() (map[string]any, error) { m, _ := f.Root.Value().(map[string]any); return m, nil }, nil
}

// outsideOfControl is the faults that no safe default covers.
func outsideOfControl(faults strictyaml.Faults) (hard strictyaml.Faults) {
	for _, f := range faults {
		if f.Path == "" || f.Under("control_system.epics") || !f.Under("execution_control") && !f.Under("control_system") {
			hard = append(hard, f)
		}
	}
	return hard
}

// settle moves what was read into c.
func (raw *rawConfig) settle(c *Config) {
	c.AllowOverride = raw.ExecutionControl.AllowOverride
	for _, at := range []strictyaml.Value[bool]{raw.ControlSystem.WritesEnabled, raw.ExecutionControl.EPICS.WritesEnabled} {
		if at.Set {
			c.ControlAt = interlock.PolicyLine{File: at.File, Line: at.Line}
		}
	}
	c.Python = string(raw.Environment.Python)
	c.Server = raw.Server.settled()
	c.Modes = map[interlock.ExecutionMode]ModeConfig{}
	for name, m := range raw.Execution.Modes {
		mode, err := interlock.ParseExecutionMode(name)
		if err != nil {
			continue // a fault already
		}
		c.Modes[mode] = m.settled(c.Python)
	}
	for _, mode := range []interlock.ExecutionMode{interlock.ReadOnly, interlock.WriteAccess} {
		if _, set := c.Modes[mode]; !set {
			c.Modes[mode] = ModeConfig{Environment: interlock.Environment{Interpreter: c.Python}}
		}
	}
}

func (m *rawMode) settled(python string) ModeConfig {
	out := ModeConfig{Description: m.Description, RequiresApproval: m.RequiresApproval.V, Limits: m.Limits.Limits(),
		At:          interlock.PolicyLine{File: m.RequiresApproval.File, Line: m.RequiresApproval.Line},
		Environment: interlock.Environment{Interpreter: python, Variables: m.Environment}}
	if m.Interpreter != "" {
		out.Environment.Interpreter = string(m.Interpreter)
	}
	if m.Mounts.Set {
		out.Mounts = texts(m.Mounts.V)
	}
	out.Forbid = texts(m.Forbid)
	return out
}

func texts(paths []absolute) []string {
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		out = append(out, string(p))
	}
	return out
}

// PolicyModes is the modes as the policy's grant needs them.
func (c *Config) PolicyModes() map[interlock.ExecutionMode]policy.Mode {
	out := map[interlock.ExecutionMode]policy.Mode{}
	for mode, m := range c.Modes {
		out[mode] = policy.Mode{Environment: m.Environment, Mounts: m.Mounts, Forbid: m.Forbid, Limits: m.Limits}
	}
	return out
}

// PolicyControl is the first step of the decision under this configuration.
// operator says whether an identity is the operator's; nil is nobody.
func (c *Config) PolicyControl(operator func(interlock.Identity) bool) *policy.Control {
	p := &policy.Control{Config: c.Control, At: c.ControlAt, Approvals: c.Approvals, RequiresApproval: map[interlock.ExecutionMode]interlock.PolicyLine{}}
	for mode, m := range c.Modes {
		if m.RequiresApproval {
			p.RequiresApproval[mode] = m.At
		}
	}
	if c.AllowOverride {
		p.AllowOverride = operator
	}
	return p
}

func configError(name, message, hint string, err error) *interlock.Error {
	return &interlock.Error{Kind: interlock.Configuration, Name: name, Code: interlock.ExitUsage, Message: message, Hint: hint, Err: err}
}

func faultsError(faults strictyaml.Faults) *interlock.Error {
	return configError("config_invalid", fmt.Sprintf("the configuration is not in order:\n%s", faults.Error()), "correct the file; docs/policy.md explains each key", nil)
}

// brokenError is X4's limit: a fallback would lose what the file says of lost.
func brokenError(path, lost string, cause error) *interlock.Error {
	return configError("config_broken",
		fmt.Sprintf("the configuration %s cannot be used, and it may name %s, which nothing else names: %s", path, lost, strings.TrimSpace(cause.Error())),
		"correct the file; safe defaults cover only whether writes are enabled", nil)
}
