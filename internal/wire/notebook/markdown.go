package notebook

import (
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// maxReasons bounds the Markdown cell; the metadata and the ledger have all.
const maxReasons = 50

// markdown is the text of the first cell: what was decided, how the run was
// isolated, how it ended.
func markdown(s *interlock.Submission, r *interlock.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## Interlock run %s: %s\n\n", plain(r.ID), plain(string(r.Status)))
	row(&b, "Script", plain(s.Name))
	if s.Description != "" {
		row(&b, "Description", plain(s.Description))
	}
	if !r.Started.IsZero() {
		row(&b, "Started", plain(r.Started.UTC().Format("2006-01-02 15:04:05 UTC")))
	}
	row(&b, "Decision", plain(r.Decision.Effect.String()))
	row(&b, "Mode", plain(r.Mode.String()))
	row(&b, "Isolation", plain(isolation(&r.Observed)))
	if r.Observed.Started {
		row(&b, "Exit", plain(exit(r.Observed.Exit)))
	}
	if l := r.Observed.Limit; l != nil {
		row(&b, "Limit reached", plain(fmt.Sprintf("%s %s, held by %s", l.Name, l.Value, l.By)))
	}
	list(&b, "Warnings", r.Decision.Warnings)
	reasons(&b, s, r.Decision.Reasons)
	list(&b, "Limits held in a weaker form on this host", r.Observed.Weaker)
	list(&b, "Notes", r.Observed.Notes)
	list(&b, "Refused during the run", refusals(&r.Observed))
	failed(&b, r.Error)
	return b.String()
}

func refusals(o *interlock.Observed) (out []string) {
	for _, r := range o.Refused {
		out = append(out, r.String()+"; "+r.Hint)
	}
	if o.RefusedMore > 0 {
		out = append(out, fmt.Sprintf("and %d more", o.RefusedMore))
	}
	return out
}

func row(b *strings.Builder, name, value string) { fmt.Fprintf(b, "- **%s**: %s\n", name, value) }

func isolation(o *interlock.Observed) string {
	switch {
	case !o.Started:
		return "nothing ran"
	case o.Level == interlock.NoIsolation:
		return "NONE: the code ran with all rights of the user"
	}
	return o.Level.String()
}

func exit(e interlock.Exit) string {
	if e.Signal != "" {
		return fmt.Sprintf("status %d, ended by %s", e.Code, e.Signal)
	}
	return fmt.Sprintf("status %d", e.Code)
}

func list(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n", title)
	for _, item := range items {
		fmt.Fprintf(b, "- %s\n", plain(item))
	}
}

// reasons are shown in the words and lines of every other interface (N8), as
// text that Markdown leaves alone.
func reasons(b *strings.Builder, s *interlock.Submission, all []interlock.Reason) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\n### Reasons\n")
	for _, r := range all[:min(len(all), maxReasons)] {
		verbatim(b, reason.Render(r, sourceOf(s, r.Source.File)))
	}
	if n := len(all) - maxReasons; n > 0 {
		fmt.Fprintf(b, "\nand %d more, in this cell's metadata\n", n)
	}
}

func sourceOf(s *interlock.Submission, file string) []byte {
	if file == "" {
		return s.Source
	}
	for _, m := range s.Modules {
		if m.Path == file {
			return m.Source
		}
	}
	return nil
}

// verbatim writes text between fences that are longer than any in it.
func verbatim(b *strings.Builder, text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(b, "\n%stext\n%s\n%s\n", fence, text, fence)
}

func failed(b *strings.Builder, e *interlock.Error) {
	if e == nil {
		return
	}
	fmt.Fprintf(b, "\n### Error\n\n**%s**: %s", plain(e.Name), plain(e.Message))
	if e.Line > 0 {
		fmt.Fprintf(b, " \\(line %d\\)", e.Line)
	}
	b.WriteString("\n")
	if e.Hint != "" {
		fmt.Fprintf(b, "\n%s\n", plain(e.Hint))
	}
}

// markup is what Markdown, its autolinks and its formulas begin with.
const markup = "\\`*_{}[]()#.!|~$:@"

var entities = map[rune]string{'<': "&lt;", '>': "&gt;", '&': "&amp;"}

// plain returns s as Markdown that shows exactly s, on one line, with control and
// bidi characters visible: names and messages hold the submitter's words, and a
// link or an image in them would be fetched by whoever reads the notebook.
func plain(s string) string {
	var b strings.Builder
	for _, r := range visible.Line(s) {
		if e := entities[r]; e != "" {
			b.WriteString(e)
			continue
		}
		if r < 0x80 && strings.IndexByte(markup, byte(r)) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
