package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type versionCommand struct {
	Format string `help:"How to print: text or json." enum:"text,json" default:"text"`
}

type version struct {
	Schema   int    `json:"schema"`
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Modified bool   `json:"modified"` // the checkout had changes
	Go       string `json:"go"`
	System   string `json:"system"`
}

func (cmd *versionCommand) run(c *call) (interlock.ExitCode, error) {
	v := c.version()
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(v)
	}
	c.print("interlock %s", v.Version)
	if v.Revision != "" {
		c.print(" (%.12s", v.Revision)
		if v.Modified {
			c.print(", with changes")
		}
		c.print(")")
	}
	c.print(", %s, %s\n", v.Go, v.System)
	return interlock.ExitOK, nil
}

func (c *call) version() version {
	v := version{Schema: apiv1.Schema, Version: c.Version, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if v.Version == "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}
