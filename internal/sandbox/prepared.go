package sandbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
	"github.com/interlock-run/interlock/python"
)

// Two things cost an interpreter more than most runs do and are the same every
// time: compiling the runner, and matplotlib's list of all fonts. Each is made
// once per environment, in a sandbox of its own that runs no user code, and kept
// in the cache; each run gets a copy. Their absence only costs time.

// prepared are files made by source in an environment.
type prepared struct {
	name    string // of the cache folder
	source  string
	pattern string // which files of the workspace to keep
}

var (
	fontList = prepared{name: "fonts", source: "import matplotlib.font_manager\n", pattern: "fontlist-*.json"}
	bytecode = prepared{name: "runner", source: python.Compile, pattern: "*.pyc"}
)

// systemFront marks submissions of Interlock's own.
const systemFront = "interlock"

// prepared returns what can be prepared for the run: the runner's bytecode beside
// the runner in runner, and fonts in config where the code may plot.
func (s *Sandbox) prepared(env Environment, sub *interlock.Submission, runner, config string) []confine.File {
	if s.opt.CacheDir == "" || sub.Front == systemFront {
		return nil
	}
	out := s.fetch(bytecode, env, path.Join(runner, "interlock_runner/__pycache__"))
	if plots(sub.Source) && hasMatplotlib(env) {
		out = append(out, s.fetch(fontList, env, config)...)
	}
	return out
}

func plots(source []byte) bool {
	for _, word := range []string{"matplotlib", "pylab", "seaborn", ".plot"} {
		if bytes.Contains(source, []byte(word)) {
			return true
		}
	}
	return false
}

func hasMatplotlib(env Environment) bool {
	for _, r := range env.Roots {
		if found, _ := filepath.Glob(filepath.Join(r, "lib*/python3*/site-packages/matplotlib")); len(found) > 0 {
			return true
		}
	}
	return false
}

// fetch reads the files of p from the cache, making them first where they are missing.
func (s *Sandbox) fetch(p prepared, env Environment, dir string) []confine.File {
	cache := filepath.Join(s.opt.CacheDir, p.name+"-"+p.key(env))
	found, _ := filepath.Glob(filepath.Join(cache, p.pattern))
	if len(found) == 0 && s.makeOnce(p, env, cache) == nil {
		found, _ = filepath.Glob(filepath.Join(cache, p.pattern))
	}
	var out []confine.File
	for _, name := range found {
		if b, err := os.ReadFile(name); err == nil {
			out = append(out, confine.File{Path: path.Join(dir, filepath.Base(name)), Content: b})
		}
	}
	return out
}

// key names everything that the files depend on: the interpreter, as it is
// installed now, and the code that makes them.
func (p prepared) key(env Environment) string {
	h := sha256.New()
	info, err := os.Stat(env.Binary)
	if err == nil {
		fmt.Fprintln(h, info.Size(), info.ModTime().UnixNano())
	}
	fmt.Fprintln(h, env.Interpreter, env.Binary, p.source)
	_ = fs.WalkDir(python.Runner, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b, _ := fs.ReadFile(python.Runner, name)
			h.Write(b)
		}
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// makeOnce runs p.source in a sandbox and keeps its workspace as cache, which
// appears whole or not at all.
func (s *Sandbox) makeOnce(p prepared, env Environment, cache string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sub := &interlock.Submission{ID: filepath.Base(cache) + fmt.Sprint("-", os.Getpid()), Name: "<" + p.name + ">", Source: []byte(p.source), Front: systemFront}
	reach, _ := s.Host().Reaches()
	grant := interlock.Grant{Isolation: reach,
		Environment: interlock.Environment{Interpreter: env.Interpreter, Variables: map[string]string{"MPLCONFIGDIR": "."}},
		Resources: interlock.Resources{Wall: time.Minute, CPU: time.Minute, Memory: 2 << 30, Processes: 64, OpenFiles: 256, Output: 1 << 20, Stdout: 1 << 20, Stderr: 1 << 20,
			Line: 1 << 20, File: 16 << 20, Workspace: 64 << 20, Inodes: 1000, Shm: 1 << 20, Results: 1 << 10, Figures: 1, Figure: 1 << 10, Outputs: 1}}
	c, err := s.Prepare(ctx, sub, grant)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := private(s.opt.CacheDir); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(s.opt.CacheDir, ".prepared-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if _, _, err := c.Run(ctx, sub, tmp, interlock.Streams{}, nil); err != nil {
		return err
	}
	return os.Rename(tmp, cache)
}
