package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// where are the flags that say which policy and configuration hold.
type where struct {
	Config string `help:"The configuration (config.yml) to use." placeholder:"FILE"`
	Policy string `help:"The policy to use; where one in /etc/interlock binds, it can only narrow that." placeholder:"FILE"`
}

// flags are the flags as they were given, each a name and its value.
func (w where) flags() (flags []string) {
	if w.Config != "" {
		flags = append(flags, "--config", w.Config)
	}
	if w.Policy != "" {
		flags = append(flags, "--policy", w.Policy)
	}
	return flags
}

type runCommand struct {
	where
	office
	File        string   `arg:"" help:"The script or notebook; - takes the code from standard input."`
	Mode        string   `help:"Demand a mode: read_only or write_access." placeholder:"MODE"`
	Input       []string `help:"Show the run this file or folder, read-only, at its whole path. May be repeated." placeholder:"PATH"`
	Stdin       string   `help:"Give the run this file as standard input; - passes on this program's." placeholder:"FILE"`
	Out         string   `help:"Copy the files the run leaves to this folder; nothing there is overwritten." placeholder:"DIR"`
	Env         string   `help:"The Python interpreter or environment to run in." placeholder:"PATH"`
	Description string   `help:"What the run is for, for the record."`
	Timeout     string   `help:"Stop the run after this long, if the policy does not sooner." placeholder:"DUR"`
	Rehearse    bool     `help:"Hold every write to equipment back, and list what would have been put."`
	Request     bool     `help:"With --rehearse: then ask for approval of exactly that."`
	Rehearsed   string   `help:"Ask for approval of what the rehearsal with this id showed." placeholder:"ID"`
	Wait        patience `help:"Wait for the verdict, with --wait=DUR at most that long, and then run."`
	Format      string   `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *runCommand) takesArgs() {}

func (cmd *runCommand) run(c *call) (interlock.ExitCode, error) {
	s, err := cmd.submission(c)
	if err != nil {
		return 0, err
	}
	f, err := cmd.do(c, s)
	if err == nil && cmd.Request {
		s, f, err = cmd.request(c, s, f)
	}
	if err == nil && cmd.Wait.set && f.run.Status == interlock.AwaitingApproval {
		s, f, err = cmd.await(c, s, f)
	}
	if err != nil {
		return 0, err
	}
	return cmd.finish(c, s, f)
}

// finish prints what came of a run.
func (cmd *runCommand) finish(c *call, s *interlock.Submission, f *finished) (interlock.ExitCode, error) {
	if cmd.Out != "" && f.run.Workspace != "" && f.run.Observed.Started {
		copyOut(c, f, cmd.Out)
	}
	if cmd.Format != "json" {
		c.ended(s, f)
		return f.code, nil
	}
	if f.json == nil {
		return f.code, c.object(f.run)
	}
	_, _ = c.stdout.Write(f.json)
	return f.code, nil
}

// do runs s through the daemon of the caller's state directory, or alone where
// none serves it by the caller's own rules.
func (cmd *runCommand) do(c *call, s *interlock.Submission) (*finished, error) {
	f := &finished{}
	err := cmd.streamed(c, f, func(ctx context.Context, out interlock.Streams) error {
		if cmd.Server != "" {
			return c.toServer(ctx, cmd, s, out, f)
		}
		if taken, err := c.through(ctx, cmd.where, s, out, f); taken || err != nil {
			return err
		}
		d, err := c.openSoon(cmd.where)
		if err != nil {
			return err
		}
		defer d.Close()
		r := d.Do(ctx, s, out)
		f.run, f.modules, f.code = apiv1.NewRun(s, r), s.Modules, exitCode(r)
		return nil
	})
	return f, err
}

// streamed calls do with the streams of the run f and a context that ends when they do.
func (cmd *runCommand) streamed(c *call, f *finished, do func(context.Context, interlock.Streams) error) error {
	ctx, stop := context.WithCancelCause(c)
	defer stop(nil)
	stdout, stderr, flush := cmd.streams(c, stop)
	defer flush()
	return do(ctx, interlock.Streams{Stdout: stdout, Stderr: stderr, Notice: func(text string) {
		f.noticed = append(f.noticed, text)
		c.say("note: %s", text)
	}})
}

// streams is where the run's output goes as it comes, by the format. flush ends it.
func (cmd *runCommand) streams(c *call, stop context.CancelCauseFunc) (stdout, stderr io.Writer, flush func()) {
	if cmd.Format == "json" {
		return io.Discard, io.Discard, func() {}
	}
	out, flush1 := passthrough(c.stdout)
	err, flush2 := passthrough(c.stderr)
	return &untilClosed{to: out, stop: stop, say: c.say}, &untilClosed{to: err, stop: stop, say: c.say}, func() { flush1(); flush2() }
}

// submission reads everything the command line names; nothing is opened before
// all of it is known to be there.
func (cmd *runCommand) submission(c *call) (*interlock.Submission, error) {
	if cmd.File == stdinName && cmd.Stdin == stdinName {
		return nil, bad("usage", "the code and the run's input cannot both come from standard input", "put one of them in a file")
	}
	if cmd.Rehearsed != "" && cmd.Rehearse {
		return nil, bad("usage", "--rehearsed names a rehearsal that ended, and --rehearse makes one", "give one of the two")
	}
	if cmd.Request && !cmd.Rehearse {
		return nil, bad("usage", "--request asks for approval of what was rehearsed", "write --rehearse --request; without a rehearsal `interlock run` asks by itself where the policy wants approval")
	}
	if info, err := os.Stat(cmd.Out); cmd.Out != "" && err == nil && !info.IsDir() {
		return nil, bad("usage", fmt.Sprintf("--out %s is a file, not a folder", cmd.Out), "name a folder; it is made where there is none")
	}
	wall, err := parseTimeout(cmd.Timeout)
	if err != nil {
		return nil, err
	}
	mode, err := askedMode(cmd.Mode)
	if err != nil {
		return nil, err
	}
	s, err := c.source(cmd.File)
	if err != nil {
		return nil, err
	}
	s.Args, s.Front, s.Description, s.Who = c.args, "cli", cmd.Description, daemon.Self()
	s.AskedMode, s.Wall, s.Rehearse, s.Rehearsal = mode, wall.Seconds(), cmd.Rehearse, cmd.Rehearsed
	if mode != nil && *mode == interlock.WriteAccess {
		// It counts only where no write is detected and the operator lets the caller.
		s.Override = &interlock.Override{Mode: *mode, Who: s.Who, Why: cmd.Description}
	}
	if s.Interpreter, err = absolute("--env", cmd.Env); err != nil {
		return nil, err
	}
	if s.Inputs, err = inputs(cmd.Input); err != nil {
		return nil, err
	}
	s.Stdin, err = cmd.input(c)
	return s, err
}

func (cmd *runCommand) input(c *call) ([]byte, error) {
	switch cmd.Stdin {
	case "":
		return nil, nil
	case stdinName:
		return c.readStdin("the run's input", maxStdin)
	}
	return readRegular(cmd.Stdin, "--stdin", maxStdin, "pass large data with --input and read it as a file")
}

// parseTimeout reads a duration with its unit; "" is 0.
func parseTimeout(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	switch n, numeric := strconv.ParseFloat(s, 64); {
	case err == nil && d >= 0:
		return d, nil
	case err == nil:
		return 0, bad("usage", fmt.Sprintf("--timeout %s is negative", s), "write for example --timeout 30s")
	case numeric == nil && n > 0:
		return 0, bad("usage", fmt.Sprintf("--timeout %s has no unit", s), fmt.Sprintf("write %ss for seconds, %sm for minutes", s, s))
	}
	return 0, bad("usage", fmt.Sprintf("--timeout %s is not a duration", s), "write for example --timeout 30s")
}

// askedMode returns nil where the caller leaves the mode to analysis. Whether the
// caller may have it is for the policy to say.
func askedMode(word string) (*interlock.ExecutionMode, error) {
	if word == "" {
		return nil, nil
	}
	mode, err := interlock.ParseExecutionMode(word)
	if err != nil {
		return nil, bad("usage", "--mode: "+err.Error(), "leave --mode out: the mode follows from what the code does")
	}
	return &mode, nil
}

// absolute makes a path of the caller's folder absolute; a bare name such as
// "python3.12" is looked for on PATH later and stays.
func absolute(flag, path string) (string, error) {
	if path == "" || !hasSeparator(path) && !exists(path) {
		return path, nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", bad("usage", fmt.Sprintf("%s %s: %v", flag, path, err), "name it with an absolute path")
	}
	return abs, nil
}

func hasSeparator(path string) bool { return filepath.Base(path) != path }

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func inputs(paths []string) ([]string, error) {
	var all []string
	for _, p := range paths {
		if err := readable(p); err != nil {
			return nil, unreadable(p, "--input", err)
		}
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, unreadable(p, "--input", err)
		}
		all = append(all, abs)
	}
	return all, nil
}

// readable reports why the caller cannot read a file or folder; what is neither is for the
// policy to refuse, and opening it might wait.
func readable(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() && !info.IsDir() {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// copyOut does not change how a run ended that ended already in another way.
func copyOut(c *call, f *finished, out string) {
	copied, err := runs.CopyOut(f.run.Workspace, out)
	for _, s := range copied.Skipped {
		c.say("not copied to %s: %s", out, s)
	}
	if err != nil {
		e := &interlock.Error{Kind: interlock.Configuration, Name: "not_copied", Message: err.Error(), Code: interlock.ExitUsage,
			Hint: "the files are in " + f.run.Workspace + "; name an empty folder"}
		if f.run.Error == nil {
			f.run.Error, f.run.Status, f.code, f.json = apiv1.Failure(e), interlock.Errored, e.Code, nil
			return
		}
		c.fail(e)
	}
}

func exitCode(r *interlock.Result) interlock.ExitCode {
	switch {
	case r.Error != nil:
		return r.Error.Code
	case r.Status == interlock.Succeeded:
		return interlock.ExitOK
	}
	return interlock.ExitInfrastructure
}
