package policy

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// compileWrites collects the entries of every key. They are sorted, so that their
// order in the file means nothing for the grant either.
func (p *Policy) compileWrites() (faults strictyaml.Faults) {
	w := &p.doc.ControlSystem.EPICS.Write
	for i := range w.Channels.V {
		p.channels = append(p.channels, w.Channels.V[i].granted())
	}
	for _, d := range w.Deny {
		if message, hint := patternFault(d.Match); message != "" && d.Match != "" {
			faults = append(faults, strictyaml.Fault{Place: d.Place, Path: "control_system.epics.write.deny", Message: message, Hint: hint})
		}
		name, _ := canonicalPattern(d.Match)
		p.channels = append(p.channels, interlock.ChannelGrant{Match: name, Policy: policyLine(d.Place)})
	}
	slices.SortStableFunc(p.channels, func(a, b interlock.ChannelGrant) int {
		return cmp.Or(cmp.Compare(a.Match, b.Match), cmp.Compare(a.Policy.File, b.Policy.File), cmp.Compare(a.Policy.Line, b.Policy.Line))
	})
	return faults
}

// writesAt is where the policy says what may be put, or the zero line.
func (p *Policy) writesAt() interlock.PolicyLine {
	w := p.doc.ControlSystem.EPICS.Write
	if w.Channels.Set {
		return policyLine(w.Channels.Place)
	}
	return policyLine(w.LimitsFile.Place)
}

// puts holds the puts that the code spells out to the grants. What analysis does
// not know, and what depends on the channel's present value, is the gateway's.
func (v *verdict) puts() {
	if v.mode != interlock.WriteAccess {
		return // no put gets out
	}
	for _, a := range v.f.Accesses {
		if a.Op == interlock.OpRead || !counts(a.Certainty) {
			continue
		}
		switch {
		case a.System != "epics":
			v.ungrantable(a, "no policy of this build can grant it", "the operator can grant puts to epics channels only")
		case a.Op == interlock.OpExecute:
			v.ungrantable(a, "a policy can grant puts, and this is a call", "put to the channels that the call would change")
		default:
			v.put(a)
		}
	}
}

func (v *verdict) ungrantable(a interlock.Access, why, hint string) {
	v.add(interlock.Reason{Rule: "control_system." + cmp.Or(a.System, "unknown"), Effect: interlock.Deny, Source: a.Pos, Violation: interlock.UnlistedChannel,
		Policy: v.p.writesAt(), Message: fmt.Sprintf("%s of %s is refused: %s", a.Op, cmp.Or(strings.Join(a.Channels.Values, ", "), a.API), why), Hint: hint})
}

func (v *verdict) put(a interlock.Access) {
	switch a.Channels.Kind {
	case "exact":
		v.exactPut(a)
	case "pattern":
		for _, pattern := range a.Channels.Values {
			if !v.p.channels.MayMatch(pattern) {
				v.breach(a, &interlock.Breach{Violation: interlock.UnlistedChannel, Channel: pattern,
					Message: fmt.Sprintf("puts to %s are refused: no entry grants any of them", pattern)})
			}
		}
	default:
		if !slices.ContainsFunc(v.p.channels, func(g interlock.ChannelGrant) bool { return g.Writable }) {
			v.breach(a, &interlock.Breach{Violation: interlock.UnlistedChannel,
				Message: fmt.Sprintf("puts by %s are refused: no channel is granted", a.API)})
		}
	}
}

// exactPut checks each channel, and each value against the channels: a value may
// be meant for any one of them, so it is refused here where all of them refuse it.
func (v *verdict) exactPut(a interlock.Access) {
	granted := map[string]interlock.ChannelGrants{}
	for _, name := range a.Channels.Values {
		canonical, hit, breach := v.p.channels.Granted(name)
		if breach != nil {
			v.breach(a, breach)
			continue
		}
		granted[canonical] = hit
	}
	if a.Value.Kind == "range" {
		v.rangePut(a, granted)
		return
	}
	if a.Value.Kind != "constant" && a.Value.Kind != "set" {
		return
	}
	for _, text := range a.Value.Values {
		var first *interlock.Breach
		fits := false
		for _, name := range sortedKeys(granted) {
			b := checkText(granted[name], name, text)
			fits = fits || b == nil
			if first == nil {
				first = b
			}
		}
		if first != nil && !fits {
			v.breach(a, first)
		}
	}
}

// rangePut refuses a range that lies outside the limits of every channel and
// warns of one that may leave them.
func (v *verdict) rangePut(a interlock.Access, granted map[string]interlock.ChannelGrants) {
	if len(a.Value.Values) != 2 {
		return
	}
	lo, known := numeric(a.Value.Values[0])
	hi, also := numeric(a.Value.Values[1])
	if !known || !also {
		return
	}
	var low, high *interlock.Breach
	all := len(granted) > 0
	for _, name := range sortedKeys(granted) {
		l, h := granted[name].CheckNumber(name, lo), granted[name].CheckNumber(name, hi)
		low, high = cmp.Or(low, l), cmp.Or(high, h)
		outside := l != nil && h != nil && l.Violation == h.Violation
		all = all && outside
	}
	switch first := cmp.Or(low, high); {
	case first == nil:
	case all:
		v.breach(a, first)
	default:
		v.add(interlock.Reason{Rule: writeRule, Effect: interlock.Warn, Source: a.Pos, Policy: first.Grant.Policy, Violation: first.Violation,
			Message: fmt.Sprintf("puts of %s to %s may leave the limits of %s: a put outside them will be refused", a.Value.Values[0], a.Value.Values[1], first.Channel),
			Hint:    "allowed are values of " + first.Allowed})
	}
}

const writeRule = "control_system.epics.write"

func (v *verdict) breach(a interlock.Access, b *interlock.Breach) {
	r := interlock.Reason{Rule: writeRule, Effect: interlock.Deny, Source: a.Pos, Policy: v.p.writesAt(), Message: b.Message, Violation: b.Violation}
	switch {
	case b.Violation == interlock.UnlistedChannel:
		r.Hint = fmt.Sprintf("granted is %s; an operator who wants it writes `control_system: {epics: {write: {channels: [{match: %q, %s}]}}}` with the limits that are safe",
			cmp.Or(b.Allowed, v.p.grantedList()), cmp.Or(b.Channel, "CHANNEL"), limitsFor(a.Value))
		if had := v.p.doc.ControlSystem.EPICS.Write.Channels; len(had.V) > 0 {
			r.Hint += fmt.Sprintf(", beside what the list has (%s), because a list replaces what it extends", place(had.Place))
		}
	case b.Allowed != "":
		r.Hint = "allowed is " + b.Allowed + "; only the operator can change that"
	}
	if b.Grant != nil {
		r.Policy = b.Grant.Policy
	}
	v.add(r)
}

// limitsFor are limits that let value through and nothing else: a line that can
// be written as it stands, for the operator to widen knowingly.
func limitsFor(value interlock.Value) string {
	if value.Kind != "constant" || len(value.Values) != 1 {
		return "min: 0, max: 0"
	}
	if n, ok := numeric(value.Values[0]); !ok {
		return fmt.Sprintf("states: [%q]", value.Values[0])
	} else if math.IsNaN(n) || math.IsInf(n, 0) {
		return "min: 0, max: 0"
	} else {
		text := strconv.FormatFloat(n, 'f', -1, 64)
		return fmt.Sprintf("min: %s, max: %s", text, text)
	}
}

func (p *Policy) grantedList() string {
	_, _, b := p.channels.Granted("-")
	if b == nil {
		return "no channel"
	}
	return b.Allowed
}

// checkText holds one value, as facts spell it, to the entries of a channel.
func checkText(gs interlock.ChannelGrants, channel, text string) *interlock.Breach {
	if n, ok := numeric(text); ok {
		return gs.CheckNumber(channel, n)
	}
	return gs.CheckText(channel, text)
}

var numberPattern = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// numeric reads a value that is a number in Python and nothing else: no "0x64",
// no "55 A". Infinite and not a number are numbers, so that they are refused.
func numeric(text string) (float64, bool) {
	switch strings.ToLower(strings.TrimLeft(text, "+-")) {
	case "nan":
		return math.NaN(), true
	case "inf", "infinity":
		return math.Inf(1), true
	}
	switch text {
	case "True":
		return 1, true
	case "False":
		return 0, true
	}
	if !numberPattern.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil || math.IsInf(n, 0)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
