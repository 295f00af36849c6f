package parser

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Limits of a source and its tree. They bound what a submission can cost, and
// MaxDepth bounds the recursion of everything that walks a tree.
const (
	MaxBytes = 1 << 20
	MaxNodes = 300_000
	MaxDepth = 2_000
	// MaxBrackets is CPython's own limit of nested brackets.
	MaxBrackets = 200
)

// GateReason is why a source is not even parsed.
type GateReason string

// The reasons.
const (
	TooLarge     GateReason = "too_large"      // more than MaxBytes
	NullByte     GateReason = "null_byte"      // holds a NUL
	NotUTF8      GateReason = "not_utf8"       // is not strict UTF-8
	OtherCoding  GateReason = "other_coding"   // declares another encoding
	TooDeep      GateReason = "too_deep"       // nests too deeply
	TooManyNodes GateReason = "too_many_nodes" // more than MaxNodes
	ParserFault  GateReason = "parser_fault"   // stopped the parser; contained
)

// GateError is a refusal of a source that Interlock will not analyse, and so
// not run. Line and Column count from 1, Column in code points; 0 is unknown.
type GateError struct {
	Reason       GateReason
	Message      string
	Line, Column int
	Hint         string
}

func (e *GateError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Check refuses sources in which Python could see other code than the parser
// does (bytes that are not UTF-8, other encodings, NUL), and those that would
// cost too much. The error is a *GateError. An empty source is fine.
//
// The depth of brackets is counted by a scan that knows strings and comments
// but not f-strings within f-strings; what slips through meets the parser's
// own limits.
func Check(src []byte) error {
	if len(src) > MaxBytes {
		return &GateError{Reason: TooLarge,
			Message: fmt.Sprintf("the source has %d bytes; the limit is %d", len(src), MaxBytes),
			Hint:    "move data out of the code, into a file that it reads"}
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		return gateErrorAt(src, i, NullByte, "the source holds a NUL byte",
			"save the file as UTF-8 text")
	}
	if i := invalidUTF8(src); i >= 0 {
		return gateErrorAt(src, i, NotUTF8, fmt.Sprintf("byte 0x%02x is not UTF-8", src[i]),
			"save the file as UTF-8")
	}
	if err := checkCoding(src); err != nil {
		return err
	}
	if i := tooNested(src); i >= 0 {
		return gateErrorAt(src, i, TooDeep, fmt.Sprintf("more than %d nested brackets", MaxBrackets),
			"split the expression into several statements")
	}
	return nil
}

// invalidUTF8 is the offset of the first byte that is not part of strict UTF-8, or -1.
func invalidUTF8(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return -1
}

func gateErrorAt(src []byte, offset int, reason GateReason, message, hint string) *GateError {
	p := newLines(src).position(int32(offset))
	return &GateError{Reason: reason, Message: message, Hint: hint,
		Line: int(p.Line), Column: int(p.Column)}
}
