package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// showRequest is everything that an approver is to see, and that the digest is over.
// What the submitter wrote stands after a bar or on one visible line, so that it cannot
// pass for Interlock's words.
func (c *call) showRequest(r *apiv1.Request) {
	row := func(name, format string, args ...any) {
		c.print("%-12s %s\n", name, visible.Line(fmt.Sprintf(format, args...)))
	}
	row("run", "%s", r.ID)
	row("state", "%s, until %s", spaced(r.State), local(r.Expires))
	row("asked by", "%s, %s", r.Who.Named(), local(r.Asked))
	row("needs", "%s", r.Demand)
	for _, a := range r.Approvals {
		row("approved by", "%s, %s%s", a.Who.Named(), local(a.At), narrowed(a))
	}
	if e := r.Ended; e != nil {
		row(r.State, "by %s, %s %s", e.Who.Named(), local(e.At), brief(e.Reason, 200))
	}
	row("script", "%s", r.Name)
	row("says", "%s", quoted(r.Description))
	for i, a := range r.Args {
		row(fmt.Sprintf("argument %d", i+1), "%s", brief(a, 300))
	}
	for _, in := range r.Inputs {
		row("input", "%s", in)
	}
	if r.StdinBytes > 0 {
		row("stdin", "%d bytes: %s", r.StdinBytes, brief(string(r.Stdin[:min(len(r.Stdin), 200)]), 100))
	}
	row("mode", "%s", r.Mode)
	if r.Grant.Rehearse {
		row("", "a rehearsal: no put leaves it")
	}
	for name, list := range map[string][]string{"network": r.Grant.Endpoints, "programs": r.Grant.Commands, "may write": r.Grant.Files.Write} {
		if len(list) > 0 {
			row(name, "%s", strings.Join(list, ", "))
		}
	}
	row("python", "%s", cmp.Or(r.Grant.Environment.Interpreter, "python3"))
	row("policy", "%s", r.Decision.Policy)
	row("digest", "%s", r.Digest)
	c.requestReasons(r)
	c.requestChannels(r)
	c.requestRehearsal(r)
	c.code("the code", r.Source, marks(r, ""))
	for _, m := range r.Modules {
		c.code("module "+visible.Line(m.Path), m.Source, marks(r, m.Path))
	}
}

func narrowed(v apiv1.Verdict) string {
	text := ""
	if v.Self {
		text += ", self-approved"
	}
	if t := v.Tolerance; t != nil {
		text += fmt.Sprintf(", tolerance %g", t.Absolute)
		if t.Percent != 0 {
			text = strings.TrimSuffix(text, fmt.Sprintf("%g", t.Absolute)) + fmt.Sprintf("%g%%", t.Percent)
		}
	}
	for i := range v.Narrowed {
		text += fmt.Sprintf(", %s narrowed to %s", v.Narrowed[i].Match, v.Narrowed[i].Describe())
	}
	return text
}

func quoted(text string) string {
	if text == "" {
		return "(nothing)"
	}
	return "\"" + brief(text, 300) + "\""
}

// requestReasons are the policy's words, without the snippets: the code follows.
func (c *call) requestReasons(r *apiv1.Request) {
	for _, w := range r.Decision.Warnings {
		if !slices.ContainsFunc(r.Decision.Reasons, func(x interlock.Reason) bool { return x.Message == w }) {
			c.print("%s\n", visible.Line(w))
		}
	}
	for _, x := range r.Decision.Reasons {
		c.print("%s\n", reason.Render(x, nil))
	}
}

// requestChannels says what the analysis knows of the puts, and how surely.
func (c *call) requestChannels(r *apiv1.Request) {
	c.print("analysis: writes %s, reads %s", r.Facts.Control.Writes, r.Facts.Control.Reads)
	if !r.Facts.Complete {
		c.print("; NOT COMPLETE, it may do more than is listed")
	}
	c.print("\n")
	for _, a := range r.Facts.Accesses {
		if a.Op != interlock.OpRead {
			c.print("  %s %s%s by %s, %s%s, %s\n", a.Op, visible.Line(channels(a.Channels)), visible.Line(written(a)), a.API, a.Certainty, often(a.Times), reason.Position(a.Pos))
		}
	}
	for _, u := range r.Facts.Unresolved {
		c.print("  unresolved: %s (%s), %s\n", visible.Line(u.What), visible.Line(u.Why), reason.Position(u.Pos))
	}
	for i := range r.Channels {
		g := &r.Channels[i]
		word := g.Describe()
		if !g.Writable {
			word = "must not be written"
		}
		c.print("  granted %s: %s\n", visible.Line(g.Match), word)
	}
}

func (c *call) requestRehearsal(r *apiv1.Request) {
	if r.Grant.Rehearse {
		return
	}
	if r.Rehearsal == nil {
		c.print("not rehearsed: nobody has seen which values it would put\n")
		return
	}
	c.print("rehearsed as run %s; if it is approved, it is held to these puts:\n", r.Rehearsal.Run)
	c.putTable(r.Rehearsal.Puts, r.Rehearsal.Refused, r.Rehearsal.DependsOnHeldPut)
}

// mark is what stands before a line of code.
type mark map[int]rune

// marks are the lines that write, or may write, to equipment.
func marks(r *apiv1.Request, file string) mark {
	m := mark{}
	for _, a := range r.Facts.Accesses {
		if a.Op != interlock.OpRead && a.File == file {
			m[a.Line] = 'W'
		}
	}
	for _, u := range r.Facts.Unresolved {
		if u.Writes && u.File == file && m[u.Line] == 0 {
			m[u.Line] = '?'
		}
	}
	return m
}

// code shows a file with its lines numbered and marked: W writes to equipment, ? may.
// Long lines go on after an arrow; nothing is left out.
func (c *call) code(what string, source []byte, m mark) {
	if source == nil {
		c.print("%s is no longer kept here; the ledger has it\n", what)
		return
	}
	c.print("%s (W writes to equipment, ? may):\n", what)
	const columns = 110
	text := strings.ReplaceAll(strings.ReplaceAll(string(source), "\r\n", "\n"), "\r", "\n")
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		sign := m[i+1]
		if sign == 0 {
			sign = ' '
		}
		rest := []rune(visible.Line(strings.ReplaceAll(line, "\t", "    ")))
		c.print("%c %5d | %s\n", sign, i+1, string(rest[:min(len(rest), columns)]))
		for len(rest) > columns {
			rest = rest[columns:]
			c.print("%c     ↳ | %s\n", sign, string(rest[:min(len(rest), columns)]))
		}
	}
}
