package gateway

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"pgregory.net/rapid"
)

func f64(v float64) *float64 { return &v }

func num(n ...float64) interlock.ChannelValue {
	return interlock.ChannelValue{Numbers: n, Array: len(n) > 1}
}

func text(s ...string) interlock.ChannelValue {
	return interlock.ChannelValue{Texts: s, Array: len(s) > 1}
}

// The channels that tables put to, one of each native kind.
var (
	float64s = Present{Kind: KindFloat64, Count: 1, Value: num(0)}
	float32s = Present{Kind: KindFloat32, Count: 1, Value: num(0)}
	int16s   = Present{Kind: KindInteger, Least: math.MinInt16, Most: math.MaxInt16, Count: 1, Value: num(0)}
	int32s   = Present{Kind: KindInteger, Least: math.MinInt32, Most: math.MaxInt32, Count: 1, Value: num(0)}
	bytes8   = Present{Kind: KindInteger, Most: math.MaxUint8, Count: 1, Value: num(0)}
	states   = Present{Kind: KindState, Count: 1, Value: interlock.ChannelValue{Numbers: []float64{0}, Texts: []string{"Off"}}, States: []string{"Off", "On", "Ramp"}}
	unnamed  = Present{Kind: KindState, Count: 1, Value: num(0)}
	texts    = Present{Kind: KindText, Count: 1, Value: text("old"), TextSize: 39}
	array4   = Present{Kind: KindFloat64, Count: 4, Value: num(0, 0, 0, 0)}
	driven   = Present{Kind: KindFloat64, Count: 1, Value: num(0), Low: -2, High: 2}
)

func limited(least, most float64) interlock.ChannelGrants {
	return interlock.ChannelGrants{{Match: "X", Writable: true, Min: f64(least), Max: f64(most)}}
}

func bySteps(step float64) interlock.ChannelGrants {
	return interlock.ChannelGrants{{Match: "X", Writable: true, MaxStep: f64(step)}}
}

var (
	free    = interlock.ChannelGrants{{Match: "X", Writable: true}}
	onlyOn  = interlock.ChannelGrants{{Match: "X", Writable: true, States: []string{"On", "Off"}}}
	driving = interlock.ChannelGrants{{Match: "X", Writable: true, Min: f64(-5), Max: f64(5), DriveLimits: true}}
)

// N2: every native kind, as number, text, label and index, at each edge and just past
// it. want is "" where the put may be sent, and then as is exactly what is sent.
func TestDecide(t *testing.T) {
	up, down := math.Nextafter(5, 6), math.Nextafter(-5, -6)
	single := float64(float32(0.1)) // a little above 0.1
	for _, c := range []struct {
		name    string
		entries interlock.ChannelGrants
		present Present
		put     interlock.ChannelValue
		want    interlock.Violation
		as      interlock.ChannelValue
	}{
		{"a float at the most", limited(-5, 5), float64s, num(5), "", num(5)},
		{"a float at the least", limited(-5, 5), float64s, num(-5), "", num(-5)},
		{"a float just above", limited(-5, 5), float64s, num(up), interlock.MaxExceeded, num()},
		{"a float just below", limited(-5, 5), float64s, num(down), interlock.MinExceeded, num()},
		{"NaN", limited(-5, 5), float64s, num(math.NaN()), interlock.NotFinite, num()},
		{"NaN without limits", free, float64s, num(math.NaN()), interlock.NotFinite, num()},
		{"Inf without limits", free, float64s, num(math.Inf(1)), interlock.NotFinite, num()},
		{"-Inf to a whole number", free, int32s, num(math.Inf(-1)), interlock.NotFinite, num()},
		{"NaN to a state", free, states, num(math.NaN()), interlock.NotFinite, num()},
		{"hexadecimal text", limited(-5, 500), float64s, text("0x64"), interlock.NotNumeric, num()},
		{"text with a unit", limited(-5, 500), float64s, text("55 A"), interlock.NotNumeric, num()},
		{"a number as text", free, float64s, text("1"), interlock.NotNumeric, num()},
		{"nan as text", free, float64s, text("nan"), interlock.NotNumeric, num()},
		{"text to a whole number", free, int16s, text("7"), interlock.NotNumeric, num()},
		{"empty text to a number", free, float64s, text(""), interlock.NotNumeric, num()},

		{"int16 at the most", free, int16s, num(32767), "", num(32767)},
		{"int16 just above", free, int16s, num(32768), interlock.TypeNotAllowed, num()},
		{"int16 at the least", free, int16s, num(-32768), "", num(-32768)},
		{"int16 just below", free, int16s, num(-32769), interlock.TypeNotAllowed, num()},
		{"int32 at the most", free, int32s, num(math.MaxInt32), "", num(math.MaxInt32)},
		{"int32 just above", free, int32s, num(math.MaxInt32 + 1), interlock.TypeNotAllowed, num()},
		{"int32 just below", free, int32s, num(math.MinInt32 - 1), interlock.TypeNotAllowed, num()},
		{"a byte at the most", free, bytes8, num(255), "", num(255)},
		{"a byte just above", free, bytes8, num(256), interlock.TypeNotAllowed, num()},
		{"a byte below nothing", free, bytes8, num(-1), interlock.TypeNotAllowed, num()},
		{"a fraction to a whole number", free, int32s, num(1.5), interlock.TypeNotAllowed, num()},
		{"a whole float to a whole number", limited(0, 3), int32s, num(3), "", num(3)},
		{"a whole number past its limit", limited(0, 3), int32s, num(4), interlock.MaxExceeded, num()},

		// What is checked is what the server will store: 0.1 in single precision is more than 0.1.
		{"single precision past the limit", limited(0, 0.1), float32s, num(0.1), interlock.MaxExceeded, num()},
		{"single precision at its own limit", limited(0, single), float32s, num(0.1), "", num(single)},
		{"single precision below", limited(0, 0.1), float32s, num(0.09375), "", num(0.09375)},
		{"too much for single precision", free, float32s, num(1e39), interlock.TypeNotAllowed, num()},
		{"all of single precision", free, float32s, num(math.MaxFloat32), "", num(math.MaxFloat32)},

		{"a state by label", onlyOn, states, text("On"), "", interlock.ChannelValue{Numbers: []float64{1}, Texts: []string{"On"}}},
		{"a state by index", onlyOn, states, num(1), "", interlock.ChannelValue{Numbers: []float64{1}, Texts: []string{"On"}}},
		{"a state that is not listed, by label", onlyOn, states, text("Ramp"), interlock.StateNotAllowed, num()},
		{"a state that is not listed, by index", onlyOn, states, num(2), interlock.StateNotAllowed, num()},
		{"a state in another case", onlyOn, states, text("on"), interlock.StateNotAllowed, num()},
		{"a state's index as text", onlyOn, states, text("1"), interlock.StateNotAllowed, num()},
		{"no such state, by label", free, states, text("Fire"), interlock.StateNotAllowed, num()},
		{"no such state, by index", free, states, num(3), interlock.TypeNotAllowed, num()},
		{"half a state", free, states, num(0.5), interlock.TypeNotAllowed, num()},
		{"a state below nothing", free, states, num(-1), interlock.TypeNotAllowed, num()},
		{"states where the server names none", onlyOn, unnamed, num(1), interlock.StateNotAllowed, num()},
		{"an index where the server names none", free, unnamed, num(1), "", num(1)},
		{"an index past a limit", limited(0, 1), states, num(2), interlock.MaxExceeded, num()},
		{"a label past a limit", limited(0, 1), states, text("Ramp"), interlock.MaxExceeded, num()},
		{"a number where states are listed", onlyOn, float64s, num(1), interlock.StateNotAllowed, num()},

		{"text", free, texts, text("new"), "", text("new")},
		{"text as long as may be", free, texts, text(strings.Repeat("x", 39)), "", text(strings.Repeat("x", 39))},
		{"text that is too long", free, texts, text(strings.Repeat("x", 40)), interlock.CountNotAllowed, num()},
		{"long in bytes, not in letters", free, texts, text(strings.Repeat("é", 20)), interlock.CountNotAllowed, num()},
		{"a number to text", free, texts, num(3), interlock.TypeNotAllowed, num()},
		{"text with numeric limits", limited(0, 1), texts, text("1"), interlock.NotNumeric, num()},
		{"text with a step", bySteps(1), texts, text("1"), interlock.NotNumeric, num()},
		{"text that is listed", onlyOn, texts, text("On"), "", text("On")},
		{"text that is not listed", onlyOn, texts, text("Up"), interlock.StateNotAllowed, num()},

		{"a list to a scalar", free, float64s, num(1, 2), interlock.CountNotAllowed, num()},
		{"a list of texts to a scalar", free, texts, text("a", "b"), interlock.CountNotAllowed, num()},
		{"nothing to a scalar", free, float64s, num(), interlock.CountNotAllowed, num()},
		{"nothing to an array", free, array4, interlock.ChannelValue{Array: true}, interlock.CountNotAllowed, num()},
		{"all of an array", limited(0, 1), array4, num(1, 0, 1, 0), "", num(1, 0, 1, 0)},
		{"a part of an array", limited(0, 1), array4, num(1, 0), "", num(1, 0)},
		{"one element of an array", limited(0, 1), array4, num(1), "", interlock.ChannelValue{Numbers: []float64{1}, Array: true}},
		{"too long an array", limited(0, 1), array4, num(0, 0, 0, 0, 0), interlock.CountNotAllowed, num()},
		{"one bad element", limited(0, 1), array4, num(0, 1, 2, 0), interlock.MaxExceeded, num()},
		{"NaN in an array", limited(0, 1), array4, num(0, math.NaN()), interlock.NotFinite, num()},

		{"a step", bySteps(1), float64s, num(1), "", num(1)},
		{"a step just too large", bySteps(1), float64s, num(1 + 1e-12), interlock.MaxStepExceeded, num()},
		{"a step down just too large", bySteps(1), float64s, num(-1 - 1e-12), interlock.MaxStepExceeded, num()},
		{"steps of an array", bySteps(1), array4, num(1, -1, 0.5), "", num(1, -1, 0.5)},
		{"one large step of an array", bySteps(1), array4, num(0, 0, 0, 2), interlock.MaxStepExceeded, num()},
		{"a step from what is not there", bySteps(1), Present{Kind: KindFloat64, Count: 4, Value: num(0, 0)}, num(0, 0, 0), interlock.StepCheckFailed, num()},
		{"a step from NaN", bySteps(1), Present{Kind: KindFloat64, Count: 1, Value: num(math.NaN())}, num(0), interlock.StepCheckFailed, num()},
		{"a step from Inf", bySteps(1), Present{Kind: KindFloat64, Count: 1, Value: num(math.Inf(1))}, num(0), interlock.StepCheckFailed, num()},

		{"at the record's drive limit", driving, driven, num(2), "", num(2)},
		{"past the record's drive limit", driving, driven, num(math.Nextafter(2, 3)), interlock.DriveLimitExceeded, num()},
		{"below the record's drive limit", driving, driven, num(-2.5), interlock.DriveLimitExceeded, num()},
		{"a record without drive limits", driving, float64s, num(4), "", num(4)},
		{"drive limits that nobody asked for", limited(-5, 5), driven, num(4), "", num(4)},

		{"a type that is not known", free, Present{Count: 1, Value: num(0)}, num(0), interlock.TypeNotAllowed, num()},
		{"a channel of no elements", free, Present{Kind: KindFloat64}, num(0), interlock.CountNotAllowed, num()},
		{"a limit that is NaN", limited(math.NaN(), 5), float64s, num(0), interlock.MinExceeded, num()},
		{"a step that is NaN", bySteps(math.NaN()), float64s, num(0), interlock.MaxStepExceeded, num()},
		{"the stricter of two entries", append(limited(-5, 5), limited(-1, 1)...), float64s, num(3), interlock.MaxExceeded, num()},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, breach := Decide("X", c.entries, c.put, c.present)
			why := interlock.Violation("")
			if breach != nil {
				why = breach.Violation
				if !strings.HasPrefix(breach.Message, "put of ") || !strings.Contains(breach.Message, " to X is refused: ") || breach.Allowed == "" {
					t.Errorf("it does not teach: %+v", breach)
				}
			}
			if why != c.want {
				t.Fatalf("%q (%+v), want %q", why, breach, c.want)
			}
			if breach == nil && (!got.Same(c.as) || !slices.Equal(got.Texts, c.as.Texts)) {
				t.Errorf("sent is %v, want %v", got, c.as)
			}
		})
	}
}

// N2, N8: the refusal of an array names its element.
func TestDecideNamesTheElement(t *testing.T) {
	for want, entries := range map[string]interlock.ChannelGrants{"(element 2)": limited(0, 1), "put of 7 to X": limited(0, 1)} {
		if _, b := Decide("X", entries, num(0, 1, 7, 0), array4); b == nil || !strings.Contains(b.Message, want) {
			t.Errorf("no %q in %+v", want, b)
		}
	}
	if _, b := Decide("X", bySteps(1), num(0, 0, 0, 2), array4); b == nil || !strings.Contains(b.Message, "(element 3)") {
		t.Errorf("%+v", b)
	}
	if _, b := Decide("X", limited(0, 1), num(2), float64s); b == nil || strings.Contains(b.Message, "element") {
		t.Errorf("a scalar has no elements: %+v", b)
	}
}

// N2: whatever is put to whatever, what is sent is what was asked for, is of the
// channel's own kind, and keeps every limit; and deciding again on what is sent says
// the same, so that nothing is converted twice.
func TestDecideHoldsAnyPut(t *testing.T) {
	kinds := []Present{float64s, float32s, int16s, int32s, bytes8, states, array4, driven, texts}
	number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-6, 6), rapid.Map(rapid.IntRange(-40000, 70000), func(i int) float64 { return float64(i) }),
		rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 5, -5, math.Nextafter(5, 6), math.Copysign(0, -1)}))
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(kinds).Draw(t, "present")
		least, most := rapid.Float64Range(-5, 0).Draw(t, "least"), rapid.Float64Range(0, 5).Draw(t, "most")
		step := rapid.Float64Range(0, 6).Draw(t, "step")
		entries := interlock.ChannelGrants{{Match: "X", Writable: true, Min: &least, Max: &most, MaxStep: &step, DriveLimits: true}}
		var v interlock.ChannelValue
		if rapid.Bool().Draw(t, "as text") {
			v.Texts = rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Off", "1", "0x1"})), 0, 5).Draw(t, "texts")
		} else {
			v.Numbers = rapid.SliceOfN(number, 0, 5).Draw(t, "numbers")
		}
		out, breach := Decide("X", entries, v, p)
		if breach != nil {
			return
		}
		if out.Len() != v.Len() || out.Len() > p.Count || p.Kind == KindText || p.Kind != KindState && len(v.Texts) > 0 {
			t.Fatalf("%v became %v", v, out)
		}
		for i, n := range out.Numbers {
			if !(n >= least && n <= most && math.Abs(n-p.Value.Numbers[i]) <= step) || p.Low < p.High && !(n >= p.Low && n <= p.High) {
				t.Fatalf("%v is let through at limits %g to %g, step %g, of %+v", n, least, most, step, p)
			}
			if len(v.Numbers) > 0 && p.Kind != KindFloat32 && n != v.Numbers[i] {
				t.Fatalf("%v became %v", v, out)
			}
			if p.Kind == KindFloat32 && float64(float32(n)) != n || (p.Kind == KindInteger || p.Kind == KindState) && n != math.Trunc(n) {
				t.Fatalf("%v is not of kind %d", n, p.Kind)
			}
		}
		if again, b := Decide("X", entries, interlock.ChannelValue{Numbers: out.Numbers}, p); b != nil || !again.Same(out) {
			t.Fatalf("%v is %v when it is decided on again: %+v", out, again, b)
		}
	})
}

// Steps over an edge of a limit are refused from both sides: a table over distances.
func TestDecideSteps(t *testing.T) {
	for _, from := range []float64{-3, 0, 0.1, 1e6} {
		for _, step := range []float64{0, 0.5, 2} {
			for _, by := range []float64{-2.5, -2, -0.5, 0, 0.5, 2, 2.5} {
				t.Run(fmt.Sprint(from, step, by), func(t *testing.T) {
					to := from + by
					_, b := Decide("X", bySteps(step), num(to), Present{Kind: KindFloat64, Count: 1, Value: num(from)})
					if far := math.Abs(to-from) > step; far != (b != nil) {
						t.Errorf("from %g to %g by at most %g: %+v", from, to, step, b)
					}
				})
			}
		}
	}
}
