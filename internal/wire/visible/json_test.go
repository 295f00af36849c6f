package visible

import (
	"encoding/json"
	"strings"
	"testing"
)

// P17: JSON with characters that move a terminal's cursor, or the order of letters, has them
// escaped, and means the same.
func TestJSONHasNothingHiddenAndMeansTheSame(t *testing.T) {
	for _, text := range []string{"", "plain", "é 中 🙂", "a\u202eb", "\u009b31m", "\x7f", "tag\U000e0041", "\u2028\u2029\ufeff", "👩\u200d🔬\n\t\\\"", "\u202e"} {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(map[string]any{text: []string{text, "end"}}); err != nil {
			t.Fatal(err)
		}
		got := JSON([]byte(b.String()))
		if s := strings.TrimSuffix(string(got), "\n"); Line(s) != s {
			t.Errorf("%q: %q has something hidden", text, s)
		}
		var back map[string][]string
		if err := json.Unmarshal(got, &back); err != nil || len(back[text]) != 2 || back[text][0] != text {
			t.Errorf("%q: %v, %q", text, err, got)
		}
	}
	if raw := "{\"a\":\"\xff\xc2\"}"; string(JSON([]byte(raw))) != raw {
		t.Error("bytes that are not UTF-8 are changed")
	}
}
