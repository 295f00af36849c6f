package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
)

// facility is a limits file of the size and shape of a facility's: 2,900 channels,
// most with a range, some with a step, a read-back or no right to be written.
func facility() string {
	var b strings.Builder
	b.WriteString(`{"_comment": "made by a test", "defaults": {"writable": true, "verification": {"level": "callback"}}`)
	for i := range 2900 {
		row := fmt.Sprintf(`"min_value": %d, "max_value": %d`, -i%50-1, i%50+1)
		switch i % 10 {
		case 0:
			row += `, "max_step": 0.5`
		case 1:
			row += `, "verification": {"level": "readback", "tolerance_percent": 0.5}`
		case 2:
			row += `, "writable": false`
		}
		fmt.Fprintf(&b, ",\n\"SR%02dC:MAG%04d:SP\": {%s}", i%12+1, i, row)
	}
	b.WriteString("\n}\n")
	return b.String()
}

// X13: a limits file of a whole facility loads, row by row; `make bench` says how fast.
func TestFacilityLimitsFile(t *testing.T) {
	p, err := policy.Load(limitsPolicy(t, facility()), options)
	if err != nil {
		t.Fatal(err)
	}
	for channel, want := range map[string]interlock.Violation{"SR01C:MAG0000:SP": "", "SR03C:MAG0002:SP": interlock.ReadOnlyChannel, "SR08C:MAG2899:SP": "", "SR08C:MAG2900:SP": interlock.UnlistedChannel} {
		d := decideWrites(t, p, put1("exact", []string{channel}, "constant", "0"))
		got := interlock.Violation("")
		for _, r := range d.Reasons {
			if r.Effect == interlock.Deny {
				got = r.Violation
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", channel, got, want)
		}
	}
}

// BenchmarkLimitsFile loads it; the target is 200 ms.
func BenchmarkLimitsFile(b *testing.B) {
	path := limitsPolicy(b, facility())
	for b.Loop() {
		if _, err := policy.Load(path, options); err != nil {
			b.Fatal(err)
		}
	}
}
