package analysis

import (
	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// environ notes that an environment variable is used. A name that is not
// constant is "*".
func (w *walker) environ(name value, mode, api string, n *parser.Node) {
	for _, x := range alternatives(orUnknown(name)) {
		s, ok := asString(x)
		if !ok {
			s = "*"
		}
		u := interlock.EnvUse{Name: s, Mode: mode, API: api, Certainty: w.certainty, Pos: w.pos(n)}
		key := u
		key.Certainty = 0
		if w.found.first(key) {
			w.facts.Environment = append(w.facts.Environment, u)
		}
	}
}

// environGet is os.environ.get and os.getenv: the default is what it may be.
func environGet(w *walker, a arguments, n *parser.Node) value {
	w.environ(a.value(0, "key"), "read", "os.environ", n)
	return environValue(a)
}

func environValue(a arguments) value {
	v := value(&object{of: "os.environ"})
	if name, _ := asString(orUnknown(a.value(0, "key"))); name == "HOME" {
		v = str("~")
	}
	if d := a.value(1, "default"); d != nil {
		return join(v, d)
	}
	return v
}

// environSetDefault is os.environ.setdefault.
func environSetDefault(w *walker, a arguments, n *parser.Node) value {
	w.environ(a.value(0, "key"), "write", "os.environ", n)
	return environValue(a)
}

// environPut is os.putenv and os.unsetenv.
func environPut(w *walker, a arguments, n *parser.Node) value {
	w.environ(a.value(0, "key"), "write", "os.environ", n)
	return none{}
}

// environPop is os.environ.pop.
func environPop(w *walker, a arguments, n *parser.Node) value {
	w.environ(a.value(0, "key"), "write", "os.environ", n)
	return environValue(a)
}

// environUpdate is os.environ.update.
func environUpdate(w *walker, a arguments, n *parser.Node) value {
	if m, ok := a.value(0).(*mapping); ok {
		for _, k := range m.keys {
			w.environ(k, "write", "os.environ", n)
		}
	} else if len(a.pos) > 0 {
		w.environ(nil, "write", "os.environ", n)
	}
	for _, k := range a.kw {
		w.environ(str(k.name), "write", "os.environ", n)
	}
	return none{}
}

// environAll is a method that shows all variables.
func environAll(w *walker, _ arguments, n *parser.Node) value {
	w.environ(nil, "read", "os.environ", n)
	return &object{of: "os.environ"}
}
