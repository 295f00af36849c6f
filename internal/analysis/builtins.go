package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// sensitiveBuiltins are the builtins that facts tell of wherever they are
// referred to. getattr and its like are told of where the name is not constant.
var sensitiveBuiltins = setOf("open exec eval compile __import__ input breakpoint globals locals vars")

// builtinNames are the names that Python binds without an import.
var builtinNames = setOf(`abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod
compile complex copyright credits delattr dict dir divmod enumerate eval exec exit filter float format frozenset
getattr globals hasattr hash help hex id input int isinstance issubclass iter len license list locals map max
memoryview min next object oct open ord pow print property quit range repr reversed round set setattr slice sorted
staticmethod str sum super tuple type vars zip __import__ __build_class__ BaseException Exception ArithmeticError
AssertionError AttributeError BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError
ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError
EncodingWarning EnvironmentError FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit
IOError ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented
NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration
SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError
UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError
Warning ZeroDivisionError BaseExceptionGroup ExceptionGroup Ellipsis __debug__`)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, word := range strings.Fields(words) {
		m[word] = true
	}
	return m
}

// callBuiltin calls a builtin function.
func (w *walker) callBuiltin(b *builtin, a arguments, n *parser.Node) value {
	switch b.name {
	case "getattr":
		return w.callGetattr(a, n)
	case "setattr":
		return w.callSetattr(a, n)
	case "eval", "exec":
		return w.callExec(b.name, a, n)
	case "compile":
		return first(w, a, n)
	case "__import__":
		return w.importDynamic(a.value(0, "name"), "__import__", n)
	case "open":
		out := w.hostCall("builtins.open", a, n)
		if f := w.openWritten(a); f != nil {
			return f
		}
		return out
	case "globals", "locals":
		return &namespace{of: &moduleOf{frame: w.frame.module}}
	case "vars":
		if v := a.value(0); v != nil {
			return w.attribute(v, "__dict__", n)
		}
		return &namespace{of: &moduleOf{frame: w.frame.module}}
	case "super":
		return w.callSuper(a)
	case "super().__new__":
		if w.making == nil {
			return unknown{}
		}
		return w.making
	case "object.__new__":
		if c, ok := a.value(0).(*class); ok && c.kind != enumClass {
			return w.bare(c)
		}
		return unknown{}
	case "super().__init__":
		return w.superInit(a, n)
	case "inherited.__init__":
		return w.inheritedInit(a)
	case "dir":
		if v := w.namesIn(a.value(0)); v != nil {
			return v
		}
	case "map", "filter":
		return w.callMap(b.name, a, n)
	case "format":
		w.formatHook(orUnknown(a.value(0)), orUnknown(a.value(1)), n)
	case "vectorised":
		return w.callVectorised(a, n)
	case "methodcaller":
		return w.callMethodCaller(a, n)
	case "attrgetter":
		return w.callAttrGetter(a, n)
	case "mapping.update", "mapping.setdefault", "mapping.pop", "mapping.popitem", "mapping.clear":
		return w.mixin(b.name, a, n)
	case "run source":
		w.runSource(a, n)
		return unknown{}
	case "property":
		return callProperty(a)
	case "property.setter", "property.getter", "property.deleter":
		return callPropertyPart(b.name, a)
	case "object.__setattr__":
		return w.callRawSetattr(a, n)
	case "asdict":
		return callAsdict(w, a, n)
	case "replace":
		return callReplace(w, a, n)
	case "isinstance":
		return w.callIsinstance(a)
	case "make":
		return w.callMake(a, n)
	case "type.__call__":
		if c, ok := a.value(0).(*class); ok {
			return w.create(c, a.from(1), n)
		}
	case "dataclass":
		return first(w, a, n)
	case "iter":
		if f, ok := a.at(0); ok && len(a.pos) == 2 {
			v := w.call(f.v, arguments{}, n)
			v, _ = without(v, func(x value) bool { return scalar(x) && x == a.pos[1].v })
			return &sequence{elems: []value{v}, loose: true, open: mayBeUnknown(v)}
		}
		return first(w, a, n)
	case "identity", "aiter", "staticmethod", "classmethod":
		return first(w, a, n)
	case "type":
		return w.callType(a, n)
	}
	w.spill(a.value(0), n)
	if b.name != "dict" {
		for _, k := range a.kw { // sorted(key=f) calls f
			if k.name == "key" && len(a.pos) == 1 && !isNone(k.v) {
				w.callKey(k.v, a.pos[0].v, n)
				continue
			}
			w.escape(k.v, n, true)
		}
	}
	if v := w.foldBuiltin(b.name, a); v != nil {
		return v
	}
	if inert[b.name] {
		return &object{of: b.name}
	}
	w.escapeAll(a, n, true)
	return w.givenBack(b.name, a)
}

// inert builtins call nothing that they are given.
var inert = setOf("isinstance issubclass len print id hash type repr str callable hasattr bool dir help object")
