package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// finished is a run that ended, in this process or in a daemon: what is printed of
// it is made from the same object in both cases.
type finished struct {
	run  *apiv1.Run
	json []byte // run as it is printed, with its newline; nil where run was changed
	code interlock.ExitCode
	// modules are the files beside the script that reasons quote; source is the script
	// where the caller does not have it.
	modules []interlock.Module
	source  []byte
	// noticed is what was said about the run as it began.
	noticed []string
}

// ended says how a run ended, in one write, so that nothing comes between: the
// warnings and reasons, the error with its hint, and where everything is. What was
// noticed already is not said again.
func (c *call) ended(s *interlock.Submission, f *finished) {
	r := f.run
	shown := *s
	shown.Modules = f.modules
	if shown.Source == nil {
		shown.Source = f.source
	}
	why(&shown, &interlock.Decision{Warnings: r.Decision.Warnings, Reasons: unanswered(r)}, c.say)
	for _, w := range r.Observed.Weaker {
		c.say("weaker on this host: %s", w)
	}
	for _, n := range r.Observed.Notes {
		if !slices.Contains(f.noticed, n) {
			c.say("note: %s", n)
		}
	}
	c.puts(r)
	c.refusals(r.Refused, r.More)
	if e := r.Error; e != nil && !told(r) {
		c.fail(&interlock.Error{Message: unrepeated(e.Message, r.Decision.Reasons), Hint: unsaid(e.Hint, r.Refused), Line: e.Line})
	}
	c.say("%s", strings.Join(append([]string{fmt.Sprintf("run %s %s", r.ID, words(r))}, places(r)...), "\n  "))
}

// unanswered are the reasons that still say something: what asked for approval was approved
// where the code ran.
func unanswered(r *apiv1.Run) []interlock.Reason {
	if !r.Observed.Started {
		return r.Decision.Reasons
	}
	return slices.DeleteFunc(slices.Clone(r.Decision.Reasons), func(x interlock.Reason) bool { return x.Effect == interlock.NeedsApproval })
}

// refusals says what the run tried and was refused.
func (c *call) refusals(refused []interlock.Refusal, more int) {
	for i, r := range refused {
		if i >= maxReasons {
			more += r.Count
			continue
		}
		c.say("refused during the run: %s\n  hint: %s", visible.Line(r.String()), visible.Line(r.Hint))
	}
	if more > 0 {
		c.say("refused during the run: and %d more", more)
	}
}

// unsaid is hint, or "" where a refusal during the run was just shown with it.
func unsaid(hint string, refused []interlock.Refusal) string {
	for _, r := range refused {
		if r.Hint != "" && strings.HasSuffix(hint, r.Hint) {
			return ""
		}
	}
	return hint
}

// told reports whether the error is one of the reasons, which were just shown.
func told(r *apiv1.Run) bool {
	for _, reason := range r.Decision.Reasons {
		if reason.Message == r.Error.Message && reason.Effect == interlock.Deny {
			return true
		}
	}
	return false
}

// unrepeated is message without the reason that ends it, which was just shown: JSON
// has the whole, because an error there stands by itself.
func unrepeated(message string, reasons []interlock.Reason) string {
	for _, r := range reasons {
		if short, ok := strings.CutSuffix(message, ": "+r.Message); ok && r.Message != "" {
			return short
		}
	}
	return message
}

func words(r *apiv1.Run) string {
	word := strings.ReplaceAll(string(r.Status), "_", " ")
	if r.Status == interlock.Errored {
		word = "ended in an error"
	}
	if r.Observed.Started {
		word += fmt.Sprintf(" after %.2f s", r.Observed.WallMS/1000)
		if l := r.Observed.Level; l == nil || *l == interlock.NoIsolation.String() {
			word += ", WITHOUT ISOLATION"
		}
	}
	return word
}

// places are the lines that end everything: workspace, figures, notebook.
func places(r *apiv1.Run) (lines []string) {
	if r.Workspace != "" && r.Observed.Started {
		lines = append(lines, fmt.Sprintf("workspace  %s%s", r.Workspace, counted(len(r.Artifacts), "file")))
	}
	if n := len(r.Figures); n > 0 {
		lines = append(lines, fmt.Sprintf("figures    %s%s", filepath.Dir(r.Figures[0].PNG), counted(n, "figure")))
	}
	if r.Notebook != "" {
		lines = append(lines, "notebook   "+r.Notebook)
	}
	return lines
}

func counted(n int, what string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " (1 " + what + ")"
	}
	return fmt.Sprintf(" (%d %ss)", n, what)
}
