package interlock_test

import (
	"encoding/json"
	"testing"

	"github.com/interlock-run/interlock"
)

// X1: two modes, ordered; nothing else parses as one.
func TestExecutionModes(t *testing.T) {
	for _, m := range []interlock.ExecutionMode{interlock.ReadOnly, interlock.WriteAccess} {
		if back, err := interlock.ParseExecutionMode(m.String()); err != nil || back != m {
			t.Errorf("%s: %v, %v", m, back, err)
		}
	}
	for _, s := range []string{"", "READ_ONLY", "WRITE_ACCESS", "Write_Access", "write", "write_access ", " write_access", "write-access", "ExecutionMode.WRITE_ACCESS", "1", "simulation"} {
		if m, err := interlock.ParseExecutionMode(s); err == nil || m != interlock.ReadOnly {
			t.Errorf("%q parses as %s, %v", s, m, err)
		}
	}
	if zero := interlock.ExecutionMode(0); zero != interlock.ReadOnly {
		t.Errorf("the zero value is %s", zero)
	}
	if interlock.ReadOnly.String() != "read_only" || interlock.WriteAccess.String() != "write_access" {
		t.Error("the modes have other names")
	}
}

// X1: from most to least restrictive; a value from outside is the most restrictive.
func TestModesAreOrdered(t *testing.T) {
	ro, wa, odd := interlock.ReadOnly, interlock.WriteAccess, interlock.ExecutionMode(7)
	for _, c := range []struct {
		a, b interlock.ExecutionMode
		want bool
	}{{ro, wa, true}, {odd, wa, true}, {wa, ro, false}, {wa, wa, false}, {ro, ro, false}, {wa, odd, false}} {
		if c.a.StricterThan(c.b) != c.want {
			t.Errorf("%d stricter than %d: %v", c.a, c.b, !c.want)
		}
	}
	if odd.String() != "read_only" {
		t.Errorf("a value from outside prints as %s", odd)
	}
}

func TestModeAsJSON(t *testing.T) {
	var m interlock.ExecutionMode
	if err := json.Unmarshal([]byte(`"write_access"`), &m); err != nil || m != interlock.WriteAccess {
		t.Errorf("%s, %v", m, err)
	}
	if err := json.Unmarshal([]byte(`"write"`), &m); err == nil || m != interlock.ReadOnly {
		t.Errorf("an unknown word left %s, %v", m, err)
	}
}

// The stricter effect always wins, and the zero decision refuses.
func TestDecisionOnlyTightens(t *testing.T) {
	if d := (interlock.Decision{}); d.Effect != interlock.Deny || d.Mode != interlock.ReadOnly {
		t.Errorf("the zero decision is %s in %s", d.Effect, d.Mode)
	}
	effects := []interlock.Effect{interlock.Deny, interlock.NeedsApproval, interlock.Warn, interlock.Allow}
	for _, a := range effects {
		for _, b := range effects {
			d := interlock.Decision{Effect: a}
			if d.Add(interlock.Reason{Effect: b}); d.Effect != min(a, b) || len(d.Reasons) != 1 {
				t.Errorf("%s and %s gave %s", a, b, d.Effect)
			}
		}
	}
	for _, s := range []string{"", "permit", "Allow", "ALLOW"} {
		if e, err := interlock.ParseEffect(s); err == nil || e != interlock.Deny {
			t.Errorf("%q parses as %s", s, e)
		}
	}
}
