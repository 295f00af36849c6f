package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
)

// JSON returns one JSON text with every string redacted, names of members
// included, and whether anything was. The value of a member, string or number,
// is also matched as name=value. Without a match it returns text itself; with
// one, white space and the order of members may differ. Text that is not one
// JSON value is an error.
func (r *Redactor) JSON(text []byte) (out []byte, redacted bool, err error) {
	if r == nil || len(r.patterns) == 0 {
		return text, false, nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, false, fmt.Errorf("reading JSON to redact: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, false, fmt.Errorf("reading JSON to redact: more follows the value at offset %d", dec.InputOffset())
	}
	v, redacted = r.Value("", v)
	if !redacted {
		return text, false, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, false, fmt.Errorf("writing redacted JSON: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), true, nil
}

// Value redacts a decoded JSON value (maps, slices, strings, json.Number,
// float64) that is the member name of its object; "" where it is none. Maps and
// slices are changed in place.
func (r *Redactor) Value(name string, v any) (out any, redacted bool) {
	switch v := v.(type) {
	case string:
		return r.named(name, v)
	case json.Number:
		return r.number(name, v.String(), v)
	case float64:
		return r.number(name, strconv.FormatFloat(v, 'g', -1, 64), v)
	case []any:
		for i := range v {
			item, hit := r.Value(name, v[i])
			v[i], redacted = item, redacted || hit
		}
		return v, redacted
	case map[string]any:
		return r.object(v)
	}
	return v, false
}

func (r *Redactor) number(name, text string, v any) (any, bool) {
	if text, hit := r.named(name, text); hit {
		return text, true
	}
	return v, false
}

// named redacts s by itself and as the value of name.
func (r *Redactor) named(name, s string) (string, bool) {
	spans := r.spans([]byte(s))
	if name != "" {
		start := len(name) + 1
		for _, m := range r.spans([]byte(name + "=" + s)) {
			if m.to > start {
				spans = append(spans, span{max(m.from-start, 0), m.to - start})
			}
		}
	}
	if len(spans) == 0 {
		return s, false
	}
	return string(replace([]byte(s), union(spans))), true
}

// object redacts the members of m. Names that become the same are told apart by
// a number, so that no value is lost.
func (r *Redactor) object(m map[string]any) (any, bool) {
	redacted := false
	renamed := map[string]string{}
	for name, v := range m {
		v, hit := r.Value(name, v)
		m[name], redacted = v, redacted || hit
		if clean, hit := r.String(name); hit {
			renamed[name], redacted = clean, true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(renamed)) {
		clean, v := renamed[name], m[name]
		delete(m, name)
		m[Unused(clean, func(s string) bool { _, taken := m[s]; return taken })] = v
	}
	return m, redacted
}

// Unused returns name, or name with the first number behind it, that is not taken.
func Unused(name string, taken func(string) bool) string {
	for i, s := 2, name; ; i++ {
		if !taken(s) {
			return s
		}
		s = name + "#" + strconv.Itoa(i)
	}
}
