package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/client"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// office is where runs and requests are taken: the state directory of this user, or a
// daemon that serves several.
type office struct {
	Server string `help:"Ask the daemon that serves several users on this socket. Its operator's policy holds." placeholder:"SOCKET"`
}

// desk is what the commands about approvals need of either.
type desk interface {
	Requests(ctx context.Context, open bool) ([]apiv1.Request, error)
	Request(ctx context.Context, part string) (*apiv1.Request, error)
	Verdict(ctx context.Context, part string, v *apiv1.GiveVerdict) (*apiv1.Request, error)
	Close() error
}

// place is both.
type place interface {
	desk
	shelf
}

func (c *call) place(w where, o office) (place, error) {
	if o.Server != "" {
		d, err := c.server(w, o)
		return there{d}, err
	}
	d, err := c.open(w)
	if err != nil {
		return nil, err
	}
	return own{d}, nil
}

// server is the client of the daemon that --server names.
func (c *call) server(w where, o office) (*client.Client, error) {
	if w.Config != "" || w.Policy != "" {
		return nil, bad("usage", "--config and --policy are the operator's of the server, and --server names one", "leave them out")
	}
	path, err := filepath.Abs(o.Server)
	if err != nil {
		return nil, bad("usage", "--server: "+err.Error(), "name the whole path of its socket")
	}
	c.socket = path
	return client.NewShared(path), nil
}

// namesNoServer reports whether --server is there and empty, as of a variable that is not
// set: who turns off a server's writes must not turn off their own, and be told that writes
// are off.
func namesNoServer(args []string) bool {
	for i, a := range args {
		if a == "--server=" || a == "" && i > 0 && args[i-1] == "--server" {
			return true
		}
	}
	return false
}

// forServer matches, in Interlock's words, a command to type that takes --server.
var forServer = regexp.MustCompile("`interlock (approvals|writes|runs (?:list|show|start|cancel|restore))( [^`]*)?`")

// forRules matches one that takes --config and --policy, and would go by others without.
var forRules = regexp.MustCompile("`interlock (approvals|writes|runs|ledger|policy check)( [^`]*)?`")

// aimed is text with the commands in it meant for the daemon that --server named, or for
// the rules that --config and --policy named.
func (c *call) aimed(text string) string {
	text = withFlags(forRules, text, c.rules)
	if c.socket == "" {
		return text
	}
	return withFlags(forServer, text, []string{"--server", c.socket})
}

// withFlags is text with flags, each a name and its value, in the commands that match which.
func withFlags(which *regexp.Regexp, text string, flags []string) string {
	if len(flags) == 0 {
		return text
	}
	return which.ReplaceAllStringFunc(text, func(command string) string {
		command = strings.TrimSuffix(command, "`")
		for i := 0; i+1 < len(flags); i += 2 {
			if !strings.Contains(command, flags[i]) {
				command += " " + flags[i] + " " + typed(flags[i+1])
			}
		}
		return command + "`"
	})
}

// typed is a word as a shell takes it.
func typed(word string) string {
	if !strings.ContainsAny(word, " \t\n'\"$`\\&;()<>|*?[]{}~#!") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// own is the state directory of this user, who gives verdicts as themself.
type own struct{ *daemon.Daemon }

// Verdict implements desk.
func (o own) Verdict(ctx context.Context, part string, v *apiv1.GiveVerdict) (*apiv1.Request, error) {
	return o.Daemon.Verdict(ctx, daemon.Self(), part, v)
}

// there is the daemon that --server names, which knows who asks from the kernel.
type there struct{ *client.Client }

// Requests implements desk.
func (t there) Requests(ctx context.Context, open bool) ([]apiv1.Request, error) {
	list, err := t.Client.Requests(ctx, open)
	return list, notThere(err)
}

// Request implements desk.
func (t there) Request(ctx context.Context, part string) (*apiv1.Request, error) {
	r, err := t.Client.Request(ctx, part)
	return r, notThere(err)
}

// Verdict implements desk.
func (t there) Verdict(ctx context.Context, part string, v *apiv1.GiveVerdict) (*apiv1.Request, error) {
	r, err := t.Client.Verdict(ctx, part, v)
	return r, notThere(err)
}

// Close implements desk.
func (there) Close() error { return nil }

// notThere is err for people.
func notThere(err error) error {
	if r := (*client.Refused)(nil); errors.As(err, &r) {
		return r.Err
	}
	if err == nil {
		return nil
	}
	return &interlock.Error{Kind: interlock.Infrastructure, Name: "no_server", Code: interlock.ExitInfrastructure, RetryRun: true, Err: err,
		Message: "the server cannot be asked", Hint: "check the socket that --server names; its operator starts it with `interlock serve`"}
}

// notCopied refuses --out: what a run leaves in a server is private to the server's user.
func (cmd *runCommand) notCopied() error {
	if cmd.Out == "" {
		return nil
	}
	return bad("usage", "--out copies the files that a run leaves, and the server keeps those as its own user", "leave --out out, and print what you need: the result has all of the run's output")
}

// toServer runs s in the daemon that --server names, into f. Nothing is ever run here
// instead.
func (c *call) toServer(ctx context.Context, cmd *runCommand, s *interlock.Submission, out interlock.Streams, f *finished) error {
	d, err := c.server(cmd.where, cmd.office)
	if err = cmp.Or(err, cmd.notCopied()); err != nil {
		return err
	}
	if len(s.Inputs) > 0 || s.Interpreter != "" {
		return bad("usage", "--input and --env name what is here, and the server reads nobody's files", "pass data with --stdin FILE; the server's operator chooses the environment")
	}
	sent := *s
	sent.Folder = ""
	sub, err := apiv1.NewSubmission(&sent, "")
	if err != nil {
		return bad("usage", err.Error(), "the server takes text only")
	}
	if s.Folder != "" {
		c.note("the server gets the script alone: modules and files beside it stay here")
	}
	o, id, err := d.Run(ctx, sub, client.Handler{Stdout: out.Stdout, Stderr: out.Stderr, Notice: out.Notice})
	return f.answered(s, o, id, err)
}

// startThere starts an approved run in the daemon that --server names.
func (cmd *runCommand) startThere(c *call, part string) (*interlock.Submission, *finished, error) {
	d, err := c.server(cmd.where, cmd.office)
	if err = cmp.Or(err, cmd.notCopied()); err != nil {
		return nil, nil, err
	}
	s, f := &interlock.Submission{Name: part}, &finished{}
	err = cmd.streamed(c, f, func(ctx context.Context, out interlock.Streams) error {
		o, id, err := d.Start(ctx, part, client.Handler{Stdout: out.Stdout, Stderr: out.Stderr, Notice: out.Notice})
		return f.answered(s, o, id, err)
	})
	return s, f, err
}

// answered makes f what came of a run in a server.
func (f *finished) answered(s *interlock.Submission, o *client.Outcome, id string, err error) error {
	switch {
	case err == nil:
		return f.take(o)
	case errors.Is(err, client.ErrNotTaken):
		return notThere(err)
	}
	e := client.LostError(err, id)
	f.run, f.code = apiv1.Failed(s.Name, e), e.Code
	f.run.ID = id
	return nil
}
