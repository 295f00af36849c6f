package jsontext_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/wire/jsontext"
)

func TestCleanKeepsOrderNumbersAndSpace(t *testing.T) {
	const in = `{"b": [1.50, 1e400, -0], "a": {"ü": "x\n\u00e9", "n": null}}`
	got, err := jsontext.Clean([]byte(in))
	if err != nil || string(got) != in {
		t.Errorf("Clean = %s, %v; want it unchanged", got, err)
	}
}

func TestCleanRepairsStrings(t *testing.T) {
	for in, want := range map[string]string{
		`"\ud800"`:            `"` + "\ufffd" + `"`,
		`"\ud83d\ude00"`:      `"😀"`,
		"\"a\xffb\"":          `"a` + "\ufffd" + `b"`,
		`{"\udc00": "\\ud8"}`: `{"` + "\ufffd" + `": "\\ud8"}`,
	} {
		got, err := jsontext.Clean([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("Clean(%s) = %s, %v; want %s", in, got, err, want)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"empty":      "",
		"word":       "NaN",
		"two values": "1 2",
		"deep":       strings.Repeat("[", 101) + strings.Repeat("]", 101),
		"number":     strings.Repeat("9", 1001),
	} {
		if got, err := jsontext.Clean([]byte(in)); err == nil {
			t.Errorf("%s: Clean accepted it as %.20s", name, got)
		}
	}
	if _, err := jsontext.Clean([]byte(strings.Repeat("[", 100) + strings.Repeat("]", 100))); err != nil {
		t.Errorf("100 levels: %v", err)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{`{"a":[1,"\ud800"]}`, `"\\"`, "[]", "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := jsontext.Clean(in)
		if err != nil {
			return
		}
		var a, b any
		if json.Unmarshal(in, &a) != nil || json.Unmarshal(got, &b) != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("Clean(%q) = %q means something else", in, got)
		}
		if again, err := jsontext.Clean(got); err != nil || !bytes.Equal(again, got) {
			t.Fatalf("Clean is not idempotent: %q, %v", again, err)
		}
	})
}
