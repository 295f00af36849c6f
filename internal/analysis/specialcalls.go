package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

func codecsDecode(_ *walker, a arguments, _ *parser.Node) value {
	s, ok := asString(a.value(0))
	how, _ := asString(a.value(1))
	if ok && strings.ReplaceAll(how, "_", "") == "rot13" {
		return str(rot13(s))
	}
	if b, isBytes := a.value(0).(octets); isBytes {
		if v := decodeConst(map[string]string{"hex": "bytes.fromhex", "base64": "base64.b64decode"}[how], b); v != nil {
			return v
		}
		return str(b)
	}
	return unknown{}
}

// numpyArray keeps a constant list as one.
func numpyArray(_ *walker, a arguments, _ *parser.Node) value {
	if s, ok := a.value(0).(*sequence); ok && !s.open {
		return s
	}
	return &object{of: "numpy.array"}
}

func shlexSplit(_ *walker, a arguments, _ *parser.Node) value {
	s, ok := asString(a.value(0))
	if !ok {
		return &object{of: "shlex.split"}
	}
	words, ok := shellWords(s)
	if !ok {
		return &object{of: "shlex.split"}
	}
	return texts(words)
}

func simpleNamespace(w *walker, a arguments, _ *parser.Node) value {
	o := &userObject{cls: &class{name: "SimpleNamespace"}, attrs: map[string]value{}}
	w.fields(o, a)
	return o
}

// spawn starts a cothread task.
func spawn(w *walker, a arguments, n *parser.Node) value {
	return operatorCall(w, a, n)
}
