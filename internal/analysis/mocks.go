package analysis

import interlock "github.com/interlock-run/interlock"

// mock notes sys.modules[name] = Mock(): what imports the module afterwards gets
// an object that only remembers. It reports whether the statement is no more than
// that: always run, and of a mock that calls nothing.
func (w *walker) mock(name, v value) bool {
	s, ok := asString(name)
	o, made := v.(*object)
	if !ok || !made || s != root(s) || (o.of != "unittest.mock.MagicMock" && o.of != "unittest.mock.Mock" && o.of != "types.ModuleType") {
		w.mocked = nil
		return false
	}
	if w.certainty != interlock.Definite || w.cond > 0 || w.loops > 0 || len(w.sites) > 0 || w.imported(s) || o.of == "types.ModuleType" {
		return false
	}
	if w.mocked == nil {
		w.mocked = map[string]value{}
	}
	w.mocked[s] = o
	return true
}

// imported reports whether something imported the module before.
func (w *walker) imported(name string) bool {
	for _, i := range w.facts.Imports {
		if root(i.Module) == name {
			return true
		}
	}
	return len(w.modules) > 0
}
