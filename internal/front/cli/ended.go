package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
)

// ended says how a run ended, in one write, so that nothing comes between: the
// warnings and reasons, the error with its hint, and where everything is. What was
// noticed already is not said again.
func (c *call) ended(s *interlock.Submission, r *interlock.Result, noticed []string) {
	why(s, &r.Decision, c.say)
	for _, w := range r.Observed.Weaker {
		c.say("weaker on this host: %s", w)
	}
	for _, n := range r.Observed.Notes {
		if !slices.Contains(noticed, n) {
			c.say("note: %s", n)
		}
	}
	if e := r.Error; e != nil && !told(r) {
		c.fail(e)
	}
	c.say("%s", strings.Join(append([]string{fmt.Sprintf("run %s %s", r.ID, words(r))}, places(r)...), "\n  "))
}

// told reports whether the error is one of the reasons, which were just shown.
func told(r *interlock.Result) bool {
	for _, reason := range r.Decision.Reasons {
		if reason.Message == r.Error.Message && reason.Effect == interlock.Deny {
			return true
		}
	}
	return false
}

func words(r *interlock.Result) string {
	word := strings.ReplaceAll(string(r.Status), "_", " ")
	if r.Status == interlock.Errored {
		word = "ended in an error"
	}
	if r.Observed.Started {
		word += fmt.Sprintf(" after %.2f s", r.Observed.Wall.Seconds())
		if r.Observed.Level == interlock.NoIsolation {
			word += ", WITHOUT ISOLATION"
		}
	}
	return word
}

// places are the lines that end everything: workspace, figures, notebook.
func places(r *interlock.Result) (lines []string) {
	if f := r.Folder; f.Workspace != "" && r.Observed.Started {
		lines = append(lines, fmt.Sprintf("workspace  %s%s", f.Workspace, counted(len(r.Observed.Artifacts), "file")))
	}
	if n := len(r.Claims.Figures); n > 0 && len(r.Folder.Figures) > 0 {
		lines = append(lines, fmt.Sprintf("figures    %s%s", filepath.Dir(r.Folder.Figures[0]), counted(n, "figure")))
	}
	if r.Folder.Notebook != "" {
		lines = append(lines, "notebook   "+r.Folder.Notebook)
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
