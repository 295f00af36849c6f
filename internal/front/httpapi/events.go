package httpapi

import (
	"net/http"
	"sync"
	"time"

	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// The bounds of a stream of events.
const (
	heldBytes  = 128 << 10        // are in memory; what comes above them waits on disk
	maxWaiting = 4 << 30          // bytes on disk of all streams together
	ownWaiting = maxWaiting / 4   // of one user's
	takeTime   = 30 * time.Minute // to take the rest once the run has ended: there may be a person in a pager
)

// events holds the lines of one answer between the run, which never waits, and the
// client, who takes them when they come. A client that takes nothing costs heldBytes,
// and a file of as much as its user's share allows. Above that, the stream keeps
// nothing more, and ends with why instead of a result; the run goes on.
type events struct {
	mu    sync.Mutex
	more  *sync.Cond // signalled when lines, spool, why or ended change
	lines []byte     // the oldest
	spool spool      // what came after them
	why   error      // nothing more is kept; nil while all is
	ended bool
	gone  bool // nobody takes anything any more
}

// newEvents returns an empty stream, which keeps in dir what has room there.
func newEvents(dir string, room func(n int64) bool) *events {
	e := &events{spool: spool{dir: dir, room: room}}
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
	switch {
	case e.gone || e.why != nil:
		return
	case !e.spool.waits() && len(e.lines)+len(b) <= heldBytes:
		e.lines = append(e.lines, b...)
	default:
		e.why = e.spool.add(b)
	}
	e.more.Signal()
}

// end says that nothing more comes.
func (e *events) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = true
	e.more.Signal()
}

// next waits for lines and takes some; nil is the end.
func (e *events) next() (lines []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.lines) == 0 {
		switch {
		case e.spool.waits():
			e.refill()
		case !e.ended:
			e.more.Wait()
		case e.why != nil:
			e.lines, e.why = cutOff(e.why), nil
		default:
			return nil
		}
	}
	lines, e.lines = e.lines, nil
	return lines
}

// refill takes some of what waits on disk; none of it is kept that cannot be read.
func (e *events) refill() {
	lines, err := e.spool.next(heldBytes)
	if e.lines = lines; err != nil {
		e.why = err
		e.spool.close()
	}
}

// cutOff is the last line of a stream that does not end with a result.
func cutOff(why error) []byte {
	b, _ := apiv1.Encode(&apiv1.Event{Event: apiv1.EventCutOff, Text: why.Error()}) // of one text, which is always encoded
	return b
}

// drop lets go of what waits, and of all that still comes.
func (e *events) drop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gone, e.lines, e.why = true, nil, nil
	e.spool.close()
}

// copyTo sends lines as they come, each batch flushed, until the end. It goes on to
// the end when the client has gone, and returns how that showed.
func (e *events) copyTo(w http.ResponseWriter) (err error) {
	defer e.drop()
	control := http.NewResponseController(w)
	for lines := e.next(); lines != nil; lines = e.next() {
		if _, err = w.Write(lines); err == nil {
			err = control.Flush()
		}
		if err != nil {
			e.drop()
		}
	}
	return err
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
