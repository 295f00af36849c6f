package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/interlock-run/interlock"
)

// Run is one run's road: what it may read and put, over all systems. It implements
// interlock.Road and is safe for concurrent use.
type Run struct {
	g     *Gateway
	sub   *interlock.Submission
	grant interlock.Grant
	ctx   context.Context
	end   context.CancelFunc

	mu        sync.Mutex
	writable  context.Context    // done when writes are turned off; another one when they are on again
	turnedOff context.CancelFunc // of writable
	servers   []Server
	door      net.Listener // of why
	stopped   bool
	report    report
	overlay   map[string]interlock.ChannelValue // of a rehearsal, by canonical name
	loose     map[string]any                    // what the last put of a rehearsal came over, where nobody waits for it, by canonical name
	before    map[string]*before                // puts let through, by canonical name
	newest    map[string]int                    // number of the last put that was sent, by canonical name
	held      map[string][]interlock.HeldPut    // what is left of an approval, by canonical name
	watches   map[int]watch                     // what is monitored while puts are held back
	watched   int                               // that were ever begun

	sending    sync.WaitGroup // puts that are being decided on or sent
	concluding sync.WaitGroup // puts whose end is waited for
	asking     sync.WaitGroup // of why
	records    recorder
	stopAll    sync.Once
	result     interlock.Equipment
}

func newRun(g *Gateway, s *interlock.Submission, grant interlock.Grant) *Run {
	r := &Run{g: g, sub: s, grant: grant, overlay: map[string]interlock.ChannelValue{}, loose: map[string]any{}, before: map[string]*before{}, newest: map[string]int{}, watches: map[int]watch{},
		report: report{reads: map[string]struct{}{}, last: map[string]string{}}}
	r.ctx, r.end = context.WithCancel(context.Background())
	r.writable, r.turnedOff = context.WithCancel(r.ctx)
	r.records.start(g, r)
	if grant.Held != nil {
		r.held = map[string][]interlock.HeldPut{}
		for _, h := range grant.Held {
			r.held[h.Channel] = append(r.held[h.Channel], h)
		}
	}
	return r
}

// puts reports whether any put of this run could be let through or held back.
func (r *Run) puts() bool { return r.grant.Mode == interlock.WriteAccess || r.grant.Rehearse }

// Context is done when the run has ended.
func (r *Run) Context() context.Context { return r.ctx }

// Mode is the run's execution mode.
func (r *Run) Mode() interlock.ExecutionMode { return r.grant.Mode }

// Identity is what the run is called at servers: who submitted it, and the run.
func (r *Run) Identity() (user, host string) {
	user = r.sub.Who.Name
	if user == "" {
		user = string(r.sub.Who.Kind)
	}
	return user, "interlock-" + r.sub.ID
}

// Serve implements interlock.Road.
func (r *Run) Serve(doors interlock.Doors) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		doors.Close()
		return errors.New("serving a run that has ended")
	}
	for _, s := range r.g.opt.Systems {
		mine := interlock.Doors{Streams: map[uint16]listener{}, Packets: map[uint16]packetConn{}}
		for _, d := range s.Doors() {
			if l := doors.Streams[d.Port]; l != nil && d.Network == "tcp" {
				mine.Streams[d.Port] = l
				delete(doors.Streams, d.Port)
			}
			if p := doors.Packets[d.Port]; p != nil && d.Network == "udp" {
				mine.Packets[d.Port] = p
				delete(doors.Packets, d.Port)
			}
		}
		if len(mine.Streams)+len(mine.Packets) == 0 {
			continue
		}
		server, err := s.Serve(r, mine)
		if err != nil {
			doors.Close()
			return err
		}
		r.servers = append(r.servers, server)
	}
	if l := doors.Streams[whyPort]; l != nil {
		r.door = l
		delete(doors.Streams, whyPort)
		r.asking.Add(1)
		go r.why(l, &r.asking)
	}
	doors.Close() // what nobody took
	return nil
}

// Stop implements interlock.Road. Puts that are on their way are waited for.
func (r *Run) Stop() interlock.Equipment {
	r.stopAll.Do(func() {
		r.mu.Lock()
		r.stopped = true
		servers, door := r.servers, r.door
		r.mu.Unlock()
		if door != nil {
			_ = door.Close()
		}
		r.asking.Wait()
		r.sending.Wait() // bounded by the times of each put
		r.end()
		r.concluding.Wait()
		for _, s := range servers {
			s.Stop()
		}
		r.g.ended(r)
		r.records.stop()
		r.mu.Lock()
		r.result = r.report.equipment(r.grant.Rehearse)
		r.mu.Unlock()
	})
	return r.result
}

func (r *Run) writesChanged(off bool) {
	r.mu.Lock()
	if r.turnedOff(); !off {
		r.writable, r.turnedOff = context.WithCancel(r.ctx)
	}
	servers := r.servers
	r.mu.Unlock()
	for _, s := range servers {
		s.WritesChanged()
	}
}

// MayRead returns why the channel of that name may not be read, or nil. A refusal is
// in the run's report when [Run.Refuse] is told of it.
func (r *Run) MayRead(name string) *interlock.Refusal { return r.grant.Reads.Refuses(name) }

// MayPut reports whether a put to the channel could be let through now or held back:
// what clients are told of their rights. It promises nothing.
func (r *Run) MayPut(name string) bool {
	if !r.puts() || !r.grant.Rehearse && r.g.writes.Off() {
		return false
	}
	_, _, breach := r.grant.Channels.Granted(name)
	return breach == nil
}

// RefusePut refuses a put that cannot even be decided on.
func (r *Run) RefusePut(req Request, kind interlock.Violation, why string, told func(Outcome)) {
	channel, err := interlock.CanonicalChannel(req.Channel)
	if err != nil {
		channel = strconv.Quote(req.Channel)
	}
	n := r.readOnly(channel)
	if r.puts() {
		n = r.refusal(&interlock.Breach{Violation: kind, Channel: channel, Allowed: "a plain value",
			Message: fmt.Sprintf("put to %s is refused: %s", channel, why)})
	}
	r.Refuse(n)
	told(Outcome{Refusal: n})
}

// Refuse puts a refusal into the run's report and its record.
func (r *Run) Refuse(refusal *interlock.Refusal) {
	r.mu.Lock()
	first := r.report.refuse(*refusal)
	r.mu.Unlock()
	if first {
		r.records.add(r.record(interlock.RecordPutRefused, *refusal))
	}
}

// Note adds what the person should know to the run's report, once, and of so many.
func (r *Run) Note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.report.notes) < maxNotes && !slices.Contains(r.report.notes, text) {
		r.report.notes = append(r.report.notes, text)
	}
}

// Reading says that the channel was read, or is being monitored, and returns what a
// rehearsal put there; held is false where that is nothing. A read of a channel that
// was itself put to shows what was put, as it would in a run whose puts are sent, and
// is no reason to do something else; a read of any other channel after a put may be,
// since in that run the equipment would have answered the put.
func (r *Run) Reading(name string) (v interlock.ChannelValue, held bool) {
	return r.ReadingOver(name, nil)
}

// ReadingOver is Reading over a circuit, as [Request] has them. A put that nobody
// waits for may be overtaken by a read over another one: the equipment would then have
// answered with what was there before.
func (r *Run) ReadingOver(name string, circuit any) (v interlock.ChannelValue, held bool) {
	canonical, err := interlock.CanonicalChannel(name)
	if err != nil {
		return v, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.reads[canonical] = struct{}{}
	v, held = r.overlay[canonical]
	if over := r.loose[canonical]; !held && len(r.overlay) > 0 || over != nil && over != circuit {
		r.report.depends = true
	}
	return v, held
}

// Rehearsing reports whether puts are held back.
func (r *Run) Rehearsing() bool { return r.grant.Rehearse }

// Held is what a rehearsal put to the channel, if it put anything.
func (r *Run) Held(name string) (v interlock.ChannelValue, held bool) {
	canonical, err := interlock.CanonicalChannel(name)
	if err != nil {
		return v, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	v, held = r.overlay[canonical]
	return v, held
}

// watch is who monitors a channel of a rehearsal.
type watch struct {
	channel string // canonical
	fields  bool   // with all its fields
	changed func()
}

// about reports whether a put to the channel called canonical changes what w shows.
func (w *watch) about(canonical string) bool {
	return w.channel == canonical || w.fields && strings.HasPrefix(canonical, w.channel+".")
}

// Watch says that the channel is monitored, and calls changed whenever a rehearsal holds
// a put to it back, or, with fields, a put to a field of it, until the run ends or stop
// is called. changed must return soon and not call the Run.
func (r *Run) Watch(name string, fields bool, changed func()) (stop func()) {
	canonical, err := interlock.CanonicalChannel(name)
	if err != nil || !r.grant.Rehearse {
		return func() {}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watched++
	i := r.watched
	r.watches[i] = watch{canonical, fields, changed}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.watches, i)
	}
}
