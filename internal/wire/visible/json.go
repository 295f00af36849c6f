package visible

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON is b, which is JSON, with every character that [Line] makes visible as JSON's own
// escape (RFC 8259, section 7): the same value for a program, and on a terminal no more
// than text. JSON itself requires that of the controls below the space only. b is
// returned as it is where it has none, and so are bytes that are not UTF-8.
func JSON(b []byte) []byte {
	at, done := 0, 0
	var out []byte
	for at < len(b) {
		if b[at] < 0x7f { // what JSON lets stand between its values, newline too, is below
			at++
			continue
		}
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 || plain(r, n, "") {
			at += n
			continue
		}
		out = append(out, b[done:at]...)
		for _, unit := range utf16.Encode([]rune{r}) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
		at += n
		done = at
	}
	if out == nil {
		return b
	}
	return append(out, b[done:]...)
}
