// Package tables holds the analyser's tables of libraries against the libraries,
// as their publishers ship them: every name, position and keyword of every row, and
// public names that sound as if they wrote and have no row. verify/ is the part in
// Python; exceptions.txt and reviewed.txt say what is known to differ, and why.
//
// It needs the environment that `make tables-env` builds. Nothing is connected to.
package tables

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// report is what verify prints.
type report struct {
	Absent string         `json:"absent"` // the library that this Python has no wheel for
	Faults []string       `json:"faults"`
	Counts map[string]int `json:"counts"`
}

func verify(t *testing.T, python, module string, table any) (r report) {
	t.Helper()
	in, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	var out, stderr bytes.Buffer
	home := t.TempDir() // some libraries write settings when they are imported
	cmd := exec.CommandContext(t.Context(), python, "-m", "verify", ".", module)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &stderr
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "PYTHONPYCACHEPREFIX=" + filepath.Join(filepath.Dir(filepath.Dir(python)), "pycache"),
		"LANG=C.UTF-8",
		"EPICS_CA_AUTO_ADDR_LIST=NO", "EPICS_PVA_AUTO_ADDR_LIST=NO", "OSPREY_QUIET=1"}
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v in %q", err, out.String())
	}
	return r
}

// TestTablesAgainstLibraries: every symbol that a table names exists, with those
// arguments; whatever sounds as if it wrote has a row or a reason. X11.
func TestTablesAgainstLibraries(t *testing.T) {
	python := gatewaytest.Python(t)
	files, err := filepath.Glob("../../internal/analysis/tables/*.yaml")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d tables, %v", len(files), err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		module := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			r := verify(t, python, module, strictyaml.Parse(file, source).Root.Value())
			if r.Absent != "" && len(r.Faults) == 0 {
				t.Logf("%s has no wheel for this Python: its table is not held against it", r.Absent)
				return
			}
			for _, fault := range r.Faults {
				t.Error(fault)
			}
			if checked := r.Counts["functions"] + r.Counts["classes"] + r.Counts["commands"] + r.Counts["module"]; checked == 0 {
				t.Errorf("nothing was checked: %v", r.Counts)
			}
			t.Log(r.Counts)
		})
	}
}

// A check that cannot fail proves nothing: each of these rows is wrong.
func TestWrongRowsAreFound(t *testing.T) {
	python := gatewaytest.Python(t)
	const table = `
library: x
system: y
aliases: {nosuch.caput: caput}
harmless: [nosuchmodule]
functions:
  caput: {op: write, channel: 0 name}
  caget: {op: read, channel: 9}
  capput: {op: write}
  camonitor: {op: read, channel: 0/2}
classes:
  PV:
    channel: 0
    methods: {pput: {op: write}, put: {op: write, value: 0}}
    loads: {valeu: {op: read}}
    stores: {host: {op: write}}
    items: {load: read}
  NoSuch: {}
`
	r := verify(t, python, "epics", strictyaml.Parse("epics.yaml", []byte(table)).Root.Value())
	all := strings.Join(r.Faults, "\n")
	for _, want := range []string{
		"aliases.nosuch.caput: there is no", "harmless.nosuchmodule: there is no", "position 0 may be given as pvname=",
		"there is no keyword name;", "positions, not 10", "functions.capput: there is no epics.capput", "there is no * argument",
		"classes.PV: channel is 0: position 0 may be given as pvname=", "has no method pput", "position 0 may be given as value=",
		"has no attribute valeu", "PV.host cannot be set", "PV has no __getitem__", "there is no epics.NoSuch",
		"function caput_many is named as if it wrote and has no row", "method Motor.move", "explains nothing",
	} {
		if !strings.Contains(all, want) && !strings.Contains(all, strings.Replace(want, "method Motor.move", "method motor.Motor.move", 1)) {
			t.Errorf("nothing says %q in\n%s", want, all)
		}
	}
}
