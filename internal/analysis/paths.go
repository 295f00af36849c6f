package analysis

import (
	"path"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// pathObject is a pathlib.Path with what is known of its path.
func pathObject(p value) *object { return &object{of: "pathlib.Path", path: p} }

// pathUse records the constant paths of v. A URL in their place is an endpoint;
// memory:// is fsspec's name for files that are kept in the process. Of several
// paths that v may be, none is certain.
func (w *walker) pathUse(v value, mode, api string, n *parser.Node) {
	all, certainty := alternatives(v), w.certainty
	if len(all) > 1 && certainty == interlock.Definite {
		certainty = interlock.Possible
	}
	for _, x := range all {
		p, ok := asString(x)
		if !ok || p == "" || strings.HasPrefix(p, "memory://") {
			continue
		}
		if strings.Contains(p, "://") {
			if !strings.HasPrefix(p, "file://") {
				w.url(str(p), api, n)
				continue
			}
			p = strings.TrimPrefix(p, "file://")
		}
		use := interlock.PathUse{Path: p, Mode: mode, API: api, Certainty: certainty, Pos: w.pos(n)}
		if !w.found.first(pathKey{pos: use.Pos, path: p, mode: mode}) {
			continue
		}
		w.facts.Paths = append(w.facts.Paths, use)
		if mode != "read" {
			w.written = append(w.written, use)
		}
	}
}

type pathKey struct {
	pos        interlock.Pos
	path, mode string
}

// modeOf is read or write; spec is one of them, or says where open's mode is.
func (w *walker) modeOf(spec string, a arguments) string {
	if !strings.HasPrefix(spec, "1,") && !strings.HasPrefix(spec, "0,") {
		return spec
	}
	v := a.value(int(spec[0]-'0'), spec[2:])
	if v == nil {
		return "read"
	}
	out := "read"
	for _, x := range alternatives(v) {
		s, ok := asString(x)
		switch {
		case !ok && out == "read":
			out = "unknown"
		case strings.ContainsAny(s, "wax+"):
			out = "write"
		}
	}
	return out
}

// pathMethods are the methods of a path that touch the file system.
var pathMethods = map[string]string{"open": "0,mode", "read_text": "read", "read_bytes": "read", "write_text": "write",
	"write_bytes": "write", "unlink": "write", "mkdir": "write", "rmdir": "write", "touch": "write", "rename": "write",
	"replace": "write", "chmod": "write", "symlink_to": "write", "hardlink_to": "write", "iterdir": "read", "glob": "read",
	"rglob": "read", "stat": "read", "exists": "read", "is_file": "read", "is_dir": "read", "readlink": "read", "walk": "read"}

// pathMethod is a method of a pathlib.Path; nil where it is not one.
func (w *walker) pathMethod(x *object, a arguments, n *parser.Node) value {
	p := x.self.path
	if mode, ok := pathMethods[x.name]; ok {
		w.pathUse(p, w.modeOf(mode, a), "pathlib.Path."+x.name, n)
		if x.name == "write_text" {
			w.wroteText(p, orUnknown(a.value(0, "data")))
		}
		if x.name == "rename" || x.name == "replace" || x.name == "symlink_to" {
			w.pathUse(orUnknown(a.value(0)), "write", "pathlib.Path."+x.name, n)
		}
		if x.name == "glob" || x.name == "rglob" || x.name == "iterdir" {
			return &sequence{elems: []value{pathObject(unknown{})}}
		}
		return &object{of: "pathlib"}
	}
	switch x.name {
	case "joinpath":
		for _, part := range a.pos {
			p = joinPath(p, part.v)
		}
		return pathObject(p)
	case "resolve", "absolute", "expanduser", "as_posix":
		return pathObject(p)
	case "with_suffix":
		s, ok1 := asString(p)
		suffix, ok2 := asString(orUnknown(a.value(0)))
		if ok1 && ok2 {
			return pathObject(str(strings.TrimSuffix(s, path.Ext(s)) + suffix))
		}
		return pathObject(unknown{})
	case "with_name":
		return pathObject(joinPath(parentPath(p), orUnknown(a.value(0))))
	}
	return nil
}

// joinPath joins constant paths as os.path.join does.
func joinPath(a, b value) value {
	x, ok1 := asString(a)
	y, ok2 := asString(b)
	switch {
	case ok2 && strings.HasPrefix(y, "/"):
		return str(y)
	case !ok1 || !ok2:
		return unknown{}
	case x == "" || x == ".":
		return str(y)
	}
	return str(strings.TrimSuffix(x, "/") + "/" + y)
}

func parentPath(p value) value {
	s, ok := asString(p)
	if !ok {
		return unknown{}
	}
	return str(path.Dir(s))
}

func newPath(_ *walker, a arguments, _ *parser.Node) value {
	p := value(str("."))
	for i, part := range a.pos {
		if i == 0 {
			p = part.v
			continue
		}
		p = joinPath(p, part.v)
	}
	if s, ok := asString(p); ok {
		return pathObject(str(s))
	}
	return pathObject(unknown{})
}

func osPathJoin(w *walker, a arguments, _ *parser.Node) value {
	if len(a.pos) == 0 || a.star {
		return &object{of: "str"}
	}
	var out []value
	for _, head := range alternatives(a.pos[0].v) {
		p := head
		for _, part := range a.pos[1:] {
			var joined []value
			for _, x := range alternatives(part.v) {
				joined = append(joined, joinPath(p, x))
			}
			p = joinAll(joined)
		}
		out = append(out, p)
	}
	if v := joinAll(out); !mayBeUnknown(v) {
		return v
	}
	return &object{of: "str"}
}

func osPathDirname(_ *walker, a arguments, _ *parser.Node) value {
	if s, ok := asString(orUnknown(a.value(0))); ok {
		return str(path.Dir(s))
	}
	return &object{of: "str"}
}
