package reason

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// Width is how many columns of a source line a snippet shows.
const Width = 100

// before is how many of them stand left of the column where a line is cut.
const before = 60

// Snippet returns line of source with its number and a caret under column, both
// counted from 1 and the column in code points; "" where source has no such line.
// A column of 0 gives no caret; one past the end points behind the last character.
func Snippet(source []byte, line, column int) string {
	return snippet(source, line, column, line)
}

// SnippetAt is the snippet at p; a cell of a notebook has line numbers of its own.
func SnippetAt(source []byte, p interlock.Pos) string {
	number := p.Line
	if p.Cell > 0 {
		number = p.CellLine
	}
	return snippet(source, p.Line, p.Column, number)
}

func snippet(source []byte, line, column, shownAs int) string {
	text, ok := lineAt(source, line)
	if !ok {
		return ""
	}
	runes := []rune(text)
	from, to := window(len(runes), column)
	shown, caret := "", 0
	if from > 0 {
		shown = "…"
	}
	for i, r := range runes[from:to] {
		if from+i == column-1 {
			caret = width(shown)
		}
		shown += cell(r)
	}
	if column > len(runes) {
		caret = width(shown)
	}
	if to < len(runes) {
		shown += "…"
	}
	number := fmt.Sprintf("%5d | ", shownAs)
	if column <= 0 {
		return number + shown
	}
	return number + shown + "\n" + strings.Repeat(" ", 5) + " | " + strings.Repeat(" ", caret) + "^"
}

// lineAt returns the n-th line as Python and YAML count them: \n, \r\n and a
// lone \r each end one.
func lineAt(source []byte, n int) (string, bool) {
	if n <= 0 || source == nil {
		return "", false
	}
	for ; n > 1; n-- {
		i := bytes.IndexAny(source, "\r\n")
		if i < 0 {
			return "", false
		}
		if source[i] == '\r' && i+1 < len(source) && source[i+1] == '\n' {
			i++
		}
		source = source[i+1:]
	}
	if i := bytes.IndexAny(source, "\r\n"); i >= 0 {
		source = source[:i]
	}
	return string(source), true
}

// window is the part [from, to) of a line of n code points to show around column.
func window(n, column int) (from, to int) {
	if n <= Width {
		return 0, n
	}
	from = min(max(column-1-before, 0), n-Width)
	return from, from + Width
}

// cell is one character as it is shown; a tab is two spaces.
func cell(r rune) string {
	if r == '\t' {
		return "  "
	}
	return visible.Line(string(r))
}

// width is how many terminal columns s takes: none for combining marks, two for
// wide East Asian characters and emoji.
func width(s string) (n int) {
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf && r != 0x303f || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
		r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd
}
