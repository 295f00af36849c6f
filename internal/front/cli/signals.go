package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/interlock-run/interlock"
)

// Signals returns a context that SIGINT cancels with interlock.Interrupted and
// SIGTERM or SIGHUP with interlock.Terminated. Later signals change nothing: a
// run that is being ended is always ended and recorded. stop must be called.
//
// A closed standard output is an error of the write, not the end of the process:
// SIGPIPE is caught and not handled.
func Signals(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	got := make(chan os.Signal, 1)
	done := make(chan struct{})
	signal.Notify(got, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	go func() {
		select {
		case s := <-got:
			if s == os.Interrupt {
				cancel(interlock.Interrupted)
			} else {
				cancel(interlock.Terminated)
			}
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(got)
		signal.Stop(pipe)
		close(done)
		cancel(nil)
	}
}
