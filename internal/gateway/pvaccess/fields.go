package pvaccess

import (
	"math"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// field is one field of a channel's structure that can be a channel of its own.
type field struct {
	path    string
	bit     int
	typ     *pva.Type
	channel string // canonical, by the rule in the package comment
	own     bool   // it is the channel itself
	states  string // path of the choices of an enumeration, or ""
	limits  string // path of the structure that may have control limits
}

// fieldAt is the field of the channel called canonical at one leaf of t.
func fieldAt(canonical string, t *pva.Type, leaf pva.Leaf) field {
	f := field{path: leaf.Path, bit: leaf.Bit, typ: leaf.Type}
	name := leaf.Path
	if value, is := strings.CutSuffix(name, ".index"); is && endsInValue(value) {
		if choices, _ := t.At(value + ".choices"); choices != nil {
			name, f.states = value, value+".choices"
		}
	}
	if name == "value" {
		name = ""
	} else {
		name = strings.TrimSuffix(name, ".value")
		f.limits = name + "."
	}
	f.limits += "control"
	if f.own = name == ""; f.own {
		f.channel = canonical
	} else {
		f.channel = canonical + "." + name
	}
	return f
}

// place is the PV that f belongs to and its path there, where f is not the PV itself.
func (f *field) place(pv string) (name, path string) {
	if f.own {
		return "", ""
	}
	return pv, f.path
}

func endsInValue(path string) bool { return path == "value" || strings.HasSuffix(path, ".value") }

// valueLike reports whether f is what a person would call a value, and not part of
// its alarm, its time or its display.
func (f *field) valueLike() bool {
	return f.own || f.states != "" || endsInValue(f.path) || !strings.Contains(f.path, ".")
}

// kind is what f's elements are. What is neither a number nor a text takes no put.
func (f *field) kind() gateway.Kind {
	switch c := f.typ.Code; {
	case f.states != "":
		return gateway.KindState
	case c == pva.Float64:
		return gateway.KindFloat64
	case c == pva.Float32:
		return gateway.KindFloat32
	case c.Number():
		return gateway.KindInteger
	case c.Text():
		return gateway.KindText
	}
	return gateway.KindUnknown
}

// span is the least and the most that an integer of f holds, as far as numbers that
// are checked as float64 count by ones.
func (f *field) span() (least, most float64) {
	switch f.typ.Code {
	case pva.Bool:
		return 0, 1
	case pva.Int8:
		return math.MinInt8, math.MaxInt8
	case pva.Int16:
		return math.MinInt16, math.MaxInt16
	case pva.Int32:
		return math.MinInt32, math.MaxInt32
	case pva.Uint8:
		return 0, math.MaxUint8
	case pva.Uint16:
		return 0, math.MaxUint16
	case pva.Uint32:
		return 0, math.MaxUint32
	case pva.Uint64:
		return 0, 1 << 53
	case pva.Int64:
		return -1 << 53, 1 << 53
	default:
		return 0, 0
	}
}

// count is the most elements that f says it holds.
func (f *field) count() int {
	switch f.typ.Form {
	case pva.Single:
		return 1
	case pva.AtMost, pva.Exactly:
		return f.typ.Bound
	default:
		return math.MaxInt32
	}
}

// present is what a server's structure says of f.
func (f *field) present(whole pva.Value) gateway.Present {
	p := gateway.Present{Kind: f.kind(), Count: f.count()}
	p.Least, p.Most = f.span()
	if f.typ.Code == pva.BoundString {
		p.TextSize = f.typ.Bound
	}
	if f.states != "" {
		p.States = whole.At(f.states).Texts()
	}
	if low, high := whole.At(f.limits+".limitLow"), whole.At(f.limits+".limitHigh"); isNumber(low) && isNumber(high) {
		p.Low, p.High = low.Float(), high.Float()
	} else {
		p.Unsaid = p.Kind != gateway.KindState
	}
	if v := whole.At(f.path); f.kind() == gateway.KindText || v.Exact() {
		p.Value = f.value(v, p.States)
	}
	return p
}

func isNumber(v pva.Value) bool {
	return v.Type != nil && v.Type.Form == pva.Single && v.Type.Code.Number()
}

// value is v, of f's type, in the form in which values are checked. What has no such
// form is no value.
func (f *field) value(v pva.Value, states []string) (out interlock.ChannelValue) {
	switch t := v.Type; {
	case t == nil:
	case t.Code.Number() && t.Form == pva.Single:
		out.Numbers = []float64{v.Float()}
		if i := v.Float(); f.states != "" && i >= 0 && i < float64(len(states)) {
			out.Texts = []string{states[int(i)]}
		}
	case t.Code.Number():
		out.Numbers, out.Array = v.Floats(), true
	case t.Code.Text() && t.Form == pva.Single:
		out.Texts = []string{v.Text()}
	case t.Code.Text():
		out.Texts, out.Array = v.Texts(), true
	}
	return out
}

// wire is a canonical value as f's type has it; ok is false where it cannot.
func wire(t *pva.Type, v interlock.ChannelValue) (out pva.Value, ok bool) {
	numbers, texts := v.Numbers, v.Texts
	switch single := t.Form == pva.Single; {
	case t.Code.Number() && len(numbers) > 0 && single:
		return pva.OfFloat(t, numbers[0]), true
	case t.Code.Number() && len(numbers) > 0:
		return pva.OfFloats(t, numbers), true
	case t.Code.Text() && len(texts) > 0 && single:
		return pva.OfText(t, texts[0]), true
	case t.Code.Text() && len(texts) > 0:
		return pva.OfTexts(t, texts), true
	}
	return out, false
}

// overlay is what a rehearsal put to fields of a channel.
type overlay []overlaid

type overlaid struct {
	path  string
	bit   int
	value pva.Value
}

// overlay says that ch is read, and returns what a rehearsal put there.
func (ch *channel) overlay(t *pva.Type) (list overlay) {
	add := func(name string, fields []field, look func(string) (interlock.ChannelValue, bool)) {
		held, ok := look(name)
		for i := range fields {
			if f := &fields[i]; ok && f.channel == name {
				if v, can := wire(f.typ, held); can {
					list = append(list, overlaid{f.path, f.bit, v})
				}
			}
		}
	}
	add(ch.canonical, owned(ch.canonical, t), ch.c.v.run.Reading)
	v := ch.c.v
	v.mu.Lock()
	var names []string
	for name := range v.held[ch.canonical] {
		names = append(names, name)
	}
	v.mu.Unlock()
	for _, name := range names {
		add(name, ch.fields(t), ch.c.v.run.Held)
	}
	return list
}

// owned is the field that is the channel itself, where there is one.
func owned(canonical string, t *pva.Type) []field {
	for _, path := range []string{"value", "value.index"} {
		if at, bit := t.At(path); at != nil && !at.IsStructure() {
			if f := fieldAt(canonical, t, pva.Leaf{Path: path, Bit: bit, Type: at}); f.own {
				return []field{f}
			}
		}
	}
	return nil
}

// fields are all fields of t that are like values.
func (ch *channel) fields(t *pva.Type) (list []field) {
	for _, leaf := range t.Leaves() {
		if f := fieldAt(ch.canonical, t, leaf); f.valueLike() {
			list = append(list, f)
		}
	}
	return list
}

// apply puts the overlay over what a server sent.
func (o overlay) apply(v pva.Value, mask pva.Bits) (pva.Value, pva.Bits) {
	if len(o) == 0 || v.Type == nil {
		return v, mask
	}
	mask = append(pva.Bits{}, mask...)
	for _, one := range o {
		v = v.With(one.path, one.value)
		mask.Set(one.bit)
	}
	return v, mask
}

// holds remembers that a rehearsal put a field of a channel.
func (v *server) holds(channel, name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held[channel] == nil {
		v.held[channel] = map[string]struct{}{}
	}
	v.held[channel][name] = struct{}{}
}
