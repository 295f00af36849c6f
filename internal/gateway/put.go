package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/interlock-run/interlock"
)

// Bounds of one put.
const (
	presentTime  = 2 * time.Second  // for the servers to say the present values
	receivedTime = 2 * time.Second  // for the server to have the put; for one that is under way when writes are turned off, from then
	byteTime     = time.Microsecond // more for each of its bytes: a line of 10 Mbit/s carries so many
	receivedMost = 12 * time.Second // and no more for them together
	processTime  = time.Hour        // for a server to say that it was processed: a motor may move
	verifyTime   = 2 * time.Second  // for the channel to read back as put
	verifyPeriod = 50 * time.Millisecond
)

// Asked is one put of a client, and who is told what becomes of it.
type Asked struct {
	Request Request
	Target  Target
	// Told is called exactly once, from any goroutine, before or after Put returns. Stop
	// does not wait for it: who passes it does.
	Told func(Outcome)
}

// Put decides on puts that a client has sent one behind the other, and carries them
// through in their order. It returns as soon as each was refused, held back, or surely
// is at its server or never will be; then the next of the same circuit may follow.
// Together they cost little more than one: each channel is read once, and their
// intents are one append. Of a channel that has a max_step each put waits for the one
// before, since its server may refuse that.
func (r *Run) Put(asked ...Asked) { r.put(asked, false) }

// PutAll is Put of what a client asked for in one piece, of different channels: where
// one is refused none is sent, and none counts or is held back. Targets are given
// their values in order, and what they were given the last one sends, all or nothing.
func (r *Run) PutAll(asked ...Asked) { r.put(asked, true) }

func (r *Run) put(asked []Asked, whole bool) {
	r.mu.Lock()
	if r.stopped {
		r.mu.Unlock()
		for _, a := range asked {
			a.Told(Outcome{Err: errEnded})
		}
		return
	}
	r.sending.Add(1)
	r.mu.Unlock()
	list := make([]*put, len(asked))
	for i, a := range asked {
		list[i] = &put{r: r, req: a.Request, target: a.Target, told: a.Told}
	}
	for rest := list; len(rest) > 0; {
		n := len(rest)
		if !whole && !r.grant.Rehearse {
			n = together(rest)
		}
		r.carry(rest[:n], whole)
		rest = rest[n:]
	}
	for _, p := range list {
		if p.refusal != nil {
			r.Refuse(p.refusal)
		}
	}
	// The locks are free again, and Stop does not wait for it: telling may take as long as
	// the client likes.
	r.sending.Done()
	for _, p := range list {
		if !p.open() {
			p.told(Outcome{Refusal: p.refusal, Err: p.err, Held: p.held})
		}
	}
}

// ErrOther is what is told of a put that another one of the same piece has ended.
var ErrOther = errors.New("another field of the same put is refused")

var errEnded = errors.New("the run has ended")

func (r *Run) ended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped
}

// put is one put on its way.
type put struct {
	r       *Run
	req     Request
	target  Target
	told    func(Outcome)
	channel string // canonical
	entries interlock.ChannelGrants
	entry   interlock.Put
	sent    Sent
	counted bool // by its rate, budget and approval

	// How it ended before it was sent, if it did.
	refusal *interlock.Refusal
	err     error
	held    bool
}

// open reports whether the put goes on: the client is still to be told.
func (p *put) open() bool { return p.refusal == nil && p.err == nil && !p.held }

// those are the puts that go on: of what is one piece, all or none.
func those(list []*put, whole bool) (open []*put) {
	for _, p := range list {
		if p.open() {
			open = append(open, p)
		}
	}
	if whole && len(open) < len(list) {
		for _, p := range open {
			p.abandon(ErrOther)
		}
		return nil
	}
	return open
}

// abandon ends a put of which nothing has left, so that it does not count.
func (p *put) abandon(err error) {
	p.err = err
	if p.counted {
		p.r.uncount(p.channel)
	}
}

func (p *put) refuse(why interlock.Violation, sentence, allowed string) {
	p.refusal = p.r.refusal(&interlock.Breach{Violation: why, Channel: p.channel, Allowed: allowed,
		Message: fmt.Sprintf("put of %s to %s is refused: %s", p.req.Value, p.channel, sentence)})
}

// together is how many of the puts can be decided on at once: from a second one to the
// same channel on, what the distance of a step is from shows only at its server.
func together(list []*put) int {
	if len(list) == 1 {
		return 1
	}
	stepped := map[string]bool{}
	for i, p := range list {
		if p.granted(); stepped[p.channel] {
			return i
		}
		stepped[p.channel] = slices.ContainsFunc(p.entries, func(e interlock.ChannelGrant) bool { return e.MaxStep != nil })
	}
	return len(list)
}

// carry takes each put as far as it comes.
func (r *Run) carry(list []*put, whole bool) {
	for _, p := range list {
		if p.granted(); whole && !p.open() {
			break
		}
	}
	if list = those(list, whole); len(list) == 0 {
		return
	}
	var channels []string
	for _, p := range list {
		channels = append(channels, p.channel)
	}
	unlock, err := r.g.order.lock(r.ctx, channels...)
	if err != nil {
		for _, p := range list {
			p.refuse(interlock.PutNotRecorded, fmt.Sprintf("puts cannot be put into an order: %v", err), "puts, once the state directory can be written")
		}
		return
	}
	defer unlock()
	if r.ended() { // meanwhile, so that Stop waits for the puts under way and not for a queue
		for _, p := range list {
			p.err = errEnded
		}
		return
	}
	if !r.grant.Rehearse {
		off, done, err := r.g.writes.begin()
		if err != nil || off != "" {
			for _, p := range list {
				p.refusal = r.refusal(&interlock.Breach{Violation: interlock.WritesOff, Channel: p.channel, Allowed: "reading it, until a person says `interlock writes on`",
					Message: fmt.Sprintf("put to %s is refused: writes are off: %s", p.channel, firstOf(off, err))}) // whatever the value
			}
			return
		}
		defer done()
	}
	// One time for all looks: the locks are held, and a server may answer none of them.
	ctx, cancel := context.WithTimeout(r.ctx, presentTime)
	defer cancel()
	seen := map[string]*Present{}
	for _, p := range list {
		if p.decide(ctx, seen); whole && !p.open() {
			break
		}
	}
	if list = those(list, whole); r.grant.Rehearse {
		for _, p := range list {
			p.held = true
			r.hold(p.entry)
		}
		return
	}
	r.send(list, whole)
}

func firstOf(text string, err error) string {
	if text == "" && err != nil {
		return err.Error()
	}
	return text
}

// granted finds the entries that hold for the put.
func (p *put) granted() {
	if p.channel != "" { // it is known already
		return
	}
	var breach *interlock.Breach
	p.channel, p.entries, breach = p.r.grant.Channels.Granted(p.req.Channel)
	switch {
	case !p.r.puts():
		p.refusal = p.r.readOnly(p.channel)
	case breach != nil:
		p.refusal = p.r.refusal(breach)
	}
}

// decide holds the put to everything. seen is what the channels are, and will be once
// the puts before this one have arrived: nobody else of this state directory puts
// meanwhile.
func (p *put) decide(ctx context.Context, seen map[string]*Present) {
	r := p.r
	r.overtaking(p.channel, p.req)
	present := seen[p.channel]
	if present == nil {
		now, err := p.target.Present(ctx)
		if err != nil {
			p.refuse(interlock.StepCheckFailed, fmt.Sprintf("its present value cannot be read: %v", err), "a put to a channel that can be read")
			return
		}
		if held, ok := r.Held(p.channel); ok {
			now.Value = held
		}
		present = &now
		seen[p.channel] = present
	}
	value, breach := Decide(p.channel, p.entries, p.req.Value, *present)
	if breach == nil {
		breach = r.counts(p.channel, value, p.entries)
	}
	if breach != nil {
		p.refusal = r.refusal(breach)
		return
	}
	p.entry = interlock.Put{Channel: p.channel, Protocol: p.req.Protocol, PV: p.req.PV, Field: p.req.Field, Old: present.Value, New: value, At: r.g.opt.Now(), Limits: limits(p.entries)}
	present.Value, p.counted = value, true
	r.explain(p.channel, "")
}

// send records the intents and sends. The locks are held until the servers have the puts.
func (r *Run) send(list []*put, whole bool) {
	records := make([]interlock.Record, len(list))
	for i, p := range list {
		p.entry.N = r.number()
		records[i] = r.record(interlock.RecordPut, p.entry)
	}
	if len(list) == 0 {
		return
	}
	if err := r.records.now(records...); err != nil {
		for _, p := range list {
			r.uncount(p.channel)
			p.refuse(interlock.PutNotRecorded, "its intent cannot be recorded, and nothing is put without a record", "puts, once the state directory can be written")
		}
		return
	}
	ctx, cancel := r.receiving(list)
	defer cancel()
	r.place(ctx, list, whole)
	for _, p := range those(list, false) {
		received := p.sent.Received(ctx)
		r.concluding.Add(1)
		go func() {
			err := p.conclude(p.sent, received, p.entry, verification(p.entries))
			r.concluding.Done()
			p.told(Outcome{Err: err}) // as in Put
		}()
	}
}

// receiving ends when the servers should have the puts.
func (r *Run) receiving(list []*put) (context.Context, context.CancelFunc) {
	bytes := 0
	for _, p := range list {
		bytes += bytesOf(p.entry.New)
	}
	ctx, cancel := context.WithTimeout(r.ctx, min(receivedTime+time.Duration(bytes)*byteTime, receivedMost))
	r.mu.Lock()
	defer r.mu.Unlock()
	stop := context.AfterFunc(r.writable, func() { time.AfterFunc(receivedTime, cancel) })
	return ctx, func() {
		stop()
		cancel()
	}
}

// bytesOf is about what v takes on a line; a text of Channel Access has 40 bytes, or more.
func bytesOf(v interlock.ChannelValue) (n int) {
	for _, t := range v.Texts {
		n += max(len(t), 40)
	}
	return n + 8*len(v.Numbers)
}

// place gives the servers their puts. What could not be sent has ended.
func (r *Run) place(ctx context.Context, list []*put, whole bool) {
	var failed error
	back := make([]func(), len(list)) // of what is newest
	for i, p := range list {
		back[i] = r.newer(p.channel, p.entry.N)
		p.sent, p.err = p.target.Send(ctx, p.entry.New, p.req.Wait || verification(p.entries) == interlock.VerifyCallback)
		failed = errors.Join(failed, p.err)
		if p.err != nil {
			back[i]()
		}
	}
	for i, p := range list {
		if whole && failed != nil {
			p.err = failed
			back[i]()
		}
		if p.err == nil {
			continue
		}
		p.entry.Status, p.entry.Message = interlock.PutFailed, fmt.Sprintf("it was not sent: %v", p.err)
		r.finished(p.entry)
	}
}
