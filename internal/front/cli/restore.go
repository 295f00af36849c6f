package cli

import (
	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type runsRestore struct {
	where
	office
	ID       string `arg:"" help:"The run's id, or any part of it that is unique."`
	Rehearse bool   `help:"Only show what would be put: nothing is sent."`
	Request  bool   `help:"With --rehearse: then ask for approval of exactly that."`
	Anyway   bool   `help:"Put back channels too that somebody else has changed since."`
	Format   string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// run puts each channel that a run put back to what it was before, as a run of its
// own: with decision, approval, limits and record.
func (cmd *runsRestore) run(c *call) (interlock.ExitCode, error) {
	if cmd.Request && !cmd.Rehearse {
		return 0, bad("usage", "--request asks for approval of what was rehearsed", "write --rehearse --request")
	}
	d, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	out := interlock.Streams{}
	if cmd.Format != "json" {
		shown, flush := passthrough(c.stdout)
		defer flush()
		out.Stdout = shown
	}
	f := &finished{}
	err = d.Restore(c, cmd.ID, &apiv1.Restore{Rehearse: cmd.Rehearse, Anyway: cmd.Anyway}, out, f)
	if err == nil && cmd.Request && f.run.Status == interlock.Succeeded {
		c.rehearsed(f.run)
		how := &apiv1.Restore{Anyway: cmd.Anyway, Rehearsal: f.run.ID}
		f = &finished{}
		err = d.Restore(c, cmd.ID, how, out, f)
	}
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return f.code, c.object(f.run)
	}
	c.ended(&interlock.Submission{}, f)
	return f.code, nil
}
