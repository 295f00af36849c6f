package pep440

import (
	"fmt"
	"slices"
	"strings"
)

// Set is a list of specifiers that all have to hold. An empty Set holds for
// every version.
type Set []Specifier

// Specifier is one clause, such as ">=1.26".
type Specifier struct {
	op      string
	version Version
	prefix  bool   // ==1.2.* and !=1.2.*
	text    string // of ===
}

var operators = []string{"===", "~=", "==", "!=", "<=", ">=", "<", ">"}

// ParseSet reads specifiers with commas between them; "" is the empty Set.
func ParseSet(text string) (Set, error) {
	var set Set
	if strings.TrimSpace(text) == "" {
		return set, nil
	}
	for clause := range strings.SplitSeq(text, ",") {
		s, err := parse(strings.TrimSpace(clause))
		if err != nil {
			return nil, err
		}
		set = append(set, s)
	}
	return set, nil
}

func parse(clause string) (s Specifier, err error) {
	for _, op := range operators {
		rest, ok := strings.CutPrefix(clause, op)
		if !ok {
			continue
		}
		s.op, s.text = op, strings.TrimSpace(rest)
		if op == "===" {
			if s.text == "" {
				return s, fmt.Errorf("%q names no version", clause)
			}
			s.version, _ = Parse(s.text) // what is no version is compared as text
			return s, nil
		}
		text := s.text
		if op == "==" || op == "!=" {
			text, s.prefix = strings.CutSuffix(text, ".*")
		}
		if s.version, err = Parse(text); err != nil {
			return s, err
		}
		v := s.version
		switch {
		case s.prefix && (v.dev >= 0 || v.local != nil):
			return s, fmt.Errorf("%q: .* follows a release only", clause)
		case op == "~=" && len(v.release) < 2:
			return s, fmt.Errorf("%q: ~= wants two numbers at least", clause)
		case v.local != nil && op != "==" && op != "!=":
			return s, fmt.Errorf("%q: a local version fits == and != only", clause)
		}
		return s, nil
	}
	return s, fmt.Errorf("%q is not a version specifier: want ==, !=, <=, >=, <, >, ~= or === and a version", clause)
}

// Holds reports whether every clause of s holds for v.
func (s Set) Holds(v Version) bool {
	return !slices.ContainsFunc(s, func(c Specifier) bool { return !c.holds(v) })
}

// Pinned is the one version that s allows, where a clause names it.
func (s Set) Pinned() (Version, bool) {
	for _, c := range s {
		if (c.op == "==" && !c.prefix || c.op == "===") && c.version.release != nil {
			return c.version, true
		}
	}
	return Version{}, false
}

// String is s as a requirement has it.
func (s Set) String() string {
	var parts []string
	for _, c := range s {
		parts = append(parts, c.op+c.text)
	}
	return strings.Join(parts, ",")
}

func (c Specifier) holds(v Version) bool {
	w := c.version
	switch c.op {
	case "===":
		return strings.EqualFold(v.text, c.text)
	case "==":
		return c.equal(v)
	case "!=":
		return !c.equal(v)
	case "<=":
		return v.public(w) <= 0
	case ">=":
		return v.public(w) >= 0
	case "<":
		// A pre-release of the version named is not older in the sense of a rule.
		return v.public(w) < 0 && (w.pre != "" || w.dev >= 0 || v.pre == "" && v.dev < 0 || !sameRelease(v, w))
	case ">":
		// Nor is its post-release newer, or a local build of it.
		return v.public(w) > 0 && (w.post >= 0 || v.post < 0 || !sameRelease(v, w))
	case "~=":
		return v.public(w) >= 0 && hasPrefix(v, w.epoch, w.release[:len(w.release)-1])
	}
	return false
}

func (c Specifier) equal(v Version) bool {
	w := c.version
	switch {
	case c.prefix && (w.pre != "" || w.post >= 0):
		return v.epoch == w.epoch && compareRelease(v.release, w.release) == 0 && v.pre == w.pre && v.preN == w.preN && (w.post < 0 || v.post == w.post)
	case c.prefix:
		return hasPrefix(v, w.epoch, w.release)
	case w.local == nil:
		return v.public(w) == 0
	}
	return v.Compare(w) == 0
}

func sameRelease(v, w Version) bool {
	return v.epoch == w.epoch && compareRelease(v.release, w.release) == 0
}

func hasPrefix(v Version, epoch int, release []int) bool {
	for i, n := range release {
		if at(v.release, i) != n {
			return false
		}
	}
	return v.epoch == epoch
}
