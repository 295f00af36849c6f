package visible

import (
	"io"
	"unicode/utf8"
)

// Writer passes what is written to it to another writer as [Text] would show it.
// A character that is split between two writes is held until it is complete, so
// Flush must be called at the end. It is not safe for concurrent use.
type Writer struct {
	to   io.Writer
	rest []byte // the beginning of a character, at most 3 bytes
}

// NewWriter returns a Writer that writes to w, which stays the caller's to close.
func NewWriter(w io.Writer) *Writer { return &Writer{to: w} }

// Write implements io.Writer. It reports all of b as written unless w fails.
func (w *Writer) Write(b []byte) (int, error) {
	all := append(w.rest, b...)
	cut := len(all) - incomplete(all)
	w.rest = append([]byte(nil), all[cut:]...)
	if _, err := io.WriteString(w.to, Text(string(all[:cut]))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// Flush writes what is left of a character that never became complete.
func (w *Writer) Flush() error {
	_, err := io.WriteString(w.to, Text(string(w.rest)))
	w.rest = nil
	return err
}

// incomplete is the number of bytes at the end of b that may begin a character.
func incomplete(b []byte) int {
	for n := 1; n <= min(utf8.UTFMax-1, len(b)); n++ {
		c := b[len(b)-n]
		if utf8.RuneStart(c) {
			if utf8.FullRune(b[len(b)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}
