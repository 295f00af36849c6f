//go:build linux && container

package container

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// programs are what the tests start, with the package that has each on Debian.
var programs = []string{"podman", "runc", "debootstrap"}

// image is a minimal Debian as a folder, with its python3 and an environment
// made by that python3 at /opt/env. It is made once and kept.
type image struct {
	root string // the container's file system
	env  string // mounted at /opt/env
	conf string // containers.conf
}

func newImage(t *testing.T) image {
	t.Helper()
	require.Root(t)
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			require.Skip(t, require.Engine, "apt-get install podman runc debootstrap")
		}
	}
	cache := os.Getenv("INTERLOCK_TEST_CACHE")
	if cache == "" {
		cache = "/var/cache/interlock"
	}
	i := image{root: filepath.Join(cache, "root"), env: filepath.Join(cache, "env"), conf: filepath.Join(t.TempDir(), "containers.conf")}
	// A host without CAP_SYS_RESOURCE cannot raise the limits that podman sets.
	write(t, i.conf, "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n", 0o644)
	i.bootstrap(t)
	i.provision(t)
	return i
}

func (i image) bootstrap(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(i.root); err == nil {
		return
	}
	t.Log("making the container's root with debootstrap: about a minute, once")
	half := i.root + ".half"
	if err := errors(os.RemoveAll(half), os.MkdirAll(filepath.Dir(half), 0o755)); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", "bookworm", half).CombinedOutput()
	if err != nil {
		t.Fatalf("debootstrap: %v\n%s", err, tail(out))
	}
	if err := os.Rename(half, i.root); err != nil {
		t.Fatal(err)
	}
}

// provision makes the environment inside a container, with the host's network
// and trust store; a finished one with the same lock is kept.
func (i image) provision(t *testing.T) {
	t.Helper()
	if err := os.MkdirAll(i.env, 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"run", "--rm", "--network", "host", "-v", filepath.Join(require.Repo(t), "python") + ":/src/python:ro", "-v", i.env + ":/opt/env"}
	const certs = "/etc/ssl/certs/ca-certificates.crt"
	if _, err := os.Stat(certs); err == nil {
		args = append(args, "-v", certs+":"+certs+":ro", "-e", "PIP_CERT="+certs)
	}
	out, err := i.podman(append(args, "--rootfs", i.root+":O", "python3", "/src/python/setup_env.py", "/opt/env/venv")...).CombinedOutput()
	if err != nil {
		t.Fatalf("making the environment in the container: %v\n%s", err, tail(out))
	}
}

func (i image) podman(args ...string) *exec.Cmd {
	cmd := exec.Command("podman", append([]string{"--runtime", "runc"}, args...)...)
	cmd.Env = append(os.Environ(), "CONTAINERS_CONF="+i.conf)
	return cmd
}
