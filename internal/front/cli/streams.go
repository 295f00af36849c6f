package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"

	"golang.org/x/term"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// passthrough returns a writer that gives a run's output to w: byte for byte, or
// made visible where w is a terminal. flush ends it.
func passthrough(w io.Writer) (out io.Writer, flush func()) {
	if !isTerminal(w) {
		return w, func() {}
	}
	v := visible.NewWriter(w)
	return v, func() { _ = v.Flush() } // a terminal that is gone shows nothing
}

func isTerminal(w io.Writer) bool {
	if l, ok := w.(*locked); ok {
		w = l.to
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// untilClosed passes writes on until one fails, as `| head` makes it, and then
// stops the run: nobody is left to read it. It never fails, so what the run wrote
// is still captured.
type untilClosed struct {
	to     io.Writer
	stop   context.CancelCauseFunc
	say    func(format string, args ...any) // why, unless the reader went away
	closed bool
}

func (u *untilClosed) Write(b []byte) (int, error) {
	if !u.closed {
		if _, err := u.to.Write(b); err != nil {
			u.closed = true
			if !errors.Is(err, syscall.EPIPE) {
				u.say("the run's output cannot be written, so it is ended: %v", err)
			}
			u.stop(interlock.Interrupted)
		}
	}
	return len(b), nil
}
