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
	Limit  int    `help:"How many to list; 0 is all." default:"50"`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// listed is one run in the list of `runs list --format json`.
type listed struct {
	ID      string `json:"id"`
	Status  string `json:"status"` // as in run, or running, or interrupted
	Mode    string `json:"mode"`
	Name    string `json:"name"`
	Started string `json:"started"`
	Folder  string `json:"folder"`
}

func (cmd *runsList) run(c *call) (interlock.ExitCode, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	all, err := d.Runs().List()
	if err != nil {
		return 0, err
	}
	if cmd.Limit > 0 {
		all = all[:min(len(all), cmd.Limit)]
	}
	c.recall(d, all)
	if cmd.Format == "json" {
		list := make([]listed, 0, len(all))
		for _, e := range all {
			list = append(list, listed{ID: e.ID, Status: e.Status, Mode: e.Mode, Name: e.Name, Started: e.Started.UTC().Format(time.RFC3339Nano), Folder: e.Path})
		}
		return interlock.ExitOK, c.object(struct {
			Schema int      `json:"schema"`
			Runs   []listed `json:"runs"`
		}{apiv1.Schema, list})
	}
	for _, e := range all {
		c.print("%s  %s  %-17s  %s\n", e.ID, e.Started.Format("2006-01-02 15:04:05"), strings.ReplaceAll(e.Status, "_", " "), visible.Line(e.Name))
	}
	if len(all) == 0 {
		c.say("no runs yet: type `interlock run FILE`")
	}
	return interlock.ExitOK, nil
}

type runsShow struct {
	where
	ID     string `arg:"" help:"The run's id, or any part of it that is unique."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *runsShow) run(c *call) (interlock.ExitCode, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	e, r, err := d.Runs().Show(cmd.ID)
	if errors.Is(err, runs.ErrNoRun) {
		return 0, bad("no_such_run", err.Error(), "type `interlock runs list`")
	}
	if err != nil {
		return 0, err
	}
	one := []runs.Entry{e}
	c.recall(d, one)
	if e = one[0]; r == nil || e.Status == runs.Interrupted {
		r = c.unfinished(d, e)
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(r)
	}
	c.showRun(e, r)
	return interlock.ExitOK, nil
}

func (c *call) showRun(e runs.Entry, r *apiv1.Run) {
	row := func(name, format string, args ...any) {
		c.print("%-10s %s\n", name, visible.Line(fmt.Sprintf(format, args...)))
	}
	row("run", "%s", e.ID)
	row("status", "%s", strings.ReplaceAll(e.Status, "_", " "))
	if e.Status == runs.Interrupted {
		row("", "outcome unknown: Interlock ended before the run did; what it had done by then is not known")
		c.knownPuts(r)
	}
	row("script", "%s", r.Name)
	row("started", "%s", e.Started.Format(time.RFC3339))
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
		row("hint", "%s", r.Error.Hint)
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
