package interlock

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ChannelReads is which channels a run may read. The zero value is none.
type ChannelReads struct {
	Allow  []ChannelPattern `json:"allow,omitempty"`
	Deny   []ChannelPattern `json:"deny,omitempty"` // wins over Allow
	Policy PolicyLine       `json:"policy"`         // of the list that does not allow
	// Also is what holds besides, where two policies do: a channel is readable only
	// where both say so.
	Also *ChannelReads `json:"also,omitempty"`
}

// ChannelPattern is a pattern of channels and where it stands in the policy.
type ChannelPattern struct {
	Match  string     `json:"match"` // canonical; a record without a field stands for all its fields
	Policy PolicyLine `json:"policy"`
}

// Matches reports whether p is about the channel called canonical.
func (p ChannelPattern) Matches(canonical string) bool {
	if p.Match == "" {
		return false
	}
	record, _ := splitField(canonical)
	first, _, _ := strings.Cut(canonical, ".") // servers differ in which dot ends the record
	return MatchGlob(p.Match, canonical) || MatchGlob(p.Match, record) || MatchGlob(p.Match, first)
}

// Refuses returns why the channel of that name may not be read, or nil. It says
// the same whether or not there is such a channel.
func (r ChannelReads) Refuses(name string) *Refusal {
	canonical, err := CanonicalChannel(name)
	if err != nil {
		name = strconv.Quote(name) // which may hold a newline, and the next line of a report
	}
	refuse := func(why, rule string, at PolicyLine) *Refusal {
		return &Refusal{Kind: "read", What: name, Count: 1, Rule: "control_system.epics.read." + rule, Policy: at, SeenBy: "gateway",
			Message: fmt.Sprintf("reading %s is refused: %s", name, why),
			Hint:    fmt.Sprintf("an operator who wants it writes `control_system: {epics: {read: {allow: [%q]}}}`", name)}
	}
	if err != nil {
		return refuse(err.Error(), "allow", r.Policy)
	}
	if i := slices.IndexFunc(r.Deny, func(p ChannelPattern) bool { return p.Matches(canonical) }); i >= 0 {
		return refuse("control_system.epics.read.deny lists it", "deny", r.Deny[i].Policy)
	}
	if !slices.ContainsFunc(r.Allow, func(p ChannelPattern) bool { return p.Matches(canonical) }) {
		return refuse("control_system.epics.read.allow does not list it", "allow", r.Policy)
	}
	if r.Also != nil {
		return r.Also.Refuses(name)
	}
	return nil
}

// And returns what both allow.
func (r ChannelReads) And(other ChannelReads) ChannelReads {
	if r.Also != nil {
		other = r.Also.And(other)
	}
	r.Also = &other
	return r
}

// HeldPut is one put that a run is held to.
type HeldPut struct {
	Channel   string       `json:"channel"`
	Value     ChannelValue `json:"value"`
	Tolerance Tolerance    `json:"tolerance,omitzero"`
}
