package notebook

import (
	"encoding/json"
	"strings"

	"github.com/interlock-run/interlock/internal/wire/redact"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// redaction takes secrets out of the parts of a notebook, while each is whole.
type redaction struct{ secrets *redact.Redactor }

func (h redaction) text(s string) string {
	s, _ = h.secrets.String(s)
	return s
}

// json returns null for what cannot be searched: nothing passes unsearched.
func (h redaction) json(raw json.RawMessage) json.RawMessage {
	clean, _, err := h.secrets.JSON(raw)
	if err != nil {
		return json.RawMessage("null")
	}
	return clean
}

func (h redaction) metadata(m map[string]any) map[string]any {
	if h.secrets == nil {
		return m
	}
	out := make(map[string]any, len(m))
	for name, v := range m {
		raw, err := json.Marshal(v)
		if err != nil {
			continue // only values that marshal are put into metadata
		}
		out[h.text(name)] = h.json(raw)
	}
	return out
}

// outputs redacts each output in its place. Jupyter obeys the escape sequences of
// an error as it does those of a stream, but an error is not what the code
// printed: its control characters are made visible, after the search for secrets,
// which knows them as they were.
func (h redaction) outputs(all []any) {
	for i, o := range all {
		switch o := o.(type) {
		case stream:
			o.Text = h.text(o.Text)
			all[i] = o
		case display:
			all[i] = h.display(o)
		case result:
			o.display = h.display(o.display)
			all[i] = o
		case failure:
			o.Name, o.Value = visible.Text(h.text(o.Name)), visible.Text(h.text(o.Value))
			for j, line := range o.Traceback {
				o.Traceback[j] = visible.Text(h.text(line))
			}
			all[i] = o
		}
	}
}

func (h redaction) display(d display) display {
	data := make(map[string]json.RawMessage, len(d.Data))
	for name, value := range d.Data {
		if !strings.HasPrefix(name, "image/") {
			value = h.json(value)
		}
		data[h.text(name)] = value
	}
	d.Data = data
	d.Metadata = h.metadata(d.Metadata)
	return d
}
