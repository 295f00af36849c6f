package analysis

import "github.com/interlock-run/interlock/internal/analysis/parser"

// property is an attribute that code of the submission computes and sets.
type property struct {
	get, set value // nil where there is none
}

func (p *property) load(w *walker, o *userObject, n *parser.Node) value {
	if p.get == nil {
		return unknown{}
	}
	return w.call(p.get, plain(n, o), n)
}

// hook notes that code which is not seen may take or set the attribute.
func (p *property) hook() {
	for _, v := range []value{p.get, p.set} {
		if f, ok := v.(*function); ok {
			f.hooked = true
		}
	}
}

// propertyAttribute is p.setter and its like: a decorator that makes a property.
func propertyAttribute(p *property, name string) value {
	switch name {
	case "setter", "getter", "deleter":
		return &partial{fn: &builtin{name: "property." + name}, args: plain(nil, p)}
	case "fget":
		return orUnknown(p.get)
	case "fset":
		return orUnknown(p.set)
	}
	return unknown{}
}

// callPropertyPart is the call of such a decorator.
func callPropertyPart(name string, a arguments) value {
	p, ok := a.value(0).(*property)
	f := a.value(1)
	if !ok || f == nil {
		return unknown{}
	}
	out := *p
	switch name {
	case "property.setter":
		out.set = f
	case "property.getter":
		out.get = f
	}
	return &out
}

// callProperty is property(getter, setter).
func callProperty(a arguments) value {
	return &property{get: a.value(0, "fget"), set: a.value(1, "fset")}
}

// storeUser is o.name = v as o's class has it: by a property, a descriptor, its
// own __setattr__, or plainly.
func (w *walker) storeUser(o *userObject, name string, v value, t, from *parser.Node) {
	switch x := o.cls.lookup(name).(type) {
	case *property:
		if x.set != nil {
			w.call(x.set, plain(t, o, v), t)
		}
		return
	case *userObject:
		if x.cls.lookup("__set__") != nil {
			w.call(w.attribute(x, "__set__", t), plain(t, o, v), t)
			return
		}
	}
	if f, ok := o.cls.lookup("__setattr__").(*function); ok && w.calling[f.node] == 0 {
		w.callFunction(f, o, plain(t, str(name), v), t)
		return
	}
	w.storeRaw(o, name, v, t, from)
}

// storeRaw sets the attribute itself.
func (w *walker) storeRaw(o *userObject, name string, v value, t, from *parser.Node) {
	if o.base != nil && w.storeInstance(o.base, name, v, t, from, true) {
		return
	}
	o.attrs[name] = join(o.attrs[name], v)
}

// callRawSetattr is object.__setattr__(o, name, v).
func (w *walker) callRawSetattr(a arguments, n *parser.Node) value {
	o, ok := a.value(0).(*userObject)
	name, named := asString(orUnknown(a.value(1)))
	if !ok || !named {
		return w.callSetattr(a, n)
	}
	w.storeRaw(o, name, orUnknown(a.value(2)), n, nil)
	return none{}
}
