package ledger

import (
	"fmt"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/wire/redact"
)

// TestMemo (P10): what is remembered of a body is what sealing it anew gives, and
// patterns that come into force hold for bodies that were sealed before.
func TestMemo(t *testing.T) {
	body := map[string]any{"folder": strings.Repeat("/data", memoLeast), "note": "token=4711 beam=9"}
	one, err1 := redact.Compile([]string{"token=[0-9]+"})
	two, err2 := redact.Compile([]string{"beam=[0-9]+"})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	var m memo
	for i, r := range []*redact.Redactor{nil, one, one, two, one, nil} {
		fresh := memo{}
		want, wantRedacted, err := fresh.body(body, r)
		if err != nil {
			t.Fatal(err)
		}
		got, redacted, err := m.body(body, r)
		if err != nil || string(got) != string(want) || redacted != wantRedacted || redacted != (r != nil) {
			t.Errorf("%d: %s %v %v, want %s %v", i, got[len(got)-60:], redacted, err, want[len(want)-60:], wantRedacted)
		}
	}
	for i := range 3 * memoMost {
		if _, _, err := m.body(map[string]any{"n": fmt.Sprint(i, strings.Repeat("x", memoLeast))}, one); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.bodies) > memoMost {
		t.Errorf("%d bodies are kept", len(m.bodies))
	}
	if _, _, err := m.body([]string{strings.Repeat("x", memoLeast)}, one); err == nil {
		t.Error("a body that is no object was sealed")
	}
}
