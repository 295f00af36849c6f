package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
)

// TestBriefly (P10): an entry of the ledger is a line that a person can read, cut and
// made visible whatever the run put into it; JSON has the whole.
func TestBriefly(t *testing.T) {
	for name, c := range map[string]struct {
		kind       interlock.RecordKind
		body, want string
	}{
		"submission": {interlock.RecordSubmission, `{"name":"x.py","args":["4","b"],"folder":"/home/a","description":"shift"}`, "x.py  4 b  in /home/a  shift"},
		"stdin":      {interlock.RecordSubmission, `{"name":"<stdin>","args":null,"folder":""}`, "<stdin>"},
		"allow":      {interlock.RecordDecision, `{"effect":"allow","mode":"read_only","reasons":null}`, "allow, mode read_only"},
		"deny": {interlock.RecordDecision, `{"effect":"deny","mode":"read_only","reasons":[{"effect":"warn","message":"w"},{"effect":"deny","message":"no","source":{"line":3}}]}`,
			"deny, mode read_only: no (line 3), and 1 more"},
		"end":      {interlock.RecordEnd, `{"status":"failed","wall_ms":80,"error":{"message":"ValueError: \u202e"}}`, `failed after 80 ms: ValueError: \u202e`},
		"put":      {interlock.RecordPut, `{"channel":"A","old":{"numbers":[1.5]},"new":{"numbers":[2]}}`, "A: 2, was 1.5"},
		"put_end":  {interlock.RecordPutEnd, `{"channel":"A","old":{},"new":{"texts":["On"]},"status":"verified"}`, `A: "On", was nothing  verified`},
		"refused":  {interlock.RecordPutRefused, `{"kind":"put","what":"A","message":"put of 6 to A is refused: the most is 5"}`, "put of 6 to A is refused: the most is 5"},
		"another":  {interlock.RecordWithdrawal, `{"digest":"ab"}`, `{"digest":"ab"}`},
		"odd body": {interlock.RecordEnd, `{"status":7}`, `{"status":7}`},
	} {
		if got := briefly(ledger.Entry{Kind: c.kind, Body: json.RawMessage(c.body)}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	long := briefly(ledger.Entry{Kind: interlock.RecordEnd, Body: json.RawMessage(`{"status":"` + strings.Repeat("x", 1<<20) + `"}`)})
	if len(long) > 2*maxBrief || strings.Contains(long, "\n") {
		t.Errorf("%d bytes: %.200s", len(long), long)
	}
}

// TestCheckpointIn (N9): what `ledger verify` printed is taken as it was kept, and nothing
// else becomes a checkpoint by it.
func TestCheckpointIn(t *testing.T) {
	const point = "interlock ledger checkpoint v1\nledger x\n"
	for text, want := range map[string]string{point: point, "ledger x: verified\n\n" + point: point, "": "", "no\n": "no\n",
		"say interlock ledger checkpoint v1\n": "say interlock ledger checkpoint v1\n", point + "\n" + point: point + "\n" + point} {
		if got := checkpointIn(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
