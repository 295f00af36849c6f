package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// refer gives a fresh reference to what an import bound, so that handing it on
// is seen even where no call is.
func (w *walker) refer(v value, n *parser.Node) value {
	x, ok := v.(*extern)
	if !ok || x.ref != nil || x.fn == nil || x.fn.Op == "" {
		return v
	}
	return &extern{path: x.path, fn: x.fn, cls: x.cls, of: x.of, ref: w.reference(x.fn, nil, n)}
}

// attribute is v.name.
func (w *walker) attribute(v value, name string, n *parser.Node) value {
	w.dunder(v, name, n)
	if some, any := without(v, isNone); any && some != value(unknown{}) {
		v = some // None has no attributes of interest
	}
	alts := alternatives(v)
	if len(alts) == 1 {
		return w.attributeOf(alts[0], name, n)
	}
	var out []value
	w.spend(len(alts))
	for _, x := range alts {
		out = append(out, w.attributeOf(x, name, n))
	}
	return joinAll(out)
}

func (w *walker) attributeOf(v value, name string, n *parser.Node) value {
	switch x := v.(type) {
	case *extern:
		if name == "__dict__" {
			return &namespace{of: x}
		}
		return w.externAttribute(x, name, n)
	case *siblingModule:
		return w.moduleAttribute(x, name, n)
	case *instance:
		return w.instanceAttribute(x, name, n)
	case *userObject:
		return w.userAttribute(x, name, n)
	case *class:
		return w.classAttribute(x, name, n)
	case *property:
		return propertyAttribute(x, name)
	case *dataset:
		return w.datasetAttribute(x, name)
	case *moduleSpec:
		return x.attribute(name)
	case *configFile, *openFile:
		return &constMethod{self: x, name: name}
	case *argParser:
		return &constMethod{self: x, name: name}
	case *queue:
		if !queueMethods[name] { // its insides
			w.putIn(x, unknown{})
		}
		return &constMethod{self: x, name: name}
	case *stagedSettings, *box:
		return &constMethod{self: x, name: name}
	case *superOf:
		return w.superAttribute(x, name, n)
	case *object:
		return w.objectAttribute(x, name)
	case *partial:
		if name == "func" {
			return x.fn
		}
	case *function, *boundFunction:
		if name == "__wrapped__" || name == "__call__" {
			return x
		}
		if f, ok := x.(*function); ok && name == "__closure__" {
			return f.cells()
		}
		return &object{of: "function"}
	case *method:
		return &object{of: "method"}
	case unknown:
		return &unknownAttribute{name: name, node: n}
	case *unknownAttribute:
		return &unknownAttribute{name: name, node: n}
	case *mapping:
		if v, ok := x.field(name); ok {
			return v
		}
		return &constMethod{self: x, name: name}
	case str, pattern, octets, integer, float, boolean, span, *sequence, *namespace, *builtin:
		return &constMethod{self: x, name: name}
	}
	return &unknownAttribute{name: name, node: n}
}

// unknownAttribute is an attribute of something unknown: what it does depends on
// its name alone.
type unknownAttribute struct {
	name string
	node *parser.Node
}

// constMethod is a method of a constant or a collection.
type constMethod struct {
	self value
	name string
}

func (w *walker) objectAttribute(x *object, name string) value {
	if x.command != nil && name == "__call__" {
		return x
	}
	if x.path != nil {
		switch name {
		case "parent":
			return pathObject(parentPath(x.path))
		case "name", "stem":
			if s, ok := asString(x.path); ok {
				return str(s[strings.LastIndexByte(s, '/')+1:])
			}
		}
	}
	out := &object{of: x.of, name: name, self: x}
	if v, ok := w.planted[name]; ok {
		return join(out, v)
	}
	return out
}

func (w *walker) classAttribute(c *class, name string, n *parser.Node) value {
	switch v := c.lookup(name).(type) {
	case nil:
	case *function:
		if v.classMethod {
			return &boundFunction{self: c, fn: v}
		}
		return v
	default:
		return v
	}
	if c.table != nil {
		if fn := c.table.method(name); fn != nil {
			return w.refer(&extern{path: c.table.Row.name + "." + name, fn: fn, of: c.table}, n)
		}
	}
	switch name {
	case "__members__":
		m := &mapping{}
		for _, member := range c.members {
			m.put(str(member), c.attrs[member])
		}
		return m
	case "_make", "model_validate", "parse_obj":
		return &partial{fn: &builtin{name: "make"}, args: plain(n, c)}

	case "component_names":
		if c.table != nil {
			return c.componentNames()
		}
	case "__name__", "__qualname__":
		return str(c.name)
	case "__dict__":
		return &namespace{of: c}
	case "__subclasses__":
		return &constMethod{self: c, name: name}
	case "__init__":
		if c.table != nil {
			return &builtin{name: "inherited.__init__"}
		}
		return &builtin{name: "object.__init__"}
	}
	return unknown{}
}

// leaked are modules that other modules hold as attributes without meaning to:
// random._os is os.
var leaked = map[string]bool{"os": true, "sys": true, "builtins": true, "importlib": true, "socket": true,
	"shutil": true, "ctypes": true, "pty": true, "subprocess": true, "io": true}

// externAttribute is an attribute of a module, or of something in one.
func (w *walker) externAttribute(x *extern, name string, n *parser.Node) value {
	path := x.path + "." + name
	if bare := strings.TrimLeft(name, "_"); leaked[bare] && path != "asyncio.subprocess" {
		if bare != x.path {
			return &extern{path: bare}
		}
	}
	if x.path == "builtins" || x.path == "__builtin__" {
		if builtinNames[name] {
			if sensitiveBuiltins[name] {
				w.use(name, n)
			}
			return &builtin{name: name}
		}
		return unknown{}
	}
	if x.path == "os" && name == "posixpath" {
		path = "os.path"
	}
	if (x.path == "ctypes.cdll" || x.path == "ctypes.pydll") && name != "LoadLibrary" {
		w.opaqueCode(hostRow{kind: "code"}, x.path, str(name), n)
	}
	if sib := w.submodule(path); sib != nil {
		return sib
	}
	if c := w.constantOf(path); c != nil {
		return c
	}
	if v, ok := w.replaced[path]; ok {
		return join(v, w.refer(w.extern(path), n))
	}
	return w.refer(w.extern(path), n)
}

// constantOf is a library's constant that paths and commands are made with.
func (w *walker) constantOf(path string) value {
	switch path {
	case "os.sep", "os.path.sep":
		return str("/")
	case "sys.executable":
		return str("python3")
	case "string.ascii_lowercase":
		return str("abcdefghijklmnopqrstuvwxyz")
	case "string.ascii_uppercase":
		return str("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "string.ascii_letters":
		return str("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "string.digits":
		return str("0123456789")
	}
	return nil
}

// extern is the symbol at a dotted path, with its row where a table has one.
func (w *walker) extern(path string) *extern {
	x := &extern{path: path}
	if lib := w.tables.library(root(path)); lib != nil {
		if x.fn, x.cls = lib.symbol(path); x.fn == nil && x.cls == nil {
			x.fn, x.of = lib.unbound(path)
		}
	}
	return x
}

// dunders reach the interpreter's insides from any object.
var dunders = map[string]bool{"__subclasses__": true, "__globals__": true, "__builtins__": true, "__code__": true,
	"__closure__": true, "__getattribute__": true, "f_globals": true, "f_builtins": true, "f_locals": true,
	"f_back": true, "cell_contents": true, "gi_frame": true, "cr_frame": true, "tb_frame": true, "__loader__": true, "__self__": true,
	"__func__": true, "__bases__": true, "__base__": true, "__mro__": true}

func (w *walker) dunder(v value, name string, n *parser.Node) {
	if !dunders[name] {
		return
	}
	w.use(name, n)
	switch name {
	case "__bases__", "__base__", "__mro__", "__self__", "__func__", "__closure__", "f_back":
		return // a step on the way; the last one hides
	}
	switch v.(type) {
	case *superOf:
		return
	case *class:
		if name == "__subclasses__" { // those of the submission, which are known
			return
		}
	}
	w.hide(name, "it reaches every object of the interpreter", n, true)
}

// moduleOf is the present module as globals() shows it.
type moduleOf struct{ frame *frame }
