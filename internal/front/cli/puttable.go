package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// putTable shows puts by channel: the value before the first, the values in their
// order, limits; then what was refused.
func (c *call) putTable(puts []apiv1.Put, refused []interlock.Refusal, depends bool) {
	for _, line := range putLines(puts, refused, depends) {
		c.print("%s\n", line)
	}
}

func putLines(puts []apiv1.Put, refused []interlock.Refusal, depends bool) (lines []string) {
	by, names := map[string][]apiv1.Put{}, []string{}
	for _, p := range puts {
		if p.Status == "refused" {
			continue // told with the other refusals
		}
		name := p.Channel
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		by[name] = append(by[name], p)
	}
	for _, name := range names {
		all := by[name]
		var values []string
		for i, p := range all {
			if i == maxFacts {
				values = append(values, fmt.Sprintf("… and %d more", len(all)-i))
				break
			}
			values = append(values, plainJSON(p.Value))
		}
		lines = append(lines, fmt.Sprintf("  %s: now %s, then %s; allowed %s", visible.Line(name), plainJSON(all[0].Old), strings.Join(values, ", "), visible.Line(all[0].Limits)))
	}
	if len(names) == 0 {
		lines = append(lines, "  no put")
	}
	for _, r := range refused {
		lines = append(lines, "  REFUSED "+visible.Line(r.String()))
	}
	if depends {
		lines = append(lines, "  WARNING: it read a channel after a put was held back, so with real puts it may read, and then do, something else")
	}
	return lines
}

// plainJSON is a value for a person, cut where it is long.
func plainJSON(v json.RawMessage) string {
	if len(v) == 0 || string(v) == "null" {
		return "nothing"
	}
	return brief(string(v), 120)
}

// rehearsed says what a rehearsal would have put, on standard error as all of
// Interlock's words.
func (c *call) rehearsed(r *apiv1.Run) {
	refused := slices.DeleteFunc(slices.Clone(r.Refused), func(x interlock.Refusal) bool { return x.Kind != "put" })
	c.say("rehearsed, no put left; it would put\n%s", strings.Join(putLines(r.Puts, refused, r.DependsOnHeldPut), "\n"))
	if r.PutsMore > 0 {
		c.say("and %d more puts, which the ledger has", r.PutsMore)
	}
}
