package policy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

var (
	me       = interlock.Identity{Kind: interlock.SelfIdentity, UID: 1000, Name: "ana"}
	stranger = interlock.Identity{Kind: interlock.PeerIdentity, UID: 2000}
)

// row is one combination of everything the execution mode depends on.
type row struct {
	writes, reads interlock.Certainty
	enabled       bool
	asked         *interlock.ExecutionMode
	overrides     bool // an override was demanded by somebody with the right to
	approval      map[interlock.ExecutionMode]bool
	unresolved    policy.Unresolved
}

// oracle says what must come of r, independently of the code under test.
func oracle(r row) (interlock.ExecutionMode, interlock.Effect) {
	detected := r.writes == interlock.Definite || r.writes == interlock.Possible
	mode, effect := interlock.ReadOnly, interlock.Allow
	if detected && r.enabled {
		mode = interlock.WriteAccess // X2
	}
	if r.asked == nil && detected && !r.enabled {
		effect = interlock.Deny // X6
	}
	if r.asked != nil && *r.asked == interlock.ReadOnly { // X10: stricter is always honoured
		if mode = interlock.ReadOnly; detected {
			effect = interlock.Warn
		}
	}
	if r.asked != nil && *r.asked == interlock.WriteAccess && mode == interlock.ReadOnly { // X10: less strict
		if effect = interlock.Deny; r.enabled && r.overrides {
			mode, effect = interlock.WriteAccess, interlock.Warn
		}
	}
	if r.approval[mode] { // X7
		effect = min(effect, interlock.NeedsApproval)
	}
	if r.writes == interlock.Unresolved && r.unresolved == policy.AskUnresolved { // X2
		effect = min(effect, interlock.NeedsApproval)
	}
	if r.writes == interlock.Unresolved && r.unresolved == policy.DenyUnresolved {
		effect = interlock.Deny
	}
	return mode, effect
}

// X1, X2, X3, X4, X5, X6, X7, X10, X15: every combination of what the mode depends on.
func TestTruthTable(t *testing.T) {
	policies := map[policy.Unresolved]*policy.Policy{}
	for _, u := range []policy.Unresolved{policy.ReadOnlyUnresolved, policy.AskUnresolved, policy.DenyUnresolved} {
		policies[u] = load(t, fmt.Sprintf("version: 1\nextends: scientific\ncontrol_system: {unresolved_writes: %s}\napproval: {write_access: {required: false}}\n", u))
	}
	n := 0
	for _, r := range everyRow() {
		n++
		mode, effect := oracle(r)
		d := settle(t, r, policies[r.unresolved])
		if d.Mode != mode || d.Effect != effect || d.Grant.Mode != mode {
			t.Errorf("%s: got %s, %s (grant %s), want %s, %s; reasons: %s", show(r), d.Mode, d.Effect, d.Grant.Mode, mode, effect, rules(d))
		}
		if d.Mode == interlock.WriteAccess && !r.enabled {
			t.Errorf("%s: write_access without writes enabled", show(r))
		}
	}
	if want := 4 * 4 * 2 * 3 * 2 * 4 * 3; n != want {
		t.Errorf("%d combinations, want %d", n, want)
	}
}

func everyRow() (rows []row) {
	ro, wa := interlock.ReadOnly, interlock.WriteAccess
	certainties := []interlock.Certainty{interlock.None, interlock.Unresolved, interlock.Possible, interlock.Definite}
	for _, writes := range certainties {
		for _, reads := range certainties {
			for _, enabled := range []bool{false, true} {
				for _, asked := range []*interlock.ExecutionMode{nil, &ro, &wa} {
					for _, overrides := range []bool{false, true} {
						for approval := range 4 {
							for _, u := range []policy.Unresolved{policy.ReadOnlyUnresolved, policy.AskUnresolved, policy.DenyUnresolved} {
								rows = append(rows, row{writes, reads, enabled, asked, overrides,
									map[interlock.ExecutionMode]bool{ro: approval&1 != 0, wa: approval&2 != 0}, u})
							}
						}
					}
				}
			}
		}
	}
	return rows
}

// settle runs both steps of the decision as the pipeline does.
func settle(t *testing.T, r row, p *policy.Policy) interlock.Decision {
	t.Helper()
	s := submission()
	s.Who, s.AskedMode = me, r.asked
	c := &policy.Control{Config: interlock.ExecutionControlConfig{EPICSWritesEnabled: r.enabled}, RequiresApproval: map[interlock.ExecutionMode]interlock.PolicyLine{}}
	for mode, required := range r.approval {
		if required {
			c.RequiresApproval[mode] = interlock.PolicyLine{File: "config.yml", Line: 9}
		}
	}
	if r.overrides {
		s.Override = &interlock.Override{Mode: interlock.WriteAccess, Who: me, Why: "commissioning"}
		c.AllowOverride = func(who interlock.Identity) bool { return who == me }
	}
	f := quiet()
	f.Control = interlock.Control{Reads: r.reads, Writes: r.writes}
	d := interlock.Decision{Effect: interlock.Allow}
	for _, step := range []interlock.Decider{c, p} {
		var err error
		if d, err = step.Decide(context.Background(), s, &f, d); err != nil {
			t.Fatalf("%s: %v", step.Name(), err)
		}
	}
	return d
}

func show(r row) string {
	asked := "nothing"
	if r.asked != nil {
		asked = r.asked.String()
	}
	return fmt.Sprintf("writes %s, reads %s, enabled %v, asked %s, override %v, approval %v, unresolved_writes %s",
		r.writes, r.reads, r.enabled, asked, r.overrides, r.approval, r.unresolved)
}

func control(t *testing.T, c *policy.Control, s *interlock.Submission, f interlock.Facts) interlock.Decision {
	t.Helper()
	d, err := c.Decide(context.Background(), s, &f, interlock.Decision{Effect: interlock.Allow})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func writing() interlock.Facts {
	f := quiet()
	f.Control.Writes = interlock.Definite
	f.Accesses = []interlock.Access{
		{Op: interlock.OpWrite, Certainty: interlock.Definite, Pos: interlock.Pos{File: "helper.py", Line: 1}},
		{Op: interlock.OpRead, Certainty: interlock.Definite, Pos: at(1)},
		{Op: interlock.OpWrite, Certainty: interlock.Unresolved, Pos: at(2)},
		{Op: interlock.OpWrite, Certainty: interlock.Possible, Pos: at(7)},
		{Op: interlock.OpWrite, Certainty: interlock.Definite, Pos: at(4)},
	}
	return f
}

// X6: detected but disabled is a denial in these words, at the first write.
func TestWritesDisabledReason(t *testing.T) {
	d := control(t, &policy.Control{At: interlock.PolicyLine{File: "config.yml", Line: 3}}, submission(), writing())
	if len(d.Reasons) != 1 {
		t.Fatalf("reasons: %s", rules(d))
	}
	r := d.Reasons[0]
	if r.Message != "EPICS writes detected but writes disabled in configuration" || r.Rule != "control_system.writes_enabled" ||
		r.Effect != interlock.Deny || r.Source != at(4) || r.Policy.Line != 3 || r.Hint == "" {
		t.Errorf("got %+v", r)
	}
}

// X10: who may override, and what an override cannot do.
func TestOverride(t *testing.T) {
	wa := interlock.WriteAccess
	mine := func(who interlock.Identity) bool { return who == me }
	for name, c := range map[string]struct {
		override *interlock.Override
		allow    func(interlock.Identity) bool
		enabled  bool
		effect   interlock.Effect
	}{
		"with the right":             {&interlock.Override{Mode: wa, Who: me, Why: "x"}, mine, true, interlock.Warn},
		"nobody has the right":       {&interlock.Override{Mode: wa, Who: me, Why: "x"}, nil, true, interlock.Deny},
		"in somebody else's name":    {&interlock.Override{Mode: wa, Who: stranger, Why: "x"}, func(interlock.Identity) bool { return true }, true, interlock.Deny},
		"without saying why":         {&interlock.Override{Mode: wa, Who: me}, mine, true, interlock.Deny},
		"of another mode":            {&interlock.Override{Mode: interlock.ReadOnly, Who: me, Why: "x"}, mine, true, interlock.Deny},
		"without an override":        {nil, mine, true, interlock.Deny},
		"it cannot enable writes":    {&interlock.Override{Mode: wa, Who: me, Why: "x"}, mine, false, interlock.Deny},
		"zero value allows no one":   {nil, nil, false, interlock.Deny},
		"nobody even where it says ": {nil, func(interlock.Identity) bool { return true }, true, interlock.Deny},
	} {
		s := submission()
		s.Who, s.AskedMode, s.Override = me, &wa, c.override
		d := control(t, &policy.Control{Config: interlock.ExecutionControlConfig{EPICSWritesEnabled: c.enabled}, AllowOverride: c.allow}, s, quiet())
		if d.Effect != c.effect || (d.Mode == wa) != (c.effect == interlock.Warn) {
			t.Errorf("%s: %s in %s", name, d.Effect, d.Mode)
		}
		if d.Effect == interlock.Warn && (len(d.Warnings) != 1 || d.Warnings[0] != "mode write_access by override of ana (self, uid 1000): x") {
			t.Errorf("%s: it does not say who and why: %q", name, d.Warnings)
		}
	}
}

// A mode from outside the enumeration is the strict one.
func TestUnknownModeIsReadOnly(t *testing.T) {
	s, odd := submission(), interlock.ExecutionMode(7)
	s.AskedMode = &odd
	d := control(t, &policy.Control{Config: interlock.ExecutionControlConfig{EPICSWritesEnabled: true}}, s, writing())
	if d.Mode != interlock.ReadOnly || d.Effect != interlock.Warn {
		t.Errorf("got %s, %s", d.Mode, d.Effect)
	}
}

// Where no control system is configured, a run that may write ends with exit 2,
// unless it is refused or waits; one that reads is warned.
func TestGatewayStep(t *testing.T) {
	for _, effect := range []interlock.Effect{interlock.Deny, interlock.NeedsApproval, interlock.Warn, interlock.Allow} {
		for _, mode := range []interlock.ExecutionMode{interlock.ReadOnly, interlock.WriteAccess} {
			f := quiet()
			d, err := policy.Gateway{}.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: effect, Mode: mode})
			e := (*interlock.Error)(nil)
			stop := mode == interlock.WriteAccess && effect > interlock.NeedsApproval
			if errors.As(err, &e) != stop || d.Effect != effect {
				t.Errorf("%s in %s: %v", effect, mode, err)
			}
			if stop && (e.Code.Status() != 2 || e.Name != "no_control_system" || e.Kind != interlock.Configuration) {
				t.Errorf("got %+v", e)
			}
			if _, err := (policy.Gateway{Configured: true}).Decide(context.Background(), submission(), &f, interlock.Decision{Effect: effect, Mode: mode}); err != nil {
				t.Errorf("configured: %v", err)
			}
		}
	}
	f := quiet()
	f.Control.Reads = interlock.Definite
	if d, err := (policy.Gateway{}).Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow}); err != nil || d.Effect != interlock.Warn || len(d.Warnings) != 1 {
		t.Errorf("reads: %s, %v", d.Effect, err)
	}
}
