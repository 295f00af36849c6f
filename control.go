package interlock

import (
	"fmt"
	"log/slog"
	"strings"
)

// WritesEnabledWarning is the text that validation returns when live writes are on.
const WritesEnabledWarning = "WARNING: epics.writes_enabled=true (live EPICS writes enabled!)"

// WritesDisabledReason is the reason for refusing code that writes where the
// configuration does not enable writes.
const WritesDisabledReason = "EPICS writes detected but writes disabled in configuration"

// ExecutionControlConfig is the deployment's word on live writes. Its zero
// value permits none.
type ExecutionControlConfig struct {
	// EPICSWritesEnabled is execution_control.epics.writes_enabled.
	EPICSWritesEnabled bool
}

// ExecutionMode selects the mode for code in which analysis detected these
// operations: WriteAccess only if writes are detected and enabled. Reads are
// permitted in both modes and never change the choice.
func (c ExecutionControlConfig) ExecutionMode(hasEPICSWrites, hasEPICSReads bool) ExecutionMode {
	_ = hasEPICSReads
	if hasEPICSWrites && c.EPICSWritesEnabled {
		return WriteAccess
	}
	return ReadOnly
}

// Validate returns warnings about the configuration, in the order they are logged.
func (c ExecutionControlConfig) Validate() []string {
	if c.EPICSWritesEnabled {
		return []string{WritesEnabledWarning}
	}
	return nil
}

// GetExecutionControlConfig is the single entry point that loads the
// configuration. load returns the decoded config.yml, or an error when it
// cannot be read or parsed. Whatever cannot be read, parsed or typed is logged
// with its cause and gives the safe default, writes off (X4).
//
// Two keys enable writes: execution_control.epics.writes_enabled and the later
// control_system.writes_enabled. Where one is set its value holds; where both
// are set and differ, false wins, with a warning. Only booleans count.
func GetExecutionControlConfig(load func() (map[string]any, error), log *slog.Logger) ExecutionControlConfig {
	enabled, warnings := false, []string(nil)
	root, err := load()
	if err != nil {
		warnings = append(warnings, safeDefaults(err))
	} else {
		enabled, warnings = writesEnabled(root)
	}
	c := ExecutionControlConfig{EPICSWritesEnabled: enabled}
	for _, w := range warnings {
		log.Warn(w)
	}
	for _, w := range c.Validate() {
		log.Warn("Execution control config: " + w)
	}
	log.Debug("Loaded execution control config", slog.Bool("writes_enabled", c.EPICSWritesEnabled))
	return c
}

// safeDefaults is the warning about err. Of a fault that comes with its place in
// the file, the first line says what follows from it.
func safeDefaults(err error) string {
	first, place, lines := strings.Cut(err.Error(), "\n")
	if lines {
		first, place = strings.TrimRight(first, ": "), "\n"+place
	}
	return "Failed to load execution control config: " + first + ", using safe defaults" + place
}

func writesEnabled(root map[string]any) (enabled bool, warnings []string) {
	old, oldSet, err1 := boolAt(root, "execution_control", "epics", "writes_enabled")
	later, laterSet, err2 := boolAt(root, "control_system", "writes_enabled")
	for _, err := range []error{err1, err2} {
		if err != nil {
			warnings = append(warnings, safeDefaults(err))
		}
	}
	switch {
	case len(warnings) > 0:
		return false, warnings
	case oldSet && laterSet && old != later:
		return false, []string{"execution_control.epics.writes_enabled and control_system.writes_enabled differ: false wins"}
	case oldSet:
		return old, nil
	}
	return laterSet && later, nil
}

// boolAt walks root by path. Absent keys are not set; anything on the way that
// is not a mapping, or a last value that is not a boolean, is a type fault.
func boolAt(root map[string]any, path ...string) (value, set bool, err error) {
	node, name := any(root), ""
	for _, key := range path {
		m, ok := node.(map[string]any)
		if !ok {
			return false, false, fmt.Errorf("%s is %T, not a mapping", name, node)
		}
		if node, set = m[key]; !set {
			return false, false, nil
		}
		name = strings.TrimPrefix(name+"."+key, ".")
	}
	if value, set = node.(bool); !set {
		return false, false, fmt.Errorf("%s is %T (%v), not a boolean: write true or false without quotes", name, node, node)
	}
	return value, true, nil
}
