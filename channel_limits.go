package interlock

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Violation names what a put breaks. The first seven are the names that users of
// channel_limits.json know (X13).
type Violation string

const (
	UnlistedChannel     Violation = "UNLISTED_CHANNEL"            // no entry grants it
	ReadOnlyChannel     Violation = "READ_ONLY_CHANNEL"           // an entry says that it must not be put
	MinExceeded         Violation = "MIN_EXCEEDED"                // below the least value
	MaxExceeded         Violation = "MAX_EXCEEDED"                // above the greatest value
	MaxStepExceeded     Violation = "MAX_STEP_EXCEEDED"           // too far from the present value
	StepCheckFailed     Violation = "STEP_CHECK_FAILED"           // the present value is not known
	LimitsUnavailable   Violation = "LIMITS_DATABASE_UNAVAILABLE" // the limits cannot be read
	NotFinite           Violation = "VALUE_NOT_FINITE"            // NaN or infinite
	NotNumeric          Violation = "VALUE_NOT_NUMERIC"           // text for a channel with numeric limits
	StateNotAllowed     Violation = "STATE_NOT_ALLOWED"           // a state that is not listed
	RateExceeded        Violation = "RATE_EXCEEDED"               // too many puts in a time
	BudgetExceeded      Violation = "BUDGET_EXCEEDED"             // too many puts in the run
	ChannelNameNotPlain Violation = "CHANNEL_NAME_NOT_PLAIN"      // a name with a modifier
	CountNotAllowed     Violation = "COUNT_NOT_ALLOWED"           // no element, or more than the channel has
	TypeNotAllowed      Violation = "TYPE_NOT_ALLOWED"            // a value that the channel's type cannot hold exactly
	DriveLimitExceeded  Violation = "DRIVE_LIMIT_EXCEEDED"        // outside the record's own DRVL and DRVH
	ModeReadOnly        Violation = "MODE_READ_ONLY"              // the run may put nothing
	WritesOff           Violation = "WRITES_OFF"                  // the kill switch is on
	PutNotApproved      Violation = "PUT_NOT_APPROVED"            // not what was approved
	PutNotRecorded      Violation = "PUT_NOT_RECORDED"            // its intent could not be recorded
	CallNotAllowed      Violation = "CALL_NOT_ALLOWED"            // what is neither a read nor a plain put
)

// Breach is why one put is refused: which violation of which entry, and what
// would be allowed.
type Breach struct {
	Violation Violation
	Channel   string // canonical, as far as it has such a name
	Message   string // a whole sentence
	Allowed   string // what would be allowed, to end a sentence
	Grant     *ChannelGrant
}

// Rate is at most Count puts in any span of Per. The zero Rate is no bound.
type Rate struct {
	Count int           `json:"count"`
	Per   time.Duration `json:"per"`
}

// Allows reports whether one more put at now keeps to r after those at before,
// in any order.
func (r Rate) Allows(before []time.Time, now time.Time) bool {
	if r.Count == 0 && r.Per == 0 {
		return true
	}
	recent := 0
	for _, t := range before {
		if now.Sub(t) < r.Per {
			recent++
		}
	}
	return recent < r.Count
}

// String is r as a policy writes it: "10/s".
func (r Rate) String() string {
	switch r.Per {
	case time.Second:
		return fmt.Sprintf("%d/s", r.Count)
	case time.Minute:
		return fmt.Sprintf("%d/min", r.Count)
	case time.Hour:
		return fmt.Sprintf("%d/h", r.Count)
	default:
		return fmt.Sprintf("%d/%s", r.Count, r.Per)
	}
}

// Tolerance is how far a value that is read back may be from the one put.
// Absolute, where it is set, wins over Percent of the value put.
type Tolerance struct {
	Absolute float64 `json:"absolute,omitempty"`
	Percent  float64 `json:"percent,omitempty"`
}

// Holds reports whether got is as good as want.
func (t Tolerance) Holds(want, got float64) bool {
	within := t.Absolute
	if within == 0 {
		within = math.Abs(want) * t.Percent / 100
	}
	return math.Abs(want-got) <= within // false for NaN
}

// Granted returns the canonical name of a channel and the entries that hold for
// it, or why no put to it is allowed.
func (gs ChannelGrants) Granted(name string) (canonical string, hit ChannelGrants, breach *Breach) {
	canonical, err := CanonicalChannel(name)
	if err != nil {
		return name, nil, &Breach{Violation: ChannelNameNotPlain, Channel: name, Message: "a put to it is refused: " + err.Error(), Allowed: "a record, or a record and a field"}
	}
	hit = gs.For(canonical)
	for i := range hit {
		if !hit[i].Writable {
			return canonical, nil, &Breach{Violation: ReadOnlyChannel, Channel: canonical, Grant: &hit[i],
				Message: fmt.Sprintf("put to %s is refused: %s must not be written", canonical, hit[i].Match), Allowed: "reading it"}
		}
	}
	if n := gs.without(hit); n >= 0 {
		return canonical, nil, &Breach{Violation: UnlistedChannel, Channel: canonical,
			Message: fmt.Sprintf("put to %s is refused: no entry%s grants it", canonical, gs.ofLayer(n)), Allowed: gs.layer(n).list()}
	}
	return canonical, hit, nil
}

// list is the granted channels for a sentence, cut where there are many.
func (gs ChannelGrants) list() string {
	var names []string
	for _, g := range gs {
		if g.Writable && !slices.Contains(names, g.Match) {
			names = append(names, g.Match)
		}
	}
	switch {
	case len(names) == 0:
		return "no channel"
	case len(names) > 8:
		return strings.Join(names[:8], ", ") + fmt.Sprintf(" and %d more", len(names)-8)
	}
	return strings.Join(names, ", ")
}

// CheckNumber holds one element of a numeric put to all entries, which are those
// that [ChannelGrants.Granted] returned. One bad element refuses the whole put.
func (gs ChannelGrants) CheckNumber(canonical string, v float64) *Breach {
	for i := range gs {
		if b := gs[i].checkNumber(canonical, v); b != nil {
			return b
		}
	}
	return nil
}

func (g *ChannelGrant) checkNumber(channel string, v float64) *Breach {
	refuse := func(why Violation, sentence string) *Breach {
		return &Breach{Violation: why, Channel: channel, Grant: g, Allowed: g.values(),
			Message: fmt.Sprintf("put of %s to %s is refused: %s", number(v), channel, sentence)}
	}
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return refuse(NotFinite, "it is not a finite number")
	case g.Min != nil && !(v >= *g.Min): // written so that a limit that is NaN refuses
		return refuse(MinExceeded, "the least is "+number(*g.Min))
	case g.Max != nil && !(v <= *g.Max): // as above
		return refuse(MaxExceeded, "the most is "+number(*g.Max))
	}
	return nil
}

// CheckStep holds the distance of v from the present value to all entries. known
// is false where the present value cannot be read: then a bound on it refuses.
func (gs ChannelGrants) CheckStep(canonical string, v, present float64, known bool) *Breach {
	for i := range gs {
		g := &gs[i]
		refuse := func(why Violation, sentence string) *Breach {
			return &Breach{Violation: why, Channel: canonical, Grant: g, Allowed: "a step of at most " + number(*g.MaxStep),
				Message: fmt.Sprintf("put of %s to %s is refused: %s", number(v), canonical, sentence)}
		}
		switch {
		case g.MaxStep == nil:
		case !known || math.IsNaN(present) || math.IsInf(present, 0):
			return refuse(StepCheckFailed, "its present value cannot be read, and a step is bounded")
		case !(math.Abs(v-present) <= *g.MaxStep+rounding*max(math.Abs(v), math.Abs(present))): // so that NaN refuses
			return refuse(MaxStepExceeded, fmt.Sprintf("it is %s from the present %s, and the most is %s", number(math.Abs(v-present)), number(present), number(*g.MaxStep)))
		}
	}
	return nil
}

// rounding is how far, in parts of the values, a difference of two numbers may be off
// only because they have 53 bits: 0.4 is no more than 0.1 from 0.3.
const rounding = 4.0 / (1 << 53)

// CheckText holds a put of text, the name of a state or a string, to all entries.
// Text for a channel with numeric limits is refused, not converted: a server
// reads "0x64" as 100 and "55 A" as 55.
func (gs ChannelGrants) CheckText(canonical, text string) *Breach {
	for i := range gs {
		g := &gs[i]
		refuse := func(why Violation, sentence string) *Breach {
			return &Breach{Violation: why, Channel: canonical, Grant: g, Allowed: g.values(),
				Message: fmt.Sprintf("put of %s to %s is refused: %s", quoted(text), canonical, sentence)}
		}
		switch {
		case g.Min != nil || g.Max != nil || g.MaxStep != nil:
			return refuse(NotNumeric, "its limits are numbers")
		case g.States != nil && !slices.Contains(g.States, text):
			return refuse(StateNotAllowed, "that state is not listed")
		}
	}
	return nil
}

// values is what g allows, to end a sentence.
func (g *ChannelGrant) values() string {
	switch {
	case g.States != nil:
		return "one of " + strings.Join(g.States, ", ")
	case g.Min != nil && g.Max != nil:
		return number(*g.Min) + " to " + number(*g.Max)
	case g.Min != nil:
		return number(*g.Min) + " or more"
	case g.Max != nil:
		return number(*g.Max) + " or less"
	}
	return "a finite number"
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Describe is all that g asks of a put, in words: "-5 to 5, a step of at most 1".
func (g *ChannelGrant) Describe() string {
	words := []string{g.values()}
	add := func(is bool, format string, args ...any) {
		if is {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	if g.MaxStep != nil {
		words = append(words, "a step of at most "+number(*g.MaxStep))
	}
	add(g.DriveLimits, "within the record's drive limits")
	add(g.Rate != Rate{}, "at most %s", g.Rate)
	add(g.Budget > 0, "at most %d in a run", g.Budget)
	add(g.Verify == VerifyReadback, "read back")
	return strings.Join(words, ", ")
}
