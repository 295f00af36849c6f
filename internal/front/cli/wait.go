package cli

import (
	"fmt"
	"time"

	"github.com/alecthomas/kong"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// patience is --wait or --wait=DUR.
type patience struct {
	set bool
	at  time.Duration // most; 0 is as long as the request waits
}

// IsBool implements kong.BoolMapperValue: the value may be left out.
func (p *patience) IsBool() bool { return true }

// Decode implements kong.MapperValue.
func (p *patience) Decode(ctx *kong.DecodeContext) error {
	p.set = true
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	text := fmt.Sprint(ctx.Scan.Pop().Value)
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a duration: write for example --wait=10m", text)
	}
	p.at = d
	return nil
}

// request asks for approval of what the rehearsal f of s showed.
func (cmd *runCommand) request(c *call, s *interlock.Submission, f *finished) (*interlock.Submission, *finished, error) {
	if f.run.Status != interlock.Succeeded {
		return s, f, nil // nothing to ask for: it is shown
	}
	c.ended(s, f)
	again := *s
	again.ID, again.Modules, again.At, again.Rehearse, again.Rehearsal = "", nil, time.Time{}, false, f.run.ID
	asked, err := cmd.do(c, &again)
	return &again, asked, err
}

// lookPeriod is how often a waiting command looks for the verdict.
const lookPeriod = 250 * time.Millisecond

// await waits for the verdict on the run of f and starts it.
func (cmd *runCommand) await(c *call, s *interlock.Submission, f *finished) (*interlock.Submission, *finished, error) {
	id := f.run.ID
	c.say("run %s waits for approval: %s", id, f.run.Error.Hint)
	o, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return nil, nil, err
	}
	defer o.Close()
	tick := time.NewTicker(lookPeriod)
	defer tick.Stop()
	var late <-chan time.Time
	if cmd.Wait.at > 0 {
		timer := time.NewTimer(cmd.Wait.at)
		defer timer.Stop()
		late = timer.C
	}
	for {
		r, err := o.Request(c, id)
		switch {
		case c.Err() != nil:
			return nil, nil, leftWaiting(c, id)
		case err != nil:
			return nil, nil, err
		case r.State == apiv1.StateApproved:
			return cmd.start(c, id)
		case r.State != apiv1.StateWaiting:
			_, _, err := cmd.start(c, id) // says why it cannot be
			return s, f, err
		}
		select {
		case <-tick.C:
		case <-late:
			return s, f, nil
		case <-c.Done():
			return nil, nil, leftWaiting(c, id)
		}
	}
}

// leftWaiting says what becomes of a request that its command gives up.
func leftWaiting(c *call, id string) error {
	e := *interlock.AsError(stopped(c))
	e.Hint = fmt.Sprintf("the request stays: `interlock runs start %s` once it is approved, or `interlock approvals withdraw %s`", id, id)
	return &e
}
