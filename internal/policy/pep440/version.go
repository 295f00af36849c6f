// Package pep440 compares versions of Python packages and matches them against
// specifiers such as ">=1.26,<3", as PEP 440 (packaging.python.org,
// "Version specifiers") defines them. It knows nothing of where packages come
// from, and it prefers no release over a pre-release: a rule of a policy is about
// every version that exists.
package pep440

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Version is one version, normalised. The zero Version is none.
type Version struct {
	epoch           int
	release         []int
	pre             string // "", "a", "b", "rc"
	preN, post, dev int    // -1 is without
	local           []string
	text            string // as it was written
}

var pattern = regexp.MustCompile(`^v?(?:([0-9]{1,6})!)?([0-9]{1,9}(?:\.[0-9]{1,9}){0,20})` +
	`(?:[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?([0-9]{0,9}))?` +
	`(?:-([0-9]{1,9})|[-_.]?(post|rev|r)[-_.]?([0-9]{0,9}))?` +
	`(?:[-_.]?(dev)[-_.]?([0-9]{0,9}))?` +
	`(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$`)

// Parse reads a version in any of the spellings that PEP 440 allows.
func Parse(text string) (Version, error) {
	m := pattern.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return Version{}, fmt.Errorf("%q is not a version", text)
	}
	v := Version{epoch: atoi(m[1]), preN: -1, post: -1, dev: -1, text: strings.TrimSpace(text)}
	for _, part := range strings.Split(m[2], ".") {
		v.release = append(v.release, atoi(part))
	}
	if m[3] != "" {
		v.preN = atoi(m[4])
		v.pre = map[string]string{"alpha": "a", "a": "a", "beta": "b", "b": "b", "preview": "rc", "pre": "rc", "rc": "rc", "c": "rc"}[m[3]]
	}
	if m[5] != "" {
		v.post = atoi(m[5])
	} else if m[6] != "" {
		v.post = atoi(m[7])
	}
	if m[8] != "" {
		v.dev = atoi(m[9])
	}
	if m[10] != "" {
		v.local = strings.FieldsFunc(m[10], func(r rune) bool { return strings.ContainsRune("-_.", r) })
	}
	return v, nil
}

// atoi reads digits that the pattern bounds; none are 0.
func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// String is the version as it was written.
func (v Version) String() string { return v.text }

// Compare is -1 where v is older than w, 1 where it is newer, 0 where they are
// the same version, however spelled.
func (v Version) Compare(w Version) int {
	return cmp.Or(v.public(w), compareLocal(v.local, w.local))
}

// public compares without the local part.
func (v Version) public(w Version) int {
	return cmp.Or(cmp.Compare(v.epoch, w.epoch), compareRelease(v.release, w.release),
		slices.Compare(v.suffix(), w.suffix()))
}

func compareRelease(a, b []int) int {
	for i := range max(len(a), len(b)) {
		if c := cmp.Compare(at(a, i), at(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

// at is a[i]; what a release does not say is 0.
func at(a []int, i int) int {
	if i < len(a) {
		return a[i]
	}
	return 0
}

// suffix orders .devN < aN < bN < rcN < the release < .postN, and .devN of each
// before it.
func (v Version) suffix() []int {
	phase, n := 3, 0
	switch {
	case v.pre != "":
		phase, n = map[string]int{"a": 0, "b": 1, "rc": 2}[v.pre], v.preN
	case v.post < 0 && v.dev >= 0:
		phase = -1 // a development version of the release itself comes before its alphas
	}
	dev := v.dev
	if dev < 0 {
		dev = 1 << 62
	}
	return []int{phase, n, v.post, dev}
}

func compareLocal(a, b []string) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) {
			return cmp.Compare(len(a), len(b))
		}
		x, xErr := strconv.Atoi(a[i])
		y, yErr := strconv.Atoi(b[i])
		var c int
		switch {
		case xErr == nil && yErr == nil:
			c = cmp.Compare(x, y)
		case xErr == nil:
			c = 1 // a number is newer than a word
		case yErr == nil:
			c = -1
		default:
			c = strings.Compare(a[i], b[i])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
