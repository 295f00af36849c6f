package analysis

import (
	"errors"
	"fmt"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// table is what a library does to a control system, as its YAML file says.
// tables/README.md explains each key, tables/tables.schema.json is generated from
// these types; an unknown key is a fault.
type table struct {
	Library   string                    `json:"library,omitempty" jsonschema_description:"The name that facts report."`
	System    string                    `json:"system,omitempty" jsonschema_description:"The control system: epics, tango, opcua, or another word."`
	SameAs    string                    `json:"same_as,omitempty" jsonschema_description:"Alone in its file: this module is another name of that one."`
	Aliases   map[string]string         `json:"aliases,omitempty" jsonschema_description:"Further dotted names of a row."`
	Harmless  []string                  `json:"harmless,omitempty" jsonschema_description:"Dotted names whose whole contents touch no equipment."`
	Schemes   []string                  `json:"schemes,omitempty" jsonschema_description:"What may stand before a channel's name to say how it is reached: ca of ca://NAME."`
	Functions map[string]*tableFunction `json:"functions,omitempty" jsonschema_description:"What calling a function does, by dotted name below the module."`
	Classes   map[string]*tableClass    `json:"classes,omitempty" jsonschema_description:"Classes by dotted name below the module."`

	module string
	file   string // as rows are told: "epics.yaml", or the whole path of a site's table
}

// tableFunction is a row: what calling a function or method does.
type tableFunction struct {
	Op        opWord         `json:"op,omitempty" jsonschema_description:"What the call does; without it, it only returns something."`
	Channel   argSpec        `json:"channel,omitzero" jsonschema_description:"The argument that names the channel."`
	Value     argSpec        `json:"value,omitzero" jsonschema_description:"The argument that is written."`
	Runs      argSpec        `json:"runs,omitzero" jsonschema_description:"The argument is a plan that is run."`
	Join      *string        `json:"join,omitempty" jsonschema_description:"The channel is the instance's, this text, and the argument, where channel names one."`
	Also      []string       `json:"also,omitempty" jsonschema_description:"With join or choose: it is about the instance's channel with these texts too."`
	Choose    []tableChoice  `json:"choose,omitempty" jsonschema_description:"Which text is joined depends on an argument: the first choice that holds."`
	Relative  argSpec        `json:"relative,omitzero" jsonschema_description:"Where this argument is true, what is written is not the argument in value."`
	Parts     []string       `json:"parts,omitempty" jsonschema_description:"The call is about these parts of the instance, where it has them; positioners are all that move, siblings those of the device around."`
	Via       string         `json:"via,omitempty" jsonschema_description:"The call is about what this method of the thing in channel is about."`
	Written   argSpec        `json:"written,omitzero" jsonschema_description:"With returns: the argument that names the channel that is written, where it is another."`
	Adds      argSpec        `json:"adds,omitzero" jsonschema_description:"The argument names channels that the instance is about from now on."`
	Returns   string         `json:"returns,omitempty" jsonschema_description:"The class of what is returned, a row of this table."`
	Listed    bool           `json:"listed,omitempty" jsonschema_description:"With returns: one thing for each channel. Else the argument is a list of (channel, value) pairs."`
	Component *componentSpec `json:"component,omitempty" jsonschema_description:"An attribute that each instance of the class around it gets."`

	lib  *table
	name string // as facts show it: "epics.caput"
	row  string // where it stands in its file: "functions.caput"
}

// source is the file and row, for whoever asks why a fact is one.
func (f *tableFunction) source() string {
	if f.row == "" || f.lib == nil {
		return ""
	}
	return f.lib.file + ": " + f.row
}

// componentSpec is a row's description of an attribute made on each instance.
type componentSpec struct {
	Class     argSpec `json:"class,omitzero"`
	Suffix    argSpec `json:"suffix,omitzero"`
	Formatted bool    `json:"formatted,omitempty" jsonschema_description:"The suffix is the whole name, a format with the attributes of the instance."`
}

// tableChoice is one text that may be joined to the instance's channel.
type tableChoice struct {
	Arg    argSpec  `json:"arg,omitzero" jsonschema_description:"It holds where this argument is true; without it, always."`
	Starts []string `json:"starts,omitempty" jsonschema_description:"With arg: it holds where the argument starts with one of these."`
	Join   string   `json:"join"`
}

// tableClass is a class: what making, calling and changing an instance does.
type tableClass struct {
	Op       opWord                    `json:"op,omitempty" jsonschema_description:"What making an instance does."`
	Channel  argSpec                   `json:"channel,omitzero" jsonschema_description:"The argument of the constructor that names the channel."`
	Written  argSpec                   `json:"written,omitzero" jsonschema_description:"The argument that names the channel that is written, where it is another."`
	Delim    argSpec                   `json:"delim,omitzero" jsonschema_description:"The argument that stands between the channel and what is joined to it."`
	Staged   string                    `json:"staged,omitempty" jsonschema_description:"The attribute with what is written on staging: a dict of signals and values."`
	Inherits string                    `json:"inherits,omitempty" jsonschema_description:"Another class of this table, whose rows hold too."`
	Methods  map[string]*tableFunction `json:"methods,omitempty" jsonschema_description:"Rows by name; __call__ is calling the instance."`
	Loads    map[string]*tableFunction `json:"loads,omitempty" jsonschema_description:"Attributes whose reading does something."`
	Stores   map[string]*tableFunction `json:"stores,omitempty" jsonschema_description:"Attributes whose setting does something."`
	Items    *tableItems               `json:"items,omitempty" jsonschema_description:"What instance[key] does."`
	Any      *tableAny                 `json:"any_attribute,omitempty" jsonschema_description:"What attributes that no other row names do."`
	Names    map[string]string         `json:"names,omitempty" jsonschema_description:"Other names of attributes: to each, what is joined for it."`
	Children map[string]tableChild     `json:"children,omitempty" jsonschema_description:"Parts that each instance has."`
	Parts    bool                      `json:"parts,omitempty" jsonschema_description:"Instances may have parts that no row names; those are unknown."`

	Row    tableFunction `json:"-"` // what making an instance does
	parent *tableClass
}

// tableItems is what instance[key] does.
type tableItems struct {
	Load  opWord `json:"load,omitempty"`
	Store opWord `json:"store,omitempty"`
	Join  string `json:"join,omitempty"`

	row string
}

// tableAny is what attributes that no other row names do.
type tableAny struct {
	Load   opWord   `json:"load,omitempty"`
	Store  opWord   `json:"store,omitempty"`
	Call   opWord   `json:"call,omitempty"`
	Join   string   `json:"join,omitempty"`
	Except []string `json:"except,omitempty"`
	Upper  bool     `json:"upper,omitempty" jsonschema_description:"Only names in capitals, as record fields are."`

	row string
}

// tableChild is a part that each instance has.
type tableChild struct {
	Class  string `json:"class"`
	Suffix string `json:"suffix,omitempty"`
}

// decodeTable reads one table. module is the one that the table is about, path
// its file as faults name it. The error is strictyaml.Faults, all of them.
func decodeTable(module, path string, b []byte) (*table, error) {
	f := strictyaml.Parse(path, b)
	t := &table{module: module, file: path}
	strictyaml.Decode(f, t, nil)
	if len(f.Faults) == 0 {
		l := &linker{table: t, file: f}
		l.link()
		f.Faults.Sort()
	}
	if len(f.Faults) > 0 {
		return nil, fmt.Errorf("the table of library %q:\n%w", module, f.Faults)
	}
	return t, nil
}

// faultsOf takes the faults out of the error of decodeTable; nil for any other.
func faultsOf(err error) (faults strictyaml.Faults) {
	errors.As(err, &faults)
	return faults
}
