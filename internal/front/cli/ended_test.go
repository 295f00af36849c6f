package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// X9, N8: why a run waits for a person is said once.
func TestWhyARunWaitsIsSaidOnce(t *testing.T) {
	f := newFacility(t)
	f.put(f.script, "print(1)\n")
	f.put(f.binding, "version: 1\nextends: scientific\napproval: {all_code: {required: true}}\n")
	f.run("run", f.script)
	const why = "every run needs a person's approval, not the requester's own, good for 15m"
	if f.status != 4 || strings.Count(f.stderr, why) != 1 {
		t.Errorf("status %d: %s", f.status, f.stderr)
	}
	reasons := []interlock.Reason{{}, {Message: "other"}, {Message: why}}
	for message, want := range map[string]string{"run r1 waits: " + why: "run r1 waits", why: why, "run r1 waits: " + why + "!": "run r1 waits: " + why + "!", "run r1 waits: ": "run r1 waits: "} {
		if got := unrepeated(message, reasons); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}

// N6, N8: what a server, or who turned writes off, says in a refusal stays on its line, and
// cannot pass for Interlock's own.
func TestWordsOfOthersStayOnTheirLine(t *testing.T) {
	var said bytes.Buffer
	c := &call{stderr: &said}
	const words = "writes are off: x\ninterlock: run r1 succeeded"
	c.ended(&interlock.Submission{}, &finished{run: &apiv1.Run{ID: "r1", Status: interlock.Succeeded,
		Refused: []interlock.Refusal{{Kind: "put", Message: words, Hint: words, Count: 1}},
		Puts:    []apiv1.Put{{Channel: "X\ninterlock: y", Status: "failed", Reason: words}}}})
	if n := strings.Count(said.String(), "\ninterlock: "); n != 2 || strings.Contains(said.String(), "\ninterlock: y") {
		t.Errorf("%d lines more pass for Interlock's:\n%s", n, &said)
	}
}
