package cli

import (
	"testing"

	"github.com/interlock-run/interlock"
)

func TestParseNarrow(t *testing.T) {
	for _, text := range []string{"", "A", "A=", "A=..", "A=x..2", "A=1..NaN", "A=1"} {
		if g, err := parseNarrow(text); err == nil {
			t.Errorf("%q is understood as %+v", text, g)
		}
	}
	for text, want := range map[string][2]float64{"A=-1..1": {-1, 1}, "A=1..1": {1, 1}} {
		g, err := parseNarrow(text)
		if err != nil || g.Match != "A" || !g.Writable || *g.Min != want[0] || *g.Max != want[1] {
			t.Errorf("%q: %+v, %v", text, g, err)
		}
	}
	if g, err := parseNarrow("A=..2"); err != nil || g.Min != nil || *g.Max != 2 {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestParseTolerance(t *testing.T) {
	for text, want := range map[string]interlock.Tolerance{"0": {}, "0.5": {Absolute: 0.5}, "0.1%": {Percent: 0.1}, "0%": {}} {
		if got, err := parseTolerance(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-1", "x", "NaN", "1e999", "%"} {
		if got, err := parseTolerance(text); err == nil {
			t.Errorf("%q is understood as %+v", text, got)
		}
	}
}
