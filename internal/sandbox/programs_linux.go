package sandbox

import (
	"strconv"

	"github.com/interlock-run/interlock"
)

// programs puts down what the run started and what it was refused to start, as
// far as that was seen: where the grant has no commands, nobody looks, and
// Landlock alone refuses.
func (c *child) programs(o *interlock.Observed) {
	r := c.proc.Execs()
	for _, e := range r.Started {
		s := interlock.Started{Path: e.Path, Argv: e.Argv, Count: e.Count, SeenBy: "claimed"}
		if e.Copied {
			s.SeenBy = "supervisor"
		}
		if s.Argv == nil {
			s.Argv = []string{}
		}
		o.Commands = append(o.Commands, s)
	}
	d := c.grant.Denials.Commands
	for _, e := range r.Refused {
		name := strconv.QuoteToASCII(e.Path)
		name = name[1 : len(name)-1]
		o.Refused = append(o.Refused, interlock.Refusal{Kind: "command", What: name, Count: e.Count, Rule: d.Rule, Policy: d.Policy,
			Message: d.At(d.Command(name)), Hint: interlock.AllowCommand(name, d.Has...), SeenBy: "supervisor"})
	}
	o.RefusedMore += r.RefusedMore
}
