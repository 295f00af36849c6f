package cli

import (
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type doctorCommand struct {
	where
	Env     string `help:"The Python interpreter or environment to look at." placeholder:"PATH"`
	Seccomp bool   `help:"List the system calls that a run may make, and why some only with some arguments."`
	Format  string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// run exits with 6 where runs under the policy in force could not start.
func (cmd *doctorCommand) run(c *call) (interlock.ExitCode, error) {
	env, err := absolute("--env", cmd.Env)
	if err != nil {
		return 0, err
	}
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	r := d.Doctor(env)
	code := interlock.ExitOK
	if !r.OK {
		code = interlock.ExitInfrastructure
	}
	if cmd.Format == "json" {
		return code, c.object(struct {
			Schema int `json:"schema"`
			daemon.Report
		}{apiv1.Schema, r})
	}
	if cmd.Seccomp {
		c.showCalls(&r)
	} else {
		c.showDoctor(&r)
	}
	return code, nil
}

// showCalls prints the seccomp filter of a run on this host.
func (c *call) showCalls(r *daemon.Report) {
	c.print("%d system calls may be made; every other one answers EPERM, and one through another architecture's entry ends the process.\n\n", len(r.Calls))
	for line := range slices.Chunk(r.Calls, 6) {
		c.print("  %s\n", strings.Join(line, " "))
	}
	c.print("\nDecided by an argument:\n\n")
	for _, k := range r.Cases {
		c.print("  %-18s else %-8s %s\n", k.Call, k.Answer, k.Why)
	}
}

func (c *call) showDoctor(r *daemon.Report) {
	row := func(name, format string, args ...any) { c.print("%-12s "+format+"\n", append([]any{name}, args...)...) }
	row("version", "%s", c.version().Version)
	row("system", "%s, %s", r.Kernel, r.Arch)
	row("isolation", "this host reaches %s; the policy asks for at least %s", r.Level, r.Minimum)
	if r.Level == interlock.NoIsolation.String() {
		row("", "none protects nothing")
	}
	for _, m := range r.Missing {
		row("missing", "%s", m)
	}
	for _, l := range r.Limits {
		word := "held"
		if l.Weaker != "" {
			word = "WEAKER"
		}
		row("limit", "%-10s %-8s %-6s by %s", l.Name, l.Value, word, l.By)
		if l.Weaker != "" {
			row("", "  %s", l.Weaker)
		}
	}
	row("warm", "%s", r.Warm)
	row("python", "%s", or(r.Python, "not found"))
	row("config", "%s", or(r.Config, "none: every default holds, writes are off"))
	row("policy", "%s", inForce{Files: r.Policy, NarrowedBy: r.NarrowedBy})
	row("state", "%s", r.State)
	row("cache", "%s", or(r.Cache, "none: set HOME"))
	for _, n := range r.Notes {
		row("note", "%s", n)
	}
	for _, e := range r.Problems {
		row("PROBLEM", "%s", e.Message)
		if e.Hint != "" {
			row("", "type or do: %s", e.Hint)
		}
	}
	if r.OK {
		c.print("\nReady: type `interlock run FILE`\n")
		return
	}
	c.print("\nRuns cannot start under this policy on this host until the problems above are solved.\n")
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
