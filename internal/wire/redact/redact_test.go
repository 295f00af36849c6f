package redact

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func must(t *testing.T, expressions ...string) *Redactor {
	t.Helper()
	r, err := Compile(expressions)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const password = `(?i)password\s*=\s*\S+`

func TestBytes(t *testing.T) {
	for _, c := range []struct {
		name     string
		patterns []string
		in, want string
	}{
		{"one", []string{password}, "x\npassword = hunter2\ny", "x\n[redacted]\ny"},
		{"none", []string{password}, "nothing here", "nothing here"},
		{"several", []string{`s\d`}, "s1 s2s3 s", "[redacted] [redacted] s"},
		{"overlapping patterns, either order", []string{"abc", "cde"}, "_abcde_", "_[redacted]_"},
		{"overlapping patterns, other order", []string{"cde", "abc"}, "_abcde_", "_[redacted]_"},
		{"a mark is not matched", []string{"secret", `\[\w+\]`}, "secret", "[redacted]"},
		{"invalid UTF-8 is kept", []string{"key"}, "\xffkey\xfe", "\xff[redacted]\xfe"},
		{"only context, no text", []string{`\bx|y\b`}, "ab", "ab"},
	} {
		got, hit := must(t, c.patterns...).Bytes([]byte(c.in))
		if string(got) != c.want || hit != (c.in != c.want) {
			t.Errorf("%s: %q gave %q, %v, want %q", c.name, c.in, got, hit, c.want)
		}
	}
}

func TestJSON(t *testing.T) {
	r := must(t, password, `tok_\w+`)
	for name, c := range map[string][2]string{
		"string":                  {`"say password=x\"y now"`, `"say [redacted] now"`},
		"value of a named member": {`{"env":{"DB_PASSWORD":"hunter2 "}}`, `{"env":{"DB_PASSWORD":"[redacted] "}}`},
		"only the matched part":   {`{"password":"hunter2 is old"}`, `{"password":"[redacted] is old"}`},
		"number":                  {`{"password":1234,"n":12345678901234567890}`, `{"n":12345678901234567890,"password":"[redacted]"}`},
		"items under a name":      {`{"password":["a","b"]}`, `{"password":["[redacted]","[redacted]"]}`},
		"both ways at once":       {`{"password":"a tok_1"}`, `{"password":"[redacted] [redacted]"}`},
		"name of a member":        {`{"tok_a":1,"tok_b":2,"c":3}`, `{"[redacted]":1,"[redacted]#2":2,"c":3}`},
		"untouched text stays":    {`{"b": 1,  "a": "<"}`, `{"b": 1,  "a": "<"}`},
		"no HTML escapes":         {`["<&>","tok_a"]`, `["<&>","[redacted]"]`},
	} {
		out, hit, err := r.JSON([]byte(c[0]))
		if err != nil || string(out) != c[1] || hit != (c[0] != c[1]) {
			t.Errorf("%s: %s gave %s, %v, %v, want %s", name, c[0], out, hit, err, c[1])
		}
	}
	for _, bad := range []string{"", "{", "1 2", `{"a":1}]`} {
		if out, _, err := r.JSON([]byte(bad)); err == nil {
			t.Errorf("%q gave %s", bad, out)
		}
	}
}

func TestCompileNamesEveryFault(t *testing.T) {
	_, err := Compile([]string{"(", "a*", "ok", ")"})
	if err == nil || !strings.Contains(err.Error(), "pattern 1") || !strings.Contains(err.Error(), "empty text") || !strings.Contains(err.Error(), "pattern 4") {
		t.Errorf("got %v", err)
	}
	if _, err := New(nil, regexp.MustCompile("a?")); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("got %v", err)
	}
}

func TestNilRedactsNothing(t *testing.T) {
	var r *Redactor
	if out, hit := r.String("password=x"); out != "password=x" || hit {
		t.Errorf("got %q, %v", out, hit)
	}
	if out, hit, err := r.JSON([]byte("not JSON")); string(out) != "not JSON" || hit || err != nil {
		t.Errorf("got %q, %v, %v", out, hit, err)
	}
}

// TestNoSecretIsLeft: P10. Wherever a secret stands, in bytes or as any string
// of any JSON value, nothing of it is left.
func TestNoSecretIsLeft(t *testing.T) {
	r := must(t, `SECRET[0-9]{4}`, `(?i)password\s*=\s*\S+`)
	text := rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"SECRET1234", "a", " ", "\n", "é", "password", "=", "\"", "\\", "SECRET"}), 0, 8).Draw(t, "parts")
		return strings.Join(parts, "")
	})
	rapid.Check(t, func(t *rapid.T) {
		in := map[string]any{text.Draw(t, "name"): []any{text.Draw(t, "item"), map[string]any{text.Draw(t, "inner"): text.Draw(t, "value")}}}
		plain, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		out, _, err := r.JSON(plain)
		if err != nil || !json.Valid(out) || bytes.Contains(out, []byte("SECRET1234")) {
			t.Fatalf("%s gave %s, %v", plain, out, err)
		}
		raw, _ := r.Bytes([]byte(text.Draw(t, "raw")))
		if bytes.Contains(raw, []byte("SECRET1234")) {
			t.Fatalf("left in %q", raw)
		}
	})
}
