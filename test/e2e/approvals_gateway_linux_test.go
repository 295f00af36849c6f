package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// equipped is a desk with a real IOC behind it, whose channels a policy grants.
func equipped(t *testing.T) (d *desk, ioc *gatewaytest.IOC, flags []string) {
	d = newDesk(t)
	ioc = gatewaytest.StartIOC(t, "APPR", "")
	d.write(d.policy, "version: 1\nextends: scientific\ncontrol_system: {epics: {read: {allow: [\"*\"]}, write: {channels: [{match: \"APPR:*\", min: -5, max: 5}]}}}\n"+
		"approval: {write_access: {self: true, rehearsal: required}}\n")
	config := filepath.Join(d.home, "on.yml")
	d.write(config, fmt.Sprintf("execution_control: {epics: {writes_enabled: true}}\nenvironment: {python: %s}\ncontrol_system: {epics: {channel_access: {address_list: [\"127.0.0.1:%d\"]}}}\n",
		gatewaytest.Python(t), ioc.CA))
	return d, ioc, []string{"--config", config}
}

// puts are the run's puts as its object has them.
func puts(t *testing.T, out string) (list []apiv1.Put) {
	t.Helper()
	var r apiv1.Run
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return r.Puts
}

// TestApprovedPutsAndNoOthers (N3, N4): what was rehearsed and approved reaches the real
// IOC, exactly that, and a run that would put anything else is refused at the wire.
func TestApprovedPutsAndNoOthers(t *testing.T) {
	for name, c := range map[string]struct {
		value string // Python
		want  string // of the live put
	}{
		"what was rehearsed": {"1.5", "done"},
		"something else":     {"__import__('random').uniform(1, 2)", "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			d, ioc, flags := equipped(t)
			d.script("run.py", "import epics\nprint('was', epics.caget('APPR:COUNT'))\ntry:\n    epics.caput('APPR:COUNT', "+c.value+", wait=True)\nfinally:\n    print('is', epics.caget('APPR:COUNT'))\n")
			args := append(append([]string{"run"}, flags...), "--rehearse", "--request", filepath.Join(d.folder, "run.py"))
			_, said := d.does(4, args...)
			if !strings.Contains(said, "APPR:COUNT: now 0, then 1.") || !strings.Contains(said, "rehearsed, no put left") {
				t.Error(said)
			}
			id := d.waiting()
			if shown, _ := d.does(0, append([]string{"approvals", "show", id}, flags...)...); !strings.Contains(shown, "APPR:COUNT: now 0, then 1.") {
				t.Error(shown)
			}
			d.does(0, append([]string{"approvals", "approve", id, "--tolerance", "0"}, flags...)...)
			cmd := d.command(append([]string{"runs", "start", id, "--format", "json"}, flags...)...)
			out, _ := cmd.Output()
			list := puts(t, string(out))
			if len(list) != 1 || list[0].Status != c.want || c.want == "refused" && list[0].Violation != "PUT_NOT_APPROVED" {
				t.Errorf("%+v", list)
			}
			reached := slices.ContainsFunc(ioc.Lines(), func(line string) bool { return strings.HasPrefix(line, "put") })
			if reached != (c.want == "done") {
				t.Errorf("the IOC saw %q", ioc.Lines())
			}
		})
	}
}

// TestRestoreIsApprovedToo (N5): putting back waits for a person as any write does, bound
// to its rehearsal, and runs once.
func TestRestoreIsApprovedToo(t *testing.T) {
	d, _, flags := equipped(t)
	do := func(status int, args ...string) (string, string) {
		t.Helper()
		return d.does(status, append(args, flags...)...)
	}
	d.script("run.py", "import epics\nepics.caput('APPR:FREE', 2.5, wait=True)\nprint(epics.caget('APPR:FREE'))\n")
	do(4, "run", "--rehearse", "--request", filepath.Join(d.folder, "run.py"))
	first := d.waiting()
	do(0, "approvals", "approve", first)
	if out, _ := do(0, "runs", "start", first); out != "2.5\n" {
		t.Fatal(out)
	}
	if _, said := do(3, "runs", "restore", first); !strings.Contains(said, "restore ID --rehearse --request") {
		t.Error(said)
	}
	_, said := do(4, "runs", "restore", first, "--rehearse", "--request")
	if !strings.Contains(said, "APPR:FREE: now 2.5, then 0;") {
		t.Error(said)
	}
	id := d.waiting()
	if shown, _ := do(0, "approvals", "show", id); !strings.Contains(shown, "restore of run "+first) || !strings.Contains(shown, "W     2 |") {
		t.Error(shown)
	}
	do(0, "approvals", "approve", id)
	do(0, "runs", "start", id)
	do(3, "runs", "start", id)
	d.script("look.py", "import epics\nprint(epics.caget('APPR:FREE'))\n")
	if out, _ := do(0, "run", filepath.Join(d.folder, "look.py")); out != "0.0\n" {
		t.Errorf("after the restore it is %q", out)
	}
}

// TestKilledAfterAPut (N4): a run that died after it had put something is shown with the
// puts that are known, and is never started again.
func TestKilledAfterAPut(t *testing.T) {
	d, ioc, flags := equipped(t)
	d.write(d.policy, strings.Replace(readFile(t, d.policy), ", rehearsal: required", "", 1))
	d.script("run.py", "import epics, time\nepics.caput('APPR:COUNT', 3.5, wait=True)\nprint('ready', flush=True)\ntime.sleep(600)\n")
	d.does(4, append([]string{"run", filepath.Join(d.folder, "run.py")}, flags...)...)
	id := d.waiting()
	d.does(0, "approvals", "approve", id)
	cmd := d.command(append([]string{"runs", "start", id}, flags...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	shown, _ := d.does(0, append([]string{"runs", "show", id}, flags...)...)
	if !strings.Contains(shown, "outcome unknown") || !strings.Contains(shown, "APPR:COUNT: 3.5, was 0") {
		t.Error(shown)
	}
	d.does(3, append([]string{"runs", "start", id}, flags...)...)
	n := 0
	for _, line := range ioc.Lines() {
		if strings.HasPrefix(line, "put 3.5") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the IOC saw %q", ioc.Lines())
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
