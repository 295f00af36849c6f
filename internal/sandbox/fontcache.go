package sandbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// Matplotlib builds a list of all fonts at its first import, which takes longer
// than most runs. It is made once per environment, in a sandbox of its own that
// runs no user code, and each run gets a copy it may change.

const makeFontCache = "import matplotlib.font_manager\n"

// fontCache returns matplotlib's font list for dir, if the code may need it and
// it can be made. Its absence only costs time.
func (s *Sandbox) fontCache(env Environment, sub *interlock.Submission, dir string) []confine.File {
	if s.opt.CacheDir == "" || sub.Front == systemFront || !plots(sub.Source) || !hasMatplotlib(env) {
		return nil
	}
	sum := sha256.Sum256([]byte(env.Interpreter + "\x00" + env.Binary))
	cache := filepath.Join(s.opt.CacheDir, "fonts-"+hex.EncodeToString(sum[:8]))
	found, _ := filepath.Glob(filepath.Join(cache, "fontlist-*.json"))
	if len(found) == 0 {
		found = s.makeFonts(env, cache)
	}
	var out []confine.File
	for _, name := range found {
		if b, err := os.ReadFile(name); err == nil {
			out = append(out, confine.File{Path: path.Join(dir, filepath.Base(name)), Content: b})
		}
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

// systemFront marks submissions of Interlock's own.
const systemFront = "interlock"

// makeFonts runs the one line that builds the list and keeps it under cache,
// which appears whole or not at all.
func (s *Sandbox) makeFonts(env Environment, cache string) []string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sub := &interlock.Submission{ID: "fonts-" + filepath.Base(cache)[6:], Name: "<fonts>", Source: []byte(makeFontCache), Front: systemFront}
	reach, _ := s.Host().Reaches()
	grant := interlock.Grant{Isolation: reach,
		Environment: interlock.Environment{Interpreter: env.Interpreter, Variables: map[string]string{"MPLCONFIGDIR": "."}},
		Resources: interlock.Resources{Wall: time.Minute, CPU: time.Minute, Memory: 2 << 30, Processes: 64, OpenFiles: 256, Output: 1 << 20,
			File: 16 << 20, Workspace: 64 << 20, Inodes: 1000}}
	c, err := s.Prepare(ctx, sub, grant)
	if err != nil {
		return nil
	}
	defer c.Close()
	if private(filepath.Dir(cache)) != nil {
		return nil
	}
	tmp, err := os.MkdirTemp(filepath.Dir(cache), ".fonts-*")
	if err != nil {
		return nil
	}
	defer os.RemoveAll(tmp)
	if _, _, err := c.Run(ctx, sub, tmp, interlock.Streams{}); err != nil {
		return nil
	}
	if err := os.Rename(tmp, cache); err != nil {
		return nil
	}
	found, _ := filepath.Glob(filepath.Join(cache, "fontlist-*.json"))
	return found
}
