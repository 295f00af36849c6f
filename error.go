package interlock

import (
	"errors"
	"fmt"
)

// ExitCode is the one table from an error to exit status. The zero value is
// infrastructure failure.
type ExitCode uint8

const (
	ExitInfrastructure ExitCode = iota // 6: this host cannot enforce what policy asks, or Interlock failed
	ExitOK                             // 0
	ExitCodeFailed                     // 1: the code itself failed, or a verification
	ExitUsage                          // 2: usage or configuration
	ExitRefused                        // 3: refused by policy
	ExitWaiting                        // 4: waiting for approval
	ExitLimit                          // 5: stopped by a limit
	ExitInterrupted                    // 130
	ExitTerminated                     // 143
)

var exitStatus = [...]int{
	ExitInfrastructure: 6, ExitOK: 0, ExitCodeFailed: 1, ExitUsage: 2, ExitRefused: 3,
	ExitWaiting: 4, ExitLimit: 5, ExitInterrupted: 130, ExitTerminated: 143,
}

// Status is the process exit status of c.
func (c ExitCode) Status() int {
	if int(c) < len(exitStatus) {
		return exitStatus[c]
	}
	return exitStatus[ExitInfrastructure]
}

// ErrorKind says whose failure it was (X13).
type ErrorKind string

const (
	Infrastructure ErrorKind = "infrastructure" // the host or Interlock
	CodeError      ErrorKind = "code"           // the submitted code
	Workflow       ErrorKind = "workflow"       // a refusal, an approval, a limit of attempts
	Configuration  ErrorKind = "configuration"  // configuration, policy or usage
)

// Error is the one error type that crosses to people. Message and Hint are safe
// to show and say what happened, where, why, and what to type next.
type Error struct {
	Kind    ErrorKind `json:"kind"`
	Name    string    `json:"name"` // e.g. "SyntaxError", "limit_reached", "timeout"
	Message string    `json:"message"`
	Hint    string    `json:"hint"`
	Line    int       `json:"line,omitempty"` // in the script; 0 is unknown
	// RetryRun: the same code may succeed when run again.
	RetryRun bool `json:"retry_run"`
	// RegenerateCode: other code is needed; running this again cannot help.
	RegenerateCode bool `json:"regenerate_code"`

	Code ExitCode `json:"-"`
	Err  error    `json:"-"`
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Err)
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// AsError returns err as an *Error; one of any other type becomes an
// infrastructure failure that may be retried.
func AsError(err error) *Error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Infrastructure, Name: "internal", Message: err.Error(),
		Hint: "run `interlock doctor` to see what this host can do", RetryRun: true, Code: ExitInfrastructure}
}
