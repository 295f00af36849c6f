package interlock_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	interlock "github.com/interlock-run/interlock"
	"pgregory.net/rapid"
)

var someChannels = []string{"S:A", "S:B", "R:A", "R:B", "S:A.DRVH", "R:B.DRVH", "S:A.PROC", "T"}

// drawGrants is a random list over a few channels.
func drawGrants(t *rapid.T, label string) interlock.ChannelGrants {
	limit := rapid.SampledFrom([]*float64{nil, f64(-1), f64(0), f64(1), f64(2)})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) interlock.ChannelGrant {
		return interlock.ChannelGrant{Match: rapid.SampledFrom([]string{"S:A", "S:*", "*:B", "*", "?:A", "R:B", "S:A.DRVH", "*.DRVH", "R:?.DRVH"}).Draw(t, "match"),
			Writable: rapid.IntRange(0, 5).Draw(t, "writable") > 0, Min: limit.Draw(t, "min"), Max: limit.Draw(t, "max"), MaxStep: rapid.SampledFrom([]*float64{nil, f64(1)}).Draw(t, "step"),
			States: rapid.SampledFrom([][]string{nil, {"On"}, {"Off", "On"}}).Draw(t, "states"), Policy: interlock.PolicyLine{File: label + ".yaml", Line: 1}}
	}), 0, 4).Draw(t, label)
}

// allows says whether gs lets a value be put to channel, whose present value is 0.
func allows(gs interlock.ChannelGrants, channel string, value any) bool {
	name, hit, breach := gs.Granted(channel)
	if breach != nil {
		return false
	}
	if text, ok := value.(string); ok {
		return hit.CheckText(name, text) == nil
	}
	v := value.(float64)
	return hit.CheckNumber(name, v) == nil && hit.CheckStep(name, v, 0, true) == nil
}

// P1, P13, N2: where a policy narrows a binding one, exactly what both grant may be
// put: for every channel and value, with three lists as with two, and however they
// are put together.
func TestNarrowedChannelsAreWhatBothGrant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawGrants(t, "a"), drawGrants(t, "b"), drawGrants(t, "c")
		two, left, right := a.And(b), a.And(b).And(c), a.And(b.And(c))
		for _, channel := range append(someChannels, "", "S:A$") {
			for _, v := range []any{-1.5, -1.0, 0.0, 1.0, 2.0, math.NaN(), math.Inf(1), "On", "Off", "0x1"} {
				both := allows(a, channel, v) && allows(b, channel, v)
				if allows(two, channel, v) != both {
					t.Fatalf("%s = %v: allowed %v\n%+v\n%+v", channel, v, !both, a, b)
				}
				if all := both && allows(c, channel, v); allows(left, channel, v) != all || allows(right, channel, v) != all {
					t.Fatalf("%s = %v: three lists, want %v", channel, v, all)
				}
			}
		}
	})
}

// P13: a list that lost entries that grant, all of one layer even, allows no more.
func TestLosingEntriesOfANarrowedListNeverAllowsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawGrants(t, "binding").And(drawGrants(t, "narrower"))
		fewer := slices.DeleteFunc(slices.Clone(all), func(g interlock.ChannelGrant) bool {
			return g.Writable && g.Min == nil && g.Max == nil && g.MaxStep == nil && g.States == nil && rapid.Bool().Draw(t, "lose")
		})
		for _, channel := range someChannels {
			if allows(fewer, channel, 0.0) && !allows(all, channel, 0.0) {
				t.Fatalf("%s is granted by fewer entries\n%+v\n%+v", channel, all, fewer)
			}
		}
	})
}

// A single list keeps its meaning, also through JSON, and says nothing of layers there.
func TestOneListHasNoLayers(t *testing.T) {
	text, err := json.Marshal(grants[:1])
	if err != nil || string(text) != `[{"match":"SR:HCM*:SP","writable":true,"min":-5,"max":5,"max_step":1,"verify":"","policy":{"file":"","line":0}}]` {
		t.Errorf("%s, %v", text, err)
	}
	var none interlock.ChannelGrants
	if none.And(nil) != nil {
		t.Error("nothing and nothing is something")
	}
	if got := grants.And(none); allows(got, "SR:ANY", 0.0) || got.MayMatch("*") || none.And(grants).MayMatch("*") {
		t.Error("what one list does not have is granted")
	}
	both := grants.And(interlock.ChannelGrants{{Match: "SR:MODE", Writable: true, Policy: interlock.PolicyLine{File: "mine.yaml", Line: 3}}})
	_, _, breach := both.Granted("SR:ANY")
	if breach == nil || breach.Violation != interlock.UnlistedChannel || breach.Message != "put to SR:ANY is refused: no entry of mine.yaml grants it" || breach.Allowed != "SR:MODE" {
		t.Errorf("%+v", breach)
	}
}

// P13: a pattern may be put exactly where some name that it stands for is granted
// by both lists. The names that are tried are as long as the shortest witness can be.
func TestNarrowedPatternsMeet(t *testing.T) {
	var names []string
	for n, grow := 0, []string{""}; n <= 9; n++ {
		names = append(names, grow...)
		var next []string
		for _, name := range grow {
			next = append(next, name+"a", name+"b")
		}
		grow = next
	}
	pattern := rapid.StringMatching(`[ab*?]{1,3}`)
	list := func(t *rapid.T, label string) (gs interlock.ChannelGrants) {
		for _, p := range rapid.SliceOfN(pattern, 0, 3).Draw(t, label) {
			gs = append(gs, interlock.ChannelGrant{Match: p, Writable: true})
		}
		return gs
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b, wanted := list(t, "a"), list(t, "b"), pattern.Draw(t, "wanted")
		want := slices.ContainsFunc(names, func(name string) bool {
			return interlock.MatchGlob(wanted, name) && len(a.For(name)) > 0 && len(b.For(name)) > 0
		})
		if got := a.And(b).MayMatch(wanted); got != want {
			t.Fatalf("%s: %v, want %v\n%+v\n%+v", wanted, got, want, a, b)
		}
	})
	for _, c := range []struct {
		a, b, wanted string
		want         bool
	}{
		{"SR:X.DRVH", "SR:X", "SR:X", false}, {"SR:*.DRVH", "SR:X.DRVH", "SR:*", true}, {"SR:*.DRVH", "SR:X.DRVL", "SR:*", false},
		{"SR:*:SP", "*:HCM1:*", "SR:HCM?:SP", true}, {"SR:*:SP", "*:HCM1:*", "SR:HCM?:RB", false}, {"SR:A*", "SR:*B", "SR:?B", true}, {"SR:A*", "SR:*B", "SR:?C", false},
	} {
		one := func(match string) interlock.ChannelGrants {
			return interlock.ChannelGrants{{Match: match, Writable: true}}
		}
		if got := one(c.a).And(one(c.b)).MayMatch(c.wanted); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
