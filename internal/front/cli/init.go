package cli

import (
	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type initCommand struct {
	Env    string `help:"The Python interpreter or environment to write down; else the active one." placeholder:"PATH"`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *initCommand) run(c *call) (interlock.ExitCode, error) {
	env, err := absolute("--env", cmd.Env)
	if err != nil {
		return 0, err
	}
	done, err := daemon.Init(daemon.Options{Env: c.env, Now: c.Now}, env)
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(struct {
			Schema int `json:"schema"`
			daemon.Initialised
		}{apiv1.Schema, done})
	}
	c.print("wrote %s\nwrote %s\n", done.Config, done.Policy)
	if done.Python != "" {
		c.print("runs use %s\n", done.Python)
	} else {
		c.print("no Python was found: name one in %s under environment\n", done.Config)
	}
	c.print("\nNow type\n  interlock doctor           what this host can enforce\n  interlock check FILE       what a script would do, and what the policy says\n  interlock run FILE         to run it\n")
	return interlock.ExitOK, nil
}
