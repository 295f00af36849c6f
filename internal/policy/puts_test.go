package policy_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

const granting = `version: 1
extends: scientific
approval: {write_access: {required: false}}
control_system:
  epics:
    write:
      channels:
        - {match: "SR:HCM*:SP", min: -5, max: 5, max_step: 1, rate: 10/s, budget: 200, verify: readback, tolerance: 0.1%}
        - {match: "SR:HCM1:SP.VAL", max: 2}
        - {match: SR:MODE, states: ["Off", "On"]}
        - {match: SR:FREE}
      deny: ["SR:HCM9*"]
`

func put1(kind string, channels []string, valueKind string, values ...string) interlock.Facts {
	f := quiet()
	f.Control.Writes = interlock.Definite
	f.Accesses = []interlock.Access{{Op: interlock.OpWrite, System: "epics", API: "epics.caput", Certainty: interlock.Definite, Pos: at(5),
		Channels: interlock.Channels{Kind: kind, Values: channels}, Value: interlock.Value{Kind: valueKind, Values: values}}}
	return f
}

func decideWrites(t *testing.T, p *policy.Policy, f interlock.Facts) interlock.Decision {
	t.Helper()
	d, err := p.Decide(context.Background(), submission(), &f, interlock.Decision{Effect: interlock.Allow, Mode: interlock.WriteAccess})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// N2, N8, X13: puts that the code spells out are held to the grants when it is
// decided on, and what only the gateway can know is left to it.
func TestPuts(t *testing.T) {
	p := load(t, granting)
	exact := func(name string, values ...string) interlock.Facts {
		kind := "constant"
		if len(values) != 1 {
			kind = "set"
		}
		return put1("exact", []string{name}, kind, values...)
	}
	call := exact("SR:FREE", "1")
	call.Accesses[0].Op = interlock.OpExecute
	tango := exact("sys/tg_test/1/ampli", "1")
	tango.Accesses[0].System = "tango"
	unsure := exact("SR:HCM2:SP", "77")
	unsure.Accesses[0].Certainty = interlock.Unresolved
	for name, c := range map[string]struct {
		facts interlock.Facts
		want  interlock.Violation
		line  int
	}{
		"inside":                  {exact("SR:HCM2:SP", "1.5"), "", 0},
		"at the limit":            {exact("SR:HCM2:SP.VAL", "5", "-5.0"), "", 0},
		"too much":                {exact("SR:HCM2:SP", "5.1"), interlock.MaxExceeded, 8},
		"one of a set":            {exact("SR:HCM2:SP", "1", "-7"), interlock.MinExceeded, 8},
		"each entry holds":        {exact("SR:HCM1:SP", "3"), interlock.MaxExceeded, 9},
		"not a number":            {exact("SR:HCM2:SP", "nan"), interlock.NotFinite, 8},
		"infinite, no limits":     {exact("SR:FREE", "-inf"), interlock.NotFinite, 11},
		"too large for a float":   {exact("SR:FREE", "1e999"), interlock.NotFinite, 11},
		"text with limits":        {exact("SR:HCM2:SP", "0x64"), interlock.NotNumeric, 8},
		"text without":            {exact("SR:FREE", "0x64"), "", 0},
		"a state":                 {exact("SR:MODE", "On"), "", 0},
		"another state":           {exact("SR:MODE", "Auto"), interlock.StateNotAllowed, 10},
		"a state by number":       {exact("SR:MODE", "1"), "", 0},
		"denied":                  {exact("SR:HCM9:SP", "1"), interlock.ReadOnlyChannel, 12},
		"denied, a field":         {exact("SR:HCM9:SP.DRVH", "1"), interlock.ReadOnlyChannel, 12},
		"not granted":             {exact("SR:VCM1:SP", "1"), interlock.UnlistedChannel, 8},
		"another field":           {exact("SR:FREE.DRVH", "1"), interlock.UnlistedChannel, 8},
		"not a plain name":        {exact("SR:FREE.VAL$", "1"), interlock.ChannelNameNotPlain, 8},
		"value unknown":           {put1("exact", []string{"SR:HCM2:SP"}, "unknown"), "", 0},
		"pattern, partly granted": {put1("pattern", []string{"SR:*:SP"}, "constant", "77"), "", 0},
		"pattern, not granted":    {put1("pattern", []string{"BR:*:SP"}, "constant", "1"), interlock.UnlistedChannel, 8},
		"channel unknown":         {put1("unknown", nil, "constant", "77"), "", 0},
		"one of two may take it":  {put1("exact", []string{"SR:HCM1:SP", "SR:HCM2:SP"}, "set", "1", "3"), "", 0},
		"none of two may take it": {put1("exact", []string{"SR:HCM1:SP", "SR:HCM2:SP"}, "set", "1", "30"), interlock.MaxExceeded, 8},
		"a range outside":         {put1("exact", []string{"SR:HCM2:SP"}, "range", "6.0", "9.0"), interlock.MaxExceeded, 8},
		"a call":                  {call, interlock.UnlistedChannel, 8},
		"another control system":  {tango, interlock.UnlistedChannel, 8},
		"analysis does not know":  {unsure, "", 0},
	} {
		d := decideWrites(t, p, c.facts)
		if c.want == "" {
			if d.Effect != interlock.Allow {
				t.Errorf("%s: %s %+v", name, d.Effect, d.Reasons)
			}
			continue
		}
		if d.Effect != interlock.Deny || len(d.Reasons) != 1 {
			t.Errorf("%s: %s %+v", name, d.Effect, d.Reasons)
			continue
		}
		if r := d.Reasons[0]; r.Violation != c.want || r.Policy.Line != c.line || r.Source != at(5) || r.Hint == "" || !strings.Contains(r.Message, "refused") {
			t.Errorf("%s: want %s in line %d, got %+v", name, c.want, c.line, r)
		}
	}
	if d := decideWrites(t, p, put1("exact", []string{"SR:HCM2:SP"}, "range", "-1.0", "9.0")); d.Effect != interlock.Warn || d.Reasons[0].Violation != interlock.MaxExceeded {
		t.Errorf("a range that leaves the limits: %s %+v", d.Effect, d.Reasons)
	}
	// In read_only no put gets out, so none is refused here, and none is granted.
	if d := decide(t, p, submission(), put1("exact", []string{"SR:VCM1:SP"}, "constant", "1")); d.Effect != interlock.Allow || d.Grant.Channels != nil {
		t.Errorf("read_only: %s %+v", d.Effect, d.Reasons)
	}
}

// A policy that grants no channel refuses every put, known or not.
func TestNoChannelIsGrantedByDefault(t *testing.T) {
	for _, name := range policy.Shipped() {
		for _, f := range []interlock.Facts{put1("exact", []string{"SR:X"}, "constant", "1"), put1("unknown", nil, "unknown"), put1("pattern", []string{"*"}, "unknown")} {
			d := decideWrites(t, shipped(t, name), f)
			if d.Effect != interlock.Deny || !strings.Contains(d.Reasons[0].Hint, "granted is no channel; an operator who wants it writes `control_system: {epics: {write: {channels: [{match:") {
				t.Errorf("%s: %s %+v", name, d.Effect, d.Reasons)
			}
		}
	}
}

// The grant is what the gateway will hold the run to.
func TestGrantedChannels(t *testing.T) {
	g := decideWrites(t, load(t, granting), put1("unknown", nil, "unknown")).Grant.Channels
	if len(g) != 5 {
		t.Fatalf("got %+v", g)
	}
	c := g[1]
	if g[0].Match != "SR:FREE" || c.Match != "SR:HCM*:SP" && g[2].Match != "SR:HCM*:SP" {
		t.Errorf("not in order: %+v", g)
	}
	_, hit, _ := g.Granted("SR:HCM2:SP")
	if len(hit) != 1 || *hit[0].Min != -5 || *hit[0].MaxStep != 1 || hit[0].Rate != (interlock.Rate{Count: 10, Per: time.Second}) || hit[0].Budget != 200 ||
		hit[0].Verify != interlock.VerifyReadback || hit[0].Tolerance != (interlock.Tolerance{Percent: 0.1}) || hit[0].Policy.Line != 8 {
		t.Errorf("got %+v", hit)
	}
	if _, hit, _ = g.Granted("SR:HCM1:SP"); len(hit) != 2 {
		t.Errorf("X.VAL is not X: %+v", hit)
	}
}

// P1: contradictions are faults, each with its place.
func TestContradictoryChannels(t *testing.T) {
	text := refused(t, write(t, "p.yaml", `version: 1
extends: scientific
control_system:
  epics:
    write:
      channels:
        - {match: A, min: 2, max: 1}
        - {match: B, max_step: 0}
        - {match: C, states: [On], max: 1}
        - {match: D, states: []}
        - {match: E, tolerance: 1}
        - {match: "F.*", max: 1}
        - {match: "G H"}
        - {match: I, max: .nan}
        - {match: J, verify: readback, tolerance: -1}
        - {match: K, rate: 0/s}
        - {match: L, budget: 0}
        - {match: M, minimum: 1}
      deny: ["N.*"]
`))
	contains(t, text, "p.yaml:7:12: min 2 is above max 1", "p.yaml:8:12: max_step 0 allows no change", "states are names", "an empty list of states", "a tolerance without a read-back",
		`"F.*" grants fields by a wildcard`, `"G H" is not a pattern of channels`, "not a finite number", "a tolerance of -1", `"0/s" is not a rate`, "0 is not between 1", `unknown key "minimum"`, `p.yaml:19:14: "N.*" grants fields`)
}

func limitsPolicy(t testing.TB, limits string) (path string) {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "channel_limits.json"), limits)
	path = filepath.Join(dir, "p.yaml")
	put(t, path, "version: 1\nextends: scientific\ncontrol_system: {epics: {write: {limits_file: channel_limits.json}}}\n")
	return path
}

// X13: a limits file means what it says, and its names of violations are kept.
func TestLimitsFile(t *testing.T) {
	path := limitsPolicy(t, `{
  "_comment": "limits of the ring",
  "defaults": {"min_value": -1, "max_step": null, "verification": {"level": "readback"}},
  "A": {"max_value": 10},
  "B.VAL": {"min_value": null, "writable": false},
  "C": {"max_value": 3, "max_step": 0.5, "_units": "A", "verification": {"level": "callback"}},
  "D": {"min_value": 0, "verification": {"level": "readback", "tolerance_absolute": 0, "tolerance_percent": 5}}
}`)
	p, err := policy.Load(path, options)
	if err != nil {
		t.Fatal(err)
	}
	one := func(channel, value string) (v interlock.Violation) {
		for _, r := range decideWrites(t, p, put1("exact", []string{channel}, "constant", value)).Reasons {
			if r.Effect == interlock.Deny {
				return r.Violation
			}
		}
		return ""
	}
	for put, want := range map[[2]string]interlock.Violation{
		{"A", "10"}: "", {"A", "11"}: interlock.MaxExceeded, {"A", "-1.5"}: interlock.MinExceeded, {"A.VAL", "11"}: interlock.MaxExceeded, {"B", "0"}: interlock.ReadOnlyChannel,
		{"Z", "0"}: interlock.UnlistedChannel, {"A.DRVH", "0"}: interlock.UnlistedChannel, {"A", "nan"}: interlock.NotFinite, {"A", "5 A"}: interlock.NotNumeric, {"C", "3"}: "",
	} {
		if got := one(put[0], put[1]); got != want {
			t.Errorf("%s = %s: %q, want %q", put[0], put[1], got, want)
		}
	}
	g := decideWrites(t, p, quiet()).Grant.Channels
	for name, want := range map[string]interlock.ChannelGrant{
		"A": {Verify: "readback", Tolerance: interlock.Tolerance{Percent: 0.1}}, "C": {Verify: "callback"}, "D": {Verify: "readback", Tolerance: interlock.Tolerance{Percent: 5}},
	} {
		if hit := g.For(name); len(hit) != 1 || hit[0].Verify != want.Verify || hit[0].Tolerance != want.Tolerance || hit[0].Policy.Line < 4 {
			t.Errorf("%s: %+v", name, hit)
		}
	}
	if len(p.Files()) != 3 || !strings.Contains(strings.Join(decide(t, p, submission(), quiet()).Grant.Files.Forbid, " "), "channel_limits.json") {
		t.Errorf("the limits file is not one of the policy's: %v", p.Files())
	}
	before := p.Digest()
	put(t, filepath.Join(filepath.Dir(path), "channel_limits.json"), `{"A": {"max_value": 11}}`)
	if p, err = policy.Load(path, options); err != nil || p.Digest() == before {
		t.Errorf("other limits, the same version: %v", err)
	}
}

// N2: what others skip or wave through refuses the whole file.
func TestLimitsFileIsRefusedWhole(t *testing.T) {
	for source, want := range map[string]string{
		`{"A": {"max_value": 1}, "B": {"max_value": "2"}}`:      `channel_limits.json:1:31: max_value is "2", which is no finite number`,
		`{"A": {"max_value": 1e999}}`:                           "which is no finite number",
		`{"A": {"max_value": NaN}}`:                             "this is not JSON",
		`{"A": {"min_value": 2, "max_value": 1}}`:               "min_value 2 is above max_value 1",
		`{"defaults": {"min_value": 2}, "A": {"max_value": 1}}`: "min_value 2 is above max_value 1",
		`{"A": {"max_step": 0}}`:                                "allows no change",
		`{"A": {"writable": "no"}}`:                             `writable is "no"`,
		`{"A": {"max_valeu": 1}}`:                               `unknown key "max_valeu"`,
		`{"A": 5}`:                                              "A is not an object",
		`{"A": {}, "A.VAL": {}}`:                                "A is listed twice: X.VAL is X",
		`{"A": {"max_value": 1, "max_value": 2}}`:               `the key "max_value" is given twice`,
		`{"SR:*": {}}`:                                          "is not the plain name of a channel",
		`{"A": {"verification": {"level": "perhaps"}}}`:         "verification has no level",
		`{"A": {"verification": {"tolerance_percent": -1}}}`:    "is below 0",
		`[]`:       "is not an object",
		`{} {}`:    "there is more after the object",
		`{"A": {}`: "this is not JSON",
		``:         "is not an object",
	} {
		contains(t, refused(t, limitsPolicy(t, source)), want)
	}
	path := limitsPolicy(t, `{}`)
	file := filepath.Join(filepath.Dir(path), "channel_limits.json")
	if err := os.Chmod(file, 0o622); err != nil {
		t.Fatal(err)
	}
	contains(t, refused(t, path), "LIMITS_DATABASE_UNAVAILABLE", "may write it")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	contains(t, refused(t, path), "p.yaml:3:", "LIMITS_DATABASE_UNAVAILABLE: the limits file", "no such file")
}
