package cli

import (
	"errors"
	"io"
	"sync"
	"syscall"

	"github.com/interlock-run/interlock"
)

// locked is a writer that several share: the run's stderr and Interlock's own words, or
// all that prints an answer. It remembers its first error, so that who prints need not
// look: [Program.Run] does, once, for every command.
type locked struct {
	mu  sync.Mutex
	to  io.Writer
	err error
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.to.Write(b)
	if l.err == nil {
		l.err = err
	}
	return n, err
}

// lost is why some of what was written is not there; nil where all is.
func (l *locked) lost() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// delivered is the exit code of a command that ended with code, where its answer could be
// written. One that could not be is no success: whoever reads it has something else than
// what was asked for. A reader that went away, as `| head` does, has what it wanted, and
// is told nothing.
func (c *call) delivered(code interlock.ExitCode) interlock.ExitCode {
	err := c.stdout.lost()
	switch {
	case err == nil || code == interlock.ExitInterrupted: // which says it already
		return code
	case errors.Is(err, syscall.EPIPE):
		if code == interlock.ExitOK {
			return interlock.ExitInterrupted
		}
		return code
	}
	shown := c.fail(&interlock.Error{Kind: interlock.Infrastructure, Name: "not_written", Code: interlock.ExitInfrastructure, Err: err,
		Message: "the answer could not be written to standard output",
		Hint:    "what is there may be cut short; what the command was to do is done"})
	if code == interlock.ExitOK {
		return shown
	}
	return code
}
