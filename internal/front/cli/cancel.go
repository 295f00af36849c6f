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
	office
	ID     string `arg:"" help:"The run's id, or any part of it that is unique among the runs that go on."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// run asks the daemon to end a run, and does not wait for its end.
func (cmd *runsCancel) run(c *call) (interlock.ExitCode, error) {
	id, err := cmd.cancel(c)
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(apiv1.Cancelled{Schema: apiv1.Schema, ID: id})
	}
	c.print("run %s is being ended\n", id)
	return interlock.ExitOK, nil
}

func (cmd *runsCancel) cancel(c *call) (id string, err error) {
	if cmd.Server != "" {
		d, err := c.server(cmd.where, cmd.office)
		if err != nil {
			return "", err
		}
		id, err := d.Cancel(c, cmd.ID, interlock.Interrupted)
		return id, notThere(err)
	}
	at, err := daemon.Locate(c.options(cmd.where))
	if err != nil {
		return "", err
	}
	id, err = client.New(at.StateDir).Cancel(c, cmd.ID, interlock.Interrupted)
	if r := (*client.Refused)(nil); errors.As(err, &r) {
		return "", r.Err
	}
	if errors.Is(err, client.ErrNotTaken) {
		return "", bad("no_daemon", "no daemon serves "+at.StateDir+": "+err.Error(),
			"a run that was started without one ends with Ctrl-C where it runs")
	}
	if err != nil {
		return "", client.LostError(err, cmd.ID)
	}
	return id, nil
}
