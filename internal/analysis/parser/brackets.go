package parser

// tooNested returns the offset of the first bracket that is nested deeper than
// MaxBrackets, or -1. Strings and comments do not count. An f-string counts as
// a plain string.
func tooNested(src []byte) int {
	depth := 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '(', '[', '{':
			if depth++; depth > MaxBrackets {
				return i
			}
		case ')', ']', '}':
			depth = max(depth-1, 0)
		case '#':
			i = lineEnd(src, i)
		case '"', '\'':
			i = stringEnd(src, i)
		}
	}
	return -1
}

func lineEnd(src []byte, i int) int {
	for i < len(src) && src[i] != '\n' && src[i] != '\r' {
		i++
	}
	return i
}

// stringEnd returns the offset of the last byte of the string that starts at
// src[i]. A string of one line that is not closed ends with its line. A
// backslash takes the next byte with it, in a raw string too.
func stringEnd(src []byte, i int) int {
	q := src[i]
	triple := i+2 < len(src) && src[i+1] == q && src[i+2] == q
	if triple {
		i += 2
	}
	for i++; i < len(src); i++ {
		switch {
		case src[i] == '\\':
			i++
		case src[i] == q && !triple, !triple && (src[i] == '\n' || src[i] == '\r'):
			return i
		case src[i] == q && i+2 < len(src) && src[i+1] == q && src[i+2] == q:
			return i + 2
		}
	}
	return len(src)
}
