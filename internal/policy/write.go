package policy

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Writes is which channels a run in write_access may put, and what.
type Writes struct {
	LimitsFile optional[LimitsFile]  `json:"limits_file,omitempty" jsonschema_description:"A channel_limits.json: every channel it lists may be put within its limits. In the folder of this file, or an absolute path. Without this key and without channels no put is granted."`
	Channels   optional[[]WriteRule] `json:"channels,omitempty" jsonschema_description:"Channels that may be put, with their limits. Where several entries match a channel each of them holds."`
	Deny       []Channel             `json:"deny,omitempty" jsonschema_description:"Channels that are never put, whatever else lists them. Adds to the list of what this policy extends."`
}

// LimitsFile names a channel_limits.json.
type LimitsFile struct {
	Text string
	strictyaml.Place
}

// DecodeYAML implements strictyaml.Decoder.
func (l *LimitsFile) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "the name of a .json file beside this one, or its absolute path"
	if l.Place = n.Place; !c.Want(n, strictyaml.String, hint) {
		return
	}
	if l.Text = n.Text; !strings.HasSuffix(n.Text, ".json") || strings.HasPrefix(n.Text, "~") || strings.Contains("/"+n.Text+"/", "/../") ||
		!strings.HasPrefix(n.Text, "/") && strings.ContainsAny(n.Text, `/\`) {
		c.Fault(n, fmt.Sprintf("%q is not a limits file", n.Text), hint)
	}
}

// WriteRule is one entry of control_system.epics.write.channels.
type WriteRule struct {
	Match       Channel             `json:"match" jsonschema_description:"The channel: * is any text, ? any character. X.VAL is X; any other field has to be named: X.DRVH."`
	Min         optional[Number]    `json:"min,omitempty" jsonschema_description:"The least value; itself allowed."`
	Max         optional[Number]    `json:"max,omitempty" jsonschema_description:"The greatest value; itself allowed."`
	MaxStep     optional[Number]    `json:"max_step,omitempty" jsonschema_description:"The most a put may differ from the channel's present value."`
	States      optional[[]string]  `json:"states,omitempty" jsonschema_description:"The only states of an enumeration that may be put, by name."`
	DriveLimits optional[bool]      `json:"drive_limits,omitempty" jsonschema_description:"true holds a put to the record's own DRVL and DRVH too, as they are then; without it the server would clamp the value silently."`
	Rate        optional[Rate]      `json:"rate,omitempty" jsonschema_description:"The most puts to one channel in a second, minute or hour."`
	Budget      optional[Count]     `json:"budget,omitempty" jsonschema_description:"The most puts to one channel in one run."`
	Verify      optional[Verify]    `json:"verify,omitempty" jsonschema_description:"none (default): the put was sent; callback: the server says it was processed; readback: the channel reads back as put."`
	Tolerance   optional[Tolerance] `json:"tolerance,omitempty" jsonschema_description:"How far a read-back may be off: a number, or a percentage of the value. With verify: readback only; default 0.1%."`

	strictyaml.Place `json:"-"`
}

// DecodeYAML implements strictyaml.Decoder.
func (r *WriteRule) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	type plain WriteRule
	r.Place = n.Place
	if c.Into(n, (*plain)(r)); n.Kind != strictyaml.Mapping {
		return
	}
	r.Place = n.Place
	if at := n.Get("match"); at == nil {
		c.Fault(n, "a granted channel has no match", `{match: "SR:HCM*:SP", min: -5, max: 5}`)
	} else if message, hint := patternFault(r.Match.Match); message != "" {
		c.At("match").Fault(at, message, hint)
	}
	for _, bad := range r.contradictions() {
		c.Fault(n, bad[0], bad[1])
	}
}

// patternFault says what is wrong with a pattern of channels to put.
func patternFault(pattern string) (message, hint string) {
	name := strings.NewReplacer("*", "x", "?", "x").Replace(pattern)
	if _, err := interlock.CanonicalChannel(name); err != nil {
		return fmt.Sprintf("%q is not a pattern of channels: %v", pattern, err), `a pattern of records such as "SR:HCM*:SP", or of one field of them such as "SR:HCM*.DRVH"`
	}
	if i := strings.LastIndexByte(pattern, '.'); i >= 0 && strings.ContainsAny(pattern[i:], "*?") {
		return fmt.Sprintf("%q grants fields by a wildcard", pattern), "each field by its name: " + pattern[:i] + ".DRVH"
	}
	return "", ""
}

// contradictions are pairs of what is wrong and what to write.
func (r *WriteRule) contradictions() (bad [][2]string) {
	add := func(wrong bool, message, hint string) {
		if wrong {
			bad = append(bad, [2]string{message, hint})
		}
	}
	numbers := r.Min.Set || r.Max.Set || r.MaxStep.Set
	add(r.Min.Set && r.Max.Set && r.Min.V > r.Max.V, fmt.Sprintf("min %v is above max %v, so no value is allowed", r.Min.V, r.Max.V), "min: the smaller one; a channel that must not be put goes into deny")
	add(r.MaxStep.Set && r.MaxStep.V <= 0, fmt.Sprintf("max_step %v allows no change", r.MaxStep.V), "a number above 0; a channel that must not be put goes into deny")
	add(r.States.Set && numbers, "states are names, and min, max and max_step are about numbers", "one of the two")
	add(r.States.Set && len(r.States.V) == 0, "an empty list of states allows no value", "states: [Off, On]; a channel that must not be put goes into deny")
	add(r.Tolerance.Set && r.Verify.V != Verify(interlock.VerifyReadback), "a tolerance without a read-back means nothing", "verify: readback")
	add(r.Tolerance.Set && r.States.Set, "a state is read back as itself, so it has no tolerance", "leave tolerance out")
	return bad
}

// Number is a finite number.
type Number float64

// DecodeYAML implements strictyaml.Decoder.
func (v *Number) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	switch n.Kind {
	case strictyaml.Int:
		*v = Number(n.Int)
	case strictyaml.Float:
		*v = Number(n.Float)
	default:
		c.Want(n, strictyaml.Float, "a number: 5, -0.5, 1.0e-3")
	}
	if math.IsNaN(float64(*v)) || math.IsInf(float64(*v), 0) {
		c.Fault(n, fmt.Sprintf("%s is not a finite number", n.Text), "a finite number")
		*v = 0
	}
}

// Rate is at most so many puts in a time.
type Rate interlock.Rate

var ratePattern = regexp.MustCompile(`^([1-9][0-9]{0,8})/(s|min|h)$`)

// DecodeYAML implements strictyaml.Decoder.
func (r *Rate) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "so many in a second, minute or hour: 10/s, 30/min, 100/h"
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	m := ratePattern.FindStringSubmatch(n.Text)
	if m == nil {
		c.Fault(n, fmt.Sprintf("%q is not a rate", n.Text), hint)
		return
	}
	r.Count, _ = strconv.Atoi(m[1]) // the pattern has digits only
	r.Per = map[string]time.Duration{"s": time.Second, "min": time.Minute, "h": time.Hour}[m[2]]
}

// Verify says how a put is known to have worked.
type Verify string

// DecodeYAML implements strictyaml.Decoder.
func (v *Verify) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	word(n, c, (*string)(v), "none", "callback", "readback")
}

// Tolerance is an absolute distance or a percentage.
type Tolerance interlock.Tolerance

var percentPattern = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?%$`)

// DecodeYAML implements strictyaml.Decoder.
func (t *Tolerance) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = `a number above 0, or a percentage: 0.05 or 0.1%`
	var v float64
	switch {
	case n.Kind == strictyaml.Int:
		v = float64(n.Int)
		t.Absolute = v
	case n.Kind == strictyaml.Float:
		v = n.Float
		t.Absolute = v
	case n.Kind == strictyaml.String && percentPattern.MatchString(n.Text):
		v, _ = strconv.ParseFloat(strings.TrimSuffix(n.Text, "%"), 64) // the pattern has a number only
		t.Percent = v
	default:
		c.Fault(n, fmt.Sprintf("%s is not a tolerance", n.Text), hint)
		return
	}
	if !(v > 0) || math.IsInf(v, 0) { // so that NaN is refused
		c.Fault(n, fmt.Sprintf("a tolerance of %s", n.Text), hint)
		*t = Tolerance{}
	}
}

// granted is r as a grant carries it.
func (r *WriteRule) granted() interlock.ChannelGrant {
	name, _ := canonicalPattern(r.Match.Match)
	g := interlock.ChannelGrant{Match: name, Writable: true, Min: floatOf(r.Min), Max: floatOf(r.Max), MaxStep: floatOf(r.MaxStep), States: r.States.V, DriveLimits: r.DriveLimits.V,
		Rate: interlock.Rate(r.Rate.V), Budget: int(r.Budget.V), Verify: interlock.Verify(r.Verify.V), Tolerance: interlock.Tolerance(r.Tolerance.V), Policy: policyLine(r.Place)}
	if g.Verify == "" {
		g.Verify = interlock.VerifyNone
	}
	if g.Verify == interlock.VerifyReadback && g.States == nil && !r.Tolerance.Set {
		g.Tolerance = defaultTolerance
	}
	return g
}

// defaultTolerance is that of channel_limits.json.
var defaultTolerance = interlock.Tolerance{Percent: 0.1}

// canonicalPattern is a pattern as it is compared with canonical names.
func canonicalPattern(pattern string) (string, bool) {
	return strings.CutSuffix(strings.TrimPrefix(strings.TrimPrefix(pattern, "ca://"), "pva://"), ".VAL")
}

func floatOf(v optional[Number]) *float64 {
	if !v.Set {
		return nil
	}
	f := float64(v.V)
	return &f
}
