package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

// through runs s in the daemon of the caller's state directory, into f. taken is
// false where this process has to do it: there is no such daemon, or it would not
// do the same. Policy, parser and ledger are not loaded for that, and what the
// daemon may have run is never run here.
func (c *call) through(ctx context.Context, w where, s *interlock.Submission, out interlock.Streams, f *finished) (taken bool, err error) {
	at, err := daemon.Locate(c.options(w))
	if err != nil {
		return false, nil // it shows again, with all its words, for whoever goes on alone
	}
	d := client.New(at.StateDir)
	if !d.Listening() {
		return false, nil
	}
	sub, ok := c.forDaemon(at, s)
	if !ok {
		return false, nil
	}
	taking := func(string, int) { // else whoever runs alone says them
		for _, warning := range at.Warnings {
			c.say("%s", warning)
		}
	}
	o, id, err := d.Run(ctx, sub, client.Handler{Queued: taking, Stdout: out.Stdout, Stderr: out.Stderr, Notice: out.Notice})
	switch {
	case err == nil:
		return true, f.take(o)
	case errors.Is(err, client.ErrNotTaken):
		return c.notTaken(err)
	}
	e := client.LostError(err, id)
	f.run, f.code = apiv1.Failed(s.Name, e), e.Code
	f.run.ID = id
	return true, nil
}

// forDaemon is s as the daemon gets it. ok is false where it cannot be said, or
// would be found in the daemon's surroundings instead of the caller's.
func (c *call) forDaemon(at *daemon.Location, s *interlock.Submission) (sub *apiv1.Submission, ok bool) {
	if s.Interpreter != "" && !strings.Contains(s.Interpreter, "/") {
		return nil, false // a command to be found on this PATH
	}
	sent := *s
	if s.Interpreter == "" {
		found, err := at.Found()
		if err != nil {
			return nil, false
		}
		sent.Found = found
	}
	sub, err := apiv1.NewSubmission(&sent, at.Rules)
	return sub, err == nil
}

// notTaken decides what follows where nothing ran: a daemon that has other rules,
// is stopping or is not there leaves the run to this process; one that is busy, or
// finds fault, is not gone round.
func (c *call) notTaken(err error) (taken bool, _ error) {
	if errors.Is(err, unixsock.ErrNobody) {
		return false, nil // a dead daemon's socket
	}
	r := (*client.Refused)(nil)
	if !errors.As(err, &r) {
		c.note("the daemon cannot be asked (%v); running without it", err)
		return false, nil
	}
	switch r.Err.Name {
	case "other_rules":
		c.note("the daemon of this state directory has another policy, configuration or version; running without it")
		return false, nil
	case daemon.Stopping:
		c.note("the daemon is stopping; running without it")
		return false, nil
	}
	return true, r.Err
}

func (c *call) note(format string, args ...any) { c.say("note: "+format, args...) }

// take makes f what the daemon's outcome says.
func (f *finished) take(o *client.Outcome) (err error) {
	f.code, f.json = o.Code, append(append([]byte{}, o.JSON...), '\n')
	for _, m := range o.Modules {
		f.modules = append(f.modules, interlock.Module{Path: m.Path, Source: m.Source})
	}
	f.source = o.Source
	f.run, err = o.Decode()
	return err
}
