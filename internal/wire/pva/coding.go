package pva

import "encoding/binary"

// Value reads a whole value of t.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Encoding.html#user-data
func (d *Decoder) Value(t *Type, cache *Types) Value { return d.val(t, cache, 0) }

// Partial reads those parts of a value of t that mask names. A structure that is
// named comes whole, and what is named in it comes once.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Encoding.html#partial-structure-serialization
func (d *Decoder) Partial(t *Type, mask Bits, cache *Types) Value {
	return d.partial(t, mask, 0, cache)
}

func (d *Decoder) partial(t *Type, mask Bits, bit int, cache *Types) Value {
	v := Value{Type: t}
	if d.err != nil || !mask.Any(bit, bit+t.nodes) {
		return v
	}
	if mask.Has(bit) {
		return d.val(t, cache, 0)
	}
	if !d.value(len(t.Fields)) {
		return v
	}
	fields := make([]Value, len(t.Fields))
	bit++
	for i, f := range t.Fields {
		fields[i] = d.partial(f.Type, mask, bit, cache)
		bit += f.Type.nodes
	}
	v.rest = fields
	return v
}

func (d *Decoder) val(t *Type, cache *Types, depth int) Value {
	v := Value{Type: t}
	if depth > maxDepth {
		d.Fail(ErrTooDeep)
	}
	if d.err != nil {
		return v
	}
	switch {
	case t.Code.width() > 0:
		d.number(t, &v)
	case t.Code.Text():
		d.text(t, &v)
	case t.Form != Single:
		d.list(t, &v, cache, depth)
	case t.Code == Structure:
		if d.value(len(t.Fields)) {
			fields := make([]Value, len(t.Fields))
			for i, f := range t.Fields {
				fields[i] = d.val(f.Type, cache, depth+1)
			}
			v.rest = fields
		}
	default:
		d.chosen(t, &v, cache, depth)
	}
	return v
}

// length reads the length of an array and holds it to its bound.
func (d *Decoder) length(t *Type, least int) (n int) {
	if t.Form == Exactly {
		if n = t.Bound; n > d.Left()/max(least, 1) {
			d.Fail(ErrValue)
			return 0
		}
		return n
	}
	if n = d.count(least); t.Form == AtMost && n > t.Bound {
		d.Fail(ErrValue)
		return 0
	}
	return n
}

func (d *Decoder) number(t *Type, v *Value) {
	w := t.Code.width()
	if t.Form == Single {
		v.bits = load(t.Code, d.Bytes(w), d.order)
		return
	}
	n := d.length(t, w)
	raw := d.Bytes(n * w)
	if d.err != nil {
		return
	}
	data := make([]byte, len(raw))
	copy(data, raw)
	if d.big {
		swap(data, w)
	}
	v.rest = data
}

// swap turns the byte order of elements of w bytes.
func swap(b []byte, w int) {
	switch w {
	case 2:
		for i := 0; i+2 <= len(b); i += 2 {
			binary.LittleEndian.PutUint16(b[i:], binary.BigEndian.Uint16(b[i:]))
		}
	case 4:
		for i := 0; i+4 <= len(b); i += 4 {
			binary.LittleEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
		}
	case 8:
		for i := 0; i+8 <= len(b); i += 8 {
			binary.LittleEndian.PutUint64(b[i:], binary.BigEndian.Uint64(b[i:]))
		}
	}
}

func (d *Decoder) text(t *Type, v *Value) {
	if t.Form == Single {
		s := d.Text()
		if t.Code == BoundString && len(s) > t.Bound {
			d.Fail(ErrValue)
		}
		v.rest = s
		return
	}
	n := d.length(t, 1)
	if d.texts += n; d.texts > maxTexts {
		d.Fail(ErrTooMany)
		return
	}
	list := make([]string, n)
	for i := range list {
		list[i] = d.Text()
	}
	v.rest = list
}

// list reads an array of structures, unions or anything: of each element first
// whether there is one.
func (d *Decoder) list(t *Type, v *Value, cache *Types, depth int) {
	n := d.length(t, 1)
	if !d.value(n) {
		return
	}
	one := &Type{Code: t.Code, ID: t.ID, Fields: t.Fields}
	one.measure()
	list := make([]*Value, n)
	for i := range list {
		if d.U8() != 0 {
			w := d.val(one, cache, depth+1)
			list[i] = &w
		}
		if d.err != nil {
			return
		}
	}
	v.rest = list
}

// chosen reads a union, which says which of its members it is, or anything, which
// brings its type.
func (d *Decoder) chosen(t *Type, v *Value, cache *Types, depth int) {
	if !d.value(1) {
		return
	}
	var is *Type
	if t.Code == Any {
		is = d.typ(cache, depth+1)
	} else {
		i, null := d.Size()
		switch {
		case null:
		case i >= len(t.Fields):
			d.Fail(ErrValue)
		default:
			v.bits, is = uint64(i), t.Fields[i].Type
		}
	}
	if is == nil || d.err != nil {
		return
	}
	w := d.val(is, cache, depth+1)
	v.rest = &w
}

// Value appends a whole value.
func (e *Encoder) Value(v Value) {
	t := v.Type
	switch {
	case t.Code.width() > 0:
		e.number(v)
	case t.Code.Text():
		e.text(v)
	case t.Form != Single:
		e.list(v)
	case t.Code == Structure:
		fields, _ := v.rest.([]Value)
		for i, f := range t.Fields {
			if fields == nil || fields[i].Type == nil {
				e.Value(Value{Type: f.Type})
			} else {
				e.Value(fields[i])
			}
		}
	default:
		e.chosen(v)
	}
}

// Partial appends those parts of v that mask names.
func (e *Encoder) Partial(v Value, mask Bits) { e.partial(v, mask, 0) }

func (e *Encoder) partial(v Value, mask Bits, bit int) {
	if !mask.Any(bit, bit+v.Type.nodes) {
		return
	}
	if mask.Has(bit) {
		e.Value(v)
		return
	}
	fields, _ := v.rest.([]Value)
	bit++
	for i, f := range v.Type.Fields {
		w := Value{Type: f.Type}
		if fields != nil && fields[i].Type != nil {
			w = fields[i]
		}
		e.partial(w, mask, bit)
		bit += f.Type.nodes
	}
}

func (e *Encoder) number(v Value) {
	if v.Type.Form == Single {
		e.B = store(e.B, v.Type.Code, v.bits, e.order())
		return
	}
	data, w := v.Data(), v.Type.Code.width()
	e.length(v.Type, len(data)/w)
	at := len(e.B)
	e.B = append(e.B, data...)
	if missing := v.Type.Bound*w - len(data); v.Type.Form == Exactly && missing > 0 {
		e.B = append(e.B, make([]byte, missing)...)
	}
	if e.big {
		swap(e.B[at:], w)
	}
}

func (e *Encoder) length(t *Type, n int) {
	if t.Form != Exactly {
		e.Size(n)
	}
}

func (e *Encoder) text(v Value) {
	if v.Type.Form == Single {
		e.Text(v.Text())
		return
	}
	list := v.Texts()
	e.length(v.Type, len(list))
	for _, s := range list {
		e.Text(s)
	}
	if v.Type.Form == Exactly {
		for range v.Type.Bound - len(list) {
			e.Text("")
		}
	}
}

func (e *Encoder) list(v Value) {
	list, _ := v.rest.([]*Value)
	e.Size(len(list))
	for _, w := range list {
		if w == nil {
			e.U8(0)
			continue
		}
		e.U8(1)
		e.Value(*w)
	}
}

func (e *Encoder) chosen(v Value) {
	inner, _ := v.rest.(*Value)
	switch {
	case v.Type.Code == Any && inner == nil:
		e.Type(nil)
	case v.Type.Code == Any:
		e.Type(inner.Type)
		e.Value(*inner)
	case inner == nil:
		e.Null()
	default:
		e.Size(int(v.bits))
		e.Value(*inner)
	}
}
