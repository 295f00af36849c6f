package sandbox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
)

// Environment is a Python environment as it lies on the host.
type Environment struct {
	Interpreter string   // the path to execute; in a virtual environment, that one's
	Binary      string   // the same with every symbolic link resolved
	Links       []string // symbolic links on the way from Interpreter to Binary, first to last
	Roots       []string // folders the interpreter and its packages lie in
}

// ResolveEnvironment finds the environment that name stands for: a folder of an
// environment, a python executable, or a command on PATH; "" is python3. Nothing
// of the environment is executed, except that a wrapper script (a pyenv shim) is
// asked which interpreter it would start, isolated and without site packages.
func ResolveEnvironment(name string, getenv func(string) string) (Environment, error) {
	path, err := findPython(name, getenv)
	if err != nil {
		return Environment{}, err
	}
	if script, err := isScript(path); err != nil {
		return Environment{}, noPython(path, err)
	} else if script {
		if path, err = unwrap(path, getenv); err != nil {
			return Environment{}, noPython(path, err)
		}
	}
	e := Environment{Interpreter: path}
	if e.Links, e.Binary, err = follow(path); err != nil {
		return Environment{}, noPython(path, err)
	}
	e.addRoot(prefixOf(e.Binary))
	if home := filepath.Dir(filepath.Dir(path)); isFile(filepath.Join(home, "pyvenv.cfg")) {
		e.addRoot(home)
	} else {
		e.Interpreter, e.Links = e.Binary, nil // an ordinary interpreter is the same by its real name
	}
	return e, nil
}

// Roots that would show more of the host than an interpreter: their libraries
// are among the system paths.
func (e *Environment) addRoot(dir string) {
	if real, err := filepath.EvalSymlinks(dir); err == nil && real != dir {
		e.addRoot(real)
	}
	switch dir {
	case "/", "/usr", "/usr/local", "/home", "/root", "/opt", "/var", "/etc":
		return
	}
	e.Roots = append(e.Roots, dir)
}

func prefixOf(binary string) string {
	if strings.HasPrefix(binary, "/nix/store/") {
		return "/nix/store"
	}
	return filepath.Dir(filepath.Dir(binary))
}

func findPython(name string, getenv func(string) string) (string, error) {
	if name == "" {
		name = "python3"
	}
	if !strings.Contains(name, "/") {
		for _, dir := range filepath.SplitList(getenv("PATH")) {
			if p := filepath.Join(dir, name); filepath.IsAbs(dir) && isExecutable(p) {
				return p, nil
			}
		}
		return "", noPython(name, errors.New("it is not on PATH"))
	}
	if info, err := os.Stat(name); err != nil {
		return "", noPython(name, err)
	} else if info.IsDir() {
		for _, exe := range []string{"bin/python3", "bin/python"} {
			if p := filepath.Join(name, exe); isExecutable(p) {
				return p, nil
			}
		}
		return "", noPython(name, whyNot(filepath.Join(name, "bin/python3")))
	}
	return name, nil
}

// whyNot says why there is no interpreter at p. An environment outlives the Python that it
// was made from: bin/python3 is then a link to nothing.
func whyNot(p string) error {
	to, err := os.Readlink(p)
	if err != nil {
		return errors.New("the folder has no bin/python3")
	}
	switch _, err = os.Stat(p); {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("its bin/python3 is a link to %s, which you may not reach", to)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("its bin/python3 is a link to %s, which is not there: make the environment anew", to)
	}
	return fmt.Errorf("its bin/python3 is a link to %s, which is no program", to)
}

func noPython(name string, err error) error {
	return &interlock.Error{Kind: interlock.Configuration, Name: "no_python", Code: interlock.ExitUsage, Err: err,
		Message: fmt.Sprintf("no Python environment at %q", name),
		Hint:    "name one with --env PATH (an environment's folder or a python executable), or set `environment: {python: PATH}` in config.yml"}
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func isExecutable(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

func isScript(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := bufio.NewReader(f).Peek(2)
	return string(head) == "#!", err
}

// unwrap asks a wrapper script for the interpreter it starts. -I and -S keep the
// environment's .pth files, sitecustomize and PYTHON* variables from running here.
func unwrap(name string, getenv func(string) string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, "-I", "-S", "-c", "import sys; print(sys.executable)")
	cmd.Dir = "/"
	for _, v := range []string{"PATH", "HOME", "PYENV_ROOT", "PYENV_VERSION"} {
		if getenv(v) != "" {
			cmd.Env = append(cmd.Env, v+"="+getenv(v))
		}
	}
	out, err := cmd.Output()
	if err != nil {
		return name, fmt.Errorf("asking the wrapper script for its interpreter: %w", err)
	}
	path := strings.TrimSpace(string(out))
	if script, err := isScript(path); err != nil || script {
		return name, fmt.Errorf("the wrapper script names %q, which is no interpreter", path)
	}
	return path, nil
}

// follow resolves path one symbolic link of its last element at a time.
func follow(path string) (links []string, binary string, err error) {
	for range 40 {
		to, err := os.Readlink(path)
		if err != nil {
			binary, err = filepath.EvalSymlinks(path)
			return links, binary, err
		}
		links = append(links, path)
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return nil, "", errors.New("too many symbolic links")
}
