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
		return r.fail(raisedError(raised))
	}
	return r.fail(&Error{Kind: CodeError, Name: "exit", RegenerateCode: true, Code: ExitCodeFailed,
		Message: fmt.Sprintf("the code exited with status %d", o.Exit.Code)})
}

func raisedError(raised *Raised) *Error {
	e := &Error{Kind: CodeError, Name: raised.Name, Message: strings.TrimSpace(raised.Name + ": " + raised.Message),
		Line: raised.Line, RegenerateCode: true, Code: ExitCodeFailed}
	if raised.Syntax {
		e.Hint = "this interpreter refuses the source; correct it"
	}
	return e
}

func limitError(l *Limit) *Error {
	e := &Error{Kind: CodeError, Name: "limit_reached", RegenerateCode: true, Code: ExitLimit,
		Message: fmt.Sprintf("%s limit %s reached (held by %s)", strings.ReplaceAll(l.Name, "_", " "), l.Value, l.By),
		Hint:    fmt.Sprintf("use less, or ask the operator to raise resources.%s in the policy", l.Name)}
	if l.Name == "wall" {
		e.Name = "timeout"
	}
	return e
}

// Interrupted and Terminated are the causes to cancel a run's context with when
// a person pressed Ctrl-C or asked the program to end.
var (
	Interrupted = errors.New("interrupted")
	Terminated  = errors.New("terminated")
)

func stoppedError(ctx context.Context) *Error {
	e := &Error{Kind: Workflow, Name: "interrupted", Message: "the run was interrupted", RetryRun: true, Code: ExitInterrupted}
	if errors.Is(context.Cause(ctx), Terminated) {
		e.Name, e.Message, e.Code = "terminated", "the run was ended because Interlock was asked to stop", ExitTerminated
	}
	return e
}
