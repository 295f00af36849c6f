package analysis

import "github.com/interlock-run/interlock/internal/analysis/parser"

// higher says how a library function calls a function that it is given.
type higher struct {
	fn     int    // position of the function
	name   string // its keyword
	args   string // "rest": the arguments after it; "tuple": a tuple of them, at tuple or as args=
	tuple  int
	kwargs string // keyword with a dict of keyword arguments
	each   bool   // it is called with the elements of the arguments, as map does
	splat  bool   // ... which are tuples of arguments, as starmap does
}

// higherOrder lists library functions that call what they are given. All others
// that get a function count as calling it with unknown arguments.
func higherOrder() map[string]higher {
	target := higher{fn: 1, name: "target", args: "tuple", tuple: 3, kwargs: "kwargs"}
	rest := higher{fn: 0, args: "rest"}
	return map[string]higher{
		"threading.Thread":             target,
		"multiprocessing.Process":      target,
		"threading.Timer":              {fn: 1, name: "function", args: "tuple", tuple: 2, kwargs: "kwargs"},
		"asyncio.to_thread":            rest,
		"atexit.register":              rest,
		"weakref.finalize":             {fn: 1, args: "rest"},
		"contextvars.copy_context.run": rest,
		"_thread.start_new_thread":     {fn: 0, args: "tuple", tuple: 1},
		"sched.scheduler.enter":        {fn: 2, args: "tuple", tuple: 3},
		"itertools.starmap":            {fn: 0, args: "rest", each: true, splat: true},
		"functools.reduce":             {fn: 0, args: "rest", each: true},
		"operator.call":                rest,
		"/submit":                      rest,
		"/apply_async":                 {fn: 0, name: "func", args: "tuple", tuple: 1, kwargs: "kwds"},
		"/apply":                       {fn: 0, name: "func", args: "tuple", tuple: 1, kwargs: "kwds"},
		"/map":                         {fn: 0, args: "rest", each: true},
		"/imap":                        {fn: 0, args: "rest", each: true},
		"/imap_unordered":              {fn: 0, args: "rest", each: true},
		"/map_async":                   {fn: 0, args: "rest", each: true},
		"/starmap":                     {fn: 0, args: "rest", each: true, splat: true},
		"/starmap_async":               {fn: 0, args: "rest", each: true, splat: true},
		"/run_in_executor":             {fn: 1, args: "rest"},
		"/call_soon":                   rest,
		"/call_soon_threadsafe":        rest,
		"/call_later":                  {fn: 1, args: "rest"},
		"/call_at":                     {fn: 1, args: "rest"},
		"/enter_context":               rest,
		"/callback":                    rest,
		"/add_done_callback":           {fn: 0, args: "none"},
		"trio.to_thread.run_sync":      rest,
		"anyio.to_thread.run_sync":     rest,
		"/do":                          rest,
		"/add_job":                     {fn: 0, name: "func", args: "tuple", tuple: 2, kwargs: "kwargs"},
		"/Process":                     target,
		"/Thread":                      target,
		"/start_soon":                  rest,
	}
}

// callHigher calls a function through a library function that calls it. ok is
// false where the library function is not listed.
func (w *walker) callHigher(path string, a arguments, n *parser.Node) (value, bool) {
	h, ok := w.tables.higher[path]
	if !ok {
		return nil, false
	}
	f, given := a.named(h.name)
	if !given {
		if f, given = a.at(h.fn); !given {
			return &object{of: path}, true
		}
	}
	v := w.call(f.v, w.passedOn(h, a), n)
	if h.each {
		return &sequence{elems: []value{v}, open: mayBeUnknown(v)}, true
	}
	return &object{of: path}, true
}

// passedOn are the arguments that the function is called with.
func (w *walker) passedOn(h higher, a arguments) arguments {
	var out arguments
	switch h.args {
	case "tuple":
		t := a.value(h.tuple, "args")
		if t != nil {
			elems, known := w.elements(t)
			out = plain(nil, elems...)
			out.star = !known
		}
		if m, ok := a.value(-1, h.kwargs).(*mapping); ok {
			w.spread(&out, m, nil)
		}
	case "rest":
		out = a.from(h.fn + 1)
	default:
		out.star = true
	}
	if !h.each {
		return out
	}
	return w.eachOf(h, out)
}

// eachOf are arguments that are elements of those given.
func (w *walker) eachOf(h higher, a arguments) arguments {
	var out arguments
	for _, p := range a.pos {
		item := w.items(p.v)
		if !h.splat {
			out.pos = append(out.pos, argument{v: item, node: p.node})
			continue
		}
		out = w.splat(item, p.node)
	}
	return out
}

// splat spreads tuples over argument positions.
func (w *walker) splat(tuples value, n *parser.Node) arguments {
	var places []value
	out := arguments{}
	for _, t := range alternatives(tuples) {
		elems, known := w.elements(t)
		out.star = out.star || !known
		for i, e := range elems {
			if i == len(places) {
				places = append(places, nil)
			}
			places[i] = join(places[i], e)
		}
	}
	for _, v := range places {
		out.pos = append(out.pos, argument{v: v, node: n})
	}
	return out
}

// callHigherMethod is callHigher for a method: pool.map, executor.submit.
func (w *walker) callHigherMethod(x *object, a arguments, n *parser.Node) (value, bool) {
	if root(x.of) == "IPython" {
		if v := w.ipython(x.name, a, n); v != nil {
			return v, true
		}
	}
	if x.name == "" || !w.callable(a) {
		return nil, false
	}
	return w.callHigher("/"+x.name, a, n)
}

// callable reports whether one of the arguments is a function: df.map and
// Series.apply get one too, but a dict has no place in a call.
func (w *walker) callable(a arguments) bool {
	for _, p := range a.all() {
		for _, x := range alternatives(p.v) {
			switch x := x.(type) {
			case *function, *boundFunction, *method, *partial:
				return true
			case *extern:
				if x.fn != nil || x.cls != nil || w.tables.host.calls[x.path] != nil {
					return true
				}
			case *builtin:
				return true
			case *object:
				if x.command != nil {
					return true
				}
			}
		}
	}
	return false
}
