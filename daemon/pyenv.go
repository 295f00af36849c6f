package daemon

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox"
)

// python3OnPath is the interpreter behind python3 on the caller's PATH. Asking a
// pyenv shim costs a shell, more than a whole run in a daemon does, so its answer
// is kept in the cache until something changes that pyenv looks at. Any other
// wrapper is asked each time: what it looks at is not known.
func (o Options) python3OnPath() (string, error) {
	ask := func() (string, error) {
		e, err := sandbox.ResolveEnvironment("", o.getenv)
		return e.Interpreter, err
	}
	shim := o.firstPython3()
	root := filepath.Dir(filepath.Dir(shim))
	cache := o.sources().xdg("XDG_CACHE_HOME", ".cache")
	if cache == "" || filepath.Base(filepath.Dir(shim)) != "shims" || !isThere(filepath.Join(root, "versions")) {
		return ask()
	}
	file := filepath.Join(cache, "pyenv-"+o.pyenvKey(shim, root)[:16])
	if b, err := os.ReadFile(file); err == nil && ofPyenv(string(b), root) {
		return string(b), nil
	}
	found, err := ask()
	if err == nil && ofPyenv(found, root) {
		keep(file, found)
	}
	return found, err
}

// firstPython3 is what python3 names on PATH, or "".
func (o Options) firstPython3() string {
	for _, dir := range filepath.SplitList(o.getenv("PATH")) {
		p := filepath.Join(dir, "python3")
		if info, err := os.Stat(p); filepath.IsAbs(dir) && err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return p
		}
	}
	return ""
}

// pyenvKey covers everything that pyenv decides by: the variables that it is given
// here, and the files it looks at from the root folder, where it is asked.
func (o Options) pyenvKey(shim, root string) string {
	parts := []string{}
	for _, v := range []string{"PATH", "HOME", "PYENV_ROOT", "PYENV_VERSION"} {
		parts = append(parts, o.getenv(v))
	}
	for _, p := range []string{shim, "/.python-version", filepath.Join(root, "version"), filepath.Join(root, "versions")} {
		stamp := p + " none"
		if info, err := os.Stat(p); err == nil {
			stamp = fmt.Sprint(p, " ", info.Size(), " ", info.ModTime().UnixNano())
		}
		parts = append(parts, stamp)
	}
	b, err := json.Marshal(parts)
	if err != nil {
		return interlock.SourceDigest(nil) // a list of strings cannot fail
	}
	return interlock.SourceDigest(b)
}

// ofPyenv reports whether path is an interpreter of one of pyenv's versions: only
// such an answer is kept, or believed when it was.
func ofPyenv(path, root string) bool {
	info, err := os.Lstat(path)
	return strings.HasPrefix(path, filepath.Join(root, "versions")+"/") && err == nil && info.Mode().Type()&^fs.ModeSymlink == 0
}

// keep writes the cache file in one step. Where it cannot, the next run asks again.
func keep(file, found string) {
	if os.MkdirAll(filepath.Dir(filepath.Dir(file)), 0o755) != nil || os.MkdirAll(filepath.Dir(file), 0o700) != nil {
		return
	}
	temp := fmt.Sprintf("%s.%d", file, os.Getpid())
	if os.WriteFile(temp, []byte(found), 0o600) != nil || os.Rename(temp, file) != nil {
		os.Remove(temp)
	}
}
