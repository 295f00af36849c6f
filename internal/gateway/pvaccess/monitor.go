package pvaccess

import (
	"sync"
	"sync/atomic"

	"github.com/interlock-run/interlock/internal/wire/pva"
)

// monitor is the updates of one client's monitor. It holds few of them: where the
// client is slower than the server, what comes is merged into the last, and what was
// lost is said in its overrun bits.
type monitor struct {
	r        *request
	stop     func()      // of the watch; r.c.mu guards it
	overlaid atomic.Bool // a rehearsal put something here

	mu      sync.Mutex
	queue   []answer
	running bool
	ended   bool
	window  uint32    // updates that a client that acknowledges has room for
	dirty   bool      // the overlay has changed since the last update
	shown   *pva.Type // of the last update; nil before the first
}

func newMonitor(r *request, window uint32) *monitor { return &monitor{r: r, window: window} }

// update takes in one update of the server's.
func (m *monitor) update(a answer) {
	if a.err != nil {
		return
	}
	m.mu.Lock()
	n, waits := len(m.queue), &m.r.c.v.waits
	room := m.r.options.queue
	if waits.Load() > crowded {
		room = 1
	}
	switch {
	case m.ended:
		m.mu.Unlock()
		return
	case n == 0 || n < room || a.last:
		m.queue = append(m.queue, a)
	default:
		waits.Add(int64(-m.queue[n-1].size))
		a = squash(m.queue[n-1], a)
		m.queue[n-1] = a
	}
	full := waits.Add(int64(a.size)) > runMost
	m.mu.Unlock()
	if full {
		m.r.c.close()
	}
	m.r.c.out.pullFrom(m)
}

// end gives back what the queue holds.
func (m *monitor) end() {
	m.unwatch()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	for _, a := range m.queue {
		m.r.c.v.waits.Add(int64(-a.size))
	}
	m.queue = nil
}

// crowded is how many bytes wait for the clients of a run when its monitors hold no
// more than one update each.
const crowded = 32 << 20

// squash makes one update of two.
func squash(old, a answer) answer {
	a.size = max(a.size, old.size)
	a.overrun.Or(old.overrun)
	a.overrun.Or(old.mask.And(a.mask))
	a.value = a.value.Merge(old.value, a.mask)
	a.mask.Or(old.mask)
	return a
}

// changed is called when a rehearsal holds a put to the channel back.
func (m *monitor) changed() {
	m.overlaid.Store(true)
	m.mu.Lock()
	m.dirty = true
	m.mu.Unlock()
	m.r.c.out.pullFrom(m)
}

// exec handles what a client says to a monitor that was made: acknowledge, start,
// stop, end.
// https://docs.epics-controls.org/en/latest/pv-access/Protocol-Operation-Monitor.html
func (m *monitor) exec(sub byte, d *pva.Decoder) error {
	var n uint32
	if sub&pva.SubPipeline != 0 {
		n = d.U32()
	}
	r := m.r
	r.c.mu.Lock()
	typ, op := r.typ, r.op
	r.c.mu.Unlock()
	if d.Err() != nil {
		return nil
	}
	if typ == nil {
		return anomaly("monitor %#x was used before its type was told", r.id)
	}
	state := pva.MonitorState(sub)
	start := state == pva.SubStart
	m.mu.Lock()
	m.window = uint32(min(uint64(m.window)+uint64(n), 1<<30))
	was := m.running
	if start || state == pva.SubStop {
		m.running = start
	}
	now := m.running
	m.mu.Unlock()
	if start && !was {
		m.watch()
	}
	if now != was {
		_ = op.exec(state, nil, nil) // an error is that the channel ends, which the client hears of
	}
	r.c.out.pullFrom(m)
	if sub&pva.SubDestroy != 0 {
		r.forget()
		r.stop()
	}
	return nil
}

// watch begins to read: that is in the report, and what a rehearsal put is seen.
func (m *monitor) watch() {
	ch := m.r.ch
	if ch.overlay(m.r.typ) != nil {
		m.overlaid.Store(true)
	}
	m.r.c.mu.Lock()
	watched := m.stop != nil
	m.r.c.mu.Unlock()
	if watched {
		return
	}
	stop := ch.c.v.run.Watch(ch.name, true, m.changed)
	m.r.c.mu.Lock()
	ended := m.r.stopped
	m.stop = stop
	m.r.c.mu.Unlock()
	if ended {
		m.unwatch()
	}
}

func (m *monitor) unwatch() {
	m.r.c.mu.Lock()
	stop := m.stop
	m.stop = nil
	m.r.c.mu.Unlock()
	if stop != nil {
		stop()
	}
}

// next takes the next update that may be sent.
func (m *monitor) next() (a answer, more, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	room := !m.r.options.pipeline || m.window > 0
	switch {
	case len(m.queue) > 0 && m.queue[0].last && m.queue[0].value.Type == nil: // ends whatever the window
		a, m.queue = m.queue[0], m.queue[1:]
		m.r.c.v.waits.Add(int64(-a.size))
		return a, false, true
	case !m.running || !room:
		return a, false, false
	case len(m.queue) > 0:
		a, ok = m.queue[0], true
		m.queue[0] = answer{}
		m.queue = m.queue[1:]
	case m.dirty && m.shown != nil:
		a, ok = answer{value: pva.Value{Type: m.shown}}, true
	}
	if ok {
		m.dirty = false
		if m.r.options.pipeline {
			m.window--
		}
		m.shown = a.value.Type
		m.r.c.v.waits.Add(int64(-a.size))
	}
	return a, len(m.queue) > 0, ok
}

// pull implements puller.
func (m *monitor) pull(to []byte) (out []byte, more bool) {
	a, more, ok := m.next()
	r := m.r
	r.c.mu.Lock()
	stopped := r.stopped
	r.c.mu.Unlock()
	if !ok || stopped {
		return to, false
	}
	e := encoder(pva.Monitor)
	e.U32(r.id)
	if a.last {
		e.U8(pva.SubDestroy)
		e.Status(a.status)
		r.forget()
	} else {
		e.U8(0)
	}
	if a.value.Type != nil {
		v, mask := a.value, a.mask
		if m.overlaid.Load() {
			v, mask = r.ch.overlay(v.Type).apply(v, mask)
		}
		e.Bits(mask)
		e.Partial(v, mask)
		e.Bits(a.overrun)
	}
	return append(to, e.End()...), more
}
