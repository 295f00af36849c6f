package gateway

import (
	"fmt"
	"math"
	"slices"

	"github.com/interlock-run/interlock"
)

// Decide holds one put to the entries of its channel: it returns the canonical
// value that may be sent, or why none may. It is pure. Rate, budget and what
// approval held the run to are not its concern.
//
// The canonical value is of the channel's own kind, element by element what the
// server will store: no server converts anything ("0x64" is 100 to some, "55 A" 55,
// 77 is clamped to 10 and NaN passes limits).
func Decide(channel string, entries interlock.ChannelGrants, v interlock.ChannelValue, p Present) (interlock.ChannelValue, *interlock.Breach) {
	out, breach := canonical(channel, v, p)
	if breach != nil {
		return out, breach
	}
	for i := range out.Len() {
		if b := element(channel, entries, out, p, i); b != nil {
			if out.Array {
				b.Message += fmt.Sprintf(" (element %d)", i)
			}
			return out, b
		}
	}
	return out, steps(channel, entries, out, p)
}

// canonical converts a client's value to the channel's own kind, exactly or not at all.
func canonical(channel string, v interlock.ChannelValue, p Present) (interlock.ChannelValue, *interlock.Breach) {
	refuse := func(why interlock.Violation, sentence, allowed string) (interlock.ChannelValue, *interlock.Breach) {
		return v, &interlock.Breach{Violation: why, Channel: channel, Allowed: allowed,
			Message: fmt.Sprintf("put of %s to %s is refused: %s", v, channel, sentence)}
	}
	switch n := v.Len(); {
	case n == 0:
		return refuse(interlock.CountNotAllowed, "it is empty", "a value")
	case n > p.Count:
		return refuse(interlock.CountNotAllowed, fmt.Sprintf("it has %d elements, and the channel has %d", n, p.Count), "as many elements as the channel has, or fewer")
	}
	out := interlock.ChannelValue{Array: p.Count > 1}
	texts := len(v.Texts) > 0
	switch {
	case p.Kind == KindUnknown:
		return refuse(interlock.TypeNotAllowed, "the type of the channel is not known", "reading it")
	case p.Kind == KindText && !texts:
		return refuse(interlock.TypeNotAllowed, "the channel holds text", "a text")
	case p.Kind == KindText:
		for _, text := range v.Texts {
			if p.TextSize > 0 && len(text) > p.TextSize {
				return refuse(interlock.CountNotAllowed, fmt.Sprintf("it has %d bytes, and the channel holds %d", len(text), p.TextSize), "a shorter text")
			}
		}
		out.Texts = v.Texts
		return out, nil
	case texts && p.Kind != KindState:
		return refuse(interlock.NotNumeric, "the channel holds numbers, and text is not converted", "a number")
	case texts:
		for _, text := range v.Texts {
			i := slices.Index(p.States, text)
			if i < 0 {
				return refuse(interlock.StateNotAllowed, "the channel has no such state", fmt.Sprintf("one of %q", p.States))
			}
			out.Numbers, out.Texts = append(out.Numbers, float64(i)), append(out.Texts, text)
		}
		return out, nil
	}
	for _, n := range v.Numbers {
		c, wrong := convert(n, p)
		if wrong != "" {
			why := interlock.TypeNotAllowed
			if math.IsNaN(n) || math.IsInf(n, 0) {
				why = interlock.NotFinite
			}
			return refuse(why, wrong, "a value that the channel can hold")
		}
		out.Numbers = append(out.Numbers, c)
		if p.Kind == KindState && len(p.States) > 0 {
			out.Texts = append(out.Texts, p.States[int(c)])
		}
	}
	return out, nil
}

// convert returns n as a channel of p's kind stores it.
func convert(n float64, p Present) (c float64, wrong string) {
	whole := func(least, most float64) (float64, string) {
		switch {
		case n != math.Trunc(n):
			return n, "the channel holds whole numbers"
		case n < least || n > most:
			return n, fmt.Sprintf("the channel holds %.0f to %.0f", least, most)
		}
		return n, ""
	}
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return n, "it is not a finite number"
	case p.Kind == KindFloat32:
		if c = float64(float32(n)); math.IsInf(c, 0) {
			return n, "the channel holds numbers of single precision"
		}
		return c, ""
	case p.Kind == KindInteger:
		return whole(p.Least, p.Most)
	case p.Kind == KindState && len(p.States) > 0:
		return whole(0, float64(len(p.States)-1))
	case p.Kind == KindState:
		return whole(0, math.MaxUint16)
	}
	return n, ""
}

// element holds one element of a canonical value to all entries.
func element(channel string, entries interlock.ChannelGrants, v interlock.ChannelValue, p Present, i int) *interlock.Breach {
	if p.Kind == KindText {
		return entries.CheckText(channel, v.Texts[i])
	}
	if b := entries.CheckNumber(channel, v.Numbers[i]); b != nil {
		return b
	}
	name := ""
	if i < len(v.Texts) {
		name = v.Texts[i]
	}
	for k := range entries {
		e := &entries[k]
		if e.States != nil && !slices.Contains(e.States, name) {
			return &interlock.Breach{Violation: interlock.StateNotAllowed, Channel: channel, Grant: e, Allowed: fmt.Sprintf("one of %q", e.States),
				Message: fmt.Sprintf("put of %s to %s is refused: that state is not listed", interlock.ChannelValue{Numbers: v.Numbers[i : i+1], Texts: v.Texts[min(i, len(v.Texts)):min(i+1, len(v.Texts))]}, channel)}
		}
		if e.DriveLimits && p.Unsaid {
			return &interlock.Breach{Violation: interlock.DriveLimitExceeded, Channel: channel, Grant: e, Allowed: "a put to a channel that has drive limits",
				Message: fmt.Sprintf("put to %s is refused: it is held to the record's own drive limits, and the server does not say what they are", channel)}
		}
		if e.DriveLimits && p.Low < p.High && !(v.Numbers[i] >= p.Low && v.Numbers[i] <= p.High) {
			return &interlock.Breach{Violation: interlock.DriveLimitExceeded, Channel: channel, Grant: e, Allowed: fmt.Sprintf("%g to %g", p.Low, p.High),
				Message: fmt.Sprintf("put of %g to %s is refused: the record's own drive limits are %g to %g", v.Numbers[i], channel, p.Low, p.High)}
		}
	}
	return nil
}

// steps holds the distance from the present value to all entries, element by
// element. A step of a text means nothing, and CheckText has refused it.
func steps(channel string, entries interlock.ChannelGrants, v interlock.ChannelValue, p Present) *interlock.Breach {
	for i, n := range v.Numbers {
		known := i < len(p.Value.Numbers)
		present := 0.0
		if known {
			present = p.Value.Numbers[i]
		}
		if b := entries.CheckStep(channel, n, present, known); b != nil {
			if v.Array {
				b.Message += fmt.Sprintf(" (element %d)", i)
			}
			return b
		}
	}
	return nil
}
