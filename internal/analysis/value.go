package analysis

import (
	"math"
	"slices"
	"strconv"
)

// A value is what an expression may be, seen from outside: one of the types of
// this file or a [union] of them. All are comparable, so == asks for the same
// constant or the same thing. nil is never a value.
type value any

type (
	// unknown is anything at all: what no rule could follow.
	unknown struct{}
	// absent says that a name may be unbound here; it occurs in unions only.
	absent struct{}

	none    struct{}
	boolean bool
	integer int64
	float   float64
	str     string
	octets  string
	// pattern is a string of which only parts are known; "*" stands for the rest.
	pattern string
	// span is a number between lo and hi, both included.
	span struct{ lo, hi float64 }
)

// sequence is a list, tuple, set or generator. An open one may hold more than
// elems; in a loose one, each of elems stands for any number of them, in any order.
type sequence struct {
	elems []value
	open  bool
	loose bool
	// once says of a loose one that each of elems is in it exactly once: only their
	// order is not known.
	once bool
	cond int // how deep in branches it was made
	size int // how many elements a loose one has; 0 if not known
	// counts is the first number and the step of one that counts without an end.
	counts *[2]integer
}

// mapping is a dict. An open one may hold other keys too.
type mapping struct {
	keys, vals []value
	open       bool
	missing    value // what makes the value of a key that is not there, else nil
	record     bool  // its keys are attributes as well: a row of a table
	shuffled   bool  // the order of its keys is not known
}

// extern is a module or an attribute of one that is not part of the submission.
type extern struct {
	path string // "epics.ca.put"
	fn   *tableFunction
	cls  *tableClass
	of   *tableClass // fn is a method of this class, taken from the class itself
	ref  *reference
}

// object is a thing of a known kind that is no business of the control system:
// what a library that is no control library returned.
type object struct {
	of   string // dotted path of what made it, e.g. "numpy.zeros"
	name string // last attribute looked up on it, for method calls
	self *object
	path value // the path of a pathlib.Path, else nil
	// command is what calling it does, where it is an attribute that a device defines.
	command *deviceCommand
}

// instance is a thing of a class in a table, e.g. a PV.
type instance struct {
	cls      *tableClass
	channels chanset
	out      *chanset    // what it writes, where that is not what it reads
	owner    *userObject // whose base it is
	within   *userObject // the device that it is a part of
	// built is set once the constructor ran: what is stored from then on may be the
	// device's, see ownership.
	built *ownership
}

// method is a callable attribute of an instance.
type method struct {
	self *instance
	fn   *tableFunction
	ref  *reference
}

// component describes an attribute that each instance of a class gets, with a
// channel made of the instance's and a suffix.
type component struct {
	cls    *tableClass
	user   *class
	suffix value
	args   arguments // all that the part is made with
	// formatted says that the suffix is a format of the whole name.
	formatted bool
	// harmless is the path of what the part is, where that touches no equipment.
	harmless string
}

// partial is a callable with some of its arguments bound.
type partial struct {
	fn   value
	args arguments
	// bind puts the instance that it is taken from before the arguments.
	bind bool
}

type builtin struct{ name string }

// namespace is the dict of a module's names.
type namespace struct{ of value }

// union is one of several values; two or more, without unions inside.
type union struct{ alts []value }

// maxAlternatives bounds a union. What is over the bound is unknown, never dropped.
const maxAlternatives = 256

// alternatives returns the values v may be.
func alternatives(v value) []value {
	if u, ok := v.(*union); ok {
		return u.alts
	}
	return []value{v}
}

// join is the value that is a or b.
func join(a, b value) value {
	if a == nil || same(a, b, 2) {
		return b
	}
	if b == nil {
		return a
	}
	alts := append([]value(nil), alternatives(a)...)
	for _, x := range alternatives(b) {
		if !contains(alts, x) {
			alts = append(alts, x)
		}
	}
	return unite(alts)
}

func unite(alts []value) value {
	switch {
	case len(alts) == 0:
		return unknown{}
	case len(alts) == 1:
		return alts[0]
	case len(alts) > maxAlternatives:
		return unknown{}
	}
	return &union{alts: alts}
}

// joinAll is the value that is one of vs.
func joinAll(vs []value) value {
	if len(vs) > 16 {
		return joinMany(vs)
	}
	var out value
	for _, v := range vs {
		out = join(out, v)
	}
	if out == nil {
		return unknown{}
	}
	return out
}

// joinMany is joinAll in linear time.
func joinMany(vs []value) value {
	seen := make(map[value]bool, len(vs))
	var alts []value
	for _, v := range vs {
		for _, x := range alternatives(v) {
			if !seen[x] {
				seen[x] = true
				alts = append(alts, x)
			}
		}
	}
	return unite(alts)
}

// without returns v with all alternatives dropped for which drop holds, and
// whether there were any.
func without(v value, drop func(value) bool) (value, bool) {
	u, several := v.(*union)
	if !several {
		if drop(v) {
			return unknown{}, true
		}
		return v, false
	}
	if !slices.ContainsFunc(u.alts, drop) {
		return v, false
	}
	return unite(slices.DeleteFunc(slices.Clone(u.alts), drop)), true
}

func isNone(v value) bool { return v == value(none{}) }

func isAbsent(v value) bool { return v == value(absent{}) }

// mayBeUnknown reports whether one of v's alternatives is unknown.
func mayBeUnknown(v value) bool {
	for _, x := range alternatives(v) {
		if _, ok := x.(unknown); ok {
			return true
		}
	}
	return false
}

// asString returns the constant string v is.
func asString(v value) (string, bool) {
	switch x := v.(type) {
	case str:
		return string(x), true
	case *object:
		if x.path != nil {
			return asString(x.path)
		}
	case *userObject:
		if x.cls.kind == enumClass && x.cls.mixed() {
			return asString(x.attrs["value"])
		}
	}
	return "", false
}

// asNumber returns the number v is.
func asNumber(v value) (float64, bool) {
	switch x := v.(type) {
	case integer:
		return float64(x), true
	case float:
		return float64(x), true
	case boolean:
		if x {
			return 1, true
		}
		return 0, true
	case *userObject:
		if x.cls.kind == enumClass && x.cls.mixed() {
			return asNumber(x.attrs["value"])
		}
	}
	return 0, false
}

// render writes a constant as Python's str() would.
func render(v value) (string, bool) {
	switch x := v.(type) {
	case str:
		return string(x), true
	case integer:
		return strconv.FormatInt(int64(x), 10), true
	case float:
		return renderFloat(float64(x)), true
	case boolean:
		if x {
			return "True", true
		}
		return "False", true
	case none:
		return "None", true
	case octets:
		return string(x), true
	}
	return asString(v)
}

func renderFloat(x float64) string {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 0):
		return map[bool]string{true: "inf", false: "-inf"}[x > 0]
	case x == math.Trunc(x) && math.Abs(x) < 1e16:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}
