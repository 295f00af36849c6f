package daemon

import (
	"os"
	"strings"
)

// places are the folders of this user, absolute or "". None is made before it is
// needed.
type places struct {
	config, state, cache string
}

// getenv is the caller's environment; the last one of a name counts, as for exec.
func (o Options) getenv(name string) string {
	value := ""
	for _, e := range o.Env {
		if k, v, ok := strings.Cut(e, "="); ok && k == name {
			value = v
		}
	}
	return value
}

func (d *Daemon) getenv(name string) string { return d.o.getenv(name) }

func isThere(path string) bool { _, err := os.Lstat(path); return err == nil }
