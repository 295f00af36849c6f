package gateway

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
)

// counts holds a put to rates, budgets and what was approved, and counts it if none
// refuses. The channel's lock is held.
func (r *Run) counts(channel string, v interlock.ChannelValue, entries interlock.ChannelGrants) *interlock.Breach {
	r.mu.Lock()
	defer r.mu.Unlock()
	refuse := func(e *interlock.ChannelGrant, why interlock.Violation, sentence, allowed string) *interlock.Breach {
		return &interlock.Breach{Violation: why, Channel: channel, Grant: e, Allowed: allowed,
			Message: fmt.Sprintf("put of %s to %s is refused: %s", v, channel, sentence)}
	}
	now, before := r.g.opt.Now(), r.before[channel]
	if before == nil {
		before = newBefore(entries)
		r.before[channel] = before
	}
	before.forget(now)
	for i := range entries {
		e := &entries[i]
		if e.Budget > 0 && before.n >= e.Budget {
			return counted(e, channel, interlock.BudgetExceeded, fmt.Sprintf("the run has put to it %d times, which is its budget", before.n), fmt.Sprintf("%d puts in a run", e.Budget))
		}
		if !e.Rate.Allows(before.recent, now) {
			return counted(e, channel, interlock.RateExceeded, "it is put too often", fmt.Sprintf("%s puts, so wait between them", e.Rate))
		}
	}
	if r.held != nil {
		left := r.held[channel]
		if len(left) == 0 {
			return refuse(nil, interlock.PutNotApproved, "it is not among the puts that were approved", "the puts of the rehearsal that was approved")
		}
		if !approved(left[0], v) {
			return refuse(nil, interlock.PutNotApproved, fmt.Sprintf("approved as the next put to it is %s", left[0].Value), "the puts of the rehearsal that was approved, in their order")
		}
		r.held[channel] = left[1:]
	}
	before.add(now)
	return nil
}

// counted is a breach that does not depend on the value, so that equal ones are told once.
func counted(e *interlock.ChannelGrant, channel string, why interlock.Violation, sentence, allowed string) *interlock.Breach {
	return &interlock.Breach{Violation: why, Channel: channel, Grant: e, Allowed: allowed, Message: fmt.Sprintf("put to %s is refused: %s", channel, sentence)}
}

// before is the puts of a run to one channel: all by number, and when those were that
// still count for a rate.
type before struct {
	n      int
	recent []time.Time
	span   time.Duration // of the longest rate; 0 is that there is none
}

func newBefore(entries interlock.ChannelGrants) *before {
	b := &before{}
	for i := range entries {
		b.span = max(b.span, entries[i].Rate.Per)
	}
	return b
}

// forget drops what no rate counts any more.
func (b *before) forget(now time.Time) {
	old := 0
	for old < len(b.recent) && now.Sub(b.recent[old]) >= b.span {
		old++
	}
	b.recent = b.recent[old:]
}

func (b *before) add(now time.Time) {
	b.n++
	if b.span > 0 {
		b.recent = append(b.recent, now)
	}
}

// takeBack is add undone.
func (b *before) takeBack() {
	b.n--
	if n := len(b.recent); n > 0 {
		b.recent = b.recent[:n-1]
	}
}

// uncount takes back the last count of a put that was not sent after all. What was
// approved may then be put once more: nothing of it has arrived.
func (r *Run) uncount(channel string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b := r.before[channel]; b != nil && b.n > 0 {
		b.takeBack()
	}
	if r.held != nil {
		all := slices.DeleteFunc(slices.Clone(r.grant.Held), func(h interlock.HeldPut) bool { return h.Channel != channel })
		if left := len(r.held[channel]); left < len(all) {
			r.held[channel] = all[len(all)-left-1:]
		}
	}
}

// approved reports whether v is the put that was approved. No tolerance makes one
// state another, or one text.
func approved(h interlock.HeldPut, v interlock.ChannelValue) bool {
	if len(h.Value.Numbers) == 0 || len(h.Value.Texts) > 0 || len(v.Texts) > 0 || h.Value.Len() != v.Len() || len(v.Numbers) != len(h.Value.Numbers) {
		return h.Value.Same(v)
	}
	for i, want := range h.Value.Numbers {
		if !h.Tolerance.Holds(want, v.Numbers[i]) {
			return false
		}
	}
	return true
}

// overtaking notes in a rehearsal that a put is decided on, whatever comes of it. One
// that comes over another circuit than one before it, for which nobody waits, could
// overtake that.
func (r *Run) overtaking(channel string, req Request) {
	if !r.grant.Rehearse {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if over := r.loose[channel]; over != nil && over != req.Circuit {
		r.report.depends = true
	}
	delete(r.loose, channel)
	if !req.Wait && req.Circuit != nil {
		r.loose[channel] = req.Circuit
	}
}

// hold keeps a put of a rehearsal back and tells who watches its channel.
func (r *Run) hold(entry interlock.Put) {
	entry.Status = interlock.PutHeld
	r.mu.Lock()
	r.report.n++
	entry.N = r.report.n
	r.overlay[entry.Channel] = entry.New
	r.report.put(entry)
	var tell []func()
	for _, w := range r.watches {
		if w.about(entry.Channel) {
			tell = append(tell, w.changed)
		}
		// What is monitored can be read at any time without a word on the wire, from
		// what the client remembers: pyepics answers a second caget so.
		if _, held := r.overlay[w.channel]; !held {
			r.report.depends = true
		}
	}
	r.mu.Unlock()
	r.records.add(r.record(interlock.RecordPutEnd, entry))
	for _, changed := range tell {
		changed()
	}
}

// number numbers a put that is about to be recorded.
func (r *Run) number() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.n++
	return r.report.n
}

// newer says that the put of that number goes to the channel now; back takes that back
// where it did not go. The channel's lock is held.
func (r *Run) newer(channel string, n int) (back func()) {
	set := func(n int) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.newest[channel] = n
	}
	r.mu.Lock()
	before := r.newest[channel]
	r.mu.Unlock()
	set(n)
	return func() { set(before) }
}

// again reports whether the channel was put to again after the put of that number.
func (r *Run) again(channel string, n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.newest[channel] > n
}

// finished puts down what became of a put.
func (r *Run) finished(entry interlock.Put) {
	r.mu.Lock()
	r.report.put(entry)
	r.mu.Unlock()
	if entry.Status == interlock.PutFailed || entry.Status == interlock.PutUnknown {
		r.explain(entry.Channel, entry.Message)
	}
	r.records.add(r.record(interlock.RecordPutEnd, entry))
}

// refusal is a breach as reports and clients have it.
func (r *Run) refusal(b *interlock.Breach) *interlock.Refusal {
	out := &interlock.Refusal{Kind: "put", What: b.Channel, Count: 1, Rule: "control_system.epics.write", Message: b.Message, Hint: "allowed is " + b.Allowed + "; only the operator can change that",
		SeenBy: "gateway", Violation: b.Violation}
	if b.Grant != nil {
		out.Policy = b.Grant.Policy
	}
	return out
}

// readOnly is the refusal of any put of a run that may put nothing.
func (r *Run) readOnly(channel string) *interlock.Refusal {
	return &interlock.Refusal{Kind: "put", What: channel, Count: 1, Rule: "control_system.mode", SeenBy: "gateway", Violation: interlock.ModeReadOnly,
		Message: fmt.Sprintf("put to %s is refused: the run is read_only", channel),
		Hint:    "reading it; writes need write_access, which follows from the code where analysis finds the write and the configuration enables writes"}
}

// limits are the entries of a channel in words.
func limits(entries interlock.ChannelGrants) string {
	var list []string
	for i := range entries {
		if text := entries[i].Describe(); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return strings.Join(list, "; ")
}
