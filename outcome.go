package interlock

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"
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

// NotBegun is the result of a run that was not begun and left nothing behind.
func NotBegun(id string, at time.Time, err error) *Result {
	r := &Result{ID: id, Started: at}
	return r.fail(err)
}

// refuse ends r with the reasons of its decision. Code that is not Python is
// the code's failure, not the policy's word.
func (r *Result) refuse() *Result {
	if e := r.Facts.SyntaxError; e != nil {
		return r.fail(e.Failure(r.Decision.Reasons))
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

// Failure is e for who wrote the code, in the words of the reason that stands at
// its place.
func (e *SyntaxError) Failure(reasons []Reason) *Error {
	f := &Error{Kind: CodeError, Name: "SyntaxError", Message: e.Message, Line: e.Line,
		Hint: "correct the source; nothing has run", RegenerateCode: true, Code: ExitCodeFailed}
	for _, r := range reasons {
		if r.Effect == Deny && r.Source == e.Pos && r.Source.Line > 0 {
			f.Message, f.Hint = r.Message, r.Hint
			break
		}
	}
	return f
}

// conclude turns what was observed of an ended run into its status.
func (r *Result) conclude(ctx context.Context, s *Submission, err error) *Result {
	o, raised := &r.Observed, r.Claims.Error
	switch {
	case err != nil:
		return r.fail(err)
	case o.Limit != nil:
		return r.fail(limitError(o.Limit, r.Decision.Grant.Resources.Wall, s.Wall))
	case ctx.Err() != nil:
		return r.fail(stoppedError(ctx))
	case o.Exit.Signal != "":
		return r.fail(&Error{Kind: CodeError, Name: "killed", RegenerateCode: true, Code: ExitCodeFailed,
			Message: fmt.Sprintf("the code was ended by %s", o.Exit.Signal),
			Hint:    "the code or a library it uses sent that signal to its own process"})
	case o.Exit.Code == 0:
		r.Status = Succeeded
		r.noteLost()
		return r
	case raised != nil:
		return r.fail(r.raisedError(s, raised))
	}
	return r.fail(&Error{Kind: CodeError, Name: "exit", RegenerateCode: true, Code: ExitCodeFailed,
		Message: fmt.Sprintf("the code exited with status %d", o.Exit.Code), Hint: r.exitHint(s)})
}

// raisedError is the exception that ended the code. Where something was refused
// during the run, that may be why, and it becomes the hint.
func (r *Result) raisedError(s *Submission, raised *Raised) *Error {
	e := &Error{Kind: CodeError, Name: raised.Name, Message: strings.TrimSpace(raised.Name + ": " + raised.Message),
		Line: raised.Line, RegenerateCode: true, Code: ExitCodeFailed}
	if hint := cmp.Or(r.raisedHint(raised), r.handedNothing(s, raised)); hint != "" {
		e.Hint = hint
	} else if refused := r.Observed.Refused; len(refused) > 0 {
		e.Hint = fmt.Sprintf("%s; %s", refused[len(refused)-1].Message, refused[len(refused)-1].Hint)
	}
	return e
}

// raisedHint is what to do about an exception that says by itself what is wrong.
func (r *Result) raisedHint(raised *Raised) string {
	grant := &r.Decision.Grant
	switch {
	case raised.Syntax:
		return "this interpreter refuses the source; correct it"
	case raised.Name == "DeniedImportError":
		return grant.Guards.Imports.hint(raised.Message)
	case raised.Name == "DeniedBuiltinError":
		return grant.Guards.Builtins.hint(raised.Message)
	case raised.Name == "ModuleNotFoundError":
		return missingModule(raised.Message, grant.Environment.Interpreter)
	case raised.Name == "FileNotFoundError" || raised.Name == "PermissionError" || raised.Name == "OSError":
		return unseen(raised.Message, grant)
	}
	return ""
}

var (
	noFile  = regexp.MustCompile(`^\[Errno (2|13|30)\] [A-Za-z -]+: '(/[^'\\]*)'$`)
	program = regexp.MustCompile(`^(/usr(/local)?)?/s?bin/[^/]+$`)
)

// unseen says what to do about an absolute path that the run does not see or may
// not write. Nothing was refused that the supervisor could report: for the run
// the path does not exist.
func unseen(message string, grant *Grant) string {
	files := &grant.Files
	m := noFile.FindStringSubmatch(message)
	switch {
	case m == nil || files.Folder != "" && strings.HasPrefix(m[2], files.Folder+"/"):
		return ""
	case program.MatchString(m[2]):
		return AllowCommand(m[2], grant.Denials.Commands.Has...)
	case m[1] != "2":
		return "write to a relative path: it lands in the workspace, and --out DIR copies it out"
	}
	return fmt.Sprintf("a run sees only what it is shown: pass the file with --input %s if it exists, and write to relative paths; they land in the workspace", m[2])
}

var noModule = regexp.MustCompile(`^No module named '([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z0-9_]+)*)'`)

// missingModule says how a module comes into the environment. A module of a
// package that is there is a slip of the pen, which no install mends.
func missingModule(message, interpreter string) string {
	m := noModule.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	if m[2] != "" || strings.Contains(message, "is not a package") {
		return fmt.Sprintf("correct the name: there is no %s in the %s that the environment has", m[1]+m[2], m[1])
	}
	if m[1] == "IPython" {
		return fmt.Sprintf("leave the import out where it is for display, which is there without one; or ask the operator: %s -m pip install ipython", pythonOf(interpreter))
	}
	name, doubt := packageOf[m[1]], ""
	if name == "" {
		name, doubt = m[1], " (a package may be named otherwise than its module)"
	}
	return fmt.Sprintf("correct the name, or put %s.py beside the script, or ask the operator to install what has it: %s -m pip install %s%s; or run with --env and an environment that has it",
		m[1], pythonOf(interpreter), name, doubt)
}

// pythonOf is the program of an environment, which may be named by its folder.
func pythonOf(environment string) string {
	if environment == "" || strings.HasPrefix(path.Base(environment), "python") {
		return cmp.Or(environment, "python")
	}
	return path.Join(environment, "bin", "python3")
}

// limitError says who can raise the limit. The wall clock is the caller's own where
// asked, in seconds, is what granted came down to.
func limitError(l *Limit, granted time.Duration, asked float64) *Error {
	e := &Error{Kind: CodeError, Name: "limit_reached", RegenerateCode: true, Code: ExitLimit,
		Message: fmt.Sprintf("%s reached (held by %s)", l.words(), l.By),
		Hint:    fmt.Sprintf("use less, or ask the operator to raise resources.%s in the policy%s", l.Name, moreOf(l))}
	if l.Name == "wall" {
		e.Name = "timeout"
		if asked > 0 && asked <= granted.Seconds()+1e-6 { // it was rounded down to whole nanoseconds
			e.Hint = "use less, or run it with a longer --timeout, or without one: then the limit of the policy holds"
		}
	}
	return e
}

// moreOf is the policy line with twice the limit, or "" where it cannot be said.
func moreOf(l *Limit) string {
	if d, err := time.ParseDuration(l.Value); err == nil && d > 0 {
		text := (2 * d).String()
		if strings.HasSuffix(text, "m0s") {
			text = strings.TrimSuffix(text, "0s")
		}
		if strings.HasSuffix(text, "h0m") {
			text = strings.TrimSuffix(text, "0m")
		}
		return fmt.Sprintf(": `resources: {%s: %s}`", l.Name, text)
	}
	var n int64
	var unit string
	if got, _ := fmt.Sscanf(l.Value, "%d %s", &n, &unit); got == 0 || n <= 0 || n > 1<<40 {
		return ""
	}
	return fmt.Sprintf(": `resources: {%s: %d%s}`", l.Name, 2*n, unit)
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

// EndedBy is the cause where somebody else than who waits for the run ended it. Its
// own cause is Interrupted or Terminated.
type EndedBy struct {
	Who   Identity
	Cause error
}

func (e EndedBy) Error() string { return fmt.Sprintf("%v by %s", e.Cause, e.Who.Named()) }

// Unwrap returns the cause.
func (e EndedBy) Unwrap() error { return e.Cause }

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
	if by := (EndedBy{}); errors.As(context.Cause(ctx), &by) {
		e.Message = "the run was ended by " + by.Who.Named()
	}
	return e
}
