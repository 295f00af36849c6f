package cli

import (
	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type runsRestore struct {
	where
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
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	id := cmd.ID
	if e, _, err := d.Runs().Show(cmd.ID); err == nil {
		id = e.ID // pruned runs are in the ledger still, by their whole id
	}
	s, err := d.Restore(c, id, cmd.Anyway, cmd.Rehearse)
	if err != nil {
		return 0, err
	}
	out := interlock.Streams{}
	if cmd.Format != "json" {
		out.Stdout = c.stdout
	}
	r := d.Do(c, s, out)
	if cmd.Request && r.Status == interlock.Succeeded {
		c.rehearsed(apiv1.NewRun(s, r))
		if s, err = d.Restore(c, id, cmd.Anyway, false); err != nil {
			return 0, err
		}
		s.Rehearsal = r.ID
		r = d.Do(c, s, out)
	}
	run := apiv1.NewRun(s, r)
	code := interlock.ExitOK
	if r.Error != nil {
		code = r.Error.Code
	}
	if cmd.Format == "json" {
		return code, c.object(run)
	}
	c.ended(s, &finished{run: run, code: code})
	return code, nil
}
