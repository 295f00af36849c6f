// Package cli is the command line: the contract of exit status, streams and JSON
// that scripts rely on.
//
// What a run writes goes to standard output and standard error as it comes, byte
// for byte, unless the destination is a terminal: there control characters,
// escape sequences and bidirectional characters are made visible, all but newline
// and tab (internal/wire/visible says which, and why carriage returns and colours
// are among them). Everything of Interlock's own goes to standard error, each
// line after "interlock: " or indented under one, and always made visible.
// `--format json` prints one object on standard output and nothing else there.
//
// Exit status is that of the root package's table and of nothing else. An answer that
// cannot be written is 6, where it would have been 0, or quietly 130 where its reader went
// away, as with `| head`. `check` of several files ends with the worst, in the order 2,
// 6, 3, 1, 4, 0: what could not be judged at all comes before what was judged and refused.
//
// The package decides nothing: it hands submissions to package daemon and shows
// what comes back. It protects against nothing but what text does to a terminal.
package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/interlock-run/interlock"
)

// Program is the command line as a value, so that tests start it in-process.
type Program struct {
	// Version is what `interlock version` says; "" takes it from the build.
	Version string
	// Now is the clock.
	Now func() time.Time

	etc string // the operator's folder; "" is /etc/interlock, and only a test names another
}

// grammar is every command and flag.
type grammar struct {
	Run       runCommand       `cmd:"" help:"Run a script confined, by the policy."`
	Check     checkCommand     `cmd:"" help:"Show facts and decision; nothing runs."`
	Serve     serveCommand     `cmd:"" help:"Keep a daemon that makes runs start fast, until it is stopped."`
	Approvals approvalsCommand `cmd:"" help:"Runs that wait for a person's approval."`
	Runs      runsCommand      `cmd:"" help:"Runs that were kept, and those that go on."`
	Writes    writesCommand    `cmd:"" help:"The kill switch: whether any run may write to equipment."`
	Policy    policyCommand    `cmd:"" help:"The policy in force."`
	Ledger    ledgerCommand    `cmd:"" help:"The record of everything that was decided and done."`
	Doctor    doctorCommand    `cmd:"" help:"What this host can enforce, what is missing, and what to type."`
	Init      initCommand      `cmd:"" help:"Write a commented configuration and policy."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// call is one command on its way.
type call struct {
	context.Context
	*Program
	stdin  io.Reader
	stdout *locked
	stderr io.Writer
	env    []string
	args   []string // after "--"
	dashes bool     // there was a "--"
	socket string   // that --server named; what is typed next needs it too
	rules  []string // --config and --policy as they were given, which it needs as well
}

// command is what every command of the grammar implements. It returns the exit
// status, or an error to show that has its own.
type command interface {
	run(c *call) (interlock.ExitCode, error)
}

// Run runs one command line, args without the program's name, and returns the
// process exit status. env is as os.Environ returns it. When ctx is cancelled
// with interlock.Interrupted or interlock.Terminated a run is stopped, kept and
// recorded before Run returns. Run closes none of its arguments.
func (p *Program) Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	c := &call{Context: ctx, Program: p, stdin: stdin, stdout: &locked{to: stdout}, stderr: &locked{to: stderr}, env: env}
	if i := slices.Index(args, "--"); i >= 0 {
		args, c.args, c.dashes = args[:i], args[i+1:], true
	}
	cmd, code, err := c.parse(args)
	if cmd != nil && err == nil {
		code, err = cmd.run(c)
	}
	if err == nil {
		return c.delivered(code).Status()
	}
	e := interlock.AsError(err)
	if wantsJSON(args) {
		return c.failJSON(cmd, e).Status()
	}
	return c.fail(e).Status()
}

// helped is panicked with where kong has printed help: its Exit must not return.
type helped struct{}

// parse returns the command that args name; nil where help was asked for.
func (c *call) parse(args []string) (cmd command, code interlock.ExitCode, err error) {
	var g grammar
	parser, err := kong.New(&g, kong.Name("interlock"), kong.Description(about), kong.Writers(c.stdout, c.stderr),
		kong.Exit(func(int) { panic(helped{}) }), kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: false}))
	if err != nil {
		return nil, interlock.ExitInfrastructure, fmt.Errorf("building the command line: %w", err)
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(helped); !ok {
				panic(r)
			}
			cmd, code, err = nil, interlock.ExitOK, nil
		}
	}()
	args = usual(args)
	parsed, err := parser.Parse(args)
	if c.stdout.lost() != nil { // help was asked for
		return nil, interlock.ExitOK, nil
	}
	if err != nil {
		return nil, interlock.ExitUsage, usage(err, args, parser)
	}
	if namesNoServer(args) {
		return nil, interlock.ExitUsage, bad("usage", "--server names no socket", "name the socket of the server: is a variable empty? Without --server the command is about your own state directory")
	}
	if err := twice(parsed); err != nil {
		return nil, interlock.ExitUsage, usage(err, args, parser)
	}
	cmd, ok := parsed.Selected().Target.Addr().Interface().(command)
	if !ok {
		return nil, interlock.ExitUsage, usage(fmt.Errorf("expected a command after %q", parsed.Command()), args, parser)
	}
	if _, takes := cmd.(interface{ takesArgs() }); c.dashes && !takes {
		return nil, interlock.ExitUsage, usage(fmt.Errorf("%s takes no arguments after --", parsed.Command()), args, parser)
	}
	return cmd, interlock.ExitOK, nil
}

// usual is args, or the words of this program for what people type to any.
func usual(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version" || args[0] == "-V":
		return append([]string{"version"}, args[1:]...)
	}
	return args
}

const about = "Run Python that nobody has read yet, confined, by a policy, with a record.\n\n" +
	"Exit status: 0 it ran (check: would run); 1 the code itself failed (or: verify did); 2 usage or configuration; " +
	"3 refused by policy; 4 waiting for approval; 5 stopped by a limit; 6 this host cannot enforce what the policy asks, " +
	"or infrastructure failed; 130 interrupted; 143 terminated."

// lookup returns a variable of the environment the program was started with; the
// last one of a name counts, as for exec.
func (c *call) lookup(name string) (value string, ok bool) {
	for _, e := range c.env {
		if k, v, found := strings.Cut(e, "="); found && k == name {
			value, ok = v, true
		}
	}
	return value, ok
}
