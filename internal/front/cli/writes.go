package cli

import (
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type writesCommand struct {
	Status writesStatus `cmd:"" help:"Say whether writes are off, since when, by whom and why."`
	Off    writesOff    `cmd:"" help:"Stop writes of every run on this state directory, at once. It returns when no put is under way."`
	On     writesOn     `cmd:"" help:"Let runs write again, as their grants allow."`
}

type writesStatus struct {
	where
	office
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

type writesOff struct {
	where
	office
	Reason string `help:"Why; runs and the ledger say it." placeholder:"TEXT" required:""`
}

type writesOn struct {
	where
	office
	Reason string `help:"Why; the ledger says it." placeholder:"TEXT" required:""`
}

func (cmd *writesStatus) run(c *call) (interlock.ExitCode, error) {
	d, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	w, err := d.Writes(c)
	switch {
	case err != nil:
		return 0, err
	case cmd.Format == "json":
		return interlock.ExitOK, c.object(w)
	case w.Fault != "":
		c.print("writes are off; %s\n", w.Fault)
	case !w.Off && !w.Enabled:
		c.print("writes are not switched off, but the configuration does not enable them\n")
	case !w.Off:
		c.print("writes are on: runs put what they are granted\n")
	default:
		c.print("writes are off since %s by %s: %s\n", w.At.Local().Format(time.DateTime), visible.Line(w.Who.Named()), visible.Line(w.Reason))
	}
	return interlock.ExitOK, nil
}

func (cmd *writesOff) run(c *call) (interlock.ExitCode, error) {
	began := c.Now()
	w, err := c.turn(cmd.where, cmd.office, "off", cmd.Reason)
	if err != nil {
		return 0, err
	}
	took := c.Now().Sub(began)
	c.print("writes are off (%.1f ms): no put is under way, and none begins\n", float64(took.Microseconds())/1000)
	if w.At.Before(began) {
		c.say("they were off already, and stay so as %s said: %s", visible.Line(w.Who.Named()), visible.Line(w.Reason))
	}
	return interlock.ExitOK, nil
}

// run turns writes on: the daemon's own user may, and who may write the state directory.
func (cmd *writesOn) run(c *call) (interlock.ExitCode, error) {
	if _, err := c.turn(cmd.where, cmd.office, "on", cmd.Reason); err != nil {
		return 0, err
	}
	c.print("writes are on: runs put what they are granted\n")
	return interlock.ExitOK, nil
}

// turn turns the switch and returns how it stands then.
func (c *call) turn(w where, o office, to, reason string) (*apiv1.Writes, error) {
	d, err := c.place(w, o)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.TurnWrites(c, &apiv1.TurnWrites{Writes: to, Reason: reason})
}
