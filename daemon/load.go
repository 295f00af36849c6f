package daemon

import (
	"log/slog"
	"path/filepath"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

const etc = "/etc/interlock"

// load reads configuration and policy and settles where everything is.
func (d *Daemon) load(src Sources) error {
	var err error
	if d.config, d.warnings, err = LoadConfig(src); err != nil {
		return err
	}
	d.places.config, d.places.state = src.ConfigDir(), d.config.StateDir
	modes := d.config.PolicyModes()
	for mode, m := range modes {
		if m.Environment.Interpreter == "" {
			m.Environment.Interpreter = d.callersPython()
			modes[mode] = m
		}
	}
	o := policy.Options{Home: src.Home, Modes: modes, Forbid: d.forbidden(src)}
	if p := d.config.Policy; p.Path != "" {
		d.policy, err = policy.Load(p.Path, o)
	} else {
		d.policy, err = policy.LoadShipped(p.Shipped, o)
	}
	if err != nil {
		return err
	}
	d.redact, err = redact.Compile(d.policy.Redact())
	return err
}

func (d *Daemon) sources() Sources {
	s := Sources{ConfigFlag: d.o.ConfigFile, PolicyFlag: d.o.PolicyFile, StateFlag: d.o.StateDir, Getenv: d.getenv, Etc: d.o.Etc, Log: d.o.Log}
	if s.Etc == "" {
		s.Etc = etc
	}
	if home := d.getenv("HOME"); filepath.IsAbs(home) {
		s.Home = home
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return s
}

// forbidden is what no run may see whatever the policy says: its own record, and
// the rules it is judged by. The policy adds its files itself.
func (d *Daemon) forbidden(src Sources) []string {
	all := []string{d.config.StateDir, src.Etc}
	dir := src.ConfigDir()
	if dir != "" {
		all = append(all, dir)
	}
	if p := d.config.Path; p != "" && filepath.Dir(p) != dir {
		all = append(all, p)
	}
	return all
}

// callersPython is the environment where the configuration names none: the active
// one, then .venv beside the configuration; "" is python3 on PATH.
func (d *Daemon) callersPython() string {
	for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if dir := d.getenv(name); filepath.IsAbs(dir) {
			return dir
		}
	}
	if d.config.Path != "" {
		if dir := filepath.Join(filepath.Dir(d.config.Path), ".venv"); isThere(filepath.Join(dir, "pyvenv.cfg")) {
			return dir
		}
	}
	return ""
}

// deciders are the steps of the decision in their order.
func (d *Daemon) deciders() []interlock.Decider {
	operator := func(who interlock.Identity) bool { return who == Self() }
	return []interlock.Decider{d.config.PolicyControl(operator), d.policy, policy.NoGateway{}}
}
