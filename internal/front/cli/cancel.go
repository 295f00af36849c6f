package cli

import (
	"errors"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type runsCancel struct {
	where
	ID     string `arg:"" help:"The run's id, or any part of it that is unique among the runs that go on."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// run asks the daemon to end a run, and does not wait for its end.
func (cmd *runsCancel) run(c *call) (interlock.ExitCode, error) {
	at, err := daemon.Locate(c.options(cmd.where))
	if err != nil {
		return 0, err
	}
	id, err := client.New(at.StateDir).Cancel(c, cmd.ID, interlock.Interrupted)
	if r := (*client.Refused)(nil); errors.As(err, &r) {
		return 0, r.Err
	}
	if errors.Is(err, client.ErrNotTaken) {
		return 0, bad("no_daemon", "no daemon serves "+at.StateDir+": "+err.Error(),
			"a run that was started without one ends with Ctrl-C where it runs")
	}
	if err != nil {
		return 0, client.LostError(err, cmd.ID)
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(apiv1.Cancelled{Schema: apiv1.Schema, ID: id})
	}
	c.print("run %s is being ended\n", id)
	return interlock.ExitOK, nil
}
