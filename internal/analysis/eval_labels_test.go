package analysis

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/test/require"
)

// recorded is what testdata/recorder/record.py prints of one script.
type recorded struct {
	Script string      `json:"script"`
	Writes [][2]string `json:"writes"`
	Reads  []string    `json:"reads"`
	Exit   int         `json:"exit"`
	Stderr string      `json:"stderr"`
}

// TestEvalLabels executes the set against the recording stubs: the labels are what
// happened. INTERLOCK_EVAL=all executes all of it, which takes minutes; without, every
// eighth script stands for the rest (SHA256SUMS keeps the others as they were executed).
func TestEvalLabels(t *testing.T) {
	if testing.Short() {
		require.Skip(t, require.Time, "executing the evaluation's scripts takes up to a minute; run without -short")
	}
	set := loadEvalSet(t, evalDir())
	if os.Getenv("INTERLOCK_EVAL") != "all" {
		set = everyEighth(set)
	}
	for i, r := range recordEval(t, filepath.Join(require.Env(t), "bin", "python3"), set) {
		for _, fault := range recordedFaults(set[i], r) {
			t.Errorf("%s: %s", set[i].path, fault)
		}
	}
}

func everyEighth(set []evalScript) (out []evalScript) {
	for i := 0; i < len(set); i += 8 {
		out = append(out, set[i])
	}
	return out
}

func recordEval(t *testing.T, python string, set []evalScript) (out []recorded) {
	t.Helper()
	var jobs bytes.Buffer
	for _, s := range set {
		path, err := filepath.Abs(s.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewEncoder(&jobs).Encode(append([]string{path}, s.argv...)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), python, "testdata/recorder/record.py", "--batch")
	cmd.Stdin, cmd.Stderr = &jobs, os.Stderr
	got, err := cmd.Output()
	if err != nil {
		t.Fatalf("recording: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(got))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if len(out) != len(set) {
		t.Fatalf("%d scripts recorded of %d", len(out), len(set))
	}
	return out
}

func recordedFaults(s evalScript, r recorded) (out []string) {
	var channels []string
	for _, w := range r.Writes {
		channels = append(channels, w[0])
	}
	slices.Sort(channels)
	channels = slices.Compact(channels)
	if r.Exit != 0 {
		out = append(out, fmt.Sprintf("exit %d: %s", r.Exit, r.Stderr))
	}
	if s.writes() != (len(channels) > 0) {
		out = append(out, fmt.Sprintf("label writes: %s; it wrote %s", s.label["writes"], strings.Join(channels, " ")))
	}
	if !s.runtime() && !slices.Equal(s.channels, channels) {
		out = append(out, fmt.Sprintf("label channels: %s; it wrote %s", s.label["channels"], strings.Join(channels, " ")))
	}
	if (s.label["reads"] == "yes") != (len(r.Reads) > 0) {
		out = append(out, fmt.Sprintf("label reads: %s; it read %s", s.label["reads"], strings.Join(r.Reads, " ")))
	}
	return out
}

// TestRecorder: what a script does by the roads around the libraries is recorded too.
func TestRecorder(t *testing.T) {
	script := filepath.Join(t.TempDir(), "roads.py")
	source := strings.Join([]string{
		"import ctypes, os, socket, struct, subprocess, sys, time",
		"os.system('for i in 1 2; do /opt/epics/bin/caput A:$i -5; done; rm -rf /nowhere')",
		"subprocess.run(['caput', '-w', '5', 'B', '3'], check=True)",
		"assert float(subprocess.check_output(['caget', '-t', 'B'])) == 3",
		"subprocess.run([sys.executable, '-c', 'import epics; epics.caput(\"C\", 1)'])",
		"ca, chid = ctypes.CDLL('libca.so'), ctypes.c_void_p()",
		"ca.ca_create_channel(b'D', None, None, 0, ctypes.byref(chid))",
		"ca.ca_array_put(6, 1, chid, ctypes.byref(ctypes.c_double(2.5)))",
		"s = socket.create_connection(('127.0.0.1', 5064))",
		"s.sendall(struct.pack('>HHHHII', 18, 8, 0, 0, 1, 13) + b'E'.ljust(8, b'\\0')); s.recv(99)",
		"s.sendall(struct.pack('>HHHHIId', 4, 8, 6, 1, 1, 1, 7.0)); s.close()",
		"start = time.time(); time.sleep(3600); assert time.time() - start > 3599",
		"import epics, aioca, tango, p4p.client.thread, caproto.sync.client as c, ophyd, bluesky.plan_stubs as bps, bluesky",
		"pv = epics.PV('F'); pv.value = 4; assert pv.get() == 4",
		"tango.DeviceProxy('a/b/c').current = 3",
		"bluesky.RunEngine()(bps.mv(ophyd.EpicsMotor('M', name='m'), 1))",
	}, "\n")
	if err := os.WriteFile(script, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	r := recordEval(t, filepath.Join(require.Env(t), "bin", "python3"), []evalScript{{path: script}})[0]
	want := "[[A:1 -5] [A:2 -5] [B 3] [C 1] [D 2.5] [E 7.0] [F 4] [a/b/c/current 3] [M.VAL 1]]"
	if got := fmt.Sprint(r.Writes); got != want || r.Exit != 0 {
		t.Errorf("recorded %s, exit %d\nwant     %s\n%s", got, r.Exit, want, r.Stderr)
	}
}
