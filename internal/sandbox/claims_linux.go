package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// Bounds that no policy changes: they keep what a run can make the supervisor
// hold, write to the ledger and show, to what is fit for that.
const (
	maxShown     = 32 << 20  // bytes of displays and figures together; each byte is held about eight times before it is stored
	maxValues    = 1 << 20   // JSON values in them and in results; each takes a hundred bytes of memory, however short
	maxHeard     = 96 << 20  // bytes of all frames; what comes after is not looked at
	maxMimes     = 64        // representations, and members of metadata, of one display
	maxDenied    = 100       // different refusals by the guards
	maxWords     = 1 << 10   // bytes of a name or a sentence
	maxMessage   = 32 << 10  // bytes of an exception's message
	maxTraceback = 256 << 10 // bytes of its traceback
	maxLines     = 2000      // lines of its traceback
	frameRoom    = 1 << 20   // bytes of a frame beside what a limit of the policy counts
)

// listener collects what the code says of itself, within the limits of the
// grant. What it leaves out it counts, and says so in the end.
type listener struct {
	plan    *confine.Plan
	limits  interlock.Resources
	claims  interlock.Claims
	room    int            // bytes of displays and figures that may still come
	values  int            // JSON values that may still come
	cut     map[string]int // by limit: things that were left out
	denials map[denialKey]int
	broken  bool   // something came that is no frame
	results string // why there are no results, as the code reported
}

type denialKey struct {
	rule, name string
	line       int
}

func (c *child) listen() *listener {
	return &listener{plan: c.plan, limits: c.grant.Resources, room: maxShown, values: maxValues, cut: map[string]int{}, denials: map[denialKey]int{}}
}

// hear reads frames until the other end closes or misbehaves. It never lets the
// run wait for the supervisor.
func (l *listener) hear(r io.Reader) *listener {
	most := int(max(l.limits.Figure, l.limits.Results)) + frameRoom
	for total := 0; total < maxHeard; {
		f, n, err := readFrame(r, most)
		if err != nil {
			l.broken = errors.Is(err, errNoFrame) // and not where the run was killed in the midst of one
			break
		}
		total += n
		l.take(f, n)
	}
	if n, _ := io.Copy(io.Discard, r); n > 0 {
		l.broken = true
	}
	return l
}

func (l *listener) take(f frame, size int) {
	switch f.T {
	case "display":
		l.shown(&l.claims.Outputs, "outputs", l.limits.Outputs, f, size)
	case "figure":
		f.Kind = ""
		l.shown(&l.claims.Figures, "figures", l.limits.Figures, f, size)
	case "results":
		if n := values(f.JSON); int64(len(f.JSON)) > l.limits.Results || n > l.values {
			l.cut["results"]++
		} else {
			l.claims.Results, l.values = f.JSON, l.values-n
		}
	case "results_error":
		l.results = words(f.Message)
	case "cut":
		if l.plan.Limit(f.Limit) != nil {
			l.cut[f.Limit] += clamp(f.Count)
		}
	case "error":
		l.claims.Error = &interlock.Raised{Name: head(f.Name, maxWords), Message: head(f.Message, maxMessage),
			Traceback: lines(f.Traceback), Line: f.Line, Syntax: f.Syntax}
	case "denied":
		l.denied(f)
	case "denied_more":
		l.claims.DeniedMore += clamp(f.Count)
	}
}

// shown adds a display or figure to list, if the limits have room for it.
func (l *listener) shown(list *[]interlock.Output, limit string, most int, f frame, size int) {
	out := interlock.Output{Kind: "display_data"}
	if f.Kind == "execute_result" {
		out.Kind = f.Kind
	}
	switch {
	case int64(size) > l.limits.Figure:
		l.cut["figure"]++
		return
	case len(*list) >= most:
		l.cut[limit]++
		return
	}
	n := values(f.Data) + values(f.Metadata)
	if size > l.room || n > l.values {
		l.cut["together"]++
		return
	}
	var ok1, ok2 bool
	out.Data, ok1 = members(f.Data)
	out.Metadata, ok2 = members(f.Metadata)
	if !ok1 || !ok2 {
		l.cut["members"]++
		return
	}
	l.room, l.values = l.room-size, l.values-n
	*list = append(*list, out)
}

// denied adds a refusal, or counts it with an equal one.
func (l *listener) denied(f frame) {
	d := interlock.Denied{Rule: head(f.Rule, maxWords), Name: head(f.Name, maxWords), Message: head(f.Message, maxWords), Line: f.Line, Count: max(1, clamp(f.Count))}
	key := denialKey{d.Rule, d.Name, d.Line}
	i, known := l.denials[key]
	switch {
	case known && f.Count > 0: // the sum so far
		l.claims.Denied[i].Count = max(l.claims.Denied[i].Count, d.Count)
	case known:
		l.claims.Denied[i].Count = clamp(l.claims.Denied[i].Count + 1)
	case len(l.claims.Denied) >= maxDenied:
		l.claims.DeniedMore += d.Count
	default:
		l.denials[key] = len(l.claims.Denied)
		l.claims.Denied = append(l.claims.Denied, d)
	}
}

// said returns the claims, and in words what is missing from them.
func (l *listener) said() (interlock.Claims, []string) {
	var notes []string
	note := func(limit, format string) {
		if n := l.cut[limit]; n > 0 {
			notes = append(notes, fmt.Sprintf(format, n))
		}
	}
	held := func(limit string) string {
		h := l.plan.Limit(limit)
		return fmt.Sprintf("limit %s of %s (held by %s)", h.Value, "resources."+limit, h.By)
	}
	note("outputs", "%d displayed things were not kept: "+held("outputs")+" reached")
	note("figures", "%d figures were not kept: "+held("figures")+" reached")
	note("figure", "%d figures or displayed things were not kept, or not in every form: larger than the "+held("figure")+"; save them with savefig() or save_artifact()")
	note("together", fmt.Sprintf("%%d figures or displayed things were not kept: together they are more than %s, or more than %d numbers and texts", confine.Size(maxShown), maxValues))
	note("members", fmt.Sprintf("%%d displayed things were not kept: they have no form to show, or more than %d", maxMimes))
	if l.cut["results"] > 0 {
		notes = append(notes, "the variable results was not kept: larger than the "+held("results")+fmt.Sprintf(", or more than %d numbers and texts", maxValues)+"; save it with save_artifact()")
	}
	if l.results != "" {
		notes = append(notes, "the variable results was not kept: "+l.results+" (as the code reported)")
	}
	if l.broken {
		notes = append(notes, "the code wrote to Interlock's own channel, or too much of it; what it said there after that was not kept")
	}
	return l.claims, append(notes, l.refusals()...)
}

// refusals tells of refusals that the end of the run need not show: those that
// the code caught and made again.
func (l *listener) refusals() []string {
	total := l.claims.DeniedMore
	for _, d := range l.claims.Denied {
		total += d.Count
	}
	if total < 2 {
		return nil
	}
	const named = 3
	var what []string
	for _, d := range l.claims.Denied[:min(len(l.claims.Denied), named)] {
		text := words(d.Name)
		if d.Line > 0 {
			text += fmt.Sprintf(" in line %d", d.Line)
		}
		if d.Count > 1 {
			text += fmt.Sprintf(", %d times", d.Count)
		}
		what = append(what, text)
	}
	note := fmt.Sprintf("inside Python the code was refused %d times (as the code reported): %s", total, strings.Join(what, "; "))
	if n := len(l.claims.Denied) - len(what); n > 0 || l.claims.DeniedMore > 0 {
		rest := l.claims.DeniedMore
		for _, d := range l.claims.Denied[len(what):] {
			rest += d.Count
		}
		note += fmt.Sprintf("; and %d more", rest)
	}
	return []string{note}
}

// members reads an object of at most maxMimes members. null has none.
func members(raw json.RawMessage) (map[string]json.RawMessage, bool) {
	out := map[string]json.RawMessage{}
	if len(raw) == 0 || string(raw) == "null" {
		return out, true
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for dec.More() {
		name, err := dec.Token()
		key, ok := name.(string)
		var value json.RawMessage
		if err != nil || !ok || len(key) > maxWords || len(out) == maxMimes || dec.Decode(&value) != nil {
			return nil, false
		}
		out[key] = value
	}
	return out, true
}

// values counts the values in raw, and a few more: what stands before a comma, and
// the first of each list and object.
func values(raw json.RawMessage) (n int) {
	text := false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case !text && (c == ',' || c == '[' || c == '{'):
			n++
		}
	}
	return n
}

// lines reads a list of texts within the bounds of a traceback.
func lines(raw json.RawMessage) []string {
	out := []string{}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return out
	}
	for room := maxTraceback; dec.More(); {
		var line string
		if dec.Decode(&line) != nil {
			return out
		}
		if room -= len(line); room < 0 || len(out) == maxLines {
			return append(out, "[the rest of the traceback is cut]\n")
		}
		out = append(out, line)
	}
	return out
}

// head is the start of s, at a whole character.
func head(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// words is text of the code's own, fit to stand in a sentence of Interlock's.
func words(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, head(s, maxWords))
}

// clamp makes a number that the code chose one that can be added up.
func clamp(n int) int { return min(max(n, 0), 1<<40) }
