package daemon

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"

	"github.com/interlock-run/interlock"
)

// Location is what a client must know to ask a daemon for the same that it would
// do alone.
type Location struct {
	StateDir string
	// Rules names the rules that this caller would judge by, see rulesKey.
	Rules string
	// Warnings are those of the configuration, which were not logged.
	Warnings []string

	o      Options
	config *Config
}

// Locate reads the configuration and nothing else. An error says that there is
// no good answer: whoever goes on alone will be told why.
func Locate(o Options) (*Location, error) {
	o.Log = slog.New(slog.DiscardHandler)
	src := o.sources()
	c, warnings, err := LoadConfig(src)
	if err != nil {
		return nil, err
	}
	return &Location{StateDir: c.StateDir, Rules: rulesKey(src, c, o.Version), Warnings: warnings, o: o, config: c}, nil
}

// Found is the environment that the caller's surroundings name, for
// Submission.Found: an absolute folder or executable, python3 on the caller's PATH
// included; "" where the configuration names one for every mode.
func (l *Location) Found() (string, error) {
	if l.config.namesEvery() {
		return "", nil
	}
	if dir := l.o.callersPython(l.config); dir != "" {
		return dir, nil
	}
	return l.o.python3OnPath()
}

// rulesKey names everything, beside the contents of the policy's files, on which
// it depends how a process judges: two processes of one user with the same key
// come to the same decision. Policy files are named and not read, because a daemon
// looks at them itself before each submission.
func rulesKey(src Sources, c *Config, version string) string {
	key := struct {
		Version, Config, Digest, State, Home, ConfigDir, Etc, Tables, Path string
		Policy                                                             PolicySource
	}{version, c.Path, c.Digest, c.StateDir, src.Home, src.ConfigDir(), src.Etc, c.Tables.Digest(), "", c.Policy}
	if c.namesCommand() {
		key.Path = src.env("PATH") // where the command is looked for
	}
	b, err := json.Marshal(key)
	if err != nil {
		return "" // strings and a boolean cannot fail; no key is nobody's
	}
	return interlock.SourceDigest(b)
}

// namesCommand reports whether a mode's interpreter is to be found on PATH.
func (c *Config) namesCommand() bool {
	for _, m := range c.Modes {
		if name := m.Environment.Interpreter; name != "" && !strings.Contains(name, "/") {
			return true
		}
	}
	return false
}

// namesEvery reports whether the configuration names an interpreter for every mode.
func (c *Config) namesEvery() bool {
	return !slices.ContainsFunc([]interlock.ExecutionMode{interlock.ReadOnly, interlock.WriteAccess},
		func(m interlock.ExecutionMode) bool { return c.Modes[m].Environment.Interpreter == "" })
}
