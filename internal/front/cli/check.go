package cli

import (
	"fmt"
	"slices"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/reason"
)

type checkCommand struct {
	where
	Files []string `arg:"" name:"file" help:"The scripts or notebooks; - takes code from standard input."`
	Mode  string   `help:"Demand a mode: read_only or write_access." placeholder:"MODE"`
	Env   string   `help:"The Python interpreter or environment it would run in." placeholder:"PATH"`
	Plan  bool     `help:"Show how the sandbox would be built."`
	// Explain adds to the answer for people; JSON says it always.
	Explain bool   `help:"Show which table and row makes each access one."`
	Format  string `help:"What to print: text, or json with one object a line." enum:"text,json" default:"text"`
}

func (cmd *checkCommand) takesArgs() {}

// worst is the order in which exit codes of several files win.
var worst = []interlock.ExitCode{interlock.ExitInterrupted, interlock.ExitTerminated, interlock.ExitUsage, interlock.ExitInfrastructure,
	interlock.ExitRefused, interlock.ExitCodeFailed, interlock.ExitWaiting, interlock.ExitOK}

func (cmd *checkCommand) run(c *call) (interlock.ExitCode, error) {
	mode, err := askedMode(cmd.Mode)
	if err != nil {
		return 0, err
	}
	env, err := absolute("--env", cmd.Env)
	if err != nil {
		return 0, err
	}
	d, err := c.openSoon(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	code := interlock.ExitOK
	for _, file := range cmd.Files {
		s, err := c.source(file)
		if s == nil {
			s = &interlock.Submission{Name: file}
		}
		s.AskedMode, s.Interpreter, s.Args, s.Front, s.Who = mode, env, c.args, "cli", daemon.Self()
		one, err := cmd.one(c, d, file, s, err)
		if err != nil {
			return 0, err
		}
		if slices.Index(worst, one) < slices.Index(worst, code) {
			code = one
		}
	}
	return code, nil
}

// one checks one file and prints what came of it. An error that is about this
// file alone is part of the answer.
func (cmd *checkCommand) one(c *call, d *daemon.Daemon, file string, s *interlock.Submission, err error) (interlock.ExitCode, error) {
	f, dec := interlock.Facts{SourceSHA256: interlock.SourceDigest(s.Source)}, interlock.Decision{}
	if err == nil {
		f, dec, _, err = d.Check(c, s)
	}
	e := verdict(&f, &dec, err)
	var plan daemon.Plan
	if cmd.Plan && (e == nil || e.Code == interlock.ExitWaiting) {
		if plan, err = d.Plan(s, dec.Grant); err != nil {
			e = interlock.AsError(err)
		}
	}
	code := interlock.ExitOK
	if e != nil {
		code = e.Code
	}
	if cmd.Format == "json" {
		o := apiv1.NewCheck(file, f, dec, reported(e))
		o.Plan = plan.JSON
		return code, c.object(o)
	}
	cmd.show(c, file, s, &f, &dec, e)
	if plan.Text != "" {
		c.print("%s\n", plan.Text)
	}
	return code, nil
}

// verdict is what stands between the file and a run, or nil.
func verdict(f *interlock.Facts, d *interlock.Decision, err error) *interlock.Error {
	switch {
	case err != nil:
		return interlock.AsError(err)
	case f.SyntaxError != nil:
		e := f.SyntaxError.Failure(d.Reasons)
		if f.SyntaxError.Cell > 0 {
			e.Line, e.Hint = 0, "correct the cell" // the message has the place
		}
		return e
	case d.Effect == interlock.Deny:
		return &interlock.Error{Kind: interlock.Workflow, Name: decided, Message: "the policy refuses this code", RegenerateCode: true, Code: interlock.ExitRefused}
	case d.Effect == interlock.NeedsApproval:
		return &interlock.Error{Kind: interlock.Workflow, Name: decided, Message: "the policy asks for approval", Code: interlock.ExitWaiting}
	}
	return nil
}

const decided = "decided"

// reported leaves out what the decision itself says.
func reported(e *interlock.Error) *interlock.Error {
	if e != nil && e.Name == decided {
		return nil
	}
	return e
}

// show is the answer for people: it is what the command was asked for, so it goes
// to standard output.
func (cmd *checkCommand) show(c *call, file string, s *interlock.Submission, f *interlock.Facts, d *interlock.Decision, e *interlock.Error) {
	say := func(format string, args ...any) { c.print("%s\n", fmt.Sprintf(format, args...)) }
	if e = reported(e); e != nil {
		say("%s: error: %s", at(file, e.Line), e.Error())
		if x := f.SyntaxError; x != nil && e.Line > 0 {
			if snippet := reason.SnippetAt(sourceOf(s, x.File), x.Pos); snippet != "" {
				say("%s", snippet)
			}
		}
		if e.Hint != "" {
			say("  hint: %s", e.Hint)
		}
		if f.SyntaxError != nil && f.SyntaxError.Cell > 0 && len(f.Imports)+len(f.Accesses)+len(f.Commands) > 0 {
			facts(f, cmd.Explain, say) // it is no program, and yet a notebook that does something
		}
		return
	}
	say("%s: %s, mode %s", file, d.Effect, d.Mode)
	why(s, d, say)
	facts(f, cmd.Explain, say)
}

func at(file string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%d", file, line)
	}
	return file
}
