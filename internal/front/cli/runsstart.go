package cli

import (
	"context"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type runsStart struct {
	where
	office
	ID     string `arg:"" help:"The id of a run that was approved, or any part of it that is unique."`
	Out    string `help:"Copy the files the run leaves to this folder; nothing there is overwritten." placeholder:"DIR"`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// run starts an approved run, once.
func (cmd *runsStart) run(c *call) (interlock.ExitCode, error) {
	run := runCommand{where: cmd.where, office: cmd.office, File: cmd.ID, Out: cmd.Out, Format: cmd.Format}
	s, f, err := run.start(c, cmd.ID)
	if err != nil {
		return 0, err
	}
	return run.finish(c, s, f)
}

// start takes an approved run the whole way in this process. It is not handed to a
// daemon: the approval is in the state directory, whoever starts it.
func (cmd *runCommand) start(c *call, id string) (*interlock.Submission, *finished, error) {
	if cmd.Server != "" {
		return cmd.startThere(c, id)
	}
	d, err := c.openSoon(cmd.where)
	if err != nil {
		return nil, nil, err
	}
	defer d.Close()
	s, err := d.Startable(c, daemon.Self(), id)
	if err != nil {
		return nil, nil, err
	}
	f := &finished{}
	err = cmd.streamed(c, f, func(ctx context.Context, out interlock.Streams) error {
		r := d.Start(ctx, daemon.Self(), s, out)
		f.run, f.modules, f.code = apiv1.NewRun(s, r), s.Modules, exitCode(r)
		return nil
	})
	return s, f, err
}
