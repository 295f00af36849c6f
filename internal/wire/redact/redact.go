// Package redact replaces what an operator's patterns name as secret before it
// is written anywhere: ledger, notebook, run folder.
//
// One [Redactor] holds the patterns of the policy's `redact` list. All patterns
// are matched against the original text and the union of the matches is
// replaced, each run of them by [Mark], so neither the order of the patterns
// nor a mark itself changes what is found.
//
// Patterns are Go regular expressions (RE2): linear time on any input.
//
// In structured text a name and its value are apart, and a pattern such as
// password\s*=\s*\S+ would miss {"password": "hunter2"}. So [Redactor.JSON]
// matches the value of every member a second time as name=value. Use JSON for
// JSON (a notebook is JSON): matching raw bytes could swallow a quote.
//
// It does not protect against: a secret no pattern names; one that the code
// encodes, splits or prints letter by letter; a list such as ["--password",
// "hunter2"], whose items do not touch; a short secret whose exact digest is
// recorded beside the redacted text and can be guessed offline; anything that
// was written before the pattern was added.
package redact

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Mark stands where a secret stood.
const Mark = "[redacted]"

// Redactor applies one set of patterns. A nil Redactor redacts nothing. It is
// immutable and safe for concurrent use.
type Redactor struct {
	patterns []pattern
}

// New returns a Redactor for patterns. One that matches the empty text is
// refused: it would match everywhere and hide nothing.
func New(patterns ...*regexp.Regexp) (*Redactor, error) {
	var faults []error
	r := &Redactor{}
	for i, p := range patterns {
		switch {
		case p == nil:
			faults = append(faults, fmt.Errorf("redact pattern %d is missing", i+1))
		case p.MatchString(""):
			faults = append(faults, fmt.Errorf("redact pattern %d, %q, matches the empty text: name at least one character that must be there", i+1, p))
		default:
			r.patterns = append(r.patterns, newPattern(p))
		}
	}
	return r, errors.Join(faults...)
}

// Compile returns a Redactor for the expressions of a policy. The error names
// every fault.
func Compile(expressions []string) (*Redactor, error) {
	var patterns []*regexp.Regexp
	var faults []error
	for i, e := range expressions {
		p, err := regexp.Compile(e)
		if err != nil {
			faults = append(faults, fmt.Errorf("redact pattern %d: %w", i+1, err))
			continue
		}
		patterns = append(patterns, p)
	}
	r, err := New(patterns...)
	if err = errors.Join(append(faults, err)...); err != nil {
		return nil, err
	}
	return r, nil
}

// Bytes returns b with every match replaced, and whether there was one. Without
// a match it returns b itself.
func (r *Redactor) Bytes(b []byte) (out []byte, redacted bool) {
	spans := r.spans(b)
	if len(spans) == 0 {
		return b, false
	}
	return replace(b, spans), true
}

// String is Bytes for a string.
func (r *Redactor) String(s string) (out string, redacted bool) {
	b, redacted := r.Bytes([]byte(s))
	if !redacted {
		return s, false
	}
	return string(b), true
}

// span is the half-open range of bytes [from, to).
type span struct{ from, to int }

// spans returns the union of all matches in b.
func (r *Redactor) spans(b []byte) []span {
	if r == nil {
		return nil
	}
	var found []span
	lower, known := fold(b)
	for _, p := range r.patterns {
		if known && !p.mayMatch(lower) {
			continue
		}
		for _, m := range p.FindAllIndex(b, -1) {
			if m[1] > m[0] {
				found = append(found, span{m[0], m[1]})
			}
		}
	}
	return union(found)
}

// union returns the same ranges in order, none touching another. It reuses found.
func union(found []span) []span {
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	out := found[:0]
	for _, s := range found {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// replace returns a copy of b with Mark in the place of each span.
func replace(b []byte, spans []span) []byte {
	out, at := make([]byte, 0, len(b)), 0
	for _, s := range spans {
		out = append(append(out, b[at:s.from]...), Mark...)
		at = s.to
	}
	return append(out, b[at:]...)
}
