package daemon

import (
	"log/slog"
	"path/filepath"
)

const etc = "/etc/interlock"

func (d *Daemon) sources() Sources { return d.o.sources() }

// sources are the places that o lets configuration come from.
func (o Options) sources() Sources {
	s := Sources{ConfigFlag: o.ConfigFile, PolicyFlag: o.PolicyFile, StateFlag: o.StateDir, Getenv: o.getenv, Etc: o.Etc, Log: o.Log}
	if s.Etc == "" {
		s.Etc = etc
	}
	if home := o.getenv("HOME"); filepath.IsAbs(home) {
		s.Home = home
	}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return s
}

// forbidden is what no run may see whatever the policy says: its own record, and
// the rules it is judged by. The policy adds its files itself.
func forbidden(src Sources, c *Config) []string {
	all := []string{c.StateDir, src.Etc}
	dir := src.ConfigDir()
	if dir != "" {
		all = append(all, dir)
	}
	if p := c.Path; p != "" && filepath.Dir(p) != dir {
		all = append(all, p)
	}
	return all
}
