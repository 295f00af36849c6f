package analysis

import (
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// parameters binds arguments to names as Python would; what cannot be told is unknown.
func (w *walker) parameters(fr *frame, f *function, self value, a arguments) {
	if self != nil {
		a = arguments{pos: append([]argument{{v: self}}, a.pos...), kw: a.kw, star: a.star}
	}
	i, taken := 0, map[string]bool(nil)
	for _, p := range f.node.List {
		switch p.Op {
		case parser.ParamVarArgs:
			rest := &sequence{open: a.star}
			for ; i < len(a.pos); i++ {
				rest.elems = append(rest.elems, a.pos[i].v)
			}
			fr.bindHere(p.Name, rest)
			continue
		case parser.ParamKwArgs:
			continue
		}
		v, at := value(nil), (*parser.Node)(nil)
		if p.Op != parser.ParamKwOnly && i < len(a.pos) {
			v, at = a.pos[i].v, a.pos[i].node
			i++
		} else if k, ok := a.named(p.Name); ok {
			v, at = k.v, k.node
			note(&taken, p.Name)
		}
		fr.bindHere(p.Name, w.orDefault(v, p, f, a.star))
		w.cameAs(fr, p.Name, at)
	}
	w.keywordRest(fr, f, a, taken)
}

// cameAs notes for the trail which expression a parameter stands for.
func (w *walker) cameAs(fr *frame, name string, at *parser.Node) {
	if at != nil {
		fr.came(name, origin{node: at, from: at, in: w.frame, kind: "argument"})
	}
}

func (w *walker) orDefault(v value, p *parser.Node, f *function, star bool) value {
	if v != nil {
		if _, vague := v.(unknown); vague && p.Extra != nil {
			if hint := w.hint(f, p.Extra); hint != nil {
				return hint
			}
		}
		return v
	}
	d, ok := f.defaults[p.Name]
	switch {
	case ok && !star:
		return d
	case ok:
		return join(d, unknown{})
	}
	if hint := w.hint(f, p.Extra); hint != nil {
		return hint
	}
	return unknown{}
}

// hint is what an annotation of a parameter of f says.
func (w *walker) hint(f *function, n *parser.Node) (v value) {
	if n == nil {
		return nil
	}
	w.in(f.outer, func() { v = w.annotation(n) })
	return v
}

func (w *walker) keywordRest(fr *frame, f *function, a arguments, taken map[string]bool) {
	for _, p := range f.node.List {
		if p.Op != parser.ParamKwArgs {
			continue
		}
		m := &mapping{open: a.star}
		for _, k := range a.kw {
			if !taken[k.name] && k.name != "" {
				m.keys = append(m.keys, str(k.name))
				m.vals = append(m.vals, k.v)
			}
		}
		fr.bindHere(p.Name, m)
	}
}

// annotation is the value that an annotation promises: only classes of the
// tables and of the submission say anything here.
func (w *walker) annotation(n *parser.Node) value {
	if n == nil {
		return nil
	}
	switch x := w.eval(n).(type) {
	case *extern:
		if x.cls != nil {
			return &instance{cls: x.cls}
		}
	case *class:
		o := &userObject{cls: x, attrs: map[string]value{}, base: w.baseInstance(x)}
		o.own()
		return o
	case *builtin:
		if immutableTypes[x.name] {
			return &object{of: x.name}
		}
	}
	return nil
}

var immutableTypes = map[string]bool{"str": true, "int": true, "float": true, "bool": true, "bytes": true,
	"list": true, "dict": true, "tuple": true, "set": true, "complex": true}
