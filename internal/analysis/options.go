package analysis

import (
	"strings"

	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// stableOption reports whether n is an attribute of what argparse returned that
// nothing sets after that: no line of the script sets one of that name, on
// anything, or reaches attributes by names that are not constant.
func (w *walker) stableOption(n *parser.Node) bool {
	if n.Value.Kind != parser.Name || w.importsSiblings() {
		return false
	}
	v, _ := w.frame.find(n.Value.Name)
	o, ok := v.(*userObject)
	if !ok || !o.cls.options {
		return false
	}
	set := w.attributesSet(w.frame.unit.tree)
	return !set[n.Name] && !set[""]
}

func (w *walker) importsSiblings() bool {
	for _, m := range w.modules {
		if m != nil {
			return true
		}
	}
	return w.frame.unit.at != nil
}

// attributesSet are the names of the attributes that a module sets or deletes; ""
// is among them where it may set any.
func (w *walker) attributesSet(tree *parser.Module) map[string]bool {
	if set, ok := w.setAttrs[tree]; ok {
		return set
	}
	set, own := map[string]bool{}, ownStores(tree)
	for _, n := range tree.Body {
		parser.Walk(n, func(x *parser.Node) bool {
			switch {
			case own[x]:
			case x.Kind == parser.Attribute && x.Ctx != parser.Load:
				set[x.Name] = true
			case setsAny(x):
				set[""] = true
			}
			return true
		})
	}
	if w.setAttrs == nil {
		w.setAttrs = map[*parser.Module]map[string]bool{}
	}
	w.setAttrs[tree] = set
	return set
}

// ownStores are the places where a method sets an attribute of its self, which is
// an instance of its class: as long as no line does more with the module's classes
// than to derive from them and to call them.
func ownStores(tree *parser.Module) map[*parser.Node]bool {
	classes, own := map[string]bool{}, map[*parser.Node]bool{}
	for _, n := range tree.Body {
		if n.Kind == parser.ClassDef {
			classes[n.Name] = true
			for _, f := range n.Body {
				selfStores(f, own)
			}
		}
	}
	open := 0
	named := func(n *parser.Node) int {
		if n.Kind == parser.Name && classes[n.Name] {
			return 1
		}
		return 0
	}
	for _, n := range tree.Body {
		parser.Walk(n, func(x *parser.Node) bool {
			open += named(x)
			switch x.Kind {
			case parser.Call:
				open -= named(x.Value)
			case parser.ClassDef:
				for _, base := range x.List {
					open -= named(base)
				}
			case parser.Name, parser.Attribute:
				if classReaching[x.Name] || x.Name == "self" && x.Kind == parser.Name && x.Ctx != parser.Load {
					open++
				}
			}
			return true
		})
	}
	if open > 0 {
		return nil
	}
	return own
}

// classReaching are names that lead from a thing to its class, or from a method to
// its function.
var classReaching = setOf("type __class__ __func__ __mro__ __bases__ __base__ __subclasses__ getattr")

// selfStores adds the attributes of self that the method f sets.
func selfStores(f *parser.Node, into map[*parser.Node]bool) {
	if f.Kind != parser.FunctionDef || len(f.Decorators()) > 0 || len(f.List) == 0 || f.List[0].Name != "self" {
		return
	}
	for _, n := range f.Body {
		parser.Walk(n, func(x *parser.Node) bool {
			switch x.Kind {
			case parser.FunctionDef, parser.Lambda, parser.ClassDef:
				return false
			case parser.Attribute:
				into[x] = into[x] || x.Ctx != parser.Load && x.Value.Kind == parser.Name && x.Value.Name == "self"
			}
			return true
		})
	}
}

// setters set attributes that their arguments name.
var setters = setOf("setattr delattr vars exec eval compile globals locals __dict__ __setattr__ __delattr__ " +
	"__getattribute__ __builtins__ __import__ import_module run_path run_module")

// setsAny reports whether n may be used to set an attribute that it does not name.
func setsAny(n *parser.Node) bool {
	switch n.Kind {
	case parser.Name, parser.Attribute:
		return setters[n.Name]
	case parser.StrConst: // for getattr
		return setters[n.Str]
	case parser.Alias:
		return setters[n.Name] || n.Name == "*"
	case parser.Call: // a second parser may fill the same result
		if f := n.Value; f.Kind == parser.Attribute && strings.HasPrefix(f.Name, "parse_") {
			return len(n.List) > 1 || len(n.Keywords) > 0
		}
	}
	return false
}
