package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/front/httpapi"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
)

type serveCommand struct {
	where
}

// farewell is how long clients have to take their last answers when all runs
// have ended.
const farewell = 5 * time.Second

// run serves until it is asked to stop: then it takes no more runs, lets those
// that run go on for server.drain, ends the rest, records each end, removes the
// socket, and exits with 0. Asked again, it does not wait.
func (cmd *serveCommand) run(c *call) (interlock.ExitCode, error) {
	if _, set := c.lookup("GOGC"); !set {
		debug.SetGCPercent(100) // main's word is for one run; this process stays
	}
	asked := make(chan os.Signal, 8)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(asked)
	d, err := daemon.Open(c.serving(cmd.where))
	if err != nil {
		return 0, err
	}
	state := d.Config().StateDir
	l, err := unixsock.Listen(state)
	if err != nil {
		return 0, errors.Join(notListening(state, err), d.Close())
	}
	defer l.Close()
	if err := c.settle(d); err != nil {
		return 0, errors.Join(err, d.Close())
	}
	s := httpapi.New(httpapi.Options{Daemon: d, Version: c.version().Version, State: state, Log: slog.New(sayer{c}), UID: os.Getuid()})
	failed := make(chan error, 2)
	go func() { failed <- s.Serve(l) }()
	if shared, err := c.shared(d); err != nil {
		return 0, errors.Join(err, d.Close())
	} else if shared != nil {
		defer shared.Close()
		go func() { failed <- s.Serve(shared) }()
	}
	c.say("serving %s; stop with Ctrl-C or SIGTERM", l.Path())
	select {
	case err = <-failed:
	case <-c.Done():
	}
	c.drain(d, asked)
	ctx, stop := context.WithTimeout(context.WithoutCancel(c), farewell)
	defer stop()
	if err = errors.Join(err, s.Shutdown(ctx), d.Close()); err != nil {
		return 0, err
	}
	c.say("stopped")
	return interlock.ExitOK, nil
}

// shared is the socket for other users; nil where the configuration names none.
func (c *call) shared(d *daemon.Daemon) (*unixsock.Listener, error) {
	path := d.Config().Server.Socket
	if path == "" {
		return nil, nil //nolint:nilnil // the personal shape has none
	}
	l, err := unixsock.ListenShared(path)
	if err != nil {
		return nil, notListening(path, err)
	}
	c.say("serving users %v on %s, approvers %v", d.Config().Server.Users, path, d.Config().Server.Approvers)
	return l, nil
}

func (c *call) serving(w where) daemon.Options {
	o := c.options(w)
	o.Soon, o.Serve = true, true
	return o
}

// settle gives up what a daemon that died had claimed.
func (c *call) settle(d *daemon.Daemon) error {
	dead, err := d.Settle(c)
	if len(dead) > 0 {
		c.say("the daemon before this one ended without these runs, and what they did is not known: %s", strings.Join(dead, ", "))
	}
	return err
}

// drain ends the runs of d. The second signal ends its patience; the first is the
// one that ended c.
func (c *call) drain(d *daemon.Daemon, asked <-chan os.Signal) {
	patience := d.Config().Server.Drain
	ctx, stop := context.WithTimeout(context.WithoutCancel(c), patience)
	defer stop()
	d.Stop()
	if n := d.Status().Running; n > 0 {
		c.say("stopping: runs may go on for %v: %d; a second signal ends them now", patience, n)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Drain(ctx)
	}()
	for signals := 0; ; {
		select {
		case <-asked:
			if signals++; signals > 1 {
				stop()
			}
		case <-done:
			return
		}
	}
}

func notListening(state string, err error) error {
	e := &interlock.Error{Kind: interlock.Infrastructure, Name: "not_listening", Code: interlock.ExitInfrastructure, Err: err,
		Message: "the daemon cannot serve " + state, Hint: "fix it, or name another state directory with INTERLOCK_STATE_DIR or state_dir in config.yml"}
	if errors.Is(err, unixsock.ErrTaken) {
		e.Name, e.Hint = "already_serving", "`interlock run` uses that one; stop it first to start another"
	}
	return e
}
