package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// submit runs the script as ann, and returns the id of the run.
func (s *service) submit(flags ...string) string {
	s.Helper()
	out, said := s.does(annUID, 0, s.at(append(append([]string{"run", "--format", "json"}, flags...), s.script)...)...)
	var r apiv1.Run
	if err := json.Unmarshal([]byte(out), &r); err != nil || r.ID == "" {
		s.Fatalf("%v: %s%s", err, out, said)
	}
	return r.ID
}

// as runs a command of the daemon's own user, on the state directory itself.
func (s *service) as(args ...string) string {
	s.Helper()
	out, err := program(s.T, s.home, args...).Output()
	if err != nil {
		s.Fatalf("%q: %v: %s", args, err, out)
	}
	return string(out)
}

// TestEverybodySeesTheirOwnRuns (P10, N1): who submitted a run sees it through the socket as
// who owns the state directory sees it in there, and so does who approves; for others it is
// not there.
func TestEverybodySeesTheirOwnRuns(t *testing.T) {
	s := serviceOf(t, "", "")
	id := s.submit()
	for _, args := range [][]string{{"runs", "list"}, {"runs", "list", "--format", "json"}, {"runs", "show", id}, {"runs", "show", id, "--format", "json"}, {"runs", "show", strings.ToUpper(id[10:])}} {
		want := s.as(args...)
		for _, uid := range []int{annUID, bobUID, os.Getuid()} {
			if got, _ := s.does(uid, 0, s.at(args...)...); got != want || !strings.Contains(got, id) {
				t.Errorf("%d: %q through the socket prints\n%s, and without it\n%s", uid, args, got, want)
			}
		}
	}
	if out, said := s.does(eveUID, 0, s.at("runs", "list")...); out != "" || !strings.Contains(said, "no runs yet") {
		t.Errorf("%s%s", out, said)
	}
	for _, c := range []struct {
		uid, status int
		part, says  string
	}{
		{eveUID, 3, id, "run " + id + " is another user's"},
		{eveUID, 2, id[:9], "no run that you may see is named"},
		{eveUID, 2, "", "is no part of a run's id"},
		{eveUID, 2, "..", "is no part of a run's id"},
		{annUID, 2, "zzzzzzzzz-zzzz", "no run that you may see is named"},
		{annUID, 2, "../" + id, "no run that you may see is named"},
		{danUID, 3, id, "does not serve you"},
	} {
		for _, verb := range []string{"show", "restore"} {
			if _, said := s.does(c.uid, c.status, s.at("runs", verb, c.part)...); !strings.Contains(said, c.says) || !strings.Contains(said, "hint: ") {
				t.Errorf("%d %s %q: %s", c.uid, verb, c.part, said)
			}
		}
	}
	second := s.submit()
	if _, said := s.does(annUID, 2, s.at("runs", "show", "-")...); !strings.Contains(said, `"-" fits 2 runs: `+second+", "+id) {
		t.Error(said)
	}
	if out, _ := s.does(annUID, 0, s.at("runs", "list", "--limit", "1")...); !strings.HasPrefix(out, second) || strings.Count(out, "\n") != 1 {
		t.Error(out)
	}
	s.does(annUID, 2, s.at("runs", "list", "--limit", "-1")...)
	s.does(annUID, 2, s.at("runs", "show", id, "--policy", s.script)...)
	if _, said := s.does(annUID, 6, "runs", "list", "--server", s.socket+".none"); !strings.Contains(said, "the server cannot be asked") || !strings.Contains(said, "interlock serve") {
		t.Error(said)
	}
	if out, _ := s.does(annUID, 3, s.at("runs", "show", s.other(), "--format", "json")...); !strings.Contains(out, `"name":"not_yours"`) {
		t.Error(out)
	}
}

// other is a run of eve's.
func (s *service) other() string {
	s.Helper()
	s.does(eveUID, 0, s.at("run", s.script)...)
	out, _ := s.does(eveUID, 0, s.at("runs", "list")...)
	return strings.Fields(out)[0]
}

// TestWhoEndsARunOfAnother (P17, P20): who asked for it and who approves may, nobody else;
// its record says who it was.
func TestWhoEndsARunOfAnother(t *testing.T) {
	s := serviceOf(t, "", "")
	if err := os.WriteFile(s.script, []byte(waits), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd, done, err := s.command(annUID, s.at("run", s.script)...)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	list, _ := s.does(annUID, 0, s.at("runs", "list")...)
	if !strings.Contains(list, "running") || !strings.Contains(list, "run.py") {
		t.Error(list)
	}
	id := strings.Fields(list)[0]
	s.does(annUID, 0, s.at("runs", "show", id)...)
	if _, said := s.does(eveUID, 3, s.at("runs", "cancel", id)...); !strings.Contains(said, "another user's") {
		t.Error(said)
	}
	s.does(eveUID, 2, s.at("runs", "cancel", id[:9])...)
	s.does(danUID, 3, s.at("runs", "cancel", id)...)
	if out, _ := s.does(bobUID, 0, s.at("runs", "cancel", id[10:])...); out != "run "+id+" is being ended\n" {
		t.Error(out)
	}
	cmd.Wait()
	if by := fmt.Sprintf("the run was ended by uid %d", bobUID); cmd.ProcessState.ExitCode() != 130 || !strings.Contains(said.String(), by) || !strings.Contains(s.as("ledger", "query", "--run", id, "--kind", "end", "--format", "json"), by) {
		t.Errorf("%v: %s", cmd.ProcessState, &said)
	}
	if _, said := s.does(annUID, 2, s.at("runs", "cancel", id)...); !strings.Contains(said, "no run of yours that waits or runs") {
		t.Error(said)
	}
}

// TestWritesThroughTheSocket (N6): who is served turns writes off, which is recorded as
// theirs; on again turns only who runs the daemon.
func TestWritesThroughTheSocket(t *testing.T) {
	s := serviceOf(t, "execution_control: {epics: {writes_enabled: true}}\n", "")
	s.does(danUID, 3, s.at("writes", "off", "--reason", "x")...)
	if out, _ := s.does(annUID, 0, s.at("writes", "status")...); !strings.HasPrefix(out, "writes are on") {
		t.Error(out)
	}
	s.does(eveUID, 0, s.at("writes", "off", "--reason", "smoke in sector 4")...)
	// Who comes later is told so, and hides nothing of it.
	if out, said := s.does(annUID, 0, s.at("writes", "off", "--reason", "a test\ninterlock: writes are on")...); !strings.HasPrefix(out, "writes are off") || !strings.Contains(said, fmt.Sprintf("off already, and stay so as uid %d said: smoke in sector 4", eveUID)) {
		t.Errorf("%s%s", out, said)
	}
	s.does(annUID, 2, s.at("writes", "off", "--reason", " ")...)
	want := s.as("writes", "status")
	if out, _ := s.does(annUID, 0, s.at("writes", "status")...); out != want || !strings.Contains(out, fmt.Sprintf("by uid %d: smoke in sector 4", eveUID)) {
		t.Errorf("%s, and %s", out, want)
	}
	if json := s.as("writes", "status", "--format", "json"); !strings.Contains(json, `"off":true`) {
		t.Error(json)
	} else if out, _ := s.does(annUID, 0, s.at("writes", "status", "--format", "json")...); out != json {
		t.Errorf("%s, and %s", out, json)
	}
	for _, uid := range []int{annUID, bobUID} {
		if _, said := s.does(uid, 3, s.at("writes", "on", "--reason", "x")...); !strings.Contains(said, "only the operator") {
			t.Error(said)
		}
	}
	s.does(os.Getuid(), 0, s.at("writes", "on", "--reason", "it was toast")...)
	if out := s.as("ledger", "query", "--kind", "writes", "--format", "json"); strings.Count(out, "\n") != 2 || !strings.Contains(out, fmt.Sprintf(`"kind":"peer_uid","uid":%d`, eveUID)) {
		t.Error(out)
	}
}

// TestRestoreThroughTheSocket (N5, N3, N4): who put something has it put back, by the rules
// that hold for them; who approves may too, and nobody else.
func TestRestoreThroughTheSocket(t *testing.T) {
	ioc := gatewaytest.StartIOC(t, "RSTR", "")
	s := serviceOf(t, fmt.Sprintf("execution_control: {epics: {writes_enabled: true}}\nenvironment: {python: %s}\ncontrol_system: {epics: {channel_access: {address_list: [\"127.0.0.1:%d\"]}}}\n", gatewaytest.Python(t), ioc.CA),
		"control_system: {epics: {read: {allow: [\"*\"]}, write: {channels: [{match: \"RSTR:*\", min: -5, max: 5}]}}}\napproval: {write_access: {required: false}}\n")
	if err := os.WriteFile(s.script, []byte("import epics\nepics.caput('RSTR:FREE', 2.5, wait=True)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	id := s.submit()
	if _, said := s.does(eveUID, 3, s.at("runs", "restore", id)...); !strings.Contains(said, "another user's") {
		t.Error(said)
	}
	if out, said := s.does(annUID, 0, s.at("runs", "restore", id, "--rehearse")...); !strings.Contains(said, "RSTR:FREE: now 2.5, then 0;") {
		t.Errorf("%s%s", out, said)
	}
	out, said := s.does(annUID, 0, s.at("runs", "restore", id)...)
	if !strings.Contains(out, "RSTR:FREE  2.5 -> 0, read back") || !strings.Contains(said, "succeeded") {
		t.Errorf("%s%s", out, said)
	}
	if out, _ := s.does(bobUID, 0, s.at("runs", "restore", id)...); !strings.Contains(out, "RSTR:FREE  is 0 already") {
		t.Error(out)
	}
	// Another run changed it since: the restore says so, as the same command does alone.
	if err := os.WriteFile(s.script, []byte("import epics\nepics.caput('RSTR:FREE', 4, wait=True)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.submit()
	if out, said := s.does(bobUID, 1, s.at("runs", "restore", id)...); !strings.Contains(out, "--anyway") {
		t.Error(out, said)
	}
	out, _ = s.does(bobUID, 0, s.at("runs", "restore", id, "--anyway", "--format", "json")...)
	var r apiv1.Run
	if err := json.Unmarshal([]byte(out), &r); err != nil || r.Name != "restore-"+id {
		t.Errorf("%v: %s", err, out)
	}
	if out := s.as("ledger", "query", "--run", r.ID, "--kind", "submission", "--format", "json"); !strings.Contains(out, fmt.Sprintf(`"uid":%d`, bobUID)) {
		t.Error("the restore is not recorded as bob's:", out)
	}
	if _, said := s.does(annUID, 2, s.at("runs", "restore", filepath.Base(id), "--request")...); !strings.Contains(said, "--rehearse --request") {
		t.Error(said)
	}
}
