package canonical

import (
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Key is what members are sorted by. It differs from the order of bytes
// where characters beyond U+FFFF meet those from U+E000 on.
func utf16Key(s string) []uint16 { return utf16.Encode([]rune(s)) }

// str reads a string token and returns what it means.
func (p *parser) str() (string, error) {
	p.at++
	buf := make([]byte, 0, 32)
	for p.at < len(p.in) {
		c := p.in[p.at]
		switch {
		case c == '"':
			p.at++
			return string(buf), nil
		case c < 0x20:
			return "", p.fault("control character %#02x in a string", c)
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			buf = utf8.AppendRune(buf, r)
		case c < utf8.RuneSelf:
			buf = append(buf, c)
			p.at++
		default:
			r, n := utf8.DecodeRune(p.in[p.at:])
			if r == utf8.RuneError && n == 1 {
				return "", p.fault("invalid UTF-8")
			}
			buf = append(buf, p.in[p.at:p.at+n]...)
			p.at += n
		}
	}
	return "", p.fault("the text ends inside a string")
}

// escape reads one escape, or two where they are halves of a character.
func (p *parser) escape() (rune, error) {
	if p.at+1 >= len(p.in) {
		return 0, p.fault("the text ends inside an escape")
	}
	c := p.in[p.at+1]
	if c == 'u' {
		return p.unicodeEscape()
	}
	r, ok := shortEscape(c)
	if !ok {
		return 0, p.fault("unknown escape \\%c", c)
	}
	p.at += 2
	return r, nil
}

func shortEscape(c byte) (rune, bool) {
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

func (p *parser) unicodeEscape() (rune, error) {
	r, err := p.hex4()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if p.at+1 < len(p.in) && p.in[p.at] == '\\' && p.in[p.at+1] == 'u' {
		low, err := p.hex4()
		if err != nil {
			return 0, err
		}
		if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
			return full, nil
		}
	}
	return 0, p.fault("half of a surrogate pair, \\u%04x", r)
}

func (p *parser) hex4() (rune, error) {
	if p.at+6 > len(p.in) {
		return 0, p.fault("the text ends inside an escape")
	}
	n, err := strconv.ParseUint(string(p.in[p.at+2:p.at+6]), 16, 16)
	if err != nil {
		return 0, p.fault("\\u wants four hexadecimal digits")
	}
	p.at += 6
	return rune(n), nil
}

// appendString appends s quoted with the escapes RFC 8785 asks for, section 3.2.2.2.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\b':
			out = append(out, `\b`...)
		case '\f':
			out = append(out, `\f`...)
		case '\n':
			out = append(out, `\n`...)
		case '\r':
			out = append(out, `\r`...)
		case '\t':
			out = append(out, `\t`...)
		default:
			if c < 0x20 {
				out = fmt.Appendf(out, `\u%04x`, c)
			} else {
				out = append(out, c)
			}
		}
	}
	return append(out, '"')
}
