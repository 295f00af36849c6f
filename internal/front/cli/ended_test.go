package cli

import (
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
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
