package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// startIn runs a command line in home.
func startIn(t *testing.T, home string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	p := Program{Now: time.Now}
	status = p.Run(t.Context(), args, strings.NewReader(""), &out, &err, []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")})
	return status, out.String(), err.String()
}

// interrupted leaves what a run leaves whose supervisor was killed: its folder and
// the records of its start.
func interrupted(t *testing.T, home string) (id string) {
	t.Helper()
	d, err := daemon.Open(daemon.Options{Env: []string{"HOME=" + home}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	id = runs.NewID(time.Now())
	f, err := d.Runs().Create(id)
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Ledger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	record := func(kind interlock.RecordKind, body map[string]any) interlock.Record {
		return interlock.Record{Kind: kind, Run: id, Who: daemon.Self(), Body: body}
	}
	if _, err := l.Append(t.Context(), record(interlock.RecordSubmission, map[string]any{"name": "fit.py"}),
		record(interlock.RecordDecision, map[string]any{"effect": "allow", "mode": "write_access"}),
		record(interlock.RecordStart, map[string]any{"folder": f.Path})); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestInterruptedRunsHaveTheNameTheLedgerRecorded(t *testing.T) {
	home := t.TempDir()
	id := interrupted(t, home)
	status, out, errs := startIn(t, home, "runs", "list")
	if status != 0 || !strings.Contains(out, "interrupted") || !strings.Contains(out, "fit.py") {
		t.Errorf("list: %d, %q, %q", status, out, errs)
	}
	_, out, _ = startIn(t, home, "runs", "show", id)
	if !strings.Contains(out, "fit.py") || !strings.Contains(out, "mode write_access") {
		t.Errorf("show: %q", out)
	}
	var list struct{ Runs []apiv1.ListedRun }
	_, out, _ = startIn(t, home, "runs", "list", "--format", "json")
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Runs) != 1 || list.Runs[0].Name != "fit.py" || list.Runs[0].Mode != "write_access" {
		t.Errorf("list: %v, %s", err, out)
	}
}

// Verifying needs no key: where none can be made its result stands.
func TestVerifyWithoutAKey(t *testing.T) {
	home := t.TempDir()
	interrupted(t, home)
	keys, err := filepath.Glob(filepath.Join(home, ".local/state/interlock/ledger*"))
	if err != nil || len(keys) == 0 {
		t.Fatalf("no ledger in %v, %v", keys, err)
	}
	if err := os.Mkdir(filepath.Join(home, ".local/state/interlock/ledger.key"), 0o700); err != nil { // as unmakable as on a full disk
		t.Fatal(err)
	}
	status, out, errs := startIn(t, home, "ledger", "verify")
	if status != 0 || !strings.Contains(out, ": verified") || !strings.Contains(errs, "no checkpoint could be signed") {
		t.Errorf("%d, %q, %q", status, out, errs)
	}
	status, out, _ = startIn(t, home, "ledger", "verify", "--format", "json")
	var v verified
	if err := json.Unmarshal([]byte(out), &v); err != nil || status != 0 || !v.OK || v.Checkpoint != "" {
		t.Errorf("%d, %v, %s", status, err, out)
	}
}

// The hint about a file that is not there fits the flag that named it.
func TestMissingFilesHaveAHintThatFits(t *testing.T) {
	home := t.TempDir()
	script := filepath.Join(home, "a.py")
	if err := os.WriteFile(script, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"`--stdin -` passes on":     {"run", "--stdin", "none", script},
		"starts at the folder":      {"run", "--input", "none", script},
		"`interlock ledger verify`": {"ledger", "verify", "--against", "none"},
		"`interlock ledger export":  {"ledger", "verify", "none"},
		"`interlock run -` takes":   {"run", "none"},
	} {
		status, _, errs := startIn(t, home, args...)
		if status != 2 || !strings.Contains(errs, "none: no such file") || !strings.Contains(errs, says) || args[len(args)-1] == script && strings.Contains(errs, "takes code") {
			t.Errorf("%q: %d, %q; want %q", args, status, errs, says)
		}
	}
}

// N8: what people type who do not know the words, and what they are told.
func TestConfusedPeopleAreToldWhatToType(t *testing.T) {
	home := t.TempDir()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	script := file("a.py", "import socket\n")
	for _, c := range []struct {
		status int
		says   string
		args   []string
	}{
		{0, "Usage: interlock run", []string{"help", "run"}},
		{0, "interlock ", []string{"--version"}},
		{2, "type `interlock runs list --help`", []string{"runs", "list", "--srever", "x"}},
		{2, "type `interlock runs --help`", []string{"runs", "lits"}},
		{2, "name the script before a --", []string{"run", "--", script}},
		{2, "--reason=TEXT", []string{"writes", "off"}},
		{2, "the reason is empty", []string{"writes", "off", "--reason", " "}},
		{2, "--server names no socket", []string{"writes", "off", "--reason", "fire", "--server", ""}},
		{2, "--server names no socket", []string{"writes", "off", "--reason", "fire", "--server="}},
		{2, "no run that you may see is named", []string{"runs", "show", "zz"}},
		{2, "no run that you may see is named", []string{"runs", "restore", "zz"}},
		{2, "sets resources.wall, resources.cpu, ", []string{"policy", "check", file("p.yaml", "version: 1\n")}},
		{0, "no entry fits: --run wants all of an id", []string{"ledger", "query", "--run", "zz"}},
		{6, "no daemon is listening on " + dir + "/none\n  hint: ", []string{"runs", "list", "--server", dir + "/none"}},
		{3, "import of socket is refused", []string{"run", "--out", "/proc/none", script}}, // nothing ran, so nothing is copied
		{2, "leave them out", []string{"runs", "list", "--server", dir, "--policy", script}},
	} {
		if status, out, errs := startIn(t, home, c.args...); status != c.status || !strings.Contains(out+errs, c.says) {
			t.Errorf("%q: %d, %q; want %d, %q", c.args, status, out+errs, c.status, c.says)
		}
	}
}
