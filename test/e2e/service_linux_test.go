package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/test/require"
)

// service is a daemon that serves other users: ann and eve, who submit, bob and cat, who
// approve, and dan, who is not listed.
type service struct {
	*testing.T
	home, socket, self, script string
}

const (
	annUID = 64101 + iota
	bobUID
	catUID
	danUID
	eveUID
)

// newService serves with a policy that has such an approval section.
func newService(t *testing.T, approval string) *service {
	t.Helper()
	return serviceOf(t, "", "approval: {"+approval+"}\n")
}

// serviceOf serves with these lines more in its configuration and its policy.
func serviceOf(t *testing.T, config, policy string) *service {
	t.Helper()
	require.Root(t)
	// Other users have to reach the socket and this binary, and a test's own folder is
	// private.
	open, err := os.MkdirTemp("", "interlock-service-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(open) })
	s := &service{T: t, home: t.TempDir(), socket: filepath.Join(open, "socket"), self: filepath.Join(open, "interlock"), script: filepath.Join(open, "run.py")}
	self, err := os.Executable()
	if err == nil {
		var b []byte
		if b, err = os.ReadFile(self); err == nil {
			err = os.WriteFile(s.self, b, 0o755)
		}
	}
	if err != nil || os.Chmod(open, 0o755) != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(s.home, ".config", "interlock")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		filepath.Join(folder, "config.yml"):  fmt.Sprintf("server: {socket: %s, users: [%d, %d], approvers: [%d, %d]}\n", s.socket, annUID, eveUID, bobUID, catUID) + config,
		filepath.Join(folder, "policy.yaml"): "version: 1\nextends: scientific\n" + policy,
		s.script:                             "import sys\nprint('ran', sys.stdin.read())\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, err := serve(s.home, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.cmd.Process.Signal(syscall.SIGTERM)
		if status, said := d.wait(); status != 0 {
			t.Errorf("the daemon ended with %d: %s", status, said)
		}
	})
	return s
}

// does runs a command as a user and wants its exit status.
func (s *service) does(uid, status int, args ...string) (stdout, stderr string) {
	s.Helper()
	stdout, stderr, got := s.run(uid, args...)
	if got != status {
		s.Fatalf("%d %q: exit %d, want %d\n%s%s", uid, args, got, status, stdout, stderr)
	}
	return stdout, stderr
}

// run runs a command as a user.
func (s *service) run(uid int, args ...string) (stdout, stderr string, status int) {
	cmd, done, err := s.command(uid, args...)
	if err != nil {
		return "", err.Error(), -1
	}
	defer done()
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	cmd.Run()
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

// command is a command of a user, in a home that done removes.
func (s *service) command(uid int, args ...string) (cmd *exec.Cmd, done func(), err error) {
	home, err := os.MkdirTemp("", "interlock-user-")
	if err == nil {
		err = os.Chown(home, uid, uid)
	}
	if err != nil {
		return nil, nil, err
	}
	cmd = exec.Command(s.self, args...)
	cmd.Dir, cmd.Env = home, []string{asMain + "=1", "HOME=" + home, "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	return cmd, func() { os.RemoveAll(home) }, nil
}

// at adds the server to a command.
func (s *service) at(args ...string) []string { return append(args, "--server", s.socket) }

// ask submits the script as ann.
func (s *service) ask() string {
	s.Helper()
	data := s.script // any file that ann can read
	out, _ := s.does(annUID, 4, s.at("run", "--format", "json", "--stdin", data, s.script)...)
	var r apiv1.Run
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		s.Fatal(err)
	}
	return r.ID
}

// TestAnotherUserApproves (X9, N4): in the service shape requester and approver are whom
// the kernel names; the requester's own word does not count, nor that of who is not listed.
func TestAnotherUserApproves(t *testing.T) {
	s := newService(t, "all_code: {required: true}")
	id := s.ask()
	for uid, says := range map[int]string{annUID: "not among those who approve", danUID: "run without: `interlock run FILE`"} {
		if _, said := s.does(uid, 3, s.at("approvals", "approve", id)...); !strings.Contains(said, says) {
			t.Errorf("%d: %s", uid, said)
		}
	}
	if _, said := s.does(annUID, 4, s.at("runs", "start", id)...); !strings.Contains(said, "`interlock approvals approve "+id+" --server "+s.socket+"`") {
		t.Error("what is told to type does not reach the server:", said)
	}
	out, _ := s.does(bobUID, 0, s.at("approvals", "show", id)...)
	if !strings.Contains(out, fmt.Sprintf("uid %d", annUID)) || !strings.Contains(out, "print('ran'") || !strings.Contains(out, "stdin") {
		t.Error(out)
	}
	if _, said := s.does(bobUID, 0, s.at("approvals", "approve", id)...); strings.Contains(said, "self-approved") {
		t.Error(said)
	}
	if _, said := s.does(catUID, 3, s.at("runs", "start", id)...); !strings.Contains(said, "who asked or approved") {
		t.Error(said)
	}
	if out, said := s.does(annUID, 0, s.at("runs", "start", id)...); !strings.HasPrefix(out, "ran import sys") || strings.Contains(said, "needs approval") {
		t.Error(out, said)
	}
	s.does(annUID, 3, s.at("runs", "start", id)...)
	s.does(danUID, 3, s.at("approvals", "list")...)
	s.waits()
}

// waits: ann waits for the verdict, and bob gives it.
func (s *service) waits() {
	s.Helper()
	done := make(chan string, 1)
	go func() {
		out, _, _ := s.run(annUID, s.at("run", "--wait=60s", s.script)...)
		done <- out
	}()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		out, _ := s.does(bobUID, 0, s.at("approvals", "list", "--format", "json")...)
		var list apiv1.Requests
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			s.Fatal(err)
		}
		if len(list.Requests) == 1 {
			s.does(bobUID, 0, s.at("approvals", "approve", list.Requests[0].ID)...)
			break
		}
	}
	if out := <-done; !strings.HasPrefix(out, "ran ") {
		s.Errorf("who waited got %q", out)
	}
}

// TestTwoOfThreeApprove (X9): as many people as the policy wants, each once.
func TestTwoOfThreeApprove(t *testing.T) {
	s := newService(t, "all_code: {required: true, approvers: 2}")
	id := s.ask()
	s.does(bobUID, 0, s.at("approvals", "approve", id)...)
	if _, said := s.does(bobUID, 3, s.at("approvals", "approve", id)...); !strings.Contains(said, "counts once") {
		t.Error(said)
	}
	s.does(annUID, 4, s.at("runs", "start", id)...)
	if out, _ := s.does(catUID, 0, s.at("approvals", "approve", id)...); !strings.Contains(out, "approved") {
		t.Error(out)
	}
	s.does(annUID, 0, s.at("runs", "start", id)...)
	// One no is a no, and only who asked withdraws.
	id = s.ask()
	s.does(bobUID, 3, s.at("approvals", "withdraw", id)...)
	s.does(bobUID, 0, s.at("approvals", "approve", id)...)
	s.does(catUID, 0, s.at("approvals", "reject", id, "--reason", "beam")...)
	if _, said := s.does(annUID, 3, s.at("runs", "start", id)...); !strings.Contains(said, "beam") {
		t.Error(said)
	}
	id = s.ask()
	s.does(annUID, 0, s.at("approvals", "withdraw", id)...)
	s.does(bobUID, 3, s.at("approvals", "approve", id)...)
}

// TestTheServerReadsNobodysFiles: who submits to another user's daemon cannot have it
// read what they may not.
func TestTheServerReadsNobodysFiles(t *testing.T) {
	s := newService(t, "all_code: {required: true}")
	s.does(annUID, 2, s.at("run", "--input", "/etc/hostname", s.script)...)
	s.does(annUID, 2, s.at("run", "--env", "/usr/bin/python3", s.script)...)
	s.does(annUID, 2, s.at("run", "--out", "o", s.script)...)
	// Nor does a run of one's own: who cannot read an input is told so.
	secret := filepath.Join(filepath.Dir(s.script), "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, said := s.does(annUID, 2, "run", "--input", secret, s.script); !strings.Contains(said, "--input "+secret+" cannot be read: permission denied") {
		t.Error(said)
	}
	_, said := s.does(annUID, 4, s.at("run", s.script)...)
	if !strings.Contains(said, "the script alone") {
		t.Error(said)
	}
}
