package httpapi

import (
	"net/http"
	"sync"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// events holds the lines of one answer between the run, which never waits, and the
// client, who takes them when they come. What it holds is bounded by what a run may
// write, which the policy bounds.
type events struct {
	mu    sync.Mutex
	more  *sync.Cond // signalled when lines or ended change
	lines []byte
	ended bool
}

func newEvents() *events {
	e := &events{}
	e.more = sync.NewCond(&e.mu)
	return e
}

// add appends an event. One that cannot be encoded is left out: none of those
// made here is.
func (e *events) add(event *apiv1.Event) {
	b, err := apiv1.Encode(event)
	if err != nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines = append(e.lines, b...)
	e.more.Signal()
}

// end says that nothing more comes.
func (e *events) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = true
	e.more.Signal()
}

// next waits for lines and takes them; nil is the end.
func (e *events) next() []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.lines) == 0 && !e.ended {
		e.more.Wait()
	}
	lines := e.lines
	e.lines = nil
	return lines
}

// copyTo sends lines as they come, each batch flushed, until the end. It goes on to
// the end when the client has gone.
func (e *events) copyTo(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	gone := false
	for lines := e.next(); lines != nil; lines = e.next() {
		if gone {
			continue
		}
		if _, err := w.Write(lines); err != nil {
			gone = true
			continue
		}
		gone = control.Flush() != nil
	}
}

// stream is the run's standard output or error as events of the kind.
func (e *events) stream(kind string) eventWriter { return eventWriter{e, kind} }

type eventWriter struct {
	e    *events
	kind string
}

// Write implements io.Writer. It never fails.
func (w eventWriter) Write(b []byte) (int, error) {
	if len(b) > 0 {
		w.e.add(&apiv1.Event{Event: w.kind, Data: b})
	}
	return len(b), nil
}
