package notebook

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sort"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/figure"
	"github.com/interlock-run/interlock/internal/wire/jsontext"
)

type stream struct {
	Type string `json:"output_type"`
	Name string `json:"name"`
	Text string `json:"text"`
}

type display struct {
	Type     string                     `json:"output_type"`
	Data     map[string]json.RawMessage `json:"data"`
	Metadata map[string]any             `json:"metadata"`
}

// result is a display that was the value of the last expression.
type result struct {
	display
	Count int `json:"execution_count"`
}

type failure struct {
	Type      string   `json:"output_type"`
	Name      string   `json:"ename"`
	Value     string   `json:"evalue"`
	Traceback []string `json:"traceback"`
}

// outputs returns the outputs of the code cell, in the order streams, displays,
// figures, error, and the indexes of those that are claims. The order between
// streams and displays is not known: they come by different ways.
func outputs(r *interlock.Result) (all []any, claimed []int) {
	all, claimed = []any{}, []int{}
	claim := func(o any) {
		claimed = append(claimed, len(all))
		all = append(all, o)
	}
	for _, o := range []struct {
		name string
		data []byte
	}{{"stdout", r.Observed.Stdout}, {"stderr", r.Observed.Stderr}} {
		if len(o.data) > 0 {
			all = append(all, stream{Type: "stream", Name: o.name, Text: cut(o.data)})
		}
	}
	left := budget{bytes: MaxOutputs, count: MaxCount}
	for _, o := range r.Claims.Outputs {
		left.add(o, claim)
	}
	for _, o := range r.Claims.Figures {
		left.add(shown(o), claim)
	}
	if left.dropped > 0 {
		all = append(all, stream{Type: "stream", Name: "stderr",
			Text: fmt.Sprintf("[interlock: %d further displays are not in this notebook: at most %d of %d MiB are kept]\n",
				left.dropped, MaxCount, MaxOutputs>>20)})
	}
	if e := r.Claims.Error; e != nil {
		claim(failure{Type: "error", Name: text([]byte(e.Name)), Value: text([]byte(e.Message)), Traceback: traceback(e)})
	}
	return all, claimed
}

// shown is a figure as a display; in place of what is no figure it says so.
func shown(o interlock.Output) interlock.Output {
	o.Kind = "display_data"
	if _, err := figure.Decode(o); err != nil {
		note := jsontext.Quote(fmt.Sprintf("[interlock: a figure is not shown: %v]", err))
		o.Data = map[string]json.RawMessage{"text/plain": note}
	}
	return o
}

func traceback(e *interlock.Raised) []string {
	lines := make([]string, 0, len(e.Traceback))
	total := 0
	for _, l := range e.Traceback {
		if total += len(l); total > MaxStream {
			return append(lines, "[interlock: the rest of the traceback is cut]")
		}
		lines = append(lines, text([]byte(l)))
	}
	return lines
}

func cut(b []byte) string {
	if len(b) <= MaxStream {
		return text(b)
	}
	return text(b[:MaxStream]) + fmt.Sprintf("\n[interlock: %d further bytes are not in this notebook; the ledger has them]\n", len(b)-MaxStream)
}

// budget is what is left of the notebook's bounds.
type budget struct{ bytes, count, dropped int }

func (left *budget) add(o interlock.Output, claim func(any)) {
	d := display{Type: "display_data", Data: bundle(o.Data), Metadata: outputMetadata(o.Metadata)}
	size := 0
	for _, v := range d.Data {
		size += len(v)
	}
	if left.count == 0 || size > left.bytes {
		left.dropped++
		return
	}
	left.count--
	left.bytes -= size
	if o.Kind == "execute_result" {
		d.Type = "execute_result"
		claim(result{display: d, Count: 1})
		return
	}
	claim(d)
}

// jsonMime is nbformat's pattern for representations that may be any JSON; all
// others must be text.
var jsonMime = regexp.MustCompile(`^application/(.*\+)?json$`)

const maxMimes = 32 // representations of one display

// bundle cleans a display's representations. One that cannot be written is
// replaced by text that says so.
func bundle(data map[string]json.RawMessage) map[string]json.RawMessage {
	names := make([]string, 0, len(data))
	for name := range data {
		names = append(names, name)
	}
	sort.Strings(names)
	out := make(map[string]json.RawMessage, len(names))
	for _, name := range names[:min(len(names), maxMimes)] {
		value, err := representation(name, data[name])
		if err != nil {
			name, value = "text/plain", jsontext.Quote(fmt.Sprintf("[interlock: %s is not shown: %v]", text([]byte(name)), err))
			if _, taken := out[name]; taken {
				continue
			}
		}
		out[text([]byte(name))] = value
	}
	return out
}

func representation(name string, raw json.RawMessage) (json.RawMessage, error) {
	if len(raw) > MaxValue {
		return nil, fmt.Errorf("it has %d bytes, and %d MiB are the most", len(raw), MaxValue>>20)
	}
	if err := figure.Image(name, raw); err != nil {
		return nil, err
	}
	clean, err := jsontext.Clean(raw)
	if err != nil || jsonMime.MatchString(name) {
		return clean, err
	}
	if isText(clean) {
		return clean, nil
	}
	return jsontext.Quote(string(clean)), nil
}

// isText reports whether v is what nbformat calls a multi-line string: a string,
// or a list of strings. Pointers, because Go reads [null] as one empty string.
func isText(v json.RawMessage) bool {
	var one *string
	if json.Unmarshal(v, &one) == nil {
		return one != nil
	}
	var lines []*string
	return json.Unmarshal(v, &lines) == nil && lines != nil && !slices.Contains(lines, nil)
}

func outputMetadata(m map[string]json.RawMessage) map[string]any {
	out := make(map[string]any, len(m)+1)
	for name, raw := range m {
		if clean, err := jsontext.Clean(raw); err == nil && len(raw) <= MaxStream {
			out[text([]byte(name))] = clean
		}
	}
	out["interlock"] = map[string]any{"claimed": true}
	return out
}
