package interlock

import (
	"fmt"
	"strings"
	"unicode"
)

// ChannelGrant is one entry of the list of what a run may put to equipment. The
// zero value matches nothing and permits nothing.
//
// Every entry that matches a channel holds for it: entries only ever tighten
// each other, so their order means nothing. A channel that none matches is not
// granted.
type ChannelGrant struct {
	// Match is a canonical channel name in which * is any text and ? any character.
	// It covers the field that it names, and VAL where it names none.
	Match string `json:"match"`
	// Writable is false for what is listed so that no other entry can grant it.
	Writable bool     `json:"writable"`
	Min      *float64 `json:"min,omitempty"` // the least value, itself allowed; nil is none
	Max      *float64 `json:"max,omitempty"`
	MaxStep  *float64 `json:"max_step,omitempty"` // the most a put may differ from the present value
	States   []string `json:"states,omitempty"`   // the only states of an enumeration; nil is any
	// DriveLimits holds puts to the record's own DRVL and DRVH too, as they are then.
	DriveLimits bool `json:"drive_limits,omitempty"`
	// Rate and Budget count the puts of one run to one channel, over all protocols
	// and spellings of its name. A Budget of 0 is no bound.
	Rate      Rate       `json:"rate,omitzero"`
	Budget    int        `json:"budget,omitempty"`
	Verify    Verify     `json:"verify"`
	Tolerance Tolerance  `json:"tolerance,omitzero"` // of Verify readback
	Policy    PolicyLine `json:"policy"`
	// Layer is which of Layers lists the entry is from, counted from 0. Where several
	// policies hold together each has a layer, see [ChannelGrants.And]; a Layers of 0 is 1.
	Layer  int `json:"layer,omitempty"`
	Layers int `json:"layers,omitempty"`
}

// ChannelGrants is all of a run's entries. A channel is granted where an entry of
// every layer lets it be put. Whether it is, [ChannelGrants.Granted] says, and
// nothing else: one entry alone does not.
type ChannelGrants []ChannelGrant

// Verify says how a put is known to have worked.
type Verify string

// The words of Verify, from the least to the most.
const (
	VerifyNone     Verify = "none"     // the put was sent
	VerifyCallback Verify = "callback" // the server says that it was processed
	VerifyReadback Verify = "readback" // the channel reads back as what was put
)

// CanonicalChannel is the one name under which a channel is granted, counted and
// recorded: without ca:// or pva://, and X for X.VAL. A name that holds more than
// a record and a field is an error, because its modifier could mean anything.
func CanonicalChannel(name string) (string, error) {
	plain := name
	for _, scheme := range []string{"ca://", "pva://"} {
		plain = strings.TrimPrefix(plain, scheme)
	}
	odd := func(r rune) bool { return r <= ' ' || !unicode.IsPrint(r) || strings.ContainsRune("{}$*?\"'\\", r) }
	// A range of a field is that field: X.DRVH[0:0] reads X.DRVH. In a record's own name
	// brackets mean nothing.
	_, field, _ := strings.Cut(plain, ".")
	if plain == "" || strings.IndexFunc(plain, odd) >= 0 || strings.Contains(plain, "://") || strings.ContainsAny(field, "[]") {
		return "", fmt.Errorf("%q is not the plain name of a channel", name)
	}
	if plain = strings.TrimSuffix(strings.TrimSuffix(plain, ".VAL"), "."); plain == "" {
		return "", fmt.Errorf("%q names no record", name)
	}
	return plain, nil
}

// splitField returns a canonical name or pattern without its field, and the field.
func splitField(name string) (record, field string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return name, ""
}

// Matches reports whether g is about the channel called canonical.
func (g *ChannelGrant) Matches(canonical string) bool {
	if g.Match == "" {
		return false
	}
	pattern, want := splitField(g.Match)
	record, field := splitField(canonical)
	if want == field && MatchGlob(pattern, record) {
		return true
	}
	// What must not be written must not be written by any of its fields, or of theirs.
	for i, c := range canonical {
		if c == '.' && !g.Writable {
			if record, field = splitField(canonical[:i]); want == field && MatchGlob(pattern, record) {
				return true
			}
		}
	}
	return false
}

// For returns the entries about the channel called canonical.
func (gs ChannelGrants) For(canonical string) (hit ChannelGrants) {
	for i := range gs {
		if gs[i].Matches(canonical) {
			hit = append(hit, gs[i])
		}
	}
	return hit
}

// MayMatch reports whether any channel that pattern stands for is granted, as far
// as the entries that grant can tell: one that must not be written may be it.
func (gs ChannelGrants) MayMatch(pattern string) bool {
	record, field := splitField(strings.TrimSuffix(pattern, ".VAL"))
	byField, layers := map[string][]records{}, gs.layers()
	for i := range gs {
		granted, ofField := splitField(gs[i].Match)
		sameField := field == ofField || strings.ContainsAny(field, "*?") || field == "" && strings.HasSuffix(record, "*")
		if !gs[i].Writable || !sameField || !globsMeet([]rune(granted), []rune(record)) {
			continue
		}
		if layers == 1 {
			return true
		}
		if byField[ofField] == nil {
			byField[ofField] = make([]records, layers)
		}
		if n := gs[i].Layer; n >= 0 && n < layers {
			byField[ofField][n].add(granted)
		}
	}
	for _, of := range byField {
		if layersMeet(record, of) {
			return true
		}
	}
	return false
}
