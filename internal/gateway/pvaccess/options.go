package pvaccess

import (
	"strconv"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// Bounds of a monitor's queue.
const (
	leastQueue = 2
	usualQueue = 4
	mostQueue  = 32
)

// options are what a client's pvRequest asks for besides fields.
type options struct {
	block    bool // of a put: answer when it was processed
	process  bool // it asks for a processing of its own
	pipeline bool
	queue    int
}

// readOptions reads record._options. What is not known there is dropped.
func readOptions(asked pva.Value) (o options) {
	get := func(name string) string { return words(asked.At("record._options." + name)) }
	o.block, o.pipeline = get("block") == "true", get("pipeline") == "true"
	p := get("process")
	o.process = p != "" && p != "passive"
	o.queue = usualQueue
	if n, err := strconv.Atoi(get("queueSize")); err == nil {
		o.queue = min(max(n, leastQueue), mostQueue)
	}
	return o
}

// words is an option as a text, whatever type the client gave it.
func words(v pva.Value) string {
	switch t := v.Type; {
	case t == nil || t.Form != pva.Single:
		return ""
	case t.Code == pva.Any:
		return words(v.Inner())
	case t.Code.Text():
		return v.Text()
	case t.Code == pva.Bool:
		return strconv.FormatBool(v.Integer() != 0)
	case t.Code.Number():
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return ""
}

var empty = pva.NewStructure("")

// request is what the server is asked instead of what the client asked: the same
// fields, and of the options those that we know.
func (o options) request(asked pva.Value, command pva.Command) pva.Value {
	fields := empty
	if t, _ := asked.Type.At("field"); t != nil && t.IsStructure() {
		fields = onlyNames(t)
	}
	set := map[string]string{}
	if command == pva.Monitor {
		set["queueSize"] = strconv.Itoa(o.queue)
	}
	return pvRequest(fields, set)
}

// onlyNames keeps the names of fields, without options for them.
func onlyNames(t *pva.Type) *pva.Type {
	var fields []pva.Field
	for _, f := range t.Fields {
		if f.Type.IsStructure() && f.Name != "_options" {
			fields = append(fields, pva.Field{Name: f.Name, Type: onlyNames(f.Type)})
		}
	}
	return pva.NewStructure("", fields...)
}

// pvRequest is field(...)record[...].
func pvRequest(fields *pva.Type, set map[string]string) pva.Value {
	var types []pva.Field
	var values []pva.Value
	for name, value := range set {
		t := pva.Scalar(pva.String)
		types, values = append(types, pva.Field{Name: name, Type: t}), append(values, pva.OfText(t, value))
	}
	if len(set) == 0 {
		t := pva.NewStructure("", pva.Field{Name: "field", Type: fields})
		return pva.OfFields(t, pva.Value{Type: fields})
	}
	options := pva.NewStructure("", types...)
	record := pva.NewStructure("", pva.Field{Name: "_options", Type: options})
	t := pva.NewStructure("", pva.Field{Name: "field", Type: fields}, pva.Field{Name: "record", Type: record})
	return pva.OfFields(t, pva.Value{Type: fields}, pva.OfFields(record, pva.OfFields(options, values...)))
}
