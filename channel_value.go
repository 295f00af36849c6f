package interlock

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ChannelValue is the value of a channel in the one form in which every protocol's
// values are checked, recorded and compared: numbers, or texts. The state of an
// enumeration is its index, in Numbers, with its name in Texts. The zero value is
// no value.
//
// Numbers hold integers exactly up to 2^53; what a protocol can carry beyond is
// refused before it becomes one.
type ChannelValue struct {
	Numbers []float64 // shape (n,)
	Texts   []string  // shape (n,)
	Array   bool      // false is a scalar: n is 1
}

// IsZero reports whether v is no value.
func (v ChannelValue) IsZero() bool { return len(v.Numbers) == 0 && len(v.Texts) == 0 && !v.Array }

// Len is the number of elements.
func (v ChannelValue) Len() int { return max(len(v.Numbers), len(v.Texts)) }

// Same reports whether v and w are the same value; NaN is the same as NaN.
func (v ChannelValue) Same(w ChannelValue) bool {
	same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
	if len(v.Numbers) > 0 || len(w.Numbers) > 0 {
		return slices.EqualFunc(v.Numbers, w.Numbers, same)
	}
	return slices.Equal(v.Texts, w.Texts)
}

// String is v for a person, cut where it is long.
func (v ChannelValue) String() string {
	const most = 8
	if v.IsZero() {
		return "nothing"
	}
	var words []string
	for i := range min(v.Len(), most) {
		words = append(words, v.element(i))
	}
	if !v.Array && len(words) == 1 {
		return words[0]
	}
	text := "[" + strings.Join(words, ", ")
	if v.Len() > most {
		text += fmt.Sprintf(", ... %d elements", v.Len())
	}
	return text + "]"
}

func (v ChannelValue) element(i int) string {
	switch {
	case i >= len(v.Numbers):
		return quoted(v.Texts[i])
	case i < len(v.Texts):
		return fmt.Sprintf("%s (%s)", v.Texts[i], number(v.Numbers[i]))
	}
	return number(v.Numbers[i])
}

// quoted is a text for a person, cut where it is long: code in a run can put megabytes,
// and what refuses them is kept and recorded.
func quoted(text string) string {
	most := 256
	if len(text) <= most {
		return strconv.Quote(text)
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return fmt.Sprintf("%q... %d bytes", text[:most], len(text))
}

// channelValue is v as JSON. Numbers that JSON has no word for are texts there.
type channelValue struct {
	Numbers []any    `json:"numbers,omitempty"`
	Texts   []string `json:"texts,omitempty"`
	Array   bool     `json:"array,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (v ChannelValue) MarshalJSON() ([]byte, error) {
	out := channelValue{Texts: v.Texts, Array: v.Array}
	for _, n := range v.Numbers {
		if math.IsNaN(n) || math.IsInf(n, 0) {
			out.Numbers = append(out.Numbers, number(n))
		} else {
			out.Numbers = append(out.Numbers, n)
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *ChannelValue) UnmarshalJSON(b []byte) error {
	var in channelValue
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*v = ChannelValue{Texts: in.Texts, Array: in.Array}
	for _, n := range in.Numbers {
		switch n := n.(type) {
		case float64:
			v.Numbers = append(v.Numbers, n)
		case string:
			f, err := strconv.ParseFloat(n, 64)
			if err != nil {
				return fmt.Errorf("reading the value of a channel: %w", err)
			}
			v.Numbers = append(v.Numbers, f)
		default:
			return fmt.Errorf("reading the value of a channel: %v is not a number", n)
		}
	}
	return nil
}
