// Package jsontext works on JSON as text, where decoding it would lose the order
// of keys or the exact numbers: it makes JSON that user code wrote safe to embed.
//
// It judges form only. What the JSON says stays as trustworthy as who wrote it.
package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// What Clean accepts. Deeper nesting stops Python's json module, and so every
// Jupyter, from opening the document; so does an integer of more than 4300 digits.
const (
	MaxDepth  = 100
	MaxNumber = 1000
)

// ErrNotJSON is returned for bytes that are not one JSON value.
var ErrNotJSON = errors.New("not a JSON value")

// Clean returns raw as JSON that every reader accepts: one value, at most
// MaxDepth levels deep, numbers of at most MaxNumber characters, strings that are
// UTF-8 without lone surrogates (those become U+FFFD). Order and spelling of
// everything else stay.
func Clean(raw []byte) (json.RawMessage, error) {
	if !json.Valid(raw) {
		return nil, ErrNotJSON
	}
	var out bytes.Buffer
	out.Grow(len(raw))
	depth := 0
	for i := 0; i < len(raw); {
		end := tokenEnd(raw, i)
		tok := raw[i:end]
		i = end
		switch tok[0] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			tok = cleanString(tok)
		}
		if depth > MaxDepth {
			return nil, fmt.Errorf("nested deeper than %d levels", MaxDepth)
		}
		if tok[0] != '"' && len(tok) > MaxNumber {
			return nil, fmt.Errorf("a number of more than %d digits", MaxNumber)
		}
		out.Write(tok)
	}
	return out.Bytes(), nil
}

// Quote returns s as a JSON string, with invalid UTF-8 replaced and without
// escaping what only matters inside HTML.
func Quote(s string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return json.RawMessage(`""`) // a string always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// cleanString decodes and encodes only what needs it.
func cleanString(tok []byte) []byte {
	if utf8.Valid(tok) && !bytes.Contains(tok, []byte(`\ud`)) && !bytes.Contains(tok, []byte(`\uD`)) {
		return tok
	}
	var s string
	if err := json.Unmarshal(tok, &s); err != nil {
		return []byte(`""`)
	}
	return Quote(s)
}

// tokenEnd returns the end of the token that begins at i in valid JSON: a string,
// a number or word, one punctuation mark, or one white space.
func tokenEnd(b []byte, i int) int {
	switch b[i] {
	case '"':
		for j := i + 1; j < len(b); j++ {
			switch b[j] {
			case '\\':
				j++
			case '"':
				return j + 1
			}
		}
		return len(b)
	case '{', '}', '[', ']', ',', ':', ' ', '\t', '\r', '\n':
		return i + 1
	}
	j := i + 1
	for j < len(b) && bytes.IndexByte([]byte("{}[],: \t\r\n\""), b[j]) < 0 {
		j++
	}
	return j
}
