package apiv1_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, v any) {
	t.Helper()
	b, err := apiv1.Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, b, "", "  "); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s differs: the contract changed (-want +got):\n%s", file, diff)
	}
}

func submission() *interlock.Submission {
	return &interlock.Submission{Name: "fit.py", Source: []byte("x\n")}
}

func succeeded() *interlock.Result {
	return &interlock.Result{
		ID: "1q3kx0v2f-7k2m", Status: interlock.Succeeded, Started: time.Date(2030, 1, 2, 3, 4, 5, 600, time.UTC),
		Decision: interlock.Decision{Effect: interlock.Warn, Warnings: []string{"w"}, PolicyDigest: "p1",
			Reasons: []interlock.Reason{{Rule: "imports.warn", Effect: interlock.Warn, Policy: interlock.PolicyLine{File: "policy.yaml", Line: 3},
				Source: interlock.Pos{Line: 1, Column: 2}, Message: "m", Hint: "h"}}},
		Observed: interlock.Observed{Started: true, Stdout: []byte("\x1b[1m<b>\xff"), Artifacts: []interlock.Artifact{{Path: "a.csv", Size: 3, SHA256: "ab"}},
			Weaker: []string{"memory"}, Wall: 1500 * time.Microsecond, MaxRSS: 4096},
		Claims: interlock.Claims{Results: json.RawMessage(`{"b":1.50,"a":[]}`),
			Outputs: []interlock.Output{{Kind: "execute_result", Data: map[string]json.RawMessage{"text/plain": json.RawMessage(`"1"`), "bad": json.RawMessage("NaN")}}}},
		Folder: interlock.RunFolder{Path: "/s/runs/1", Workspace: "/s/runs/1/workspace", Notebook: "/s/runs/1/notebook.ipynb",
			Figures: []string{"/s/runs/1/figures/figure-1.png", "/s/runs/1/figures/figure-1.svg", "/s/runs/1/figures/figure-2.png"}},
		Timings: interlock.Timings{Analyse: 1234567, Total: 2 * time.Second},
		Receipt: interlock.Receipt{Seq: 7, Digest: "d7"},
	}
}

func TestRunGolden(t *testing.T) {
	golden(t, "run-succeeded", apiv1.NewRun(submission(), succeeded()))

	limit := &interlock.Result{ID: "r2", Status: interlock.Stopped,
		Observed: interlock.Observed{Started: true, Level: interlock.Landlock, Exit: interlock.Exit{Code: 137, Signal: "SIGKILL"},
			Limit: &interlock.Limit{Name: "wall", Value: "60s", By: "supervisor"}},
		Error: &interlock.Error{Kind: interlock.CodeError, Name: "timeout", Message: "m", Hint: "h", RegenerateCode: true, Err: errors.New("cause")}}
	golden(t, "run-stopped", apiv1.NewRun(submission(), limit))

	golden(t, "run-not-submitted", apiv1.Failed("missing.py", &interlock.Error{Kind: interlock.Configuration, Name: "no_such_file", Message: "m"}))
}

func TestCheckGolden(t *testing.T) {
	f := interlock.Facts{SourceSHA256: "ab", Complete: true, Control: interlock.Control{Reads: interlock.None, Writes: interlock.Definite},
		Accesses: []interlock.Access{{Op: interlock.OpWrite, System: "epics", Library: "pyepics", API: "epics.caput",
			Channels: interlock.Channels{Kind: "exact", Values: []string{"A:B"}}, Value: interlock.Value{Kind: "unknown", Text: "x"},
			Certainty: interlock.Definite, Pos: interlock.Pos{Line: 2, Column: 1}}}}
	golden(t, "check", apiv1.NewCheck("a.py", f, interlock.Decision{}, nil))
}

// No list is ever null, whatever is empty: scripts iterate without asking.
func TestListsAreNeverNull(t *testing.T) {
	may := map[string]bool{"exit": true, "results": true, "limit": true, "error": true, "ledger": true, "level": true, "approval": true}
	for name, v := range map[string]any{
		"run":   apiv1.NewRun(submission(), &interlock.Result{}),
		"check": apiv1.NewCheck("a.py", interlock.Facts{Accesses: make([]interlock.Access, 1), Installs: make([]interlock.Install, 1)}, interlock.Decision{}, nil),
	} {
		b, err := apiv1.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(b, &tree); err != nil {
			t.Fatal(err)
		}
		nulls(tree, "", func(key string) {
			if !may[key] {
				t.Errorf("%s: %q is null", name, key)
			}
		})
	}
}

func nulls(v any, key string, found func(string)) {
	switch v := v.(type) {
	case nil:
		found(key)
	case []any:
		for _, item := range v {
			nulls(item, key, found)
		}
	case map[string]any:
		for k, item := range v {
			nulls(item, k, found)
		}
	}
}

func TestRunRoundTrip(t *testing.T) {
	want := apiv1.NewRun(submission(), succeeded())
	b, err := apiv1.Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b, []byte("\n")); n != 1 || !bytes.HasSuffix(b, []byte("\n")) {
		t.Errorf("%d lines, want one object a line", n)
	}
	got, err := apiv1.DecodeRun(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := apiv1.DecodeRun([]byte(`{"schema": 2}`)); err == nil || !strings.Contains(err.Error(), "schema 2") {
		t.Errorf("schema 2 gave %v", err)
	}
}

// Design: observed facts stand apart from what user code could have forged.
func TestClaimedNamesWhatCodeCouldForge(t *testing.T) {
	raised := &interlock.Raised{Name: "KeyError"}
	of := func(e *interlock.Error, o interlock.Observed) string {
		r := apiv1.NewRun(submission(), &interlock.Result{Error: e, Observed: o, Claims: interlock.Claims{Error: raised}})
		return strings.Join(r.Claimed, " ")
	}
	const base = "stdout stderr results outputs figures"
	if got := of(&interlock.Error{Kind: interlock.CodeError}, interlock.Observed{}); got != base+" error" {
		t.Errorf("an exception: %s", got)
	}
	if got := of(&interlock.Error{Kind: interlock.CodeError}, interlock.Observed{Limit: &interlock.Limit{}}); got != base {
		t.Errorf("a limit is observed: %s", got)
	}
	if got := of(&interlock.Error{Kind: interlock.Infrastructure}, interlock.Observed{}); got != base {
		t.Errorf("an infrastructure failure is observed: %s", got)
	}
}

// An image that is none is no image for whoever reads the object, and is named; so
// is a figure, of which no entry without a PNG is listed.
func TestForgedImagesAreDroppedAndNamed(t *testing.T) {
	r := apiv1.NewRun(submission(), &interlock.Result{
		Claims: interlock.Claims{
			Outputs: []interlock.Output{{Data: map[string]json.RawMessage{"image/png": json.RawMessage(`{"a":1}`)}}},
			Figures: []interlock.Output{{Data: map[string]json.RawMessage{"image/png": json.RawMessage(`"%"`)}}},
		},
		Folder: interlock.RunFolder{Figures: []string{"/f/figure-1.svg"}},
	})
	if got := string(r.Outputs[0].Data["image/png"]); got != "null" || len(r.Figures) != 0 {
		t.Errorf("image %s, figures %v", got, r.Figures)
	}
	if got := strings.Join(r.Observed.Dropped, "; "); got != "outputs image/png: its image/png is not text; figure 1: its image/png is not base64" {
		t.Errorf("dropped %q", got)
	}
}

// P17: what somebody named a script cannot move the cursor of who lists runs as JSON.
func TestEncodedTextIsSafeToShow(t *testing.T) {
	b, err := apiv1.Encode(apiv1.Runs{Runs: []apiv1.ListedRun{{Name: "a\u202eb\u009b31m.py"}}})
	if err != nil || !strings.Contains(string(b), `a\u202eb\u009b31m.py`) {
		t.Errorf("%v: %q", err, b)
	}
}
