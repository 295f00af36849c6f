package notebook_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/notebook"
	"github.com/interlock-run/interlock/internal/wire/redact"
)

// P10: a secret is gone wherever text can hold it, and the notebook stays whole.
func TestSecretsAreRedactedInEveryPart(t *testing.T) {
	secrets, err := redact.Compile([]string{`password\s*=\s*\S+`})
	if err != nil {
		t.Fatal(err)
	}
	const leak = "password = hunter2\n"
	text := []byte(`"password = hunter2"`)
	data := map[string]json.RawMessage{"text/plain": text, "password=hunter2": text, "application/json": []byte(`{"a": "password=hunter2", "password": "hunter2"}`)}
	r := &interlock.Result{ID: "r", Status: interlock.Failed,
		Decision: interlock.Decision{Warnings: []string{leak}, Reasons: []interlock.Reason{{Message: leak}}},
		Observed: interlock.Observed{Started: true, Stdout: []byte(leak), Stderr: []byte(leak)},
		Error:    &interlock.Error{Name: "E", Message: leak},
		Claims: interlock.Claims{
			Outputs: []interlock.Output{{Kind: "execute_result", Data: data, Metadata: map[string]json.RawMessage{"m": text, "password=hunter2": text}}, {Data: data}},
			Figures: []interlock.Output{{Data: map[string]json.RawMessage{"text/plain": text}}},
			Error:   &interlock.Raised{Name: leak, Message: leak, Traceback: []string{leak}},
		}}
	b, err := notebook.Encode(&interlock.Submission{Name: leak, Description: leak, Source: []byte(leak + "x = 1\n")}, r, secrets)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "hunter2") {
		t.Errorf("left in\n%s", b)
	}
	p := parse(t, b)
	if got, want := p.Cells[1].Source, redact.Mark+"\nx = 1\n"; got != want {
		t.Errorf("source %q, want %q", got, want)
	}
}
