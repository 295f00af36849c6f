package notebook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/jsontext"
	"github.com/interlock-run/interlock/internal/wire/notebook"
)

// runs are runs of every kind: what each says, and what its notebook must say.
func runs() map[string]run {
	png := jsontext.Quote(base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n")))
	m := map[string]json.RawMessage{"text/plain": jsontext.Quote("42")}
	all := map[string]run{
		"succeeded": {source: "x = 42\nx", result: interlock.Result{Status: interlock.Succeeded,
			Decision: interlock.Decision{Effect: interlock.Warn, Warnings: []string{interlock.WritesEnabledWarning}},
			Observed: interlock.Observed{Started: true, Stdout: []byte("\x1b[31mred\x1b[0m\xff\n"), Stderr: []byte("50%\r100%\n"), Weaker: []string{"memory per process"}},
			Claims: interlock.Claims{
				Outputs: []interlock.Output{{Kind: "execute_result", Data: m}, {Kind: "display_data", Data: map[string]json.RawMessage{"application/vnd.plotly.v1+json": []byte(`{"data":[1]}`)}}},
				Figures: []interlock.Output{{Data: map[string]json.RawMessage{"image/png": png, "image/svg+xml": jsontext.Quote("<svg/>")}}},
			}}},
		"failed": {source: "1/0", result: interlock.Result{Status: interlock.Failed,
			Decision: interlock.Decision{Effect: interlock.Allow},
			Observed: interlock.Observed{Started: true, Exit: interlock.Exit{Code: 1}},
			Error:    &interlock.Error{Name: "ZeroDivisionError", Message: "ZeroDivisionError: division by zero", Line: 1},
			Claims:   interlock.Claims{Error: &interlock.Raised{Name: "ZeroDivisionError", Message: "division by zero", Traceback: []string{"Traceback:", "\x1b[31mboom"}}}}},
		"refused": {source: "import subprocess", result: interlock.Result{Status: interlock.Refused,
			Decision: interlock.Decision{Reasons: []interlock.Reason{{Rule: "imports.deny", Source: interlock.Pos{Line: 1, Column: 8},
				Policy: interlock.PolicyLine{File: "policy.yaml", Line: 12}, Message: "import of subprocess", Hint: "ask for /usr/bin/git"}}},
			Error: &interlock.Error{Name: "refused", Message: "import of subprocess", Line: 1}}},
		"stopped": {source: "while True: pass", result: interlock.Result{Status: interlock.Stopped,
			Observed: interlock.Observed{Started: true, Exit: interlock.Exit{Code: 137, Signal: "SIGKILL"}, Limit: &interlock.Limit{Name: "wall", Value: "60s", By: "supervisor"}},
			Error:    &interlock.Error{Name: "timeout", Message: "wall limit 60s reached"}}},
		"hostile": hostile(),
		"empty":   {},
	}
	return all
}

func hostile() run {
	data := map[string]json.RawMessage{
		"text/plain": []byte(`{"not": "text"}`), "text/html": []byte(`[null]`), "image/png": []byte("null"), "": []byte(`1`),
		"application/json":     []byte(strings.Repeat("[", 5000) + strings.Repeat("]", 5000)),
		"application/x+json":   []byte(strings.Repeat("9", 5000)),
		"text/x":               []byte(`"\ud800"`),
		"text/y":               []byte("NaN"),
		"text/\xff":            []byte(`"ok"`),
		"application/z+json\n": []byte(`{}`),
	}
	r := run{source: "\x00\xff\x1b", result: interlock.Result{Status: "`<script>alert(1)</script>`",
		Observed: interlock.Observed{Started: true, Stdout: bytes.Repeat([]byte("\xf0\x9f\x98\x80"), notebook.MaxStream/4+1)},
		Error:    &interlock.Error{Name: "![x](http://evil.example/a.png)", Message: "a\nb\n# c <img src=x>\u202e"}}}
	for range notebook.MaxCount + 3 {
		r.result.Claims.Outputs = append(r.result.Claims.Outputs, interlock.Output{Kind: "anything", Data: data,
			Metadata: map[string]json.RawMessage{"interlock": []byte(`{"claimed": false}`), "bad": []byte("{")}})
	}
	return r
}

type run struct {
	source string
	result interlock.Result
}

func (r run) encode(t *testing.T) []byte {
	t.Helper()
	r.result.ID, r.result.Started = "1q3kx0v2f-7k2m", time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	b, err := notebook.Encode(&interlock.Submission{Name: "fit.py", Source: []byte(r.source)}, &r.result, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type parsed struct {
	Cells []struct {
		Type     string `json:"cell_type"`
		ID       string
		Count    *int `json:"execution_count"`
		Source   string
		Outputs  []map[string]any
		Metadata struct {
			Interlock struct {
				Claimed []int `json:"claimed_outputs"`
			}
		}
	}
}

func parse(t *testing.T, b []byte) parsed {
	t.Helper()
	var p parsed
	if err := json.Unmarshal(b, &p); err != nil || len(p.Cells) != 2 {
		t.Fatalf("%v, %d cells", err, len(p.Cells))
	}
	return p
}

// X14: what ran and what came out, in order, with claims marked.
func TestSucceededRunShowsSourceAndOutputs(t *testing.T) {
	p := parse(t, runs()["succeeded"].encode(t))
	code := p.Cells[1]
	if code.Source != "x = 42\nx" || code.Count == nil || *code.Count != 1 {
		t.Errorf("source %q, count %v", code.Source, code.Count)
	}
	var types []string
	for _, o := range code.Outputs {
		types = append(types, o["output_type"].(string))
	}
	if got, want := strings.Join(types, " "), "stream stream execute_result display_data display_data"; got != want {
		t.Fatalf("outputs %s, want %s", got, want)
	}
	if got, want := code.Outputs[0]["text"], "\x1b[31mred\x1b[0m\ufffd\n"; got != want {
		t.Errorf("stdout %q, want %q", got, want)
	}
	figure := code.Outputs[4]["data"].(map[string]any)
	if figure["image/png"] == nil || figure["image/svg+xml"] != "<svg/>" {
		t.Errorf("figure is %v", figure)
	}
	if got := code.Metadata.Interlock.Claimed; len(got) != 3 || got[0] != 2 || got[2] != 4 {
		t.Errorf("claimed %v, want [2 3 4]", got)
	}
	for _, words := range []string{"warn", `live EPICS writes enabled\!`, "namespaces", "memory per process", "status 0"} {
		if !strings.Contains(p.Cells[0].Source, words) {
			t.Errorf("the decision does not say %q:\n%s", words, p.Cells[0].Source)
		}
	}
}

// X14: refused and failed attempts are included.
func TestFailedAttemptsSayWhy(t *testing.T) {
	for name, words := range map[string][]string{
		"refused": {"deny", "nothing ran", "import of subprocess", "  rule: imports.deny (policy.yaml:12)\n", "  hint: ask for"},
		"failed":  {"ZeroDivisionError", `\(line 1\)`, "status 1"},
		"stopped": {"wall 60s, held by supervisor", "SIGKILL"},
	} {
		p := parse(t, runs()[name].encode(t))
		for _, w := range words {
			if !strings.Contains(p.Cells[0].Source, w) {
				t.Errorf("%s does not say %q:\n%s", name, w, p.Cells[0].Source)
			}
		}
		if ran := p.Cells[1].Count != nil; ran != (name != "refused") {
			t.Errorf("%s: execution count says ran=%v", name, ran)
		}
	}
	p := parse(t, runs()["failed"].encode(t))
	if o := p.Cells[1].Outputs; len(o) != 1 || o[0]["ename"] != "ZeroDivisionError" || len(o[0]["traceback"].([]any)) != 2 {
		t.Errorf("outputs %v", o)
	}
}

func TestHostileClaimsStayBoundedAndMarked(t *testing.T) {
	b := runs()["hostile"].encode(t)
	p := parse(t, b)
	if n := len(p.Cells[1].Outputs); n != notebook.MaxCount+2 {
		t.Errorf("%d outputs", n)
	}
	meta := p.Cells[1].Outputs[1]["metadata"].(map[string]any)
	if got := meta["interlock"].(map[string]any)["claimed"]; got != true {
		t.Errorf("the code could mark its own output as claimed=%v", got)
	}
	for _, bad := range []string{"<img", "<script", "](http", "\n# c", "\u202e"} {
		if strings.Contains(p.Cells[0].Source, bad) {
			t.Errorf("markup %q in the decision:\n%s", bad, p.Cells[0].Source)
		}
	}
}

func TestEncodeIsDeterministic(t *testing.T) {
	for name, r := range runs() {
		if !bytes.Equal(r.encode(t), r.encode(t)) {
			t.Errorf("%s: two encodings differ", name)
		}
	}
}

// A claim that is no image is not made one, nor its text a picture's.
func TestForgedImagesAreNotInTheNotebook(t *testing.T) {
	data := map[string]json.RawMessage{"image/png": []byte(`{"forged": 1}`), "image/jpeg": []byte(`"%%%"`), "text/plain": []byte(`"kept"`)}
	r := run{result: interlock.Result{Claims: interlock.Claims{
		Outputs: []interlock.Output{{Data: data}},
		Figures: []interlock.Output{{Data: map[string]json.RawMessage{"image/png": []byte(`"%%%"`), "image/svg+xml": []byte(`"<svg/>"`)}}},
	}}}
	o := parse(t, r.encode(t)).Cells[1].Outputs
	if got := o[0]["data"].(map[string]any); len(got) != 1 || got["text/plain"] != "kept" {
		t.Errorf("display %v", got)
	}
	note, _ := o[1]["data"].(map[string]any)["text/plain"].(string)
	if got := o[1]["data"].(map[string]any); len(got) != 1 || !strings.Contains(note, "not base64") {
		t.Errorf("figure %v", got)
	}
}

// Jupyter obeys escape sequences in an error; what raised it must not repaint a page.
func TestErrorsAreVisible(t *testing.T) {
	e := &interlock.Raised{Name: "E\x1b[2J", Message: "a\rb\u202e\n\tc", Traceback: []string{"\x1b[31mboom\n"}}
	o := parse(t, run{result: interlock.Result{Claims: interlock.Claims{Error: e}}}.encode(t)).Cells[1].Outputs[0]
	if o["ename"] != `E\x1b[2J` || o["evalue"] != `a\rb\u202e`+"\n\tc" || o["traceback"].([]any)[0] != `\x1b[31mboom`+"\n" {
		t.Errorf("got %q", o)
	}
}
