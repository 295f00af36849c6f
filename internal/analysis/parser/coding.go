package parser

import (
	"bytes"
	"fmt"
	"strings"
)

// checkCoding refuses a coding cookie (PEP 263) that names anything but UTF-8:
// Python would decode the source with that codec and could run other code than
// was analysed. Cookies are found as CPython's tokenizer finds them, which is
// slightly more than the regular expression of the PEP does.
func checkCoding(src []byte) error {
	rest := bytes.TrimPrefix(src, []byte(utf8BOM))
	for n := 1; n <= 2; n++ {
		var line []byte
		line, rest = cutLine(rest)
		if name, at := codingCookie(line); name != "" {
			if isUTF8Name(name) {
				return nil
			}
			return &GateError{Reason: OtherCoding, Line: n, Column: len([]rune(string(line[:at]))) + 1,
				Message: fmt.Sprintf("the source declares the encoding %q; only UTF-8 is accepted", name),
				Hint:    "save the file as UTF-8 and delete the coding line"}
		}
		if !blankOrComment(line) {
			return nil
		}
	}
	return nil
}

// cutLine cuts at \n, \r\n or \r: CPython translates newlines before it looks.
func cutLine(src []byte) (line, rest []byte) {
	i := bytes.IndexAny(src, "\r\n")
	if i < 0 {
		return src, nil
	}
	line, rest = src[:i], src[i+1:]
	if src[i] == '\r' && len(rest) > 0 && rest[0] == '\n' {
		rest = rest[1:]
	}
	return line, rest
}

// codingCookie returns the encoding that a line declares and where its name
// starts; "" for none. It mirrors get_coding_spec of CPython's tokenizer: in a
// line that is only a comment, the first "coding", ":" or "=", blanks, name
// with a name of at least one character.
func codingCookie(line []byte) (name string, at int) {
	i := len(line) - len(bytes.TrimLeft(line, " \t\f"))
	if i == len(line) || line[i] != '#' {
		return "", 0
	}
	for {
		k := bytes.Index(line[i:], []byte("coding"))
		if k < 0 {
			return "", 0
		}
		i += k + len("coding")
		if i == len(line) || line[i] != ':' && line[i] != '=' {
			continue
		}
		at = i + 1
		at += len(line[at:]) - len(bytes.TrimLeft(line[at:], " \t"))
		end := at
		for end < len(line) && isCodingChar(line[end]) {
			end++
		}
		if end > at {
			return string(line[at:end]), at
		}
	}
}

func isCodingChar(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' ||
		c == '-' || c == '_' || c == '.'
}

// isUTF8Name accepts what CPython takes for its built-in UTF-8, and the alias utf8.
func isUTF8Name(name string) bool {
	n := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	return n == "utf-8" || n == "utf8" || strings.HasPrefix(n, "utf-8-")
}

func blankOrComment(line []byte) bool {
	t := bytes.TrimLeft(line, " \t\f")
	return len(t) == 0 || t[0] == '#'
}
