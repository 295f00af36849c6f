package policy

import (
	"fmt"
	"regexp"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Expression is one entry of rules: a condition over a submission and its facts,
// and what follows where it is true. It only ever tightens.
type Expression struct {
	Name    string     `json:"name" jsonschema:"pattern=^[a-z0-9][a-z0-9_-]*$" jsonschema_description:"A name of its own, in reasons and in the record: no-night-shifts."`
	When    When       `json:"when" jsonschema_description:"A CEL expression over facts, submission and now that is true or false."`
	Effect  RuleEffect `json:"effect" jsonschema_description:"What follows where it is true: deny, needs_approval or warn."`
	Message string     `json:"message" jsonschema_description:"What a person is told: what is refused and why."`
	Hint    string     `json:"hint,omitempty" jsonschema_description:"What would be allowed, or whom to ask."`

	strictyaml.Place `json:"-"`
}

// When is the text of a condition with where it stands.
type When struct {
	Text string
	strictyaml.Place
}

// maxWhen bounds the text of one condition, in bytes, and maxRules their number.
const (
	maxWhen  = 4096
	maxRules = 200
)

// DecodeYAML implements strictyaml.Decoder.
func (w *When) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if w.Place = n.Place; !c.Want(n, strictyaml.String, `a CEL expression in quotes: 'submission.mode == "write_access"'`) {
		return
	}
	if w.Text = n.Text; len(n.Text) > maxWhen {
		c.Fault(n, fmt.Sprintf("an expression of %d bytes; at most %d are read", len(n.Text), maxWhen), "several rules")
		w.Text = ""
	}
}

// RuleEffect is what a rule does.
type RuleEffect string

// DecodeYAML implements strictyaml.Decoder.
func (e *RuleEffect) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if n.Kind == strictyaml.String && n.Text == "allow" {
		c.Fault(n, "a rule can only tighten: nothing that another rule refuses is allowed by it", "deny, needs_approval or warn; or leave the rule out")
		return
	}
	word(n, c, (*string)(e), "deny", "needs_approval", "warn")
}

// effect is e as decisions know it; what is none denies.
func (e RuleEffect) effect() interlock.Effect {
	switch e {
	case "needs_approval":
		return interlock.NeedsApproval
	case "warn":
		return interlock.Warn
	}
	return interlock.Deny
}

var ruleName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// DecodeYAML implements strictyaml.Decoder.
func (x *Expression) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	type plain Expression
	c.Into(n, (*plain)(x))
	if x.Place = n.Place; n.Kind != strictyaml.Mapping {
		return
	}
	for _, need := range []string{"name", "when", "effect", "message"} {
		if n.Get(need) == nil {
			c.Fault(n, "a rule has no "+need, `{name: no-night-shifts, when: 'now.getHours("Europe/Zurich") >= 22', effect: needs_approval, message: "the night shift has nobody to watch"}`)
		}
	}
	if n.Get("name") != nil && !ruleName.MatchString(x.Name) {
		c.Fault(n, fmt.Sprintf("%q is not the name of a rule", x.Name), "small letters, digits, - and _: no-night-shifts")
	}
	if n.Get("message") != nil && strings.TrimSpace(x.Message) == "" {
		c.Fault(n, "the message is empty", "what is refused and why, for who is refused")
	}
}

// expressions applies the rules in force, in their order; it means nothing for
// the effect, because each can only tighten.
func (v *verdict) expressions() {
	if len(v.p.rules) == 0 {
		return
	}
	in := newRuleInput(v.s, v.f, v.mode)
	for i := range v.p.rules {
		rule := &v.p.rules[i]
		hit, _, err := rule.holds(in)
		x := rule.said
		r := interlock.Reason{Rule: "rules." + x.Name, Effect: x.Effect.effect(), Policy: policyLine(x.Place), Message: x.Message, Hint: x.Hint}
		switch {
		case err != nil:
			r.Effect = interlock.Deny
			r.Message = fmt.Sprintf("rule %s could not be evaluated, so it refuses: %v", x.Name, err)
			r.Hint = fmt.Sprintf("ask the operator to correct it (%s)", place(x.Place))
			v.add(r)
		case hit:
			r.Source = rule.source(in)
			v.add(r)
		}
	}
}
