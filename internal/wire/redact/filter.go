package redact

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"strings"
)

// A pattern is one expression with a cheap question that comes first: can it
// match this text at all? Searching ten megabytes of output for five expressions
// takes seconds; looking for the words that every match must contain does not.
type pattern struct {
	*regexp.Regexp
	// words, lower case: every match contains at least one of them, in any case.
	// None means that nothing is known.
	words [][]byte
}

func newPattern(re *regexp.Regexp) pattern {
	p := pattern{Regexp: re}
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return p // compiled from the same text: cannot happen
	}
	for _, w := range required(tree.Simplify()) {
		p.words = append(p.words, []byte(w))
	}
	return p
}

// mayMatch reports whether the expression can match a text whose lower-case form
// is lower.
func (p pattern) mayMatch(lower []byte) bool {
	for _, w := range p.words {
		if bytes.Contains(lower, w) {
			return true
		}
	}
	return len(p.words) == 0
}

// fold returns b with ASCII letters in lower case, and false where b has one of
// the two other characters that an expression under (?i) takes for an ASCII
// letter: long s and the Kelvin sign.
func fold(b []byte) ([]byte, bool) {
	if bytes.Contains(b, []byte("ſ")) || bytes.Contains(b, []byte("\u212a")) {
		return nil, false
	}
	lower := make([]byte, len(b))
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return lower, true
}

// required returns words of which every match of re contains one; none where it
// cannot tell. Only ASCII words serve, since only those are folded.
func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		word := strings.ToLower(string(re.Rune))
		for _, r := range word {
			if r >= 0x80 {
				return nil
			}
		}
		return []string{word}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if words := required(sub); shortest(words) > shortest(best) {
				best = words
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := required(sub)
			if len(words) == 0 {
				return nil
			}
			all = append(all, words...)
		}
		return all
	}
	return nil
}

func shortest(words []string) int {
	n := 0
	for i, w := range words {
		if i == 0 || len(w) < n {
			n = len(w)
		}
	}
	return n
}
