package canonical

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestTransform(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"members sorted, space dropped", ` { "b" : 1 , "a" : [ 1 , 2 , { } , [ ] ] } `, `{"a":[1,2,{},[]],"b":1}`},
		{"RFC 8785 3.2.3, UTF-16 order", "{\"\u20ac\":1,\"\\r\":2,\"\ufb33\":3,\"1\":4,\"\U0001f600\":5,\"\u0080\":6,\"\u00f6\":7}",
			"{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\U0001f600\":5,\"\ufb33\":3}"},
		{"shortest escapes", `"\u0041\u000a\u001F\/\u2028\ud83d\ude00\"\\"`, "\"A\\n\\u001f/\u2028\U0001f600\\\"\\\\\""},
		{"words", `[true,false,null]`, `[true,false,null]`},
		{"numbers of RFC 8785 appendix B", `[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]`,
			`[333333333.3333333,1e+30,4.5,0.002,1e-27]`},
		{"edges of the exponent", `[1e21,999999999999999900000.0,1e-6,1e-7,5e-324,1.7976931348623157e308]`,
			`[1e+21,999999999999999900000,0.000001,1e-7,5e-324,1.7976931348623157e+308]`},
		{"zeros", `[-0,-0.0,0e9,0.0]`, `[0,0,0,0]`},
		{"64-bit integers are exact", `[9007199254740993,-9223372036854775808,18446744073709551615]`,
			`[9007199254740993,-9223372036854775808,18446744073709551615]`},
		{"integers beyond 64 bits are doubles", `[18446744073709551616,1000000000000000000000]`, `[18446744073709552000,1e+21]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Transform([]byte(c.in))
			if err != nil || string(got) != c.want {
				t.Fatalf("got %s, %v\nwant %s", got, err, c.want)
			}
			if !Is(got) {
				t.Errorf("%s is not canonical to itself", got)
			}
		})
	}
}

func TestTransformRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"empty": "", "two values": "1 2", "twice named": `{"a":1,"\u0061":2}`, "invalid UTF-8": "\"\xff\"",
		"overlong UTF-8": "\"\xc0\xaf\"", "surrogate in UTF-8": "\"\xed\xa0\x80\"", "high half alone": `"\ud800"`, "low half alone": `"\udc00"`,
		"two high halves": `"\ud800\ud800"`, "control character": "\"\x01\"", "leading zero": "01", "plus": "+1", "no digit": "-",
		"bare point": "1.", "bare exponent": "1e", "too large": "1e999", "NaN": "NaN", "comma at end": "[1,]", "comma in object": `{"a":1,}`,
		"no colon": `{"a" 1}`, "unquoted": "{a:1}", "cut string": `"a`, "cut escape": `"\u00`, "bad hex": `"\u00zz"`, "bad escape": `"\x"`,
		"cut array": "[1", "cut object": `{"a":`, "deep": strings.Repeat("[", MaxDepth+2) + strings.Repeat("]", MaxDepth+2),
		"plus in hex": `"\u+041"`,
	} {
		if out, err := Transform([]byte(in)); err == nil {
			t.Errorf("%s: %.40q was accepted as %.40q", name, in, out)
		}
	}
}

func TestMarshal(t *testing.T) {
	got, err := Marshal(map[string]any{"b": "<&>", "a": int64(math.MaxInt64), "c": "\xff"})
	if want := `{"a":9223372036854775807,"b":"<&>","c":"` + "\ufffd" + `"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	for name, v := range map[string]any{"NaN": math.NaN(), "Inf": math.Inf(-1), "channel": make(chan int),
		"names that become the same": map[string]int{"\xff": 1, "\xfe": 2}} {
		if out, err := Marshal(v); err == nil {
			t.Errorf("%s gave %s", name, out)
		}
	}
}

// FuzzTransform: whatever is accepted is valid JSON of the same meaning, and
// parse, print, parse is the identity.
func FuzzTransform(f *testing.F) {
	for _, s := range []string{`{"b":[1,2.50,-0],"a":"\ud83d\ude00\n"}`, `[1e21,1e-7,18446744073709551616]`, "\"\u00ff\"", `{"":{"":[]}}`, "1e400"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := Transform(in)
		if err != nil {
			return
		}
		if !json.Valid(in) || !json.Valid(out) {
			t.Fatalf("%q gave %q: not JSON", in, out)
		}
		again, err := Transform(out)
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("%q, then %q, %v", out, again, err)
		}
		var a, b any
		if json.Unmarshal(in, &a) != nil || json.Unmarshal(out, &b) != nil {
			t.Fatalf("%q or %q does not decode", in, out)
		}
		if !reflect.DeepEqual(a, b) { // which holds 0 and -0 to be equal, as RFC 8785 does
			t.Fatalf("%q means %v, %q means %v", in, a, out, b)
		}
	})
}

func BenchmarkMarshal(b *testing.B) {
	v := map[string]any{"effect": "deny", "reasons": []map[string]any{{"rule": "imports.deny", "line": 3, "message": "subprocess is refused"}}, "wall_ms": 12.5}
	for b.Loop() {
		if _, err := Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}
