package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type approvalsCommand struct {
	List     approvalsList     `cmd:"" help:"List runs that wait for a person, newest first."`
	Show     approvalsShow     `cmd:"" help:"Show what one of them would do."`
	Approve  approvalsApprove  `cmd:"" help:"Agree to one run, once, exactly as it is shown."`
	Reject   approvalsReject   `cmd:"" help:"Refuse it, and say why."`
	Withdraw approvalsWithdraw `cmd:"" help:"Take a request of your own back."`
}

type approvalsList struct {
	where
	office
	All    bool   `help:"Also those that are over."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *approvalsList) run(c *call) (interlock.ExitCode, error) {
	o, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return 0, err
	}
	defer o.Close()
	all, err := o.Requests(c, !cmd.All)
	if all == nil && err != nil {
		return 0, err
	}
	if err != nil {
		c.say("%v", err)
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(apiv1.Requests{Schema: apiv1.Schema, Requests: all})
	}
	for _, r := range all {
		c.print("%s  %-15s  until %s  %-12s  %s  %s  %s\n", r.ID, spaced(r.State), local(r.Expires), r.Mode, visible.Line(r.Who.Named()), visible.Line(r.Name), brief(r.Description, 60))
	}
	if len(all) == 0 {
		c.say("nothing waits for approval")
	}
	return interlock.ExitOK, nil
}

type approvalsShow struct {
	where
	office
	ID     string `arg:"" help:"The run's id, or any part of it that is unique."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *approvalsShow) run(c *call) (interlock.ExitCode, error) {
	o, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return 0, err
	}
	defer o.Close()
	r, err := o.Request(c, cmd.ID)
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(r)
	}
	c.showRequest(r)
	return interlock.ExitOK, nil
}

// ruling is what the commands that change a request have in common.
type ruling struct {
	where
	office
	ID     string `arg:"" help:"The run's id, or any part of it that is unique."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *ruling) give(c *call, v *apiv1.GiveVerdict) (interlock.ExitCode, error) {
	o, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return 0, err
	}
	defer o.Close()
	r, err := o.Verdict(c, cmd.ID, v)
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(r)
	}
	c.print("run %s is %s\n", r.ID, spaced(r.State))
	if n := len(r.Approvals); v.Verdict == "approve" && n > 0 && r.Approvals[n-1].Self {
		c.say("self-approved: you are requester and approver at once, which is recorded and is no boundary")
	}
	switch r.State {
	case apiv1.StateApproved:
		c.say("start it with `interlock runs start %s` until %s; it runs once", r.ID, local(r.Expires))
	case apiv1.StateWaiting:
		c.say("it needs %d more, until %s", r.Missing, local(r.Expires))
	}
	return interlock.ExitOK, nil
}

type approvalsApprove struct {
	ruling
	Tolerance string   `help:"Hold the run to the puts of its rehearsal this exactly, if that is tighter: 0, 0.5 or 0.1%." placeholder:"TOL"`
	Digest    string   `help:"Only if this is the digest of what you were shown." placeholder:"HEX"`
	Narrow    []string `help:"Narrow what may be put to a channel. May be repeated." placeholder:"CHANNEL=MIN..MAX"`
}

func (cmd *approvalsApprove) run(c *call) (interlock.ExitCode, error) {
	v := &apiv1.GiveVerdict{Verdict: "approve", Digest: cmd.Digest}
	if cmd.Tolerance != "" {
		t, err := parseTolerance(cmd.Tolerance)
		if err != nil {
			return 0, err
		}
		v.Tolerance = &t
	}
	for _, text := range cmd.Narrow {
		g, err := parseNarrow(text)
		if err != nil {
			return 0, err
		}
		v.Narrow = append(v.Narrow, g)
	}
	return cmd.give(c, v)
}

type approvalsReject struct {
	ruling
	Reason string `help:"Why; the requester is shown it." placeholder:"TEXT" required:""`
}

func (cmd *approvalsReject) run(c *call) (interlock.ExitCode, error) {
	return cmd.give(c, &apiv1.GiveVerdict{Verdict: "reject", Reason: cmd.Reason})
}

type approvalsWithdraw struct{ ruling }

func (cmd *approvalsWithdraw) run(c *call) (interlock.ExitCode, error) {
	return cmd.give(c, &apiv1.GiveVerdict{Verdict: "withdraw"})
}

func spaced(word string) string { return strings.ReplaceAll(word, "_", " ") }

// local is a time of JSON as a person here reads it.
func local(stamp string) string {
	t, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return stamp
	}
	return t.Local().Format(time.DateTime)
}

// brief is one line of text that somebody else wrote, cut where it is long, with how
// much is left out.
func brief(text string, most int) string {
	runes := []rune(visible.Line(text))
	if len(runes) <= most {
		return string(runes)
	}
	return fmt.Sprintf("%s… (%d more)", string(runes[:most]), len(runes)-most)
}
