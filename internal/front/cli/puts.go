package cli

import (
	"fmt"
	"strings"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// puts says what a run put to equipment, or, rehearsed, would have.
func (c *call) puts(r *apiv1.Run) {
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
		line := fmt.Sprintf("%s  %s -> %s  %s", p.Channel, p.Old, p.Value, p.Status)
		if p.Reason != "" {
			line += ": " + p.Reason
		}
		lines = append(lines, line)
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more: `interlock ledger query --run %s --kind put` has all", more, r.ID))
	}
	head := "put to equipment:"
	if r.Rehearsed {
		head = "rehearsed: nothing was sent; these puts were held back:"
		if len(lines) == 0 {
			head = "rehearsed: nothing was put"
		}
	}
	if len(lines) > 0 || r.Rehearsed {
		c.say("%s", strings.Join(append([]string{head}, lines...), "\n  "))
	}
	if r.DependsOnHeldPut {
		c.say("a channel was read after a put had been held back: a run whose puts are sent may do something else")
	}
}
