package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/reason"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// say writes Interlock's own words to standard error, one write a call. A person
// who closed standard error does not hear them.
func (c *call) say(format string, args ...any) {
	text := c.aimed(visible.Text(fmt.Sprintf(format, args...)))
	_, _ = io.WriteString(c.stderr, "interlock: "+strings.TrimRight(text, "\n")+"\n")
}

// print writes a command's own answer to standard output, where it is remembered if it
// cannot be written.
func (c *call) print(format string, args ...any) {
	_, _ = io.WriteString(c.stdout, visible.Text(fmt.Sprintf(format, args...)))
}

// object writes one object of JSON to standard output.
func (c *call) object(v any) error {
	b, err := apiv1.Encode(v)
	if err != nil {
		return err
	}
	_, _ = c.stdout.Write(b) // it is remembered, as all that cannot be written
	return nil
}

// fail shows e and returns its exit code.
func (c *call) fail(e *interlock.Error) interlock.ExitCode {
	at := ""
	if e.Line > 0 {
		at = fmt.Sprintf(" (line %d)", e.Line)
	}
	text := fmt.Sprintf("error: %s%s", e.Error(), at)
	if e.Hint != "" {
		text += "\n  hint: " + e.Hint
	}
	c.say("%s", text)
	return e.Code
}

// failJSON prints the object of a command that could not do its work. That of a
// run or a check keeps their form.
func (c *call) failJSON(cmd command, e *interlock.Error) interlock.ExitCode {
	var v any = failed{Schema: apiv1.Schema, Status: string(interlock.Errored), Error: apiv1.Failure(e)}
	if r, ok := cmd.(*runCommand); ok {
		v = apiv1.Failed(r.File, e)
	}
	if err := errors.Join(c.object(v), c.stdout.lost()); err != nil {
		return c.fail(e)
	}
	return e.Code
}

type failed struct {
	Schema int          `json:"schema"`
	Status string       `json:"status"`
	Error  *apiv1.Error `json:"error"`
}

// wantsJSON looks for the flag where the command line could not be parsed.
func wantsJSON(args []string) bool {
	for i, a := range args {
		if a == "--format=json" || a == "--format" && i+1 < len(args) && args[i+1] == "json" {
			return true
		}
	}
	return false
}

// why shows the warnings and reasons of a decision with the lines they are about,
// a warning that is also a reason once.
func why(s *interlock.Submission, d *interlock.Decision, say func(format string, args ...any)) {
	for _, w := range d.Warnings {
		if !slices.ContainsFunc(d.Reasons, func(r interlock.Reason) bool { return r.Message == w }) {
			say("%s", w)
		}
	}
	for i, r := range d.Reasons {
		if i == maxReasons {
			say("and %d more reasons: type `interlock check --format json`", len(d.Reasons)-i)
			return
		}
		say("%s", reason.Render(r, sourceOf(s, r.Source.File)))
	}
}

const maxReasons = 20

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
