package interlock_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
	"pgregory.net/rapid"
)

func f64(v float64) *float64 { return &v }

// N2: one channel has one name, however it is spelled, and a name with a modifier has none.
func TestCanonicalChannel(t *testing.T) {
	for spelled, want := range map[string]string{
		"SR:X": "SR:X", "SR:X.VAL": "SR:X", "SR:X.": "SR:X", "ca://SR:X": "SR:X", "pva://SR:X.VAL": "SR:X", "SR:X.DRVH": "SR:X.DRVH",
		"SR:XVAL": "SR:XVAL", "a<b>[1];c-d+e": "a<b>[1];c-d+e",
	} {
		if got, err := interlock.CanonicalChannel(spelled); err != nil || got != want {
			t.Errorf("%s: %q, %v", spelled, got, err)
		}
	}
	for _, bad := range []string{"", ".VAL", ".", "ca://", "X Y", "X\n", "X.VAL$", `X.{"ts":{}}`, "SR:*", "http://x"} {
		if got, err := interlock.CanonicalChannel(bad); err == nil {
			t.Errorf("%q is a channel: %q", bad, got)
		}
	}
}

var grants = interlock.ChannelGrants{
	{Match: "SR:HCM*:SP", Writable: true, Min: f64(-5), Max: f64(5), MaxStep: f64(1)},
	{Match: "SR:HCM1:SP", Writable: true, Max: f64(2)},
	{Match: "SR:HCM9:SP"},
	{Match: "SR:MODE", Writable: true, States: []string{"Off", "On"}},
	{Match: "SR:ANY", Writable: true},
	{Match: "SR:HCM*:SP.DRVH", Writable: true},
	{Match: "SR:*.units", Writable: true}, {Match: "SR:G9.x"},
}

// N2, X13: what is not granted, outside of limits, not a number or not a listed
// state is refused by the name that says why.
func TestChannelLimits(t *testing.T) {
	for _, c := range []struct {
		channel string
		value   any
		want    interlock.Violation
	}{
		{"SR:HCM2:SP", 5.0, ""}, {"SR:HCM2:SP", -5.0, ""}, {"SR:HCM2:SP.VAL", 0.0, ""}, // a value at a limit is inside
		{"SR:HCM2:SP", math.Nextafter(5, 6), interlock.MaxExceeded}, {"SR:HCM2:SP", -5.1, interlock.MinExceeded},
		{"SR:HCM1:SP", 2.0, ""}, {"SR:HCM1:SP", 3.0, interlock.MaxExceeded}, {"SR:HCM1:SP", -6.0, interlock.MinExceeded}, // every entry holds
		{"SR:HCM2:SP", math.NaN(), interlock.NotFinite}, {"SR:ANY", math.NaN(), interlock.NotFinite}, {"SR:ANY", math.Inf(-1), interlock.NotFinite},
		{"SR:HCM2:SP", "0x64", interlock.NotNumeric}, {"SR:HCM2:SP", "55 A", interlock.NotNumeric}, {"SR:ANY", "text", ""},
		{"SR:HCM9:SP", 0.0, interlock.ReadOnlyChannel}, {"SR:HCM9:SP.DRVH", 0.0, interlock.ReadOnlyChannel},
		{"SR:HCM2:SP.DRVH", 9e9, ""}, {"SR:HCM2:SP.DRVL", 0.0, interlock.UnlistedChannel}, {"SR:HCM2:SP.PROC", 1.0, interlock.UnlistedChannel},
		{"SR:VCM:SP", 0.0, interlock.UnlistedChannel}, {"SR:HCM2:SP.VAL$", 0.0, interlock.ChannelNameNotPlain},
		{"SR:HCM9:SP.display.units", "A", interlock.ReadOnlyChannel}, {"SR:G9.x", 0.0, interlock.ReadOnlyChannel}, {"SR:G9.x.units", "A", interlock.ReadOnlyChannel}, // whatever a field's name is
		{"SR:G8.x.units", "A", ""}, {"SR:MODE", "On", ""}, {"SR:MODE", "on", interlock.StateNotAllowed},
	} {
		name, hit, breach := grants.Granted(c.channel)
		if breach == nil {
			switch v := c.value.(type) {
			case float64:
				breach = hit.CheckNumber(name, v)
			case string:
				breach = hit.CheckText(name, v)
			}
		}
		got := interlock.Violation("")
		if breach != nil {
			got = breach.Violation
			if !strings.HasPrefix(breach.Message, "put") && !strings.HasPrefix(breach.Message, "a put") || breach.Allowed == "" {
				t.Errorf("%s = %v: it does not teach: %+v", c.channel, c.value, breach)
			}
		}
		if got != c.want {
			t.Errorf("%s = %v: %q, want %q", c.channel, c.value, got, c.want)
		}
	}
	var none interlock.ChannelGrants
	if _, _, b := none.Granted("SR:ANY"); b == nil || b.Violation != interlock.UnlistedChannel || b.Allowed != "no channel" {
		t.Errorf("no grants grant: %+v", b)
	}
	if zero := (interlock.ChannelGrants{{}}); len(zero.For("")) > 0 || zero.MayMatch("*") {
		t.Error("the zero entry is about a channel")
	}
}

// N2: a bounded step needs the present value.
func TestSteps(t *testing.T) {
	_, hit, _ := grants.Granted("SR:HCM2:SP")
	for _, c := range []struct {
		v, present float64
		known      bool
		want       interlock.Violation
	}{
		{1, 0, true, ""}, {-1, 0, true, ""}, {1.5, 0, true, interlock.MaxStepExceeded}, {1, 0, false, interlock.StepCheckFailed},
		{1, math.NaN(), true, interlock.StepCheckFailed}, {math.NaN(), 0, true, interlock.MaxStepExceeded},
		{1.4, 0.4, true, ""}, {0.1, 1.1, true, ""}, {1.1, 0.1, true, ""}, {1.4000001, 0.4, true, interlock.MaxStepExceeded}, // 1.1-0.1 is more than 1 in 53 bits
	} {
		got := interlock.Violation("")
		if b := hit.CheckStep("SR:HCM2:SP", c.v, c.present, c.known); b != nil {
			got = b.Violation
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	_, free, _ := grants.Granted("SR:ANY")
	if b := free.CheckStep("SR:ANY", 9, 0, false); b != nil {
		t.Errorf("no step is bounded: %+v", b)
	}
}

func TestRatesAndTolerances(t *testing.T) {
	now := time.Unix(1000, 0)
	r := interlock.Rate{Count: 2, Per: time.Second}
	before := []time.Time{now.Add(-2 * time.Second), now.Add(-time.Second), now.Add(-999 * time.Millisecond)}
	if !r.Allows(before, now) || r.Allows(append(before, now), now) || !(interlock.Rate{}).Allows(before, now) || (interlock.Rate{Per: time.Hour}).Allows(nil, now) {
		t.Error("a rate counts wrongly")
	}
	if got := []string{r.String(), interlock.Rate{Count: 3, Per: time.Minute}.String(), interlock.Rate{Count: 4, Per: time.Hour}.String()}; !slices.Equal(got, []string{"2/s", "3/min", "4/h"}) {
		t.Errorf("got %v", got)
	}
	for _, c := range []struct {
		t         interlock.Tolerance
		want, got float64
		ok        bool
	}{
		{interlock.Tolerance{Percent: 0.1}, 1000, 1001, true}, {interlock.Tolerance{Percent: 0.1}, 1000, 1001.5, false},
		{interlock.Tolerance{Absolute: 2, Percent: 0.1}, 1000, 1002, true}, {interlock.Tolerance{}, 1, 1, true}, {interlock.Tolerance{}, 1, 1.0000001, false},
		{interlock.Tolerance{Absolute: 2}, 1, math.NaN(), false},
	} {
		if c.t.Holds(c.want, c.got) != c.ok {
			t.Errorf("%+v", c)
		}
	}
}

// Two patterns meet exactly where a text of both can be found, and a pattern
// meets a name exactly where it matches it.
func TestPatternsMeet(t *testing.T) {
	for _, c := range []struct {
		granted, wanted string
		want            bool
	}{
		{"SR:*", "SR:HCM*:SP", true}, {"SR:HCM*:SP", "*", true}, {"SR:HCM*:SP", "SR:VCM*", false}, {"SR:?1", "SR:A?", true}, {"SR:??", "SR:A", false},
		{"SR:X", "SR:*.VAL", true}, {"SR:X.DRVH", "SR:*.DRVH", true}, {"SR:X", "SR:*.DRVH", false}, {"SR:X.DRVH", "SR:*", true}, {"SR:X", "SR:X.*", true},
	} {
		gs := interlock.ChannelGrants{{Match: c.granted, Writable: true}}
		if gs.MayMatch(c.wanted) != c.want {
			t.Errorf("%s and %s: want %v", c.granted, c.wanted, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[ab]{0,5}`).Draw(t, "name")
		p, q := rapid.StringMatching(`[ab*?]{0,5}`).Draw(t, "p"), rapid.StringMatching(`[ab*?]{0,5}`).Draw(t, "q")
		gs := interlock.ChannelGrants{{Match: "x" + p, Writable: true}}
		if interlock.MatchGlob(p, name) && interlock.MatchGlob(q, name) && !gs.MayMatch("x"+q) {
			t.Fatalf("%s matches %s and %s, which are said not to meet", name, p, q)
		}
		if gs.MayMatch("x"+name) != interlock.MatchGlob(p, name) {
			t.Fatalf("%s and %s", p, name)
		}
	})
}

// X9: two demands together are as strict as each of them.
func TestDemands(t *testing.T) {
	a := interlock.Demand{Approvers: 2, Self: true, Expires: time.Hour}
	b := interlock.Demand{Self: true, Expires: 15 * time.Minute, Rehearsal: true}
	want := interlock.Demand{Approvers: 2, Self: true, Expires: 15 * time.Minute, Rehearsal: true}
	if a.Stricter(b) != want || b.Stricter(a) != want {
		t.Errorf("got %+v and %+v", a.Stricter(b), b.Stricter(a))
	}
	if z := a.Stricter(interlock.Demand{}); z.Self || z.Expires != time.Hour || z.Approvers != 2 {
		t.Errorf("beside the zero demand: %+v", z)
	}
	if got := want.String(); got != "the approval of 2 people, good for 15m, after a rehearsal" {
		t.Errorf("%q", got)
	}
	if got := (interlock.Demand{}).String(); got != "a person's approval, not the requester's own" {
		t.Errorf("%q", got)
	}
}
