package analysis

import "github.com/interlock-run/interlock/internal/analysis/parser"

// queue is one that threads or tasks hand things over with. Which of them runs
// first is not known, so what is taken out is anything that is put in anywhere.
// That is known when the whole program was walked, which is then walked again.
type queue struct{ at *parser.Node }

func newQueue(_ *walker, _ arguments, n *parser.Node) value { return &queue{at: n} }

var queueMethods = setOf("put put_nowait get get_nowait task_done join empty full qsize close join_thread cancel_join_thread maxsize")

// putIn notes a thing that is put into q.
func (w *walker) putIn(q *queue, v value) {
	if w.queued == nil {
		w.queued = map[*parser.Node]value{}
	}
	if !plainData(v, maxDepth) {
		v = join(v, unknown{})
	}
	w.queued[q.at] = join(w.queued[q.at], v)
}

// plainData reports whether v is made of constants, which another walk of the
// program may hold too.
func plainData(v value, depth int) bool {
	if depth == 0 {
		return false
	}
	for _, x := range alternatives(v) {
		switch x := x.(type) {
		case str, octets, integer, float, boolean, none, pattern, span, *object:
		case *sequence:
			for _, e := range x.elems {
				if !plainData(e, depth-1) {
					return false
				}
			}
		case *mapping:
			for i := range x.keys {
				if !plainData(x.keys[i], depth-1) || !plainData(x.vals[i], depth-1) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

func (w *walker) queueMethod(q *queue, name string, a arguments) value {
	switch name {
	case "put", "put_nowait":
		if v := a.value(0, "item"); v != nil {
			w.putIn(q, v)
		}
		return none{}
	case "get", "get_nowait":
		w.asked = true
		if v, ok := w.held[q.at]; ok {
			return v
		}
		return unknown{}
	}
	return nil
}
