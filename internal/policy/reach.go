package policy

import (
	"fmt"
	"net/netip"
	"path"
	"strings"

	interlock "github.com/interlock-run/interlock"
)

func shown(before, text, after string) string {
	if text == "" {
		return ""
	}
	if r := []rune(text); len(r) > 60 {
		text = string(r[:60]) + "…"
	}
	return before + text + after
}

// loopback reports whether host is the run's own: each run has its own loopback.
func loopback(host string) bool {
	if host = strings.TrimSuffix(strings.ToLower(host), "."); host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// badInput says why a caller may not pass in.
func (p *Policy) badInput(in string, mode interlock.ExecutionMode) (interlock.Reason, bool) {
	r := interlock.Reason{Rule: "filesystem.forbid", Effect: interlock.Deny, Hint: "pass another file or folder, or copy what is needed out of it"}
	if !path.IsAbs(in) {
		r.Message = fmt.Sprintf("input %q is refused: it is not an absolute path", in)
		return r, true
	}
	for _, name := range []string{path.Clean(in), resolve(in)} {
		switch one := ownIn(name); one {
		case "":
		case name:
			r.Rule, r.Message, r.Hint = "filesystem.read", fmt.Sprintf("input %s is refused: no run sees the host's", in), ownHint
			return r, true
		default:
			r.Rule, r.Message, r.Hint = "filesystem.read", fmt.Sprintf("input %s is refused: a run has a %s of its own in it", in, one), "pass what is needed in it, each by itself"
			return r, true
		}
	}
	for _, name := range []string{path.Clean(in), resolve(in)} {
		if f, bad := p.forbidden(name, mode); bad {
			r.Policy = policyLine(f.at)
			r.Message = fmt.Sprintf("input %s is refused: no run may see %s", in, f.path)
			return r, true
		}
	}
	return r, false
}

func (v *verdict) inputs() {
	for _, in := range v.s.Inputs {
		if r, bad := v.p.badInput(in, v.mode); bad {
			v.add(r)
		}
	}
}

// reads holds reads of channels that the code spells out to the policy. What
// analysis does not know cannot be held here; the gateway holds it.
func (v *verdict) reads() {
	rules := v.p.doc.ControlSystem.EPICS.Read
	for _, a := range v.f.Accesses {
		if a.Op != interlock.OpRead || a.System != "epics" || a.Channels.Kind != "exact" || !counts(a.Certainty) {
			continue
		}
		for _, name := range a.Channels.Values {
			v.readOf(name, rules, a.Pos)
		}
	}
}

// readOf holds one read to the lists as the gateway will: ca://X and X.VAL are X, and a
// pattern stands for all fields of its records.
func (v *verdict) readOf(name string, rules Channels, at interlock.Pos) {
	lists := func(c Channel) bool {
		canonical, err := interlock.CanonicalChannel(name)
		if err != nil {
			return glob(c.Match, name) // the gateway refuses the name
		}
		match, _ := canonicalPattern(c.Match)
		return interlock.ChannelPattern{Match: match}.Matches(canonical)
	}
	r := interlock.Reason{Effect: interlock.Deny, Source: at, Hint: "ask the operator which channels may be read"}
	for _, d := range rules.Deny {
		if lists(d) {
			r.Rule, r.Policy = "control_system.epics.read.deny", policyLine(d.Place)
			r.Message = fmt.Sprintf("read of %s is refused: %s is denied", name, d.Match)
			v.add(r)
			return
		}
	}
	if !rules.Allow.Set {
		return
	}
	for _, a := range rules.Allow.V {
		if lists(a) {
			return
		}
	}
	r.Rule, r.Policy = "control_system.epics.read.allow", policyLine(rules.Allow.Place)
	r.Message = fmt.Sprintf("read of %s is refused: control_system.epics.read.allow does not list it", name)
	v.add(r)
}

// readable is which channels a run may read, as its grant carries them.
func (p *Policy) readable() (r interlock.ChannelReads) {
	rules := p.doc.ControlSystem.EPICS.Read
	r.Policy = policyLine(rules.Allow.Place)
	pattern := func(c Channel) interlock.ChannelPattern {
		match, _ := canonicalPattern(c.Match)
		return interlock.ChannelPattern{Match: match, Policy: policyLine(c.Place)}
	}
	for _, d := range rules.Deny {
		r.Deny = append(r.Deny, pattern(d))
	}
	for _, a := range rules.Allow.V {
		r.Allow = append(r.Allow, pattern(a))
	}
	if !rules.Allow.Set {
		r.Allow = []interlock.ChannelPattern{{Match: "*"}}
	}
	return r
}

// glob matches name against a pattern in which * is any text and ? any character.
func glob(pattern, name string) bool { return interlock.MatchGlob(pattern, name) }
