package analysis

import (
	"bytes"
	"encoding/json"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// jsonLoads decodes a constant; anything else holds only plain data.
func jsonLoads(_ *walker, a arguments, _ *parser.Node) value {
	s, ok := asString(a.value(0))
	if !ok || len(s) > maxText {
		return &object{of: "json.loads"}
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(s)))
	dec.UseNumber()
	var data any
	if dec.Decode(&data) != nil {
		return &object{of: "json.loads"}
	}
	return fromJSON(data)
}

func fromJSON(data any) value {
	switch x := data.(type) {
	case string:
		return str(x)
	case bool:
		return boolean(x)
	case nil:
		return none{}
	case json.Number:
		if i, err := x.Int64(); err == nil {
			return integer(i)
		}
		f, _ := x.Float64()
		return float(f)
	case []any:
		s := &sequence{}
		for _, e := range x {
			s.elems = append(s.elems, fromJSON(e))
		}
		return s
	case map[string]any:
		m := &mapping{}
		for k, e := range x {
			m.keys = append(m.keys, str(k))
			m.vals = append(m.vals, fromJSON(e))
		}
		return m
	}
	return unknown{}
}
