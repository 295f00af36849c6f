// Package reason says why, in the same words on every interface (N8): the
// command line, the web, an agent's tool and a notebook all print what [Render]
// returns.
//
// A rendered reason has, where they are known: the effect and the message; the
// line of the source with a caret under the column; the rule and where in the
// policy it stands; and what would be allowed. Text that the submitter wrote is
// shown with control and bidirectional characters as escapes, and a long line
// is cut to a window around the column, so that neither can hide what follows.
//
// It does not protect against look-alike letters in the source.
package reason

import (
	"fmt"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

var words = map[interlock.Effect]string{
	interlock.Deny:          "refused",
	interlock.NeedsApproval: "needs approval",
	interlock.Warn:          "warning",
	interlock.Allow:         "note",
}

// Render returns r as lines of text without a newline at the end. source is the
// file that r.Source is a position in; nil, or one too short, leaves the snippet out.
func Render(r interlock.Reason, source []byte) string {
	lines := []string{word(r) + ": " + visible.Text(r.Message)}
	if at := Position(r.Source); at != "" {
		lines = append(lines, "  at "+at)
	}
	if snippet := SnippetAt(source, r.Source); snippet != "" {
		lines = append(lines, snippet)
	}
	if rule := Rule(r); rule != "" {
		lines = append(lines, "  rule: "+rule)
	}
	if r.Hint != "" {
		lines = append(lines, "  hint: "+visible.Text(r.Hint))
	}
	return strings.Join(lines, "\n")
}

// word is what r begins with. That code is not Python is its own fault and not the
// policy's word: it ends with the status of failed code.
func word(r interlock.Reason) string {
	if r.Rule == "syntax" {
		return "error"
	}
	return Effect(r.Effect)
}

// Effect is the word a person reads for e; an unknown effect is a refusal.
func Effect(e interlock.Effect) string {
	if w, ok := words[e]; ok {
		return w
	}
	return words[interlock.Deny]
}

// Position is p in words, or "" where the line is not known.
func Position(p interlock.Pos) string {
	if p.Line <= 0 {
		return ""
	}
	at := fmt.Sprintf("line %d", p.Line)
	if p.Cell > 0 {
		at = fmt.Sprintf("cell %d line %d", p.Cell, p.CellLine)
	}
	if p.Column > 0 {
		at += fmt.Sprintf(", column %d", p.Column)
	}
	if p.File != "" {
		at = visible.Line(p.File) + ", " + at
	}
	return at
}

// Rule is the rule's id with the file and line it stands at, as far as known.
func Rule(r interlock.Reason) string {
	at := visible.Line(r.Policy.File)
	if at != "" && r.Policy.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, r.Policy.Line)
	}
	switch {
	case at == "":
		return r.Rule
	case r.Rule == "":
		return at
	}
	return r.Rule + " (" + at + ")"
}
