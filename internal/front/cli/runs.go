package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

type runsCommand struct {
	List    runsList    `cmd:"" help:"List runs, newest first."`
	Show    runsShow    `cmd:"" help:"Show one run."`
	Start   runsStart   `cmd:"" help:"Start a run that was approved; it runs once."`
	Cancel  runsCancel  `cmd:"" help:"End a run that waits or runs in the daemon."`
	Restore runsRestore `cmd:"" help:"Put each channel that a run put back to what it was before."`
	Prune   runsPrune   `cmd:"" help:"Remove runs by age and size; never one that goes on. The ledger keeps its record of them."`
}

type runsList struct {
	where
	office
	Limit  int    `help:"How many to list; 0 is all." default:"50"`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *runsList) run(c *call) (interlock.ExitCode, error) {
	if cmd.Limit < 0 {
		return 0, bad("usage", fmt.Sprintf("--limit %d is negative", cmd.Limit), "write for example --limit 10; 0 is all")
	}
	d, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	list, err := d.ListRuns(c, cmd.Limit)
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(list)
	}
	for _, note := range list.Notes {
		c.say("%s", note)
	}
	for _, r := range list.Runs {
		c.print("%s  %s  %-17s  %s\n", r.ID, local(r.Started), spaced(r.Status), visible.Line(r.Name))
	}
	if len(list.Runs) == 0 {
		c.say("no runs yet: type `interlock run FILE`")
	}
	return interlock.ExitOK, nil
}

type runsShow struct {
	where
	office
	ID     string `arg:"" help:"The run's id, or any part of it that is unique."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *runsShow) run(c *call) (interlock.ExitCode, error) {
	d, err := c.place(cmd.where, cmd.office)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	r, err := d.ShowRun(c, cmd.ID)
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(r)
	}
	c.showRun(r)
	return interlock.ExitOK, nil
}

func (c *call) showRun(r *apiv1.Run) {
	row := func(name, format string, args ...any) {
		c.print("%-10s %s\n", name, visible.Line(fmt.Sprintf(format, args...)))
	}
	row("run", "%s", r.ID)
	row("status", "%s", spaced(string(r.Status)))
	if r.Status == runs.Interrupted {
		row("", "outcome unknown: Interlock ended before the run did; what it had done by then is not known")
		c.knownPuts(r)
	}
	row("script", "%s", r.Name)
	row("started", "%s", local(r.Started))
	row("decision", "%s, mode %s", r.Decision.Effect, r.Mode)
	for _, reason := range r.Decision.Reasons {
		row("", "%s: line %d: %s", reason.Effect, reason.Source.Line, reason.Message)
	}
	if r.Exit != nil {
		row("exit", "%d %s", r.Exit.Code, r.Exit.Signal)
	}
	if r.Observed.Level != nil {
		row("isolation", "%s", *r.Observed.Level)
	}
	if r.Error != nil {
		row("error", "%s", r.Error.Message)
		if r.Error.Hint != "" {
			row("hint", "%s", r.Error.Hint)
		}
	}
	for _, a := range r.Artifacts {
		row("file", "%s (%d bytes)", a.Path, a.Size)
	}
	row("figures", "%d", len(r.Figures))
	row("workspace", "%s", r.Workspace)
	row("notebook", "%s", r.Notebook)
	if r.Ledger != nil {
		row("ledger", "entry %d, %s", r.Ledger.Seq, r.Ledger.Digest)
	}
}

// knownPuts lists the puts of a run that died.
func (c *call) knownPuts(r *apiv1.Run) {
	if len(r.Puts) == 0 && len(r.Observed.Notes) == 0 {
		c.print("%-10s the ledger knows of no put; each is recorded before it is sent\n", "")
	}
	for _, p := range r.Puts {
		c.print("%-10s %s: %s, was %s, %s\n", "put", visible.Line(p.Channel), plainJSON(p.Value), plainJSON(p.Old), p.Status)
	}
	for _, n := range r.Observed.Notes {
		c.print("%-10s %s\n", "note", visible.Line(n))
	}
}

type runsPrune struct {
	where
	Older   string `help:"Remove runs that started longer ago than this: 36h, 30d." placeholder:"DUR"`
	MaxSize string `help:"Then remove the oldest until the rest holds at most this: 500MiB, 5GiB." placeholder:"SIZE"`
	Format  string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *runsPrune) run(c *call) (interlock.ExitCode, error) {
	older, err := parseAge(cmd.Older)
	if err != nil {
		return 0, err
	}
	size, err := parseSize(cmd.MaxSize)
	if err != nil {
		return 0, err
	}
	if older == 0 && size == 0 {
		return 0, bad("usage", "nothing says what to remove", "type for example `interlock runs prune --older 30d --max-size 5GiB`")
	}
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	p, err := d.Prune(c, older, size)
	if cmd.Format == "json" {
		err = errors.Join(err, c.object(struct {
			Schema  int      `json:"schema"`
			Removed []string `json:"removed"`
			Bytes   int64    `json:"bytes"`
			Running []string `json:"running"`
		}{apiv1.Schema, append([]string{}, p.IDs...), p.Bytes, append([]string{}, p.Busy...)}))
	} else {
		c.print("removed %d runs, %.1f MiB\n", len(p.IDs), float64(p.Bytes)/(1<<20))
	}
	for _, id := range p.Busy {
		c.say("run %s goes on and stays", id)
	}
	return interlock.ExitOK, err
}

// parseAge reads a duration that may be in days: 36h, 30d. "" is 0.
func parseAge(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseFloat(days, 64); err == nil && n > 0 && n < 36500 {
			return time.Duration(n * 24 * float64(time.Hour)), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return d, nil
	}
	return 0, bad("usage", fmt.Sprintf("--older %s is not a duration", s), "write for example 36h or 30d")
}

var sizes = []struct {
	unit  string
	bytes float64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"B", 1}}

// parseSize reads a number of bytes with its unit: 500MiB. "" is 0.
func parseSize(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	for _, u := range sizes {
		if number, ok := strings.CutSuffix(s, u.unit); ok {
			if n, err := strconv.ParseFloat(strings.TrimSpace(number), 64); err == nil && n > 0 && n*u.bytes < 1<<60 {
				return max(int64(n*u.bytes), 1), nil
			}
		}
	}
	return 0, bad("usage", fmt.Sprintf("--max-size %s is not a size", s), "write for example 500MiB or 5GiB")
}
