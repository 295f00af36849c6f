package visible_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/interlock-run/interlock/internal/wire/visible"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext\n":         "plain\ttext\n",
		"x = 1.5 µm · 日本":       "x = 1.5 µm · 日本",
		"\x1b[31mred\x1b[0m":    `\x1b[31mred\x1b[0m`,
		"50%\r100%":             `50%\r100%`,
		"\x07\x00\x7f":          `\x07\x00\x7f`,
		"a\u202eb\u2066c\u200b": `a\u202eb\u2066c\u200b`,
		"\u009b2J":              `\u009b2J`,
		"\ufeffx":               `\ufeffx`,
		"\xff\xfe":              `\xff\xfe`,
		"\U000e0041":            `\U000e0041`,
		"line\u2028sep":         `line\u2028sep`,
		"\ufffd is itself":      "\ufffd is itself",
	} {
		if got := visible.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := visible.Line("a\nb\tc"); got != `a\nb\tc` {
		t.Errorf("Line = %q", got)
	}
}

// Whatever is written, in whatever pieces, nothing a terminal obeys comes out,
// and the pieces change nothing.
func TestWriterHoldsForAnyBytesInAnyPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.SampledFrom([]byte("a\n\t\r\x1b[\x00\xe2\x80\xae\xff\xf0\x9f\x98\x80"))).Draw(t, "data")
		var out bytes.Buffer
		w := visible.NewWriter(&out)
		for rest := data; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if m, err := w.Write(rest[:n]); err != nil || m != n {
				t.Fatalf("Write = %d, %v", m, err)
			}
			rest = rest[n:]
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if want := visible.Text(string(data)); out.String() != want {
			t.Fatalf("pieces gave %q, whole gives %q", out.String(), want)
		}
		if i := strings.IndexFunc(out.String(), func(r rune) bool {
			return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf)
		}); i >= 0 {
			t.Fatalf("a control character came out of %q", data)
		}
	})
}
