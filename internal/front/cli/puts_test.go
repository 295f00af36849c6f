package cli

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A waveform that was put is a line of the report and no page of it.
func TestShownValue(t *testing.T) {
	for _, short := range []string{"1", `"hello"`, "[1,2,3]", ""} {
		if got := shownValue([]byte(short)); got != short {
			t.Errorf("%q is %q", short, got)
		}
	}
	for _, long := range []string{"[" + strings.Repeat("1,", 20_000) + "1]", `"` + strings.Repeat("µ", 20_000) + `"`} {
		if got := shownValue([]byte(long)); len(got) > 2*maxValue || !utf8.ValidString(got) || !strings.Contains(got, "bytes)") {
			t.Errorf("%q", got)
		}
	}
}
