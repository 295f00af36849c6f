package redact

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestFilterLosesNothing: the words looked for first never hide a match.
func TestFilterLosesNothing(t *testing.T) {
	expressions := []string{`(?i)\b(?:password|passwd|api_?key)\s*[:=]\s*\S+`, `\bAKIA[0-9A-Z]{4}\b`, `(?i)kiss`, `a+b|c`, `(x|yz)+q`, `[ab]c`,
		`(?i)straße`, `(?:ab){2,3}`, `-----BEGIN [A-Z ]*KEY-----`, `(?i:Key)=\d`}
	pieces := []string{"password", "PassWD", "api", "_", "key", "KEY", "=", ": ", "s", "ſ", "\u212a", "K", "i", "AKIA", "ABCD", "a", "b", "c", "x", "yz", "q",
		"straße", "STRASSE", "abab", "-----BEGIN RSA KEY-----", " ", "\n", "1"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "text"), "")
		re := regexp.MustCompile(rapid.SampledFrom(expressions).Draw(t, "expression"))
		r, err := New(re)
		if err != nil {
			t.Fatal(err)
		}
		if _, redacted := r.Bytes([]byte(text)); redacted != re.MatchString(text) {
			t.Fatalf("%q in %q: redacted %v", re, text, redacted)
		}
	})
}

// TestFilterKnowsTheWords of the kind of patterns that ship.
func TestFilterKnowsTheWords(t *testing.T) {
	for expression, want := range map[string]string{
		`(?i)\b(?:password|passwd|secret)\s*[:=]\s*\S+`: "passw", `\bAKIA[0-9A-Z]{16}\b`: "akia", `x?`: "", `[ab]c|d`: "c",
	} {
		p := newPattern(regexp.MustCompile(expression))
		if got := string(bytes.Join(p.words, []byte(" "))); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: words %q, want %q among them", expression, got, want)
		}
	}
}

func BenchmarkLargeOutput(b *testing.B) {
	r, err := Compile([]string{`(?i)\b(?:password|passwd|secret|api_?key|access_?token|auth_?token)\s*[:=]\s*\S+`, `(?i)\bauthorization\s*:\s*\S+\s+\S+`, `\bAKIA[0-9A-Z]{16}\b`})
	if err != nil {
		b.Fatal(err)
	}
	text := bytes.Repeat([]byte("value 12345 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"), 10<<20/62)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Bytes(text)
	}
}
