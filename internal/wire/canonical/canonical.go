// Package canonical gives every JSON value exactly one spelling, so that a
// digest over the spelling is a digest over the value.
//
// The spelling is RFC 8785 (JSON Canonicalization Scheme): object members
// sorted by the UTF-16 code units of their names, no white space, the shortest
// escapes, numbers as ECMAScript prints a double. It differs in one place, on
// purpose: an integer that fits 64 bits is kept digit for digit, where RFC 8785
// would round it to a double beyond 2^53. Process variables and byte counts are
// 64-bit integers, and a ledger that rounds them records something that did not
// happen. Up to 2^53 both agree.
//
// A text is refused, never repaired, where it has no single meaning: a member
// named twice, invalid UTF-8, half of a surrogate pair, a number beyond a
// double's range, nesting deeper than [MaxDepth]. [Marshal] differs for Go
// strings only: bytes that are not UTF-8 become U+FFFD, as encoding/json does,
// because a file name or an argument may hold any byte and must not make a
// record impossible. Whoever needs the exact bytes records their digest.
//
// Nothing here says who wrote a text or when; that is the ledger's business.
package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MaxDepth is how deeply arrays and objects may nest.
const MaxDepth = 512

// Marshal returns the canonical JSON of v, which is anything encoding/json can
// marshal. NaN and infinities are an error.
func Marshal(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding %T as JSON: %w", v, err)
	}
	out, err := Transform(plain)
	if err != nil {
		return nil, fmt.Errorf("encoding %T as canonical JSON: %w", v, err)
	}
	return out, nil
}

// Transform returns the canonical spelling of one JSON text. An error names the
// byte offset, counted from 0. Transform of its own result is the identity.
func Transform(text []byte) ([]byte, error) {
	p := parser{in: text, out: make([]byte, 0, len(text))}
	p.space()
	if err := p.value(0); err != nil {
		return nil, err
	}
	if p.space(); p.at < len(p.in) {
		return nil, p.fault("more follows the value: %q", p.in[p.at])
	}
	return p.out, nil
}

// Is reports whether text is canonical JSON.
func Is(text []byte) bool {
	out, err := Transform(text)
	return err == nil && bytes.Equal(out, text)
}
