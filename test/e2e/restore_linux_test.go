package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
)

// newBothPlant is a plant whose IOC is reached over both protocols.
func newBothPlant(t *testing.T, rest string) *plant {
	t.Helper()
	source, err := os.ReadFile("testdata/restore_ioc.py")
	if err != nil {
		t.Fatal(err)
	}
	p := &plant{t: t, ioc: gatewaytest.StartIOC(t, "T", string(source)), home: t.TempDir(), env: filepath.Dir(filepath.Dir(gatewaytest.Python(t)))}
	p.write("policy.yaml", `version: 1
extends: scientific
control_system:
  epics:
    read: {allow: ["T:*"]}
    write: {channels: [{match: "T:AO", max_step: 4}, {match: "T:*"}, {match: "T:GROUP.x", max: 9}, {match: "T:GROUP.y", max: 9}]}
`+rest)
	p.write("config.yml", fmt.Sprintf("execution_control: {epics: {writes_enabled: true}}\n"+
		"control_system: {epics: {channel_access: {address_list: [\"127.0.0.1:%d\"]}, pv_access: {name_servers: [\"127.0.0.1:%d\"]}}}\n", p.ioc.CA, p.ioc.PVA))
	return p
}

const unasked = "approval: {write_access: {required: false}}\n"

// seen is what a client of its own, past Interlock, sees.
func (p *plant) seen() string {
	p.t.Helper()
	return gatewaytest.Client(p.t, map[string]string{"EPICS_PVA_NAME_SERVERS": fmt.Sprintf("127.0.0.1:%d", p.ioc.PVA)}, `
from p4p.client.thread import Context
c = Context("pva", nt=False)
g = c.get("T:GROUP")
print([c.get("T:" + n).value for n in ("AO", "INT", "STR", "LONG")], c.get("T:MBB").value.index, c.get("T:WAVE").value.tolist(), g.x.value, g.y.value)
`)
}

// restored runs a restore and returns what it said.
func (p *plant) restored(status int, id string, flags ...string) string {
	p.t.Helper()
	got, out, complaints := p.interlock(p.rules(append([]string{"runs", "restore", id}, flags...)...)...)
	if got != status {
		p.t.Errorf("restore %v: exit %d, want %d: %s%s", flags, got, status, out, complaints)
	}
	return out + complaints
}

// wantIn wants lines in what was said.
func wantIn(t *testing.T, said string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(said, line) {
			t.Errorf("%q is not in:\n%s", line, said)
		}
	}
}

const bothInitial = "[1.5, 7, 'password=hunter2', 'long text'] 1 [1.0, 2.0, 3.0] 1.0 1.0\n"

// TestRestoreOverPVAccess (N3, N5): what a run put with p4p, members of a group too, is
// shown by a rehearsal and put back by the same gateway, and a client of its own sees it.
func TestRestoreOverPVAccess(t *testing.T) {
	p := newBothPlant(t, unasked)
	r := p.run(`from p4p.client.thread import Context
c = Context("pva")
c.put("T:AO", 4.5)
c.put("T:AO", 8.0)
c.put("T:MBB", 2)
c.put("T:WAVE", [9.0, 8.0])
c.put("T:GROUP", {"x.value": 5.0, "y.value": 6.0})
`)
	const left = "[8.0, 7, 'password=hunter2', 'long text'] 2 [9.0, 8.0] 5.0 6.0\n"
	if got := p.seen(); r.Status != "succeeded" || got != left {
		t.Fatalf("%s %s%s%s", r.Status, r.Stdout, r.Stderr, got)
	}
	if put := r.Puts[len(r.Puts)-1]; put.Field == "" || put.Protocol != "pv_access" {
		t.Errorf("%+v", put)
	}
	wantIn(t, p.restored(0, r.ID, "--rehearse"), "T:GROUP.x  5 -> 1 (rehearsed: it was held back)", "T:AO  8 -> 1.5 (rehearsed: it was held back)")
	if got := p.seen(); got != left {
		t.Errorf("after the rehearsal: %s", got)
	}
	wantIn(t, p.restored(0, r.ID), "T:GROUP.y  6 -> 1, read back\nT:GROUP.x  5 -> 1, read back\nT:WAVE  [9, 8] -> [1, 2, 3], read back\nT:MBB  fast (2) -> slow (1), read back\nT:AO  8 -> 1.5, read back\n")
	if got := p.seen(); got != bothInitial {
		t.Errorf("after the restore: %s", got)
	}
	_, out, _ := p.interlock("ledger", "query", "--kind", "put", "--limit", "0", "--format", "json")
	if n := strings.Count(out, `"kind":"put"`); n != 6+6 {
		t.Errorf("%d intents: %s", n, out)
	}
	wantIn(t, p.restored(0, r.ID), "T:AO  is 1.5 already\n")
}

// TestRestoreOfBothProtocols (N5): a record that a run put over both protocols goes back
// once, to what was there before the first, whichever that was.
func TestRestoreOfBothProtocols(t *testing.T) {
	p := newBothPlant(t, unasked)
	r := p.run(`import epics
from p4p.client.thread import Context
c = Context("pva")
epics.caput("T:AO", 2.5, wait=True)
c.put("T:AO", 3.5)
epics.caput("T:AO", 4.5, wait=True)
c.put("T:MBB", 2)
epics.caput("T:MBB", 0, wait=True)
epics.caput("T:WAVE", [5.0, 6.0], wait=True)
c.put("T:WAVE", [7.0])
c.put("T:LONG", "something else")
epics.caput("T:Mx", 2.0, wait=True)
c.put("T:GROUP", {"x.value": 3.0})
`)
	if got := p.seen(); r.Status != "succeeded" || got != "[4.5, 7, 'password=hunter2', 'something else'] 0 [7.0] 3.0 1.0\n" {
		t.Fatalf("%s %s%s%s", r.Status, r.Stdout, r.Stderr, got)
	}
	said := p.restored(0, r.ID)
	wantIn(t, said, "T:GROUP.x  3 -> 2, read back\nT:Mx  2 -> 1, read back\nT:LONG  \"something else\" -> \"long text\", read back\nT:WAVE  [7] -> [1, 2, 3], read back\n"+
		"T:MBB  off (0) -> slow (1), read back\nT:AO  4.5 -> 1.5, read back\n")
	if got := p.seen(); got != bothInitial {
		t.Errorf("after the restore: %s", got)
	}
}

// TestRestoreOfARunThatDied (N5): the supervisor was killed in the middle; the ledger has
// what it was about to put, and a third party's change since is left alone.
func TestRestoreOfARunThatDied(t *testing.T) {
	p := newBothPlant(t, unasked)
	file := p.write("script/x.py", `import time
from p4p.client.thread import Context
c = Context("pva")
c.put("T:AO", 4.5)
c.put("T:INT", 9)
c.put("T:GROUP", {"x.value": 5.0, "y.value": 6.0})
print("ready", flush=True)
time.sleep(600)
`)
	cmd := p.command(append(p.rules("run"), "--env", p.env, file)...)
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
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // killed
	gatewaytest.Client(t, map[string]string{"EPICS_PVA_NAME_SERVERS": fmt.Sprintf("127.0.0.1:%d", p.ioc.PVA)}, "from p4p.client.thread import Context\nContext('pva').put('T:INT', 8)\n")
	_, list, _ := p.interlock(append(p.rules("runs", "list"), "--format", "json")...)
	id, _, _ := strings.Cut(list[strings.Index(list, `"id":"`)+len(`"id":"`):], `"`)
	wantIn(t, p.restored(1, id), "T:GROUP.y  6 -> 1, read back\nT:GROUP.x  5 -> 1, read back\nT:INT  not restored: the run put 9 and it is 8 now, so somebody else has changed it since", "T:AO  4.5 -> 1.5, read back\n")
	wantIn(t, p.restored(0, id, "--anyway"), "T:INT  8 -> 7, read back\n")
	if got := p.seen(); got != bothInitial {
		t.Errorf("after the restore: %s", got)
	}
}

// TestRestoreOfASecret (N5, P10): an old value that the ledger has blacked out is not known,
// and nothing is put in its place.
func TestRestoreOfASecret(t *testing.T) {
	p := newBothPlant(t, unasked+"redact: ['(?i)password\\s*=\\s*\\S+']\n")
	r := p.run("from p4p.client.thread import Context\nContext('pva').put('T:STR', 'public')\n")
	wantIn(t, p.restored(2, r.ID), "T:STR: what it was before is not known: it was an integer beyond 2^53, or was blacked out as a secret in the ledger")
	r = p.run("from p4p.client.thread import Context\nc = Context('pva')\nc.put('T:STR', 'password=x')\nc.put('T:AO', 2.5)\n")
	wantIn(t, p.restored(1, r.ID), "T:AO  2.5 -> 1.5, read back\nT:STR  not restored: the run put something that is not known and it is \"password=x\" now")
	wantIn(t, p.restored(0, r.ID, "--anyway"), "T:STR  \"password=x\" -> \"public\", read back\n")
}

// TestRestoreOverPVAccessIsApprovedToo (N4, N5): what is approved is what was rehearsed,
// field by field.
func TestRestoreOverPVAccessIsApprovedToo(t *testing.T) {
	p := newBothPlant(t, unasked)
	r := p.run("from p4p.client.thread import Context\nContext('pva').put('T:GROUP', {'x.value': 5.0, 'y.value': 6.0})\n")
	policy := strings.Replace(readFile(t, filepath.Join(p.home, "policy.yaml")), unasked, "approval: {write_access: {self: true, rehearsal: required}}\n", 1)
	p.write("policy.yaml", policy)
	wantIn(t, p.restored(3, r.ID), "restore ID --rehearse --request")
	wantIn(t, p.restored(4, r.ID, "--rehearse", "--request"), "T:GROUP.y: now 6, then 1;", "T:GROUP.x: now 5, then 1;")
	_, out, _ := p.interlock(p.rules("approvals", "list", "--format", "json")...)
	var listed struct{ Requests []struct{ ID string } }
	if err := json.Unmarshal([]byte(out), &listed); err != nil || len(listed.Requests) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	id := listed.Requests[0].ID
	_, shown, _ := p.interlock(p.rules("approvals", "show", id)...)
	wantIn(t, shown, "# T:GROUP.y = 1  (over pv_access; the run put 6 last)", "# T:GROUP.x = 1  (over pv_access; the run put 5 last)")
	if status, _, said := p.interlock(p.rules("approvals", "approve", id)...); status != 0 {
		t.Fatal(said)
	}
	if status, out, said := p.interlock(p.rules("runs", "start", id)...); status != 0 || out != "T:GROUP.y  6 -> 1, read back\nT:GROUP.x  5 -> 1, read back\n" {
		t.Errorf("%d %s%s", status, out, said)
	}
	if got := p.seen(); got != bothInitial {
		t.Errorf("after the restore: %s", got)
	}
}
