package interlock_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
)

// The examples of the document this vocabulary comes from, in Go (X15).

func ExampleExecutionControlConfig() {
	config := interlock.ExecutionControlConfig{EPICSWritesEnabled: false}
	mode := config.ExecutionMode(true, true)
	fmt.Printf("Selected mode: %s\n", mode)

	writeConfig := interlock.ExecutionControlConfig{EPICSWritesEnabled: true}
	mode = writeConfig.ExecutionMode(true, false)
	fmt.Printf("Write mode: %s\n", mode)
	// Output:
	// Selected mode: read_only
	// Write mode: write_access
}

func ExampleExecutionControlConfig_ExecutionMode() {
	config := interlock.ExecutionControlConfig{EPICSWritesEnabled: true}
	fmt.Printf("Read-only code: %s\n", config.ExecutionMode(false, true))
	fmt.Printf("Write code: %s\n", config.ExecutionMode(true, true))

	secure := interlock.ExecutionControlConfig{EPICSWritesEnabled: false}
	fmt.Printf("Secured mode: %s\n", secure.ExecutionMode(true, true))
	// Output:
	// Read-only code: read_only
	// Write code: write_access
	// Secured mode: read_only
}

func ExampleExecutionControlConfig_Validate() {
	fmt.Println(len(interlock.ExecutionControlConfig{}.Validate()))
	fmt.Println(interlock.ExecutionControlConfig{EPICSWritesEnabled: true}.Validate()[0])
	// Output:
	// 0
	// WARNING: epics.writes_enabled=true (live EPICS writes enabled!)
}

// X2: writes detected AND enabled; reads change nothing; the zero value is the safe one.
func TestExecutionModeTruthTable(t *testing.T) {
	for n := range 8 {
		writes, reads, enabled := n&1 != 0, n&2 != 0, n&4 != 0
		got := interlock.ExecutionControlConfig{EPICSWritesEnabled: enabled}.ExecutionMode(writes, reads)
		want := interlock.ReadOnly
		if writes && enabled {
			want = interlock.WriteAccess
		}
		if got != want {
			t.Errorf("writes %v, reads %v, enabled %v: %s", writes, reads, enabled, got)
		}
	}
}

// X2: what counts as detected.
func TestDetected(t *testing.T) {
	for c, want := range map[interlock.Certainty]bool{interlock.Definite: true, interlock.Possible: true, interlock.Unresolved: false, interlock.None: false, 99: false} {
		if c.Detected() != want {
			t.Errorf("%s: %v", c, !want)
		}
	}
}

type tree = map[string]any

func epics(v any) tree { return tree{"execution_control": tree{"epics": tree{"writes_enabled": v}}} }

func later(v any) tree { return tree{"control_system": tree{"writes_enabled": v}} }

func both(a, b any) tree {
	return tree{"execution_control": epics(a)["execution_control"], "control_system": later(b)["control_system"]}
}

// X3, X4, X5: the single entry point, what it takes for "enabled", and what it logs.
func TestGetExecutionControlConfig(t *testing.T) {
	const enabled = "Execution control config: " + interlock.WritesEnabledWarning
	const failed = "Failed to load execution control config"
	for name, c := range map[string]struct {
		root    tree
		err     error
		enabled bool
		warning string // "" is none
	}{
		"absent":                     {tree{}, nil, false, ""},
		"nil":                        {nil, nil, false, ""},
		"true":                       {epics(true), nil, true, enabled},
		"false":                      {epics(false), nil, false, ""},
		"later key":                  {later(true), nil, true, enabled},
		"later key false":            {later(false), nil, false, ""},
		"both":                       {both(true, true), nil, true, enabled},
		"both, differ":               {both(true, false), nil, false, "false wins"},
		"both, differ the other way": {both(false, true), nil, false, "false wins"},
		"a string":                   {epics("true"), nil, false, "not a boolean"},
		"the word yes":               {epics("yes"), nil, false, "not a boolean"},
		"one":                        {epics(1), nil, false, "not a boolean"},
		"null":                       {epics(nil), nil, false, "not a boolean"},
		"a fault in the later key":   {both(true, "true"), nil, false, "control_system.writes_enabled is string"},
		"a fault in the older key":   {both("true", true), nil, false, "execution_control.epics.writes_enabled is string"},
		"epics is no mapping":        {tree{"execution_control": tree{"epics": true}}, nil, false, "not a mapping"},
		"no mapping at all":          {tree{"execution_control": []any{1}}, nil, false, "not a mapping"},
		"several lines":              {nil, errors.New("config.yml:1:3: no mapping:\n   1 | x\n     | ^"), false, "no mapping, using safe defaults\\n   1 | x\\n     | ^\""},
		"cannot be loaded":           {epics(true), errors.New("permission denied"), false, failed + ": permission denied, using safe defaults"},
	} {
		var log bytes.Buffer
		got := interlock.GetExecutionControlConfig(func() (map[string]any, error) { return c.root, c.err }, slog.New(slog.NewTextHandler(&log, nil)))
		if got.EPICSWritesEnabled != c.enabled {
			t.Errorf("%s: enabled %v", name, got.EPICSWritesEnabled)
		}
		if warned := strings.Contains(log.String(), "level=WARN"); warned != (c.warning != "") || !strings.Contains(log.String(), c.warning) {
			t.Errorf("%s: logged %q, want %q", name, log.String(), c.warning)
		}
	}
}
