package daemon

import (
	"fmt"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// approvalKeys is the approval workflow of config.yml (X9). What it asks for is
// added to what the policy and the modes ask for, and the strictest wins: a word
// that switches a demand off switches off this one and no other.
type approvalKeys struct {
	GlobalMode   strictyaml.Value[approvalWord] `json:"global_mode"`
	Capabilities struct {
		PythonExecution capability `json:"python_execution"`
	} `json:"capabilities"`
}

type capability struct {
	Enabled strictyaml.Value[approvalWord] `json:"enabled"`
	Mode    strictyaml.Value[approvalWord] `json:"mode"`
}

// approvalWord is any scalar, as it is written. One that means nothing is no
// fault, because a fault might be covered by a default that asks for nobody: it
// means that approval is required.
type approvalWord string

// DecodeYAML implements strictyaml.Decoder.
func (w *approvalWord) DecodeYAML(n *strictyaml.Node, _ *strictyaml.Context) {
	switch n.Kind {
	case strictyaml.Bool:
		*w = approvalWord(fmt.Sprint(n.Bool))
	case strictyaml.String:
		*w = approvalWord(fmt.Sprintf("%q", n.Text))
	case strictyaml.Int, strictyaml.Float:
		*w = approvalWord(n.Text)
	case strictyaml.Null, strictyaml.Mapping, strictyaml.Sequence:
		*w = approvalWord(n.Kind.String())
	}
}

// scope is which runs a demand is about. The larger one is the stricter.
type scope uint8

const (
	noRuns scope = iota
	writingRuns
	everyRun
)

// global is what approval.global_mode asks for.
func (a *approvalKeys) global() (s scope, known bool) {
	switch a.GlobalMode.V {
	case `"disabled"`, `"selective"`:
		return noRuns, true
	case `"all_capabilities"`:
		return everyRun, true
	}
	return everyRun, !a.GlobalMode.Set
}

// asks is what the capability asks for: nothing where it is not enabled, and
// every run where it is enabled and does not say, or not understandably, which.
func (c *capability) asks() (s scope, known bool) {
	known = true
	switch c.Enabled.V {
	case "false":
		return noRuns, true
	case "true":
	default:
		known = !c.Enabled.Set
	}
	switch c.Mode.V {
	case `"disabled"`:
		s = noRuns
	case `"control_writes"`, `"epics_writes"`:
		s = writingRuns
	case `"all_code"`:
		s = everyRun
	default:
		s, known = everyRun, known && !c.Mode.Set
	}
	if !known {
		s = everyRun // one of the two words means nothing
	}
	return s, known
}

// demands is what the keys ask for, by mode, and what is not understood of them.
func (a *approvalKeys) demands() (by map[interlock.ExecutionMode][]policy.ApprovalRule, warnings []string) {
	by = map[interlock.ExecutionMode][]policy.ApprovalRule{}
	add := func(s scope, known bool, key string, at strictyaml.Place) {
		r := policy.ApprovalRule{Rule: key, At: interlock.PolicyLine{File: at.File, Line: at.Line}}
		if s >= writingRuns {
			by[interlock.WriteAccess] = append(by[interlock.WriteAccess], r)
		}
		if s == everyRun {
			by[interlock.ReadOnly] = append(by[interlock.ReadOnly], r)
		}
		if !known {
			warnings = append(warnings, fmt.Sprintf("%s is not understood (%s:%d), so every run needs a person's approval", key, at.File, at.Line))
		}
	}
	if a.GlobalMode.Set {
		s, known := a.global()
		add(s, known, "approval.global_mode", a.GlobalMode.Place)
	}
	if c := &a.Capabilities.PythonExecution; c.Enabled.Set || c.Mode.Set {
		s, known := c.asks()
		at := c.Mode.Place
		if !c.Mode.Set || c.Enabled.Set && c.Enabled.V != "true" {
			at = c.Enabled.Place
		}
		add(s, known, "approval.capabilities.python_execution", at)
	}
	return by, warnings
}
