package daemon

import (
	"context"
	"fmt"
	"strings"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// The words of the approval keys, and which runs each asks for: 0 none, 1 those
// that may write, 2 all. X9.
var (
	globalWords = map[string]int{"": 0, "disabled": 0, "selective": 0, "all_capabilities": 2, "all": 2, "Disabled": 2, "false": 2, `""`: 2, "~": 2, "[]": 2, "0": 2}
	enabledOn   = map[string]bool{"": true, "true": true, "false": false}
	modeWords   = map[string]int{"": 2, "disabled": 0, "control_writes": 1, "epics_writes": 1, "all_code": 2, "writes": 2, "false": 2, `"true"`: 2, "{}": 2}
)

// X9: of the policy, the mode, the global word and the capability's the strictest
// wins, and what is switched off switches off only its own demand.
func TestApprovalKeys(t *testing.T) {
	shipped, err := policy.LoadShipped("scientific", policy.Options{Home: "/home/u"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for global, all := range globalWords {
		for enabled, on := range enabledOn {
			for mode, capability := range modeWords {
				for _, requires := range []string{"", "read_only", "write_access"} {
					for _, p := range []*policy.Policy{nil, shipped} {
						n++
						want := all
						if (enabled != "" || mode != "") && on {
							want = max(want, capability)
						}
						h := newHost(t)
						h.put("config.yml", approvalConfig(global, enabled, mode, requires))
						c, where := h.load(), fmt.Sprintf("global %q, enabled %q, mode %q, requires %q, policy %v", global, enabled, mode, requires, p != nil)
						for _, m := range []interlock.ExecutionMode{interlock.ReadOnly, interlock.WriteAccess} {
							asked := want == 2 || want == 1 && m == interlock.WriteAccess || requires == m.String() || p != nil && m == interlock.WriteAccess
							if got := asksApproval(t, c, m, p); got != asked {
								t.Fatalf("%s: a run in %s needs approval: %v", where, m, got)
							}
						}
					}
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("%d combinations", n)
	}
}

func approvalConfig(global, enabled, mode, requires string) string {
	text := "execution_control: {epics: {writes_enabled: true}}\n"
	if global+enabled+mode != "" {
		text += "approval:\n"
	}
	if global != "" {
		text += "  global_mode: " + global + "\n"
	}
	if enabled+mode != "" {
		text += "  capabilities:\n    python_execution:\n"
	}
	if enabled != "" {
		text += "      enabled: " + enabled + "\n"
	}
	if mode != "" {
		text += "      mode: " + mode + "\n"
	}
	if requires != "" {
		text += "execution: {modes: {" + requires + ": {requires_approval: true}}}\n"
	}
	return text
}

// asksApproval reports what all steps make of code that has to run in mode.
func asksApproval(t *testing.T, c *Config, mode interlock.ExecutionMode, p *policy.Policy) bool {
	t.Helper()
	f := interlock.Facts{Control: interlock.Control{Reads: interlock.None, Writes: interlock.None}}
	if mode == interlock.WriteAccess {
		f.Control.Writes = interlock.Definite
	}
	d, err := c.PolicyControl(nil).Decide(context.Background(), &interlock.Submission{}, &f, interlock.Decision{Effect: interlock.Allow})
	if err != nil || d.Mode != mode {
		t.Fatalf("mode %s: %v", d.Mode, err)
	}
	if p != nil {
		if d, err = p.Decide(context.Background(), &interlock.Submission{}, &f, d); err != nil {
			t.Fatal(err)
		}
	}
	if d.Effect != interlock.NeedsApproval && d.Effect != interlock.Allow {
		t.Fatalf("effect %s", d.Effect)
	}
	return d.Effect == interlock.NeedsApproval
}

// What is not understood is said, with its place, and nothing else is lost by it.
func TestApprovalKeysThatAreNotUnderstood(t *testing.T) {
	h := newHost(t)
	h.put("config.yml", "approval:\n  global_mode: perhaps\n  capabilities: {python_execution: {enabled: 3, mode: control_writes}}\nenvironment: {python: /opt/py}\n")
	c, warnings, err := LoadConfig(h.src)
	if err != nil || c.Python != "/opt/py" {
		t.Fatalf("%+v, %v", c, err)
	}
	text := strings.Join(warnings, "\n")
	for _, want := range []string{"approval.global_mode is not understood", "config.yml:2", "approval.capabilities.python_execution is not understood", "config.yml:3", "every run needs a person's approval"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
	h = newHost(t)
	h.put("config.yml", "approval: {global_mode: disabled, capabilities: {python_execution: {enabled: true, mode: all_code}}}\n")
	if c, warnings, err = LoadConfig(h.src); err != nil || len(warnings) > 0 || len(c.Approvals[interlock.ReadOnly]) != 1 || c.Approvals[interlock.ReadOnly][0].Rule != "approval.capabilities.python_execution" || c.Approvals[interlock.ReadOnly][0].At.Line != 1 {
		t.Errorf("%+v %v %v", c.Approvals, warnings, err)
	}
}
