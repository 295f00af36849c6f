package gateway

import (
	"math"
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

// N5: what failed or was held back is not what the run put last, and the first old value
// of each channel is where it goes back to.
func TestPlanRestore(t *testing.T) {
	v := func(n float64) interlock.ChannelValue { return interlock.ChannelValue{Numbers: []float64{n}} }
	p := PlanRestore("r", []interlock.Put{
		{Channel: "A", Old: v(1), New: v(2), Status: interlock.PutConfirmed}, {Channel: "B", Old: v(5), New: v(6), Status: interlock.PutHeld},
		{Channel: "A", Old: v(2), New: v(3), Status: interlock.PutUnknown}, {Channel: "C", Old: v(7), New: v(8), Status: interlock.PutSent},
	})
	if len(p.Steps) != 2 || p.Steps[0].Channel != "A" || !p.Steps[0].Old.Same(v(1)) || !p.Steps[0].Last.Same(v(3)) || p.Steps[1].Channel != "C" {
		t.Errorf("%+v", p.Steps)
	}
}
