package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox"
	"github.com/interlock-run/interlock/policies"
)

// Initialised is what Init wrote.
type Initialised struct {
	Config string `json:"config"`
	Policy string `json:"policy"`
	Python string `json:"python"` // "" where none was found: the configuration names none
}

// Init writes a commented configuration and policy to the user's configuration
// folder, which is made with 0700. Files that exist are never touched: where one
// does, nothing is written. The environment that interpreter names, or the
// caller's own, is put into the configuration.
func Init(o Options, interpreter string) (Initialised, error) {
	d := &Daemon{o: o}
	dir := d.sources().ConfigDir()
	if dir == "" {
		return Initialised{}, &interlock.Error{Kind: interlock.Configuration, Name: "no_home", Code: interlock.ExitUsage,
			Message: "there is no folder for a configuration", Hint: "set HOME or XDG_CONFIG_HOME to an absolute path"}
	}
	out := Initialised{Config: filepath.Join(dir, "config.yml"), Policy: filepath.Join(dir, "policy.yaml")}
	for _, f := range []string{out.Config, out.Policy} {
		if _, err := os.Lstat(f); err == nil {
			return Initialised{}, exists(f)
		}
	}
	python, found := initPython(d.getenv, interpreter)
	if found {
		out.Python = python
	} else if interpreter != "" {
		_, err := sandbox.ResolveEnvironment(interpreter, d.getenv)
		return Initialised{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Initialised{}, notWritten(dir, err)
	}
	if err := writeNew(out.Config, configWith(out.Python)); err != nil {
		return Initialised{}, err
	}
	return out, writeNew(out.Policy, policies.InitPolicy)
}

// initPython is the environment to write down: the caller's, as the folder or
// command that names it, so that it stays right when the environment is upgraded.
func initPython(getenv func(string) string, asked string) (string, bool) {
	for _, name := range []string{asked, getenv("VIRTUAL_ENV"), getenv("CONDA_PREFIX"), "python3"} {
		if name == "" {
			continue
		}
		if e, err := sandbox.ResolveEnvironment(name, getenv); err == nil {
			if filepath.IsAbs(name) {
				return name, true
			}
			return e.Interpreter, true
		}
		if name == asked {
			return "", false
		}
	}
	return "", false
}

const environmentLines = "# environment:\n#   python: /home/you/science/.venv\n"

// configWith is the template with the environment filled in.
func configWith(python string) string {
	if python == "" {
		return policies.InitConfig
	}
	return strings.Replace(policies.InitConfig, environmentLines, "environment:\n  python: "+strconv.Quote(python)+"\n", 1)
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return exists(path)
	}
	if err != nil {
		return notWritten(path, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return notWritten(path, err)
	}
	return nil
}

func exists(path string) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: "exists", Code: interlock.ExitUsage,
		Message: path + " exists already, and nothing was written",
		Hint:    "edit it; or move it away and type `interlock init` again"}
}

func notWritten(path string, err error) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: "not_written", Code: interlock.ExitUsage,
		Message: fmt.Sprintf("writing %s: %v", path, err), Hint: "make the folder writable, or set XDG_CONFIG_HOME to one that is"}
}
