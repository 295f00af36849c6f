package strictyaml

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Bounds on a file. A policy with thousands of rules stays far below them.
const (
	MaxSize  = 1 << 20 // bytes
	maxDepth = 100     // nested lists and mappings
	maxKeys  = 10_000  // colons and commas, an upper bound on keys and items in flow style
)

// gate refuses what the parser must not see. It counts characters without
// knowing quotes or comments, so it may only overestimate.
func gate(source []byte) (message string, at int) {
	switch {
	case len(source) > MaxSize:
		return fmt.Sprintf("the file has %d bytes; at most %d are read", len(source), MaxSize), 0
	case bytes.IndexByte(source, 0) >= 0:
		return "the file contains a NUL byte, so it is not YAML text", bytes.IndexByte(source, 0)
	case !utf8.Valid(source):
		return "the file is not UTF-8", invalidAt(source)
	}
	depth, keys, dashes := 0, 0, 0
	for i, c := range source {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		case ':', ',':
			keys++
		case '-', '?', '!', '&':
			dashes++
		case '\n', '\r':
			dashes = 0
		}
		if depth > maxDepth || dashes > 10*maxDepth {
			return fmt.Sprintf("more than %d nested lists or mappings", maxDepth), i
		}
		if keys > maxKeys {
			return fmt.Sprintf("more than %d keys", maxKeys), i
		}
	}
	return "", 0
}

func invalidAt(source []byte) int {
	for i := 0; i < len(source); {
		r, n := utf8.DecodeRune(source[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return 0
}

// place turns a byte offset into a position.
func place(file string, source []byte, at int) Place {
	head := source[:min(at, len(source))]
	line := head[bytes.LastIndexByte(head, '\n')+1:]
	return Place{File: file, Line: bytes.Count(head, []byte("\n")) + 1, Column: utf8.RuneCount(line) + 1}
}
