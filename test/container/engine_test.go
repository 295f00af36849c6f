//go:build linux && container

package container

import (
	"bytes"
	"encoding/json"
	stderrors "errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// A box is a running container with Interlock, the environment and the examples
// in it.
type box struct {
	image
	id string
}

// outcome is what one command in the box did.
type outcome struct {
	stdout, stderr string
	code           int
}

// start runs a container until the test ends. options are podman's own; mounts
// are host:container[:ro].
func start(t *testing.T, i image, mounts []string, options ...string) box {
	t.Helper()
	args := append([]string{"run", "-d", "--rm"}, options...)
	repo := require.Repo(t)
	mounts = append(mounts, require.Binary(t)+":/usr/local/bin/interlock:ro", i.env+":/opt/env:ro", filepath.Join(repo, "examples")+":/src/examples:ro")
	for _, m := range mounts {
		args = append(args, "-v", m)
	}
	cmd := i.podman(append(args, "--rootfs", i.root+":O", "sleep", "1800")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("starting a container: %v\n%s", err, tail(stderr.Bytes()))
	}
	b := box{i, strings.TrimSpace(string(out))}
	t.Cleanup(func() {
		if out, err := i.podman("rm", "-f", "-t", "0", b.id).CombinedOutput(); err != nil {
			t.Errorf("removing the container: %v\n%s", err, tail(out))
		}
	})
	return b
}

// exec runs a command in the box with an empty HOME of its own.
func (b box) exec(t *testing.T, command ...string) outcome {
	t.Helper()
	cmd := b.podman(append([]string{"exec", "-w", "/home", "-e", "HOME=/tmp/home", b.id}, command...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !stderrors.As(err, &exit) {
		t.Fatalf("podman exec: %v", err)
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// run is what the tests read of `interlock run --format json`.
type run struct {
	ID, Status, Stdout, Stderr string
	Decision                   struct {
		Effect  string
		Reasons []struct{ Rule, Message, Hint string }
	}
	Error    *struct{ Kind, Name, Message, Hint string }
	Observed struct{ Level *string }
}

// interlock runs a script in the box and returns its result with the exit status.
func (b box) interlock(t *testing.T, script string, args ...string) (run, int) {
	t.Helper()
	o := b.exec(t, append([]string{"interlock", "run", "--env", "/opt/env/venv", "--format", "json", script, "--"}, args...)...)
	var r run
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("interlock run %s: status %d and no JSON (%v)\nstdout: %s\nstderr: %s", script, o.code, err, o.stdout, o.stderr)
	}
	return r, o.code
}

// said is every word the result has for a person.
func (r run) said() string {
	words := []string{r.Stderr}
	for _, reason := range r.Decision.Reasons {
		words = append(words, reason.Message, reason.Hint)
	}
	if r.Error != nil {
		words = append(words, r.Error.Message, r.Error.Hint)
	}
	return strings.Join(words, "\n")
}

// narrowed writes a seccomp profile that takes from podman's default what
// Docker's default refuses to a container without CAP_SYS_ADMIN: every way to
// make or enter a namespace, and mounting.
func narrowed(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("/usr/share/containers/seccomp.json")
	if err != nil {
		require.Skip(t, require.Engine, "no default profile of podman in /usr/share/containers")
	}
	var profile map[string]any
	if err := json.Unmarshal(raw, &profile); err != nil {
		t.Fatal(err)
	}
	closed := []string{"unshare", "setns", "mount", "umount", "umount2", "pivot_root", "fsopen", "fsmount", "fsconfig", "fspick", "move_mount", "open_tree", "mount_setattr", "clone", "clone3"}
	var calls []any
	for _, c := range profile["syscalls"].([]any) {
		call := c.(map[string]any)
		call["names"] = slices.DeleteFunc(call["names"].([]any), func(n any) bool { return slices.Contains(closed, n.(string)) })
		if len(call["names"].([]any)) > 0 {
			calls = append(calls, call)
		}
	}
	const newNamespaces = 0x7e020000 // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
	profile["syscalls"] = append(calls,
		map[string]any{"names": []string{"clone"}, "action": "SCMP_ACT_ALLOW",
			"args": []any{map[string]any{"index": 0, "value": newNamespaces, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}}},
		map[string]any{"names": []string{"clone3"}, "action": "SCMP_ACT_ERRNO", "errnoRet": 38})
	narrow, err := json.Marshal(profile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "narrowed.json")
	write(t, path, string(narrow), 0o644)
	return path
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := errors(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), mode), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
}

func errors(all ...error) error { return stderrors.Join(all...) }

// tail is the end of a program's output, which has the reason.
func tail(out []byte) []byte { return out[max(0, len(out)-3000):] }
