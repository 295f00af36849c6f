package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

var t0 = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// start runs a command line in a home of its own.
func start(t *testing.T, ctx context.Context, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	p := Program{Version: "v9", Now: func() time.Time { return t0 }}
	env := []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	status = p.Run(ctx, args, strings.NewReader(stdin), &out, &err, env)
	return status, out.String(), err.String()
}

func TestUsageErrorsExit2AndSayWhatToType(t *testing.T) {
	for _, c := range []struct{ args, says string }{
		{"nosuch", "interlock --help"},
		{"runs", "interlock runs --help"},
		{"run", "interlock run --help"},
		{"run a.py b.py", "interlock run FILE -- ARGS"},
		{"a.py", "`interlock run a.py`"},
		{"run -c print(1)", "| interlock run -"},
		{"run a.py --stdin", "--stdin wants a value after it"},
		{"run a.py --verbose", "interlock run FILE -- FLAGS"},
		{"a$(x).py", "`interlock run FILE`"},
		{"run --policy a.yaml --policy b.yaml a.py", "--policy is given twice"},
		{"run --mode=read_only a.py --mode write_access", "--mode is given twice"},
		{"run --request a.py", "--rehearse --request"},
		{"run --wait=soon a.py", "--wait=10m"},
		{"run --wait=-1s a.py", "--wait=10m"},
		{"approvals show 1q", "approvals list --all"},
		{"approvals show ", "expected"},
		{"approvals reject 1q", "--reason"},
		{"approvals approve 1q --tolerance x", "0.1%"},
		{"approvals approve 1q --narrow A", "CHANNEL=MIN..MAX"},
		{"runs start 1q", "approvals list --all"},
		{"approvals list --server x --policy p", "leave them out"},
		{"run --mode write a.py", "want read_only or write_access"},
		{"run --timeout -1s a.py", "--timeout"},
		{"run --stdin - -", "cannot both"},
		{"run --timeout 5 a.py", "write 5s"},
		{"run --timeout soon a.py", "--timeout 30s"},
		{"run --timeout=-1s a.py", "is negative"},
		{"ledger query --kind nonsense", "submission, decision"},
		{"ledger query --effect nonsense", "deny, needs_approval, warn, allow"},
		{"doctor -- x", "takes no arguments"},
		{"version --format xml", "must be one of"},
		{"runs prune", "--older 30d"},
		{"runs prune --older soon", "36h or 30d"},
		{"runs prune --max-size 5", "500MiB"},
		{"ledger query --since yesterday", "2026-01-31"},
		{"runs show 1q", "runs list"},
	} {
		status, out, err := start(t, context.Background(), "", strings.Fields(c.args)...)
		if status != 2 || !strings.Contains(err, c.says) || out != "" {
			t.Errorf("%q: status %d, stdout %q, stderr %q; want 2 and %q", c.args, status, out, err, c.says)
		}
	}
}

func TestBadScriptFilesExit2AndSayWhatToType(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(file("big.py"), bytes.Repeat([]byte("#\n"), 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		file("missing.py"): "no such file",
		dir:                "is a folder",
		file("big.py"):     "10485760 bytes",
		"":                 "no script is named",
	} {
		refusesScript(t, path, says)
	}
}

// refusesScript wants `interlock run path` to exit 2 saying says, in both formats.
func refusesScript(t *testing.T, path, says string) {
	t.Helper()
	status, _, err := start(t, context.Background(), "", "run", path)
	if status != 2 || !strings.Contains(err, says) || !strings.Contains(err, "hint: ") {
		t.Errorf("run %q: status %d, stderr %q; want 2, %q and a hint", path, status, err, says)
	}
	status, out, _ := start(t, context.Background(), "", "run", "--format", "json", path)
	var o struct {
		Schema int
		Status string
		Error  struct{ Kind, Message, Hint string }
	}
	if e := json.Unmarshal([]byte(out), &o); e != nil || status != 2 || o.Schema != 1 || o.Status != "error" || !strings.Contains(o.Error.Message+o.Error.Hint, says) || o.Error.Kind != "configuration" {
		t.Errorf("run --format json %q: %d, %v, %s", path, status, e, out)
	}
}

func TestStdinIsBounded(t *testing.T) {
	status, _, err := start(t, context.Background(), strings.Repeat("#", maxSource+1), "run", "-")
	if status != 2 || !strings.Contains(err, "more than") {
		t.Errorf("status %d, stderr %q", status, err)
	}
}

func TestInterruptedBeforeTheRun(t *testing.T) {
	for cause, want := range map[error]int{interlock.Interrupted: 130, interlock.Terminated: 143} {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(cause)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		p := Program{Now: time.Now}
		var out, errs bytes.Buffer
		if got := p.Run(ctx, []string{"run", "-"}, r, &out, &errs, []string{"HOME=" + t.TempDir()}); got != want {
			t.Errorf("%v: status %d, want %d: %s", cause, got, want, errs.String())
		}
		w.Close()
		r.Close()
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}, {"run", "--help"}} {
		if status, out, err := start(t, context.Background(), "", args...); status != 0 || !strings.Contains(out, "Usage: interlock") || err != "" {
			t.Errorf("%q: %d, %q, %q", args, status, out, err)
		}
	}
	status, out, _ := start(t, context.Background(), "", "version", "--format", "json")
	var v version
	if err := json.Unmarshal([]byte(out), &v); err != nil || status != 0 || v.Version != "v9" || v.Go == "" {
		t.Errorf("%d, %v, %s", status, err, out)
	}
}

func TestAgesAndSizes(t *testing.T) {
	for in, want := range map[string]time.Duration{"": 0, "36h": 36 * time.Hour, "30d": 720 * time.Hour, "1.5d": 36 * time.Hour} {
		if got, err := parseAge(in); err != nil || got != want {
			t.Errorf("parseAge(%q) = %v, %v", in, got, err)
		}
	}
	for _, bad := range []string{"0", "-1h", "d", "0d", "-1d", "1e9d", "NaNd"} {
		if got, err := parseAge(bad); err == nil {
			t.Errorf("parseAge(%q) = %v", bad, got)
		}
	}
	for in, want := range map[string]int64{"": 0, "1B": 1, "500MiB": 500 << 20, "1.5GiB": 3 << 29} {
		if got, err := parseSize(in); err != nil || got != want {
			t.Errorf("parseSize(%q) = %v, %v", in, got, err)
		}
	}
	for _, bad := range []string{"5", "-1MiB", "0B", "NaNB", "InfGiB", "99999999999TiB", "MiB"} {
		if got, err := parseSize(bad); err == nil {
			t.Errorf("parseSize(%q) = %v", bad, got)
		}
	}
}

// A reader that went away stops the run, and what it writes is still captured.
func TestClosedOutputStopsTheRun(t *testing.T) {
	ctx := t.Context()
	for fault, says := range map[error]string{syscall.EPIPE: "", syscall.ENOSPC: "cannot be written, so it is ended: no space left"} {
		ctx, stop := context.WithCancelCause(ctx)
		said := ""
		u := &untilClosed{to: broken{fault}, stop: stop, say: func(format string, args ...any) { said += fmt.Sprintf(format, args...) }}
		for range 2 {
			if n, err := u.Write([]byte("abc")); n != 3 || err != nil {
				t.Errorf("Write = %d, %v", n, err)
			}
		}
		if !errors.Is(context.Cause(ctx), interlock.Interrupted) || !strings.Contains(said, says) || (said == "") != (says == "") {
			t.Errorf("cause %v, said %q", context.Cause(ctx), said)
		}
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

// The text of Interlock's own words can hold a script's words: they stay visible.
func TestSaidTextIsVisible(t *testing.T) {
	var out bytes.Buffer
	c := &call{stderr: &out}
	c.fail(&interlock.Error{Message: "bad \x1b[2J\u202e name", Hint: "h", Line: 3, Code: interlock.ExitUsage})
	if got, want := out.String(), "interlock: error: bad \\x1b[2J\\u202e name (line 3)\n  hint: h\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The status of several files is the worst, in the documented order.
func TestWorstHasEveryCheckStatus(t *testing.T) {
	var order []int
	for _, c := range worst {
		order = append(order, c.Status())
	}
	want := []int{130, 143, 2, 6, 3, 1, 4, 0}
	for i := range want {
		if order[i] != want[i] {
			t.Fatalf("order %v, want %v", order, want)
		}
	}
}
