package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Identity is what tells a Python environment from another, by name for people: the
// interpreter with the file behind it, and each installed package. It reads names,
// sizes and times, not the insides of packages: a file that was edited in place is not
// seen. name is as in a grant.
func (s *Sandbox) Identity(name string) (map[string]string, error) {
	env, err := s.environment(name)
	if err != nil {
		return nil, err
	}
	out := map[string]string{"the interpreter": strings.Join([]string{env.Interpreter, env.Binary, stamp(env.Binary), strings.Join(env.Links, ":")}, "\n")}
	for _, root := range append([]string{prefixOf(env.Binary)}, env.Roots...) {
		if b, err := os.ReadFile(filepath.Join(root, "pyvenv.cfg")); err == nil {
			out["the virtual environment "+root] = string(b)
		}
		for _, pattern := range []string{"lib*/python3*/site-packages", "lib*/python3*/dist-packages", "lib*/python3/dist-packages"} {
			folders, _ := filepath.Glob(filepath.Join(root, pattern))
			for _, folder := range folders {
				packages(folder, out)
			}
		}
	}
	return out, nil
}

// packages adds what is installed in folder, and the .pth files that lead elsewhere.
func packages(folder string, out map[string]string) {
	items, err := os.ReadDir(folder)
	if err != nil {
		return // it is not there for the run either
	}
	for _, item := range items {
		name := item.Name()
		path := filepath.Join(folder, name)
		switch filepath.Ext(name) {
		case ".dist-info", ".egg-info":
			out["package "+strings.TrimSuffix(name, filepath.Ext(name))] = path + " " + stamp(filepath.Join(path, "RECORD"))
		case ".pth", ".egg-link":
			out["file "+path] = stamp(path)
		}
	}
}

// stamp is a file's size and time of change; "" where there is none.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d bytes of %d", info.Size(), info.ModTime().UnixNano())
}
