package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/interlock-run/interlock"
)

// Bounds of one put.
const (
	presentTime  = 2 * time.Second  // for the server to say the present value
	receivedTime = 2 * time.Second  // for the server to have the put
	elementTime  = time.Microsecond // more for each of its elements
	processTime  = time.Hour        // for a server to say that it was processed: a motor may move
	verifyTime   = 2 * time.Second  // for the channel to read back as put
	verifyPeriod = 50 * time.Millisecond
)

// Put decides on one put and carries it through. It returns as soon as the put was
// refused, held back, or surely is at the server or never will be; then the next put
// of the same circuit may follow. told is called exactly once, before or after that,
// from any goroutine, when it is known what the client is to be told. Stop does not
// wait for told: who passes it does.
func (r *Run) Put(req Request, t Target, told func(Outcome)) {
	r.mu.Lock()
	if r.stopped {
		r.mu.Unlock()
		told(Outcome{Err: errEnded})
		return
	}
	r.sending.Add(1)
	r.mu.Unlock()
	p := &put{r: r, req: req, target: t, told: told}
	refusal, err := p.carry()
	if refusal != nil {
		r.Refuse(refusal)
	}
	// Its locks are free again, and Stop does not wait for it: telling may take as long
	// as the client likes.
	r.sending.Done()
	switch {
	case refusal != nil:
		told(Outcome{Refusal: refusal})
	case err != nil || p.held:
		told(Outcome{Err: err, Held: p.held})
	}
}

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
	held    bool // it was held back
}

// carry takes the put as far as it comes. Where it returns neither a refusal nor an
// error, the client has been, or will be, told.
func (p *put) carry() (*interlock.Refusal, error) {
	r := p.r
	var breach *interlock.Breach
	p.channel, p.entries, breach = r.grant.Channels.Granted(p.req.Channel)
	if !r.puts() {
		return r.readOnly(p.channel), nil
	}
	if breach != nil {
		return r.refusal(breach), nil
	}
	unlock, err := r.g.order.lock(r.ctx, p.channel)
	if err != nil {
		return r.refusal(p.breach(interlock.PutNotRecorded, fmt.Sprintf("puts cannot be put into an order: %v", err), "puts, once the state directory can be written")), nil
	}
	defer unlock()
	if r.ended() { // meanwhile, so that Stop waits for the puts under way and not for a queue
		return nil, errEnded
	}
	if !r.grant.Rehearse {
		off, done, err := r.g.writes.begin()
		if err != nil || off != "" {
			return r.refusal(p.breach(interlock.WritesOff, "writes are off: "+firstOf(off, err), "reading it, until a person says `interlock writes on`")), nil
		}
		defer done()
	}
	return p.decided()
}

func firstOf(text string, err error) string {
	if text == "" && err != nil {
		return err.Error()
	}
	return text
}

// decided reads the present value, decides, and lets the put through or holds it back.
func (p *put) decided() (*interlock.Refusal, error) {
	r := p.r
	ctx, cancel := context.WithTimeout(r.ctx, presentTime)
	present, err := p.target.Present(ctx)
	cancel()
	if err != nil {
		return r.refusal(p.breach(interlock.StepCheckFailed, fmt.Sprintf("its present value cannot be read: %v", err), "a put to a channel that can be read")), nil
	}
	r.mu.Lock()
	if held, ok := r.overlay[p.channel]; ok {
		present.Value = held
	}
	r.mu.Unlock()
	value, breach := Decide(p.channel, p.entries, p.req.Value, present)
	if breach == nil {
		breach = r.counts(p.channel, value, p.entries)
	}
	if breach != nil {
		return r.refusal(breach), nil
	}
	entry := interlock.Put{Channel: p.channel, Protocol: p.req.Protocol, Old: present.Value, New: value, At: r.g.opt.Now(), Limits: limits(p.entries)}
	if r.grant.Rehearse {
		r.hold(entry)
		p.held = true
		return nil, nil
	}
	return p.send(entry)
}

// send records the intent and sends. The locks are held until the server has the put.
func (p *put) send(entry interlock.Put) (*interlock.Refusal, error) {
	r := p.r
	entry.N = r.number()
	if err := r.records.now(r.record(interlock.RecordPut, entry)); err != nil {
		r.uncount(p.channel)
		return r.refusal(p.breach(interlock.PutNotRecorded, "its intent cannot be recorded, and nothing is put without a record", "puts, once the state directory can be written")), nil
	}
	verify := verification(p.entries)
	ctx, cancel := context.WithTimeout(r.ctx, receivedTime+time.Duration(entry.New.Len())*elementTime)
	defer cancel()
	sent, err := p.target.Send(ctx, entry.New, p.req.Wait || verify == interlock.VerifyCallback)
	if err != nil {
		entry.Status, entry.Message = interlock.PutFailed, fmt.Sprintf("it was not sent: %v", err)
		r.finished(entry)
		return nil, err
	}
	received := sent.Received(ctx)
	r.concluding.Add(1)
	go func() {
		err := p.conclude(sent, received, entry, verify)
		r.concluding.Done()
		p.told(Outcome{Err: err}) // as in Put
	}()
	return nil, nil
}

// conclude waits for what becomes of a put that was sent and records it. It returns
// what the client is told.
func (p *put) conclude(sent Sent, received error, entry interlock.Put, verify interlock.Verify) error {
	err := received
	if err == nil {
		ctx, cancel := context.WithTimeout(p.r.ctx, processTime)
		err = sent.Processed(ctx)
		cancel()
	}
	switch {
	case received != nil:
		entry.Status, entry.Message = interlock.PutUnknown, fmt.Sprintf("whether it arrived is not known: %v", received)
	case err != nil && !errors.Is(err, context.Canceled):
		entry.Status, entry.Message = interlock.PutFailed, err.Error()
	case verify == interlock.VerifyReadback:
		err = p.verify(&entry)
	case err != nil:
		entry.Status, err = interlock.PutSent, nil // nobody waits any more for the server's word
	case p.req.Wait || verify == interlock.VerifyCallback:
		entry.Status = interlock.PutConfirmed
	default:
		entry.Status = interlock.PutSent
	}
	p.r.finished(entry)
	return err
}

// verify reads the channel back until it is what was put, or time is up.
func (p *put) verify(entry *interlock.Put) error {
	ctx, cancel := context.WithTimeout(context.Background(), verifyTime)
	defer cancel()
	for {
		got, err := p.target.Read(ctx)
		if err == nil {
			entry.ReadBack = got
			if p.holds(entry.New, got) {
				entry.Status = interlock.PutVerified
				return nil
			}
		}
		select {
		case <-ctx.Done():
			entry.Status = interlock.PutFailed
			entry.Message = fmt.Sprintf("%s was put as %s and reads back as %s", entry.Channel, entry.New, entry.ReadBack)
			return errors.New(entry.Message)
		case <-time.After(verifyPeriod):
		}
	}
}

// holds reports whether got is as good as want for every entry that asks for a read-back.
func (p *put) holds(want, got interlock.ChannelValue) bool {
	if len(want.Numbers) == 0 {
		return want.Same(got)
	}
	if len(got.Numbers) < len(want.Numbers) {
		return false
	}
	for i := range p.entries {
		if p.entries[i].Verify != interlock.VerifyReadback {
			continue
		}
		for k, n := range want.Numbers {
			if !p.entries[i].Tolerance.Holds(n, got.Numbers[k]) {
				return false
			}
		}
	}
	return true
}

// verification is the most that any entry asks for.
func verification(entries interlock.ChannelGrants) interlock.Verify {
	most := interlock.VerifyNone
	for i := range entries {
		switch v := entries[i].Verify; {
		case v == interlock.VerifyReadback:
			return v
		case v == interlock.VerifyCallback:
			most = v
		}
	}
	return most
}

func (p *put) breach(why interlock.Violation, sentence, allowed string) *interlock.Breach {
	return &interlock.Breach{Violation: why, Channel: p.channel, Allowed: allowed,
		Message: fmt.Sprintf("put of %s to %s is refused: %s", p.req.Value, p.channel, sentence)}
}
