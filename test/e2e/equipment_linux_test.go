package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// plant is Interlock as a program beside a real IOC.
type plant struct {
	t    *testing.T
	ioc  *gatewaytest.IOC
	home string
	env  string // of runs: the one with the control-system libraries
}

const plantPolicy = `version: 1
extends: scientific
control_system:
  epics:
    read: {allow: ["T:*"], deny: ["T:STR"]}
    write:
      channels:
        - {match: "T:AO", min: -5, max: 5, max_step: 4, verify: readback}
        - {match: "T:COUNT", min: 0, max: 1000000}
approval: {write_access: {required: false}}
`

func newPlant(t *testing.T) *plant {
	t.Helper()
	p := &plant{t: t, ioc: gatewaytest.StartIOC(t, "T", ""), home: t.TempDir(), env: filepath.Dir(filepath.Dir(gatewaytest.Python(t)))}
	p.write("policy.yaml", plantPolicy)
	p.write("config.yml", fmt.Sprintf("execution_control: {epics: {writes_enabled: true}}\ncontrol_system: {epics: {channel_access: {address_list: [\"127.0.0.1:%d\"]}}}\n", p.ioc.CA))
	return p
}

func (p *plant) write(name, text string) string {
	p.t.Helper()
	file := filepath.Join(p.home, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return file
}

func (p *plant) command(args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = []string{asMain + "=1", "HOME=" + p.home, "PATH=" + os.Getenv("PATH"), "XDG_CACHE_HOME=" + sharedCache()}
	return cmd
}

// rules are the flags of every command.
func (p *plant) rules(args ...string) []string {
	return append(args, "--config", filepath.Join(p.home, "config.yml"), "--policy", filepath.Join(p.home, "policy.yaml"))
}

// interlock runs the program and returns its exit status and what it printed.
func (p *plant) interlock(args ...string) (status int, stdout, stderr string) {
	p.t.Helper()
	cmd := p.command(args...)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		p.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), complaints.String()
}

// run runs code and returns its object.
func (p *plant) run(code string, flags ...string) *apiv1.Run {
	p.t.Helper()
	file := p.write("script/x.py", code)
	_, out, stderr := p.interlock(append(append(p.rules("run"), "--env", p.env, "--format", "json"), append(flags, file)...)...)
	var r apiv1.Run
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		p.t.Fatalf("%v: %s%s", err, out, stderr)
	}
	return &r
}

// printed is a line that the code printed, or the test fails.
func printed(t *testing.T, r *apiv1.Run, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(r.Stdout, line+"\n") {
			t.Errorf("no line %q in:\n%s%s", line, r.Stdout, r.Stderr)
		}
	}
}

// TestEquipment: N1, N2, N5, N6, N8: the whole chain at a real IOC, in a sandbox.
func TestEquipment(t *testing.T) {
	p := newPlant(t)
	t.Run("reads, and a granted put with its record", func(t *testing.T) {
		r := p.run("import epics\nprint(epics.caget('T:AI'))\nprint(epics.caput('T:AO', 3.5, wait=True), epics.caget('T:AO'))\n")
		printed(t, r, "1.5", "1 3.5")
		if r.Mode.String() != "write_access" || len(r.Puts) != 1 || r.Puts[0].Status != "done" || string(r.Puts[0].Old) != "0" || string(r.Puts[0].Value) != "3.5" || r.Puts[0].Line != 3 {
			t.Errorf("%s %+v", r.Mode, r.Puts)
		}
		_, out, _ := p.interlock("ledger", "query", "--run", r.ID)
		if put, end := strings.Index(out, " put "), strings.Index(out, " put_end "); put < 0 || end < put {
			t.Errorf("the ledger has:\n%s", out)
		}
		if status, out, _ := p.interlock(p.rules("runs", "restore", r.ID)...); status != 0 || !strings.Contains(out, "T:AO  3.5 -> 0, read back") {
			t.Errorf("restore: %d %s", status, out)
		}
	})
	t.Run("read_only: a put goes nowhere and is told", func(t *testing.T) {
		r := p.run("import epics\ntry:\n    epics.caput('T:AO', 1.0, wait=True)\nexcept Exception as e:\n    print(e)\nprint(epics.caget('T:AO'))\n", "--mode", "read_only")
		printed(t, r, " put returned 'put to T:AO is refused: the run is read_only'", "0.0")
		if len(r.Puts) != 1 || r.Puts[0].SeenBy != "claimed" || r.Puts[0].Channel != "T:AO" || r.Puts[0].Status != "refused" || r.Puts[0].Line != 3 { // libca did not send it
			t.Errorf("%+v", r.Puts)
		}
	})
	t.Run("what analysis cannot know is refused at the wire, and told with its reason", func(t *testing.T) {
		r := p.run("import json, sys, epics\nepics.caput('T:AO', 1.0, wait=True)\nfor line in sys.stdin:\n    name, value = json.loads(line)\n    try:\n        print(name, epics.caput(name, value, wait=True))\n    except Exception as e:\n        print(e)\n",
			"--stdin", p.write("in", "[\"T:AO\", 5.5]\n[\"T:AO\", -4]\n[\"T:AO.DRVH\", 100]\n[\"T:FREE\", 1]\n[\"T:AO\", 2]\n"))
		printed(t, r, " put returned 'put of 5.5 to T:AO is refused: the most is 5'", " put returned 'put of -4 to T:AO is refused: it is 5 from the present 1, and the most is 4'",
			" put returned 'put to T:FREE is refused: no entry grants it'", "T:AO 1")
		violations := map[string]bool{}
		for _, put := range r.Puts {
			violations[put.Violation] = true
		}
		if !violations["MAX_EXCEEDED"] || !violations["MAX_STEP_EXCEEDED"] {
			t.Errorf("%+v", r.Puts)
		}
	})
	t.Run("a channel that may not be read says so at once", func(t *testing.T) {
		r := p.run("import epics, sys, time\nbegun = time.time()\nfor name in sys.stdin.read().split():\n    try:\n        print(epics.caget(name))\n    except Exception as e:\n        print(name, e)\nprint(time.time() - begun < 5)\n",
			"--stdin", p.write("in", "T:STR X:NOWHERE"))
		printed(t, r, "T:STR reading T:STR is refused: control_system.epics.read.deny lists it",
			"X:NOWHERE reading X:NOWHERE is refused: control_system.epics.read.allow does not list it", "True")
	})
	t.Run("the kill switch stops a run in another process", func(t *testing.T) { p.flood(t) })
}

// flood has a run put as fast as it can, turns writes off, and looks whether any put
// arrives after that was acknowledged.
func (p *plant) flood(t *testing.T) {
	file := p.write("script/flood.py", "import epics, time\npv = epics.PV('T:COUNT', auto_monitor=False)\npv.wait_for_connection()\nn = 0\nend = time.time() + 20\nwhile time.time() < end and pv.write_access:\n    n += 1\n    try:\n        pv.put(float(n))\n    except Exception as e:\n        print(e)\nprint('stopped', pv.write_access)\n")
	cmd := p.command(append(p.rules("run"), "--env", p.env, file)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !p.ioc.Wait(30*time.Second, func(line string) bool { return line == "put 50.0" }) {
		t.Fatal("the flood does not arrive")
	}
	status, said, complaints := p.interlock(p.rules("writes", "off", "--reason", "vacuum trip")...)
	if status != 0 {
		t.Fatalf("%d %s%s", status, said, complaints)
	}
	p.ioc.Settle()
	last := len(p.ioc.Lines())
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, out.String())
	}
	if after := p.ioc.Lines(); len(after) != last {
		t.Errorf("puts arrived after writes were off: %v", after[last:])
	}
	if !strings.Contains(out.String(), "stopped False") {
		t.Errorf("the client was not told: %s", out.String())
	}
	if status, _, complaints := p.interlock(p.rules("writes", "on", "--reason", "pumped down")...); status != 0 {
		t.Errorf("%d %s", status, complaints)
	}
	if r := p.run("import epics\nprint(epics.caput('T:COUNT', 7.0, wait=True))\n"); r.Stdout != "1\n" {
		t.Errorf("on again: %s%s", r.Stdout, r.Stderr)
	}
}

// TestNoPutWithoutItsIntent: N1, N2: the supervisor is killed at random moments while
// its run floods a channel. Every value that reached the IOC has its intent in the
// ledger, which still verifies, and a restore knows what to put back.
func TestNoPutWithoutItsIntent(t *testing.T) {
	p := newPlant(t)
	file := p.write("script/flood.py", "import epics, sys\npv = epics.PV('T:COUNT', auto_monitor=False)\npv.wait_for_connection()\nn = int(sys.argv[1])\nwhile True:\n    n += 1\n    pv.put(float(n), wait=n % 7 == 0)\n")
	for i := range 5 {
		first := (i + 1) * 100_000
		cmd := p.command(append(append(p.rules("run"), "--env", p.env, file), "--", strconv.Itoa(first))...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		arrived := fmt.Sprintf("put %d.0", first+20)
		if !p.ioc.Wait(30*time.Second, func(line string) bool { return line == arrived }) {
			t.Fatal("the flood does not arrive")
		}
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond) // the random moment
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait() // killed
	}
	p.ioc.Settle()
	known := map[string]bool{}
	_, out, _ := p.interlock("ledger", "query", "--kind", "put", "--limit", "0", "--format", "json")
	for _, line := range strings.Split(out, "\"numbers\":[") {
		value, _, _ := strings.Cut(line, "]")
		known[value] = true
	}
	n := 0
	for _, line := range p.ioc.Lines() {
		if value, ok := strings.CutPrefix(line, "put "); ok && value != "0.0" {
			if n++; !known[strings.TrimSuffix(value, ".0")] {
				t.Errorf("%s reached the IOC and has no intent", value)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d puts arrived, which proves little", n)
	}
	if status, _, complaints := p.interlock("ledger", "verify"); status != 0 {
		t.Errorf("the ledger: %s", complaints)
	}
}
