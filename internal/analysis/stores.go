package analysis

import (
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// replace notes what the script puts in a library's name that is called.
func (w *walker) replace(path string, v value) {
	for _, x := range alternatives(v) {
		switch x.(type) {
		case *function, *boundFunction, *method, *extern, *partial:
		default:
			return
		}
	}
	if w.replaced == nil {
		w.replaced = map[string]value{}
	}
	w.replaced[path] = join(w.replaced[path], v)
}

// storeAttribute is x.name = v.
func (w *walker) storeAttribute(x value, name string, v value, t, from *parser.Node) {
	switch x := x.(type) {
	case *userObject:
		w.storeUser(x, name, v, t, from)
	case *instance:
		w.storeInstance(x, name, v, t, from, false)
	case *class:
		if x.attrs == nil {
			x.attrs = map[string]value{}
		}
		x.attrs[name] = join(x.attrs[name], v)
		if x.hooked {
			w.escape(v, t, false)
		}
	case *siblingModule:
		x.frame.vars[name] = join(x.frame.vars[name], v)
	case *extern:
		w.patch(x, name, v, t)
	case unknown, *unknownAttribute:
		w.suspectStore(name, t)
		w.escape(v, t, false)
	case *object:
		w.plant(name, v)
		w.escape(v, t, true)
	}
}

// patch is an attribute of a module that the script replaces.
func (w *walker) patch(x *extern, name string, v value, t *parser.Node) {
	path := x.path + "." + name
	w.escape(v, t, false)
	w.argvChanged = w.argvChanged || path == "sys.argv"
	w.replace(path, v)
	switch {
	case path == "sys.path" || path == "sys.meta_path" || path == "sys.path_hooks":
		w.pathChanged(t)
	case x.path == "builtins":
		w.use(name, t)
		w.hide("builtins", "the script replaces the builtin "+name, t, true)
	case w.tables.library(root(path)) != nil:
		w.hide("monkeypatch", "the script replaces "+path+" of a control-system library", t, true)
	}
}

// storeItem is x[index] = v.
func (w *walker) storeItem(x, index, v value, t, from *parser.Node) {
	switch x := x.(type) {
	case *mapping:
		x.put(index, v)
		if _, ok := render(index); !ok {
			x.open = true
		}
	case *sequence:
		x.add(v, true)
		x.open = true
	case *dataset:
		x.store(index, v)
	case *configFile:
		x.store(index, v)
	case *stagedSettings:
		w.stageOne(x, index, v, t)
	case *namespace:
		w.storeNamespace(x, index, v, t)
	case *instance:
		w.storeIndexed(x, index, v, t, from)
	case *userObject:
		if x.cls.lookup("__setitem__") != nil {
			w.call(w.attribute(x, "__setitem__", t), plain(t, index, v), t)
		}
	case *extern:
		if x.path == "sys.modules" && !w.mock(index, v) {
			w.hide("sys.modules", "the script replaces an imported module", t, true)
		}
		switch x.path {
		case "sys.argv":
			w.argvChanged = true
		case "sys.path":
			w.pathChanged(t)
		case "os.environ":
			w.environ(index, "write", "os.environ", t)
			return
		}
		w.escape(v, t, false)
	default:
		w.escape(v, t, true)
	}
}

func (w *walker) storeNamespace(ns *namespace, index, v value, t *parser.Node) {
	name, ok := asString(index)
	switch ns.of.(type) {
	case *userObject, *class:
		if !ok { // a name that is asked for and not known is unknown anyway
			w.escape(v, t, false)
			return
		}
	}
	if !ok {
		w.hide("globals", "the script binds names that are not constant", t, w.control)
		w.frame.module.opaque = true
		return
	}
	if m, isModule := ns.of.(*moduleOf); isModule {
		m.frame.vars[name] = join(m.frame.vars[name], v)
		return
	}
	if o, isObject := ns.of.(*userObject); isObject { // past __setattr__ and what a device defines
		o.attrs[name] = join(o.attrs[name], v)
		return
	}
	w.storeAttribute(ns.of, name, v, t, nil)
}
