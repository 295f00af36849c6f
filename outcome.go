package interlock

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// fail ends r with err.
func (r *Result) fail(err error) *Result {
	r.Error = AsError(err)
	switch r.Error.Code {
	case ExitRefused:
		r.Status = Refused
	case ExitWaiting:
		r.Status = AwaitingApproval
	case ExitLimit, ExitInterrupted, ExitTerminated:
		r.Status = Stopped
	case ExitCodeFailed:
		r.Status = Failed
	default:
		r.Status = Errored
	}
	return r
}

// refuse ends r with the reasons of its decision. Code that is not Python is
// the code's failure, not the policy's word.
func (r *Result) refuse() *Result {
	if e := r.Facts.SyntaxError; e != nil {
		return r.fail(&Error{Kind: CodeError, Name: "SyntaxError", Message: e.Message, Line: e.Line,
			Hint: "correct the source; nothing has run", RegenerateCode: true, Code: ExitCodeFailed})
	}
	e := &Error{Kind: Workflow, Name: "refused", Message: "the policy refuses this code", RegenerateCode: true, Code: ExitRefused}
	for _, reason := range r.Decision.Reasons {
		if reason.Effect == Deny {
			e.Message, e.Hint, e.Line = reason.Message, reason.Hint, reason.Source.Line
			if reason.Violation != "" {
				e.Name = "limits_violation"
			}
			break
		}
	}
	return r.fail(e)
}

// conclude turns what was observed of an ended run into its status.
func (r *Result) conclude(ctx context.Context, err error) *Result {
	o, raised := &r.Observed, r.Claims.Error
	switch {
	case err != nil:
		return r.fail(err)
	case o.Limit != nil:
		return r.fail(limitError(o.Limit))
	case ctx.Err() != nil:
		return r.fail(stoppedError(ctx))
	case o.Exit.Signal != "":
		return r.fail(&Error{Kind: CodeError, Name: "killed", RegenerateCode: true, Code: ExitCodeFailed,
			Message: fmt.Sprintf("the code was ended by %s", o.Exit.Signal),
			Hint:    "the code or a library it uses sent that signal to its own process"})
	case o.Exit.Code == 0:
		r.Status = Succeeded
		return r
	case raised != nil:
		return r.fail(r.raisedError(raised))
	}
	return r.fail(&Error{Kind: CodeError, Name: "exit", RegenerateCode: true, Code: ExitCodeFailed,
		Message: fmt.Sprintf("the code exited with status %d", o.Exit.Code)})
}

// raisedError is the exception that ended the code. Where something was refused
// during the run, that may be why, and it becomes the hint.
func (r *Result) raisedError(raised *Raised) *Error {
	e := &Error{Kind: CodeError, Name: raised.Name, Message: strings.TrimSpace(raised.Name + ": " + raised.Message),
		Line: raised.Line, RegenerateCode: true, Code: ExitCodeFailed}
	if raised.Syntax {
		e.Hint = "this interpreter refuses the source; correct it"
	} else if refused := r.Observed.Refused; len(refused) > 0 {
		e.Hint = fmt.Sprintf("%s; %s", refused[len(refused)-1].Message, refused[len(refused)-1].Hint)
	}
	return e
}

func limitError(l *Limit) *Error {
	e := &Error{Kind: CodeError, Name: "limit_reached", RegenerateCode: true, Code: ExitLimit,
		Message: fmt.Sprintf("%s reached (held by %s)", l.words(), l.By),
		Hint:    fmt.Sprintf("use less, or ask the operator to raise resources.%s in the policy", l.Name)}
	if l.Name == "wall" {
		e.Name = "timeout"
	}
	return e
}

// words names l as people count it: "memory limit 1 GiB", "limit of 64 processes
// and threads".
func (l *Limit) words() string {
	switch l.Name {
	case "processes":
		return fmt.Sprintf("limit of %s processes and threads", l.Value)
	case "open_files":
		return fmt.Sprintf("limit of %s open files in one process", l.Value)
	case "inodes":
		return fmt.Sprintf("limit of %s files and folders", l.Value)
	case "file":
		return "file size limit " + l.Value
	case "shm":
		return fmt.Sprintf("shared memory limit %s of /dev/shm", l.Value)
	case "output":
		return fmt.Sprintf("output limit %s (stdout and stderr together)", l.Value)
	}
	return fmt.Sprintf("%s limit %s", strings.ReplaceAll(l.Name, "_", " "), l.Value)
}

// Interrupted and Terminated are the causes to cancel a run's context with when
// a person pressed Ctrl-C or asked the program to end.
var (
	Interrupted = errors.New("interrupted")
	Terminated  = errors.New("terminated")
)

// unlessStopped is err, or that the run was stopped where that came first: the
// fault of a step that was cut short is not the step's.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return stoppedError(ctx)
	}
	return err
}

func stoppedError(ctx context.Context) *Error {
	e := &Error{Kind: Workflow, Name: "interrupted", Message: "the run was interrupted", RetryRun: true, Code: ExitInterrupted}
	if errors.Is(context.Cause(ctx), Terminated) {
		e.Name, e.Message, e.Code = "terminated", "the run was ended because Interlock was asked to stop", ExitTerminated
	}
	return e
}
