package daemon

import (
	"path/filepath"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox"
)

// surround notes what the surroundings of this process say of the environment. A
// daemon's own say nothing about its callers', who send theirs.
func (d *Daemon) surround(s *interlock.Submission, c *Config) {
	if s.Found == "" && !d.o.Serve {
		s.Found = d.o.callersPython(c)
	}
}

// callersPython is the environment where the configuration names none: the active
// one, then .venv beside the configuration; "" is python3 on PATH.
func (o Options) callersPython(c *Config) string {
	for _, name := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if dir := o.getenv(name); filepath.IsAbs(dir) {
			return dir
		}
	}
	if c.Path != "" {
		if dir := filepath.Join(filepath.Dir(c.Path), ".venv"); isThere(filepath.Join(dir, "pyvenv.cfg")) {
			return dir
		}
	}
	return ""
}

// newSandbox is the sandbox of this Daemon: with a pool where it serves.
func (d *Daemon) newSandbox(c *Config) *sandbox.Sandbox {
	d.o.Pool = poolOf(d.o, c)
	return sandbox.New(sandbox.Options{CacheDir: d.places.cache, Getenv: d.getenv, Pool: d.o.Pool, Preload: c.Server.Preload, Log: d.log()})
}

// warmUp has the sandbox load the environment that runs are in where their callers
// name none, so that the first one is warm too.
func (d *Daemon) warmUp(r *rules) {
	if g, ok := r.draft(d, &interlock.Submission{Found: d.o.callersPython(r.config)}); ok && d.o.Pool > 0 {
		d.sandbox.WarmUp(g)
	}
}

// poolOf is how many warm interpreters are kept.
func poolOf(o Options, c *Config) int {
	if o.Serve && o.Pool == 0 {
		return c.Server.Pool
	}
	return max(o.Pool, 0)
}

// poolStats is what the sandbox says of its warm interpreters; nil without a pool.
func (d *Daemon) poolStats() any {
	if d.o.Pool == 0 {
		return nil
	}
	return append([]sandbox.PoolStatus{}, d.sandbox.Pools()...)
}

// closeSandbox ends what a pool keeps ready; d may have failed before it had one.
func (d *Daemon) closeSandbox() error {
	if d.sandbox == nil {
		return nil
	}
	return d.sandbox.Close()
}
