package approval

import (
	"fmt"
	"math"
	"slices"

	"github.com/interlock-run/interlock"
)

// Rehearsal is an ended run of the same submission whose puts were held back.
type Rehearsal struct {
	Run       string              `json:"run"` // its id
	Equipment interlock.Equipment `json:"equipment"`
	Refused   []interlock.Refusal `json:"refused,omitempty"`
	Status    interlock.Status    `json:"status"`

	// What it was of, to see that it is of the same submission.
	Submission string             `json:"submission"` // its Submission.Digest
	Policy     string             `json:"policy"`
	Who        interlock.Identity `json:"who"`
}

// of reports why r is no rehearsal of s, or nil.
func (r *Rehearsal) of(s *interlock.Submission, d *interlock.Decision) error {
	wanted := *s
	wanted.Rehearse = true
	var why string
	switch {
	case !r.Equipment.Rehearsed:
		why = "it was no rehearsal"
	case !same(r.Who, s.Who):
		why = "somebody else rehearsed it"
	case r.Submission != wanted.Digest():
		why = "it was of other code, arguments or inputs"
	case r.Policy != d.PolicyDigest:
		why = "it ran under another policy"
	case r.Status != interlock.Succeeded:
		why = fmt.Sprintf("it did not end well (%s)", r.Status)
	case r.Equipment.PutsMore > 0:
		why = fmt.Sprintf("it made %d puts more than a request can hold", r.Equipment.PutsMore)
	default:
		return nil
	}
	return &interlock.Error{Kind: interlock.Workflow, Name: "no_rehearsal", Code: interlock.ExitRefused,
		Message: fmt.Sprintf("run %s cannot stand for this request: %s", r.Run, why), Hint: "rehearse it anew: `interlock run --rehearse --request FILE`"}
}

// held are the puts that the run is held to, each with the tolerance of its
// channel's own entries. It is never nil: a rehearsal without puts holds to none.
func (r *Rehearsal) held(gs interlock.ChannelGrants) []interlock.HeldPut {
	out := []interlock.HeldPut{}
	for _, p := range r.Equipment.Puts {
		out = append(out, interlock.HeldPut{Channel: p.Channel, Value: p.New, Tolerance: toleranceOf(gs.For(p.Channel), p.New)})
	}
	return out
}

// toleranceOf is the tightest that an entry names for v; none is exact.
func toleranceOf(gs interlock.ChannelGrants, v interlock.ChannelValue) (t interlock.Tolerance) {
	first := true
	for _, g := range gs {
		if g.Tolerance == (interlock.Tolerance{}) {
			continue
		}
		if first || within(g.Tolerance, v) < within(t, v) {
			t, first = g.Tolerance, false
		}
	}
	return t
}

// within is how far t lets the element of v differ that it lets differ most.
func within(t interlock.Tolerance, v interlock.ChannelValue) (most float64) {
	if t.Absolute != 0 {
		return t.Absolute
	}
	for _, n := range v.Numbers {
		most = max(most, math.Abs(n)*t.Percent/100)
	}
	return most
}

// Narrow is how an approver narrows what is granted. Nothing in it can widen: a
// tolerance counts where it is the tighter one, and limits are added to those of a
// channel that is granted already.
type Narrow struct {
	Tolerance *interlock.Tolerance     `json:"tolerance,omitempty"` // of every put of the rehearsal; zero is exact
	Channels  []interlock.ChannelGrant `json:"channels,omitempty"`
}

// IsZero reports whether n narrows nothing.
func (n Narrow) IsZero() bool { return n.Tolerance == nil && len(n.Channels) == 0 }

// check reports what of n would narrow nothing, or grant something.
func (n Narrow) check(r *Request) error {
	if n.Tolerance != nil && r.Rehearsal == nil {
		return bad("no_rehearsal", "there is no rehearsal whose puts a tolerance could be about", "leave --tolerance out, or narrow a channel: --narrow CHANNEL=MIN..MAX")
	}
	for _, c := range n.Channels {
		canonical, err := interlock.CanonicalChannel(c.Match)
		if err != nil || canonical != c.Match {
			return bad("usage", fmt.Sprintf("--narrow takes the plain name of one channel, and %q is none", c.Match), "write for example --narrow SR:HCM1:SP=-1..1")
		}
		if _, _, breach := r.Grant.Channels.Granted(canonical); breach != nil {
			return bad("not_granted", fmt.Sprintf("%s is not granted, so there is nothing to narrow", canonical), "`interlock approvals show "+r.ID+"` lists what is")
		}
	}
	return nil
}

// granted is g as everybody who approved r narrowed it.
func (r *Request) granted(g interlock.Grant) interlock.Grant {
	g.Channels = slices.Clone(g.Channels)
	if r.Rehearsal != nil {
		g.Held = r.Rehearsal.held(g.Channels)
	}
	for _, a := range r.Approvals {
		g.Channels = append(g.Channels, a.Narrow.Channels...)
		for i := range g.Held {
			if t := a.Narrow.Tolerance; t != nil && within(*t, g.Held[i].Value) < within(g.Held[i].Tolerance, g.Held[i].Value) {
				g.Held[i].Tolerance = *t
			}
		}
	}
	return g
}

func bad(name, message, hint string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: name, Message: message, Hint: hint, Code: interlock.ExitUsage}
}
