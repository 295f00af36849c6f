package cli

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/interlock-run/interlock/daemon"
)

// open reads configuration and policy for a command.
func (c *call) open(w where) (*daemon.Daemon, error) { return daemon.Open(c.options(w)) }

// openSoon is open for a command that analyses code.
func (c *call) openSoon(w where) (*daemon.Daemon, error) {
	o := c.options(w)
	o.Soon = true
	return daemon.Open(o)
}

func (c *call) options(w where) daemon.Options {
	c.rules = w.flags()
	return daemon.Options{ConfigFile: w.Config, PolicyFile: w.Policy, Etc: c.etc, Env: c.env, Now: c.Now, Log: slog.New(sayer{c}), Version: c.identity()}
}

// identity tells one build of the program from another: what a daemon judges by is
// also in its code.
func (c *call) identity() string {
	v := c.version()
	return fmt.Sprintf("%s %s %t", v.Version, v.Revision, v.Modified)
}

// sayer shows the warnings of a log as Interlock's own words.
type sayer struct{ c *call }

func (s sayer) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle shows the message; attributes are for machines.
func (s sayer) Handle(_ context.Context, r slog.Record) error {
	s.c.say("%s", r.Message)
	return nil
}

func (s sayer) WithAttrs([]slog.Attr) slog.Handler { return s }
func (s sayer) WithGroup(string) slog.Handler      { return s }
