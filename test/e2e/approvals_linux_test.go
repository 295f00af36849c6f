package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// desk is a state directory, a policy under which every run needs a person, and a
// folder with a script.
type desk struct {
	*testing.T
	home, folder, policy string
	env                  []string // more of it
}

const selfPolicy = "version: 1\nextends: scientific\napproval: {read_only: {self: true}, all_code: {required: true, self: true}}\n"

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, home: t.TempDir(), folder: t.TempDir()}
	d.policy = filepath.Join(d.home, "policy.yaml")
	d.write(d.policy, selfPolicy)
	d.script("run.py", "import helper, sys\nprint('ran', helper.x, sys.argv[1:])\n")
	d.script("helper.py", "x = 1\n")
	d.write(filepath.Join(d.home, "in.csv"), "1\n")
	return d
}

func (d *desk) write(path, text string) {
	d.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) script(name, text string) { d.Helper(); d.write(filepath.Join(d.folder, name), text) }

func (d *desk) command(args ...string) *exec.Cmd {
	cmd := program(d.T, d.home, args...)
	cmd.Env = append(append(cmd.Env, "INTERLOCK_POLICY="+d.policy), d.env...)
	return cmd
}

// does runs a command and wants its exit status.
func (d *desk) does(status int, args ...string) (stdout, stderr string) {
	d.Helper()
	var out, said bytes.Buffer
	cmd := d.command(args...)
	cmd.Stdout, cmd.Stderr = &out, &said
	cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != status {
		d.Fatalf("%q: exit %d, want %d\n%s%s", args, got, status, &out, &said)
	}
	return out.String(), said.String()
}

// ask submits the script and returns the id of its request.
func (d *desk) ask(flags ...string) string {
	d.Helper()
	args := append([]string{"run", "--format", "json", "--input", filepath.Join(d.home, "in.csv")}, flags...)
	out, _ := d.does(4, append(args, filepath.Join(d.folder, "run.py"), "--", "an argument")...)
	var r apiv1.Run
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		d.Fatal(err)
	}
	return r.ID
}

func (d *desk) approved(flags ...string) string {
	d.Helper()
	id := d.ask(flags...)
	d.does(0, "approvals", "approve", id)
	return id
}

// TestApproveAndRun (X9, N4): the whole way in the personal shape, and its record.
func TestApproveAndRun(t *testing.T) {
	d := newDesk(t)
	id := d.ask("--description", "for the paper")
	if _, said := d.does(4, "runs", "start", id); !strings.Contains(said, "approvals approve "+id) {
		t.Error(said)
	}
	out, _ := d.does(0, "approvals", "show", id)
	for _, want := range []string{"for the paper", "print('ran', helper.x", "module helper.py", "an argument", "in.csv", "approval.all_code.required", "not rehearsed"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not shown:\n%s", want, out)
		}
	}
	d.does(3, "approvals", "approve", id, "--digest", strings.Repeat("0", 64))
	if _, said := d.does(0, "approvals", "approve", id); !strings.Contains(said, "self-approved") || !strings.Contains(said, "no boundary") {
		t.Error(said)
	}
	if out, _ := d.does(0, "runs", "start", id); out != "ran 1 ['an argument']\n" {
		t.Errorf("%q", out)
	}
	if _, said := d.does(3, "runs", "start", id); !strings.Contains(said, "used once") {
		t.Error(said)
	}
	if out, _ := d.does(0, "runs", "list"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "succeeded") {
		t.Error(out)
	}
	out, _ = d.does(0, "ledger", "query", "--run", id)
	at := 0
	for _, kind := range []string{"request", "submission", "decision", "end", "approval", "claim", "decision", "grant", "start", "end"} {
		i := strings.Index(out[at:], "  "+kind+" ")
		if i < 0 {
			t.Fatalf("%s is missing, or out of order:\n%s", kind, out)
		}
		at += i + 1
	}
	if out, _ = d.does(0, "ledger", "query", "--run", id, "--kind", "approval", "--format", "json"); !strings.Contains(out, `"verdict":"self-approved"`) || !strings.Contains(out, `"boundary":false`) {
		t.Error("the record does not say that it is the requester's own")
	}
	d.does(0, "ledger", "verify")
}

// TestStaleRuns (N4): what changed since the approval is named, and nothing runs.
func TestStaleRuns(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*desk)
		says   string
	}{
		"source":  {func(d *desk) { d.script("run.py", "print('other')\n") }, "file run.py (changed)"},
		"module":  {func(d *desk) { d.script("helper.py", "x = 2\n") }, "module helper.py (changed)"},
		"data":    {func(d *desk) { d.script("data.csv", "2\n") }, "file data.csv (new)"},
		"input":   {func(d *desk) { d.write(filepath.Join(d.home, "in.csv"), "2\n") }, "in.csv (changed)"},
		"policy":  {func(d *desk) { d.write(d.policy, selfPolicy+"imports: {deny: [nosuchmodule]}\n") }, "the policy (changed)"},
		"limit":   {func(d *desk) { d.write(d.policy, selfPolicy+"resources: {wall: 3s}\n") }, "the limits of resources (changed)"},
		"address": {func(d *desk) { d.env = []string{"EPICS_CA_ADDR_LIST=192.0.2.1"} }, "the addresses of equipment (changed)"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			id := d.approved()
			c.change(d)
			if _, said := d.does(3, "runs", "start", id); !strings.Contains(said, "is not what was approved any more") || !strings.Contains(said, c.says) {
				t.Errorf("%s", said)
			}
			if out, _ := d.does(0, "approvals", "list"); !strings.Contains(out, "approved") {
				t.Error(out)
			}
		})
	}
}

// TestTwoStartsAtOnce (N4): one wins, the other is told so; the code runs once.
func TestTwoStartsAtOnce(t *testing.T) {
	d := newDesk(t)
	id := d.approved()
	statuses, outs := make([]int, 6), make([]bytes.Buffer, 6)
	var group sync.WaitGroup
	for i := range statuses {
		cmd := d.command("runs", "start", id)
		cmd.Stdout = &outs[i]
		group.Go(func() { cmd.Run(); statuses[i] = cmd.ProcessState.ExitCode() })
	}
	group.Wait()
	won := 0
	for i, status := range statuses {
		switch {
		case status == 0 && outs[i].String() == "ran 1 ['an argument']\n":
			won++
		case status != 3 || outs[i].Len() > 0:
			t.Errorf("status %d, said %q", status, &outs[i])
		}
	}
	if won != 1 {
		t.Errorf("it ran %d times", won)
	}
}

// TestKilledAfterTheClaim (N4): whoever kills Interlock in the middle of an approved run
// gets no second one: its outcome is unknown, and stays so.
func TestKilledAfterTheClaim(t *testing.T) {
	d := newDesk(t)
	d.script("run.py", waits)
	id := d.approved()
	cmd := d.command("runs", "start", id)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 6)
	if n, err := out.Read(line); err != nil || string(line[:n]) != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if _, said := d.does(3, "runs", "start", id); !strings.Contains(said, "was started already") {
		t.Error(said)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if _, said := d.does(3, "runs", "start", id); !strings.Contains(said, "was started already") {
		t.Error(said)
	}
	if out, _ := d.does(0, "runs", "show", id); !strings.Contains(out, "outcome unknown") || !strings.Contains(out, "no put") {
		t.Error(out)
	}
	if out, _ := d.does(0, "approvals", "list", "--all"); !strings.Contains(out, "outcome unknown") {
		t.Error(out)
	}
	d.does(3, "approvals", "approve", id)
	d.does(3, "approvals", "withdraw", id)
}

// TestWaiting (X9): `run --wait` runs as soon as somebody approves, says no as soon as
// somebody rejects, and gives up in its time with the request left.
func TestWaiting(t *testing.T) {
	d := newDesk(t)
	file := filepath.Join(d.folder, "run.py")
	for verdict, want := range map[string]struct {
		status int
		says   string
	}{"approve": {0, "ran 1"}, "reject --reason not.now": {3, "not.now"}} {
		cmd := d.command("run", "--wait=60s", file)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		id := d.waiting()
		words := strings.Fields(verdict)
		d.does(0, append([]string{"approvals", words[0], id}, words[1:]...)...)
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != want.status || !strings.Contains(out.String(), want.says) {
			t.Errorf("%s: exit %d\n%s", verdict, got, &out)
		}
	}
	d.does(4, "run", "--wait=1ms", file)
	d.waiting()
}

// waiting waits until a request waits, and returns its id.
func (d *desk) waiting() string {
	d.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		out, err := d.command("approvals", "list", "--format", "json").Output()
		var list apiv1.Requests
		if err == nil && json.Unmarshal(out, &list) == nil && len(list.Requests) > 0 {
			return list.Requests[0].ID
		}
	}
	d.Fatal("nothing waits")
	return ""
}

// TestSeenAsItIs: what a submitter writes reaches the approver's terminal only as
// characters, whole, and on lines of its own.
func TestSeenAsItIs(t *testing.T) {
	d := newDesk(t)
	d.script("run.py", "import helper\n# \x1b[2J\u202e evil\nx = '"+strings.Repeat("long ", 100)+"END'\n")
	id := d.ask("--description", "nothing\nstate        approved\x1b[1A")
	out, _ := d.does(0, "approvals", "show", id)
	for _, bad := range []string{"\x1b", "\u202e", "\nstate        approved"} {
		if strings.Contains(out, bad) {
			t.Errorf("%q is in the output:\n%s", bad, out)
		}
	}
	for _, want := range []string{`\x1b[2J\u202e evil`, "END'", "↳"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not:\n%s", want, out)
		}
	}
	for line := range strings.Lines(out) {
		if len([]rune(line)) > 130 && strings.Contains(line, "|") {
			t.Errorf("a line is not cut: %q", line)
		}
	}
}

// TestRehearseAndRequest (N3, N4): a rehearsal needs neither enabled writes nor an
// approval of them; a request can be bound to it, and to no other.
func TestRehearseAndRequest(t *testing.T) {
	d := newDesk(t)
	d.write(d.policy, "version: 1\nextends: scientific\ncontrol_system: {epics: {write: {channels: [{match: \"SR:*\", min: -5, max: 5}]}}}\napproval: {write_access: {self: true, rehearsal: required}}\n")
	d.script("run.py", "import sys\nif len(sys.argv) > 5:\n    import epics\n    epics.caput('SR:HCM1:SP', 1.5)\nprint('ran')\n")
	file := filepath.Join(d.folder, "run.py")
	d.does(3, "run", file) // writes are disabled
	out, _ := d.does(0, "run", "--rehearse", "--format", "json", file)
	var r apiv1.Run
	if err := json.Unmarshal([]byte(out), &r); err != nil || !r.Rehearsed || r.Mode.String() != "read_only" || r.Stdout != "ran\n" {
		t.Fatalf("%v: %s", err, out)
	}
	config := filepath.Join(d.home, "on.yml")
	d.write(config, "execution_control: {epics: {writes_enabled: true}}\n")
	if _, said := d.does(3, "run", "--config", config, file); !strings.Contains(said, "--rehearse --request") {
		t.Error(said)
	}
	_, said := d.does(4, "run", "--config", config, "--rehearse", "--request", file)
	if !strings.Contains(said, "rehearsed, no put left") {
		t.Error(said)
	}
	id := d.waiting()
	shown, _ := d.does(0, "approvals", "show", id)
	for _, want := range []string{"rehearsed as run", "no put", "W     4 |", "granted SR:*: -5 to 5", "writes definite"} {
		if !strings.Contains(shown, want) && !(want == "writes definite" && strings.Contains(shown, "writes possible")) {
			t.Errorf("%q is not shown:\n%s", want, shown)
		}
	}
	d.does(0, "approvals", "approve", id, "--tolerance", "0", "--narrow", "SR:HCM1:SP=-1..1")
	if out, _ := d.does(0, "runs", "start", "--config", config, id); out != "ran\n" {
		t.Errorf("%q", out)
	}
	if grant, _ := d.does(0, "ledger", "query", "--run", id, "--kind", "grant", "--format", "json"); !strings.Contains(grant, `"max":1`) {
		t.Errorf("the grant is not narrowed: %s", grant)
	}
}

// TestARehearsalMayNeedAPerson (N3): where the policy wants a person for all code, a
// rehearsal waits too, is started as the rehearsal that was approved, and the real run
// can then be bound to it.
func TestARehearsalMayNeedAPerson(t *testing.T) {
	d := newDesk(t)
	d.script("run.py", "print('ran')\n")
	file := filepath.Join(d.folder, "run.py")
	d.does(4, "run", "--rehearse", "--request", file)
	id := d.waiting()
	if shown, _ := d.does(0, "approvals", "show", id); !strings.Contains(shown, "a rehearsal: no put leaves it") {
		t.Error(shown)
	}
	d.does(0, "approvals", "approve", id)
	if _, said := d.does(0, "runs", "start", id); !strings.Contains(said, "rehearsed, no put left") {
		t.Error(said)
	}
	if _, said := d.does(3, "run", "--rehearsed", "1q3kx0v2f-7k2m", file); !strings.Contains(said, "it was no rehearsal") {
		t.Error(said)
	}
	d.does(4, "run", "--rehearsed", id, file)
	real := d.waiting()
	if shown, _ := d.does(0, "approvals", "show", real); !strings.Contains(shown, "rehearsed as run "+id) {
		t.Error(shown)
	}
	d.does(0, "approvals", "approve", real)
	if out, _ := d.does(0, "runs", "start", real); out != "ran\n" {
		t.Errorf("%q", out)
	}
}

// TestGivingUpWaitingLeavesTheRequest (X9): and says how to go on.
func TestGivingUpWaitingLeavesTheRequest(t *testing.T) {
	d := newDesk(t)
	cmd := d.command("run", "--wait", filepath.Join(d.folder, "run.py"))
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(said)
	for line := ""; !strings.Contains(line, "waits for approval"); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Error(err)
	}
	cmd.Wait()
	id := d.waiting()
	if cmd.ProcessState.ExitCode() != 130 || !strings.Contains(string(rest), "the request stays: `interlock runs start "+id+"`") {
		t.Errorf("%v: %s", cmd.ProcessState, rest)
	}
}
