package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// puts says what a run put to equipment, or, rehearsed, would have.
func (c *call) puts(r *apiv1.Run) {
	if r.Rehearsed {
		c.rehearsed(r)
		return
	}
	var lines []string
	more := 0
	for _, p := range r.Puts {
		if p.Status == "refused" {
			continue // told with the other refusals
		}
		if len(lines) >= maxReasons {
			more++
			continue
		}
		line := fmt.Sprintf("%s  %s -> %s  %s", visible.Line(p.Channel), shownValue(p.Old), shownValue(p.Value), p.Status)
		if p.Reason != "" {
			line += ": " + visible.Line(p.Reason)
		}
		lines = append(lines, line)
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more: `interlock ledger query --run %s --kind put` has all", more, r.ID))
	}
	if len(lines) > 0 {
		c.say("%s", strings.Join(append([]string{"put to equipment:"}, lines...), "\n  "))
	}
}

// maxValue is how much of a value a line has, in bytes; a waveform has megabytes.
const maxValue = 100

// shownValue is a value for a line, cut where it is long.
func shownValue(value json.RawMessage) string {
	if len(value) <= maxValue {
		return string(value)
	}
	return strings.ToValidUTF8(string(value[:maxValue]), "") + fmt.Sprintf("… (%d bytes)", len(value))
}
