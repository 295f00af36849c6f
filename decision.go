package interlock

import "fmt"

// Effect is what a decision or a rule does. The zero value refuses, and a
// smaller effect is the stricter one.
type Effect uint8

const (
	Deny Effect = iota
	NeedsApproval
	Warn
	Allow
)

var effectNames = [...]string{Deny: "deny", NeedsApproval: "needs_approval", Warn: "warn", Allow: "allow"}

// String returns deny, needs_approval, warn or allow; an unknown value denies.
func (e Effect) String() string {
	if int(e) < len(effectNames) {
		return effectNames[e]
	}
	return effectNames[Deny]
}

// ParseEffect returns the effect named s; an unknown word is an error and denies.
func ParseEffect(s string) (Effect, error) {
	for i, n := range effectNames {
		if n == s {
			return Effect(i), nil
		}
	}
	return Deny, fmt.Errorf("unknown effect %q: want deny, needs_approval, warn or allow", s)
}

// MarshalText implements encoding.TextMarshaler.
func (e Effect) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with ParseEffect.
func (e *Effect) UnmarshalText(b []byte) (err error) {
	*e, err = ParseEffect(string(b))
	return err
}

// Decision is the verdict of the policy steps on one submission.
type Decision struct {
	Effect   Effect        `json:"effect"`
	Mode     ExecutionMode `json:"mode"`
	Warnings []string      `json:"warnings"`
	Reasons  []Reason      `json:"reasons"`

	// PolicyDigest names the version of the policy in force (P11).
	PolicyDigest string `json:"policy_digest,omitempty"`
	// Approval is what an approval must be where Effect is NeedsApproval; else nil.
	Approval *Demand `json:"approval,omitempty"`
	// Grant is the draft of what the run may do. It is meaningful only where
	// Effect is not Deny.
	Grant Grant `json:"-"`
}

// Reason is one rule's word on the submission, in the same text on every
// interface (N8).
type Reason struct {
	Rule    string     `json:"rule"`   // e.g. "imports.deny"
	Effect  Effect     `json:"effect"` // what this rule alone would do
	Policy  PolicyLine `json:"policy"`
	Source  Pos        `json:"source"`
	Message string     `json:"message"` // what was refused and why
	Hint    string     `json:"hint"`    // what would be allowed, or what to type
	// Violation names the limit of a channel that is broken; "" where it is another rule.
	Violation Violation `json:"violation,omitempty"`
}

// PolicyLine is where a rule stands.
type PolicyLine struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Add records a reason and tightens the decision to its effect. Nothing loosens
// a decision.
func (d *Decision) Add(r Reason) {
	d.Reasons = append(d.Reasons, r)
	d.Effect = min(d.Effect, r.Effect)
}
