package cli

import (
	"fmt"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
)

type writesCommand struct {
	Status writesStatus `cmd:"" help:"Say whether writes are off, since when, by whom and why."`
	Off    writesOff    `cmd:"" help:"Stop writes of every run on this state directory, at once. It returns when no put is under way."`
	On     writesOn     `cmd:"" help:"Let runs write again, as their grants allow."`
}

type writesStatus struct {
	where
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

type writesOff struct {
	where
	Reason string `help:"Why; runs and the ledger say it." required:""`
}

type writesOn struct {
	where
	Reason string `help:"Why; the ledger says it." required:""`
}

func (cmd *writesStatus) run(c *call) (interlock.ExitCode, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	s, err := d.Writes()
	switch {
	case cmd.Format == "json" && err == nil:
		return interlock.ExitOK, c.object(struct {
			Schema int `json:"schema"`
			daemon.Switched
		}{1, s})
	case err != nil:
		c.print("writes are off; %v\n", err)
	case !s.Off && !d.Config().Control.EPICSWritesEnabled:
		c.print("writes are not switched off, but the configuration does not enable them\n")
	case !s.Off:
		c.print("writes are on: runs put what they are granted\n")
	default:
		c.print("writes are off since %s by %s: %s\n", s.At.Local().Format(time.DateTime), who(s.Who), s.Reason)
	}
	return interlock.ExitOK, nil
}

func (cmd *writesOff) run(c *call) (interlock.ExitCode, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	began := c.Now()
	if err := d.WritesOff(c, daemon.Self(), cmd.Reason); err != nil {
		return 0, err
	}
	c.print("writes are off (%.1f ms): no put is under way, and none begins\n", float64(c.Now().Sub(began).Microseconds())/1000)
	return interlock.ExitOK, nil
}

// run turns writes on: who may write the state directory may, which in the service
// shape is the service and root.
func (cmd *writesOn) run(c *call) (interlock.ExitCode, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	if err := d.WritesOn(c, daemon.Self(), cmd.Reason); err != nil {
		return 0, err
	}
	c.print("writes are on: runs put what they are granted\n")
	return interlock.ExitOK, nil
}

func who(i interlock.Identity) string {
	if i.Name == "" {
		return fmt.Sprintf("uid %d", i.UID)
	}
	return fmt.Sprintf("%s (uid %d)", i.Name, i.UID)
}
