package gateway

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"pgregory.net/rapid"
)

// N5: a restore goes in steps that the grant allows, and ends at the old value.
func TestWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.Float64Range(0.1, 5).Draw(t, "step")
		from, to := rapid.Float64Range(-50, 50).Draw(t, "from"), rapid.Float64Range(-50, 50).Draw(t, "to")
		isWhole := rapid.Bool().Draw(t, "whole")
		if isWhole {
			from, to, most = math.Round(from), math.Round(to), most+1
		}
		r := &Run{grant: interlock.Grant{Channels: interlock.ChannelGrants{{Match: "X", Writable: true, MaxStep: &most}}}}
		now := from
		for _, v := range r.walk("X", interlock.ChannelValue{Numbers: []float64{from}}, interlock.ChannelValue{Numbers: []float64{to}}) {
			n := v.Numbers[0]
			if math.Abs(n-now) > most*(1+1e-6) {
				t.Fatalf("a step from %v to %v, and %v is the most", now, n, most)
			}
			if isWhole && n != math.Round(n) {
				t.Fatalf("%v is between whole numbers", n)
			}
			now = n
		}
		if now != to {
			t.Fatalf("it ends at %v instead of %v", now, to)
		}
	})
}

// N5: the first old value of each channel is where it goes back to, what was put first
// goes back last, and what the run may have left is what it put last, with what was there
// before where the last may not have been done.
func TestPlanRestore(t *testing.T) {
	v := func(n float64) interlock.ChannelValue { return interlock.ChannelValue{Numbers: []float64{n}} }
	p := PlanRestore("r", []interlock.Put{
		{Channel: "A", Protocol: "ca", Old: v(1), New: v(2), Status: interlock.PutConfirmed}, {Channel: "B", Old: v(5), New: v(6), Status: interlock.PutHeld},
		{Channel: "A", Protocol: "pva", Old: v(2), New: v(3), Status: interlock.PutUnknown},
		{Channel: "G.x", PV: "G", Field: "x.value", Old: v(7), New: v(8), Status: interlock.PutConfirmed},
		{Channel: "G.x", PV: "G", Field: "x.value", Old: v(8), New: v(9), ReadBack: v(8.5), Status: interlock.PutFailed},
		{Channel: "G.x", PV: "G", Field: "x.value", Old: v(8), New: v(10), Status: interlock.PutSent},
	})
	x := Spot{Channel: "G.x", PV: "G", Field: "x.value"}
	want := []RestoreStep{
		{Spot: x, Old: v(7), Left: []Left{{x, v(10)}}},
		{Spot: Spot{Channel: "A", Protocol: "ca"}, Old: v(1), Left: []Left{{Spot{Channel: "A", Protocol: "ca"}, v(2)}, {Spot{Channel: "A", Protocol: "pva"}, v(3)}}},
	}
	if !reflect.DeepEqual(p.Steps, want) {
		t.Errorf("%+v", p.Steps)
	}
}

// N5: what cannot be put back is said before anything is put, and is no write.
func TestPlanOfWhatIsNotKnown(t *testing.T) {
	one := interlock.ChannelValue{Numbers: []float64{1}}
	p := PlanRestore("r", []interlock.Put{{Channel: "A", New: one}, {Channel: "B", Old: interlock.ChannelValue{Array: true}, New: one}})
	for _, part := range []string{"A: what it was before is not known", "B: it was an empty list before"} {
		if !strings.Contains(p.Cannot(), part) {
			t.Errorf("%q is not in %q", part, p.Cannot())
		}
	}
	// As a unit is in Latin-1, once it has been in the ledger.
	var unit interlock.ChannelValue
	if b, err := json.Marshal(interlock.ChannelValue{Texts: []string{"\xb5m"}}); err != nil || json.Unmarshal(b, &unit) != nil {
		t.Fatal(err)
	}
	if why := PlanRestore("r", []interlock.Put{{Channel: "U", Old: unit, New: one}}).Cannot(); !strings.Contains(why, "its text was not UTF-8") {
		t.Errorf("%q", why)
	}
	p = PlanRestore("r", []interlock.Put{{Channel: "A", New: one}, {Channel: "C", Old: one, New: one}})
	var f interlock.Facts
	if err := p.Analyse(t.Context(), nil, &f); err != nil || len(f.Accesses) != 1 || f.Accesses[0].Pos.Line != 2 || p.Cannot() != "" {
		t.Errorf("%v %+v %q", err, f.Accesses, p.Cannot())
	}
	if lines := strings.Split(string(p.Source()), "\n"); !strings.HasPrefix(lines[1], "# C = 1 ") || !strings.HasPrefix(lines[2], "# A is not restored: ") {
		t.Errorf("%q", lines)
	}
}

// N5: a list that has become longer or shorter goes back in steps as far as there are
// present values, and never past the old ones.
func TestWalkBetweenLists(t *testing.T) {
	most := 1.0
	r := &Run{grant: interlock.Grant{Channels: interlock.ChannelGrants{{Match: "X", Writable: true, MaxStep: &most}}}}
	list := func(n ...float64) interlock.ChannelValue { return interlock.ChannelValue{Numbers: n, Array: true} }
	for _, c := range []struct{ from, to interlock.ChannelValue }{{list(0), list(2, 7, 8)}, {list(0, 5, 6), list(2)}} {
		way := r.walk("X", c.from, c.to)
		if len(way) != 2 || way[0].Numbers[0] != 1 || way[0].Len() != c.to.Len() || !way[1].Same(c.to) {
			t.Errorf("from %v to %v: %v", c.from, c.to, way)
		}
	}
}
