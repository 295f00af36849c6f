package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// Sources is where configuration may come from, in the order flag, environment
// variable, XDG configuration, Etc. Neither the working directory nor the
// script's folder is ever one, so code cannot bring its own configuration.
type Sources struct {
	ConfigFlag string // --config
	PolicyFlag string // --policy
	StateFlag  string // a state directory given by the caller

	// Getenv reads INTERLOCK_CONFIG, INTERLOCK_POLICY, INTERLOCK_STATE_DIR and the
	// XDG variables; nil reads none.
	Getenv func(string) string
	// Home is the home folder, absolute, or "" where there is none.
	Home string
	// Etc is the operator's folder, /etc/interlock; "" is none.
	Etc string
	// ApprovalsNamed says that approvals are named elsewhere than in config.yml.
	ApprovalsNamed bool
	// Log gets the warnings; nil drops them.
	Log *slog.Logger
}

// PolicySource says where the policy in force is.
type PolicySource struct {
	Path    string // a file; "" is the shipped policy Shipped
	Shipped string
	From    string // what named it, in words
	Binding bool   // the operator's, which nothing else may replace
	// NarrowedBy is a policy that holds beside a binding one; nil is none.
	NarrowedBy *PolicySource
}

// DefaultPolicy is the shipped policy that is in force where nothing names one.
const DefaultPolicy = "scientific"

func (s Sources) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.New(slog.DiscardHandler)
}

func (s Sources) env(name string) string {
	if s.Getenv == nil {
		return ""
	}
	return s.Getenv(name)
}

// xdg is the folder of interlock below an XDG base folder, or "". As the XDG
// specification says, a relative path counts as not set.
func (s Sources) xdg(variable, below string) string {
	if dir := s.env(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "interlock")
	}
	if filepath.IsAbs(s.Home) {
		return filepath.Join(s.Home, below, "interlock")
	}
	return ""
}

// ConfigDir is the user's configuration folder, or "" where there is no home.
func (s Sources) ConfigDir() string { return s.xdg("XDG_CONFIG_HOME", ".config") }

// given returns what a flag or a variable names, absolute, or "".
func (s Sources) given(flag, flagName, variable string) (path, from string, err error) {
	if flag != "" {
		path, err = filepath.Abs(flag)
		return path, flagName, err
	}
	path = s.env(variable)
	if path != "" && !filepath.IsAbs(path) {
		return "", "", configError("config_relative", fmt.Sprintf("%s is %q, which depends on where the program is started", variable, path), "set it to a whole path", nil)
	}
	return path, "$" + variable, nil
}

// findConfig returns the config.yml to read, or "", and whether it was named
// outright.
func (s Sources) findConfig() (path string, named bool, err error) {
	if path, _, err = s.given(s.ConfigFlag, "--config", "INTERLOCK_CONFIG"); err != nil || path != "" {
		return path, true, err
	}
	for _, dir := range []string{s.ConfigDir(), s.Etc} {
		if path, err = existing(dir, "config.yml"); err != nil || path != "" {
			return path, false, err
		}
	}
	return "", false, nil
}

// existing returns dir/name where something of that name is there. A folder
// that cannot be looked into is an error, because a file in it may be meant to
// bind; one without a way to it is not there.
func existing(dir, name string) (string, error) {
	if dir == "" {
		return "", nil
	}
	path := filepath.Join(dir, name)
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return path, nil
	case errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "not a directory"):
		return "", nil
	}
	return "", configError("config_unreadable", fmt.Sprintf("whether there is a %s cannot be seen: %v", path, err), "make the folder readable", nil)
}

// lost names what w says that nothing but the configuration names.
func (s Sources) lost(w what) string {
	var names []string
	// Also where a policy binds: what the file names would have narrowed it.
	if w.policy && s.PolicyFlag == "" && s.env("INTERLOCK_POLICY") == "" {
		names = append(names, "the policy")
	}
	if w.state && s.StateFlag == "" && s.env("INTERLOCK_STATE_DIR") == "" {
		names = append(names, "the state directory")
	}
	if w.approvals && !s.ApprovalsNamed {
		names = append(names, "approvals")
	}
	return strings.Join(names, " and ")
}

// settlePaths decides where policy and state are.
func (s Sources) settlePaths(c *Config, raw rawConfig) (err error) {
	if c.Policy, err = s.findPolicy(string(raw.Policy), c.Path); err != nil {
		return err
	}
	if c.StateDir, _, err = s.given(s.StateFlag, "the state directory", "INTERLOCK_STATE_DIR"); err != nil {
		return err
	}
	if c.StateDir == "" {
		c.StateDir = string(raw.StateDir)
	}
	if c.StateDir == "" {
		c.StateDir = s.xdg("XDG_STATE_HOME", filepath.Join(".local", "state"))
	}
	if c.StateDir == "" {
		return configError("no_state_dir", "there is no home folder to keep runs and the ledger in", "set HOME or INTERLOCK_STATE_DIR, or state_dir in config.yml", nil)
	}
	c.Tables, err = s.tables(string(raw.Analysis.Tables), c.Path)
	return err
}

// findPolicy settles the policy in force. A policy in Etc binds: another one that is
// named, by whatever means, holds beside it and can only narrow it.
func (s Sources) findPolicy(configured, configPath string) (PolicySource, error) {
	path, from, err := s.given(s.PolicyFlag, "--policy", "INTERLOCK_POLICY")
	if err != nil {
		return PolicySource{}, err
	}
	if path == "" && configured != "" {
		path, from = configured, configPath
	}
	if path == "" {
		if path, err = existing(s.ConfigDir(), "policy.yaml"); err != nil {
			return PolicySource{}, err
		}
		from = "your configuration"
	}
	binding, err := existing(s.Etc, "policy.yaml")
	switch {
	case err != nil:
		return PolicySource{}, err
	case binding != "" && path != "" && path != binding:
		return PolicySource{Path: binding, From: s.Etc, Binding: true, NarrowedBy: &PolicySource{Path: path, From: from}}, nil
	case binding != "":
		return PolicySource{Path: binding, From: s.Etc, Binding: true}, nil
	case path != "":
		return PolicySource{Path: path, From: from}, nil
	}
	return PolicySource{Shipped: DefaultPolicy, From: "the default"}, nil
}

// warningLog is a slog.Handler that keeps the text of warnings beside logging them.
type warningLog struct {
	to    *slog.Logger
	lines []string
}

func (r *warningLog) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || r.to.Enabled(ctx, l)
}

func (r *warningLog) Handle(ctx context.Context, record slog.Record) error {
	if record.Level >= slog.LevelWarn {
		r.lines = append(r.lines, record.Message)
	}
	if !r.to.Enabled(ctx, record.Level) {
		return nil
	}
	return r.to.Handler().Handle(ctx, record)
}

func (r *warningLog) WithAttrs(a []slog.Attr) slog.Handler { return r.to.Handler().WithAttrs(a) }
func (r *warningLog) WithGroup(n string) slog.Handler      { return r.to.Handler().WithGroup(n) }
