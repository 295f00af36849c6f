// Package visible makes text that somebody else wrote safe to show to a person:
// control characters, escape sequences and characters that reorder or hide text
// become visible escapes such as \x1b and \u202e.
//
// What passes unchanged is graphic Unicode, the space, newline and tab. What
// does not: every other C0 and C1 control (so colours, cursor movement, the
// carriage return of progress bars, and the bell are shown, not obeyed), every
// format character (bidirectional overrides and isolates, zero-width joiners,
// byte order marks, tags), the line and paragraph separators, and bytes that are
// not UTF-8. A terminal that is shown this text cannot be made to repaint what
// it showed before, and a line cannot claim to be in another order than it is.
//
// It does not protect against look-alike letters, and a program that prints a
// backslash and "x1b" as five letters looks the same as one that printed ESC.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with everything but graphic characters, newline and tab made visible.
func Text(s string) string { return render(s, "\n\t") }

// Line is Text for what must stay on one line, such as a file name: newline and
// tab become visible too.
func Line(s string) string { return render(s, "") }

func render(s, keep string) string {
	if clean(s, keep) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if plain(r, n, keep) {
			b.WriteString(s[:n])
		} else {
			b.WriteString(escape(r, n, s[0]))
		}
		s = s[n:]
	}
	return b.String()
}

func clean(s, keep string) bool {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !plain(r, n, keep) {
			return false
		}
		i += n
	}
	return true
}

func plain(r rune, size int, keep string) bool {
	switch {
	case r >= ' ' && r < 0x7f:
		return true
	case r == utf8.RuneError && size <= 1:
		return false
	case r < ' ' || r == 0x7f:
		return strings.IndexByte(keep, byte(r)) >= 0
	}
	return !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

func escape(r rune, size int, first byte) string {
	switch {
	case r == utf8.RuneError && size <= 1:
		return fmt.Sprintf(`\x%02x`, first)
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}
