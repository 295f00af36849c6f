package interlock

import (
	"fmt"
	"strings"
	"time"
)

// Demand is what a person's approval of one run must be to count. The zero Demand
// is the strictest that can be met: one person who is not the requester.
type Demand struct {
	Approvers int `json:"approvers"` // how many people; less than one counts as one
	// Self lets the requester be one of them.
	Self bool `json:"self"`
	// Expires is how long an approval holds; 0 is that the deployment says so.
	Expires time.Duration `json:"expires"`
	// Rehearsal wants the run rehearsed, its writes held back, before it is approved.
	Rehearsal bool `json:"rehearsal"`
}

// Stricter returns the demand that meets both.
func (d Demand) Stricter(other Demand) Demand {
	out := Demand{Approvers: max(d.Approvers, other.Approvers, 1), Self: d.Self && other.Self,
		Expires: d.Expires, Rehearsal: d.Rehearsal || other.Rehearsal}
	if out.Expires == 0 || other.Expires > 0 && other.Expires < out.Expires {
		out.Expires = other.Expires
	}
	return out
}

// String is d in words, to follow "needs".
func (d Demand) String() string {
	words := []string{"a person's approval"}
	if d.Approvers > 1 {
		words[0] = fmt.Sprintf("the approval of %d people", d.Approvers)
	}
	if !d.Self {
		words = append(words, "not the requester's own")
	}
	if d.Expires > 0 {
		words = append(words, "good for "+plainTime(d.Expires))
	}
	if d.Rehearsal {
		words = append(words, "after a rehearsal")
	}
	return strings.Join(words, ", ")
}

// plainTime drops the zero parts of Go's spelling: 15m, not 15m0s.
func plainTime(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
