package parser

import (
	"sort"
	"unicode/utf8"
)

// utf8BOM is what may stand before the first line; it is not counted.
const utf8BOM = "\ufeff"

// lines turns byte offsets into positions. Lines end at \n, \r\n or \r, as in
// Python. It is not safe for concurrent use: it remembers the last line.
type lines struct {
	src    []byte
	starts []int32 // offset of the first byte of each line
	// conts[i] is the number of UTF-8 continuation bytes before offset i<<6;
	// nil when there are none. It makes a column cheap in a line of any length.
	conts []int32
	last  int
}

func newLines(src []byte) *lines {
	l := &lines{src: src, starts: make([]int32, 1, 16+len(src)/32)}
	if len(src) >= len(utf8BOM) && string(src[:len(utf8BOM)]) == utf8BOM {
		l.starts[0] = int32(len(utf8BOM))
	}
	ascii := true
	for i, c := range src {
		if c == '\n' || c == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			l.starts = append(l.starts, int32(i+1))
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii {
		l.countContinuations()
	}
	return l
}

func (l *lines) countContinuations() {
	l.conts = make([]int32, len(l.src)>>6+1)
	n := int32(0)
	for i, c := range l.src {
		if i&63 == 0 {
			l.conts[i>>6] = n
		}
		if !utf8.RuneStart(c) {
			n++
		}
	}
	if len(l.src)&63 == 0 {
		l.conts[len(l.src)>>6] = n
	}
}

// before is the number of continuation bytes before offset.
func (l *lines) before(offset int32) int32 {
	if l.conts == nil {
		return 0
	}
	n := l.conts[offset>>6]
	for _, c := range l.src[offset&^63 : offset] {
		if !utf8.RuneStart(c) {
			n++
		}
	}
	return n
}

// position requires 0 <= offset <= len(src).
func (l *lines) position(offset int32) Position {
	i := l.line(offset)
	start := min(l.starts[i], offset)
	column := offset - start - (l.before(offset) - l.before(start))
	return Position{Line: int32(i + 1), Column: column + 1, Offset: offset}
}

// line is the index of the line that offset is in.
func (l *lines) line(offset int32) int {
	i := l.last
	if offset >= l.starts[i] {
		for range 8 { // nodes come nearly in order
			if i+1 == len(l.starts) || offset < l.starts[i+1] {
				l.last = i
				return i
			}
			i++
		}
	}
	i = sort.Search(len(l.starts), func(k int) bool { return l.starts[k] > offset }) - 1
	l.last = max(i, 0)
	return l.last
}
