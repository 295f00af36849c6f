package gateway

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/interlock-run/interlock"
)

// choosy does not send the puts that are in not.
type choosy struct {
	*wire
	not []float64
}

func (c *choosy) Send(ctx context.Context, v interlock.ChannelValue, wait bool) (Sent, error) {
	if slices.Contains(c.not, v.Numbers[0]) {
		return nil, errors.New("no room")
	}
	return c.wire.Send(ctx, v, wait)
}

// N2: a put that could not be sent leaves no gap over which the next of the same piece
// goes in a step that was never allowed. Another channel has nothing to do with it.
func TestNothingIsSentOverAGap(t *testing.T) {
	d := newDesk(t)
	d.wire.follows = true
	g := write(interlock.ChannelGrant{MaxStep: f64(1)})
	g.Channels = append(g.Channels, interlock.ChannelGrant{Match: "Y", Writable: true, MaxStep: f64(1)})
	r := d.open(g)
	target, told := &choosy{d.wire, []float64{2, 3}}, make(chan string, 6)
	var asked []Asked
	for _, p := range []struct {
		channel string
		value   float64
	}{{"X", 1}, {"X", 2}, {"Y", 1}, {"X.VAL", 3}, {"X", 4}, {"X", 5}} {
		asked = append(asked, Asked{Request: Request{Channel: p.channel, Value: num(p.value), Wait: true}, Target: target, Told: func(o Outcome) { told <- inAWord(o) }})
	}
	r.Put(asked...)
	var words []string
	for range asked {
		words = append(words, <-told)
	}
	slices.Sort(words)
	if want := []string{"MAX_STEP_EXCEEDED", "MAX_STEP_EXCEEDED", "MAX_STEP_EXCEEDED", "done", "done", "error"}; !slices.Equal(words, want) || len(d.wire.sent) != 2 || !d.wire.sent[1].Same(num(1)) {
		t.Errorf("told %v, sent %v", words, d.wire.sent)
	}
	if e := r.Stop(); len(e.Puts) != 3 { // each has its end, since each intent is recorded
		t.Errorf("%+v", e.Puts)
	}
}

// P10: a put that never went is no reason to say of the one before it that its read-back
// means nothing.
func TestReadBackOutlastsWhatWasNotSent(t *testing.T) {
	for name, sendable := range map[string]bool{"its intent is not recorded": true, "it cannot be sent": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			var full atomic.Bool
			d.book.Fail = func(r interlock.Record) error {
				if full.Load() && r.Kind == interlock.RecordPut {
					return errors.New("the disk is full")
				}
				return nil
			}
			d.wire.back = num(7)
			r := d.open(write(interlock.ChannelGrant{Verify: interlock.VerifyReadback}))
			told := make(chan string, 1)
			r.Put(Asked{Request: Request{Channel: "X", Value: num(1)}, Target: &choosy{d.wire, []float64{2}}, Told: func(o Outcome) { told <- inAWord(o) }})
			full.Store(sendable)
			r.Put(Asked{Request: Request{Channel: "X", Value: num(2)}, Target: &choosy{d.wire, []float64{2}}, Told: func(Outcome) {}})
			if word := <-told; word != "error" {
				t.Errorf("told %q of a put that reads back as something else", word)
			}
			if e := r.Stop(); len(e.Puts) == 0 || e.Puts[0].Status != interlock.PutFailed {
				t.Errorf("%+v", e.Puts)
			}
		})
	}
}

// zone is a server that does not take what is between 0 and 3.
type zone struct{ *wire }

func (z zone) Send(ctx context.Context, v interlock.ChannelValue, wait bool) (Sent, error) {
	if n := v.Numbers[0]; n > 0 && n < 3 {
		return &wire{status: errors.New("not there")}, nil
	}
	return z.wire.Send(ctx, v, wait)
}

// N2: the distance of a step is from what is there, and not from what the run wanted to
// be there: a server may refuse a put, and then the next of the same piece is a larger step.
func TestAStepIsFromWhatIsThere(t *testing.T) {
	d := newDesk(t)
	d.wire.follows = true
	r := d.open(write(interlock.ChannelGrant{MaxStep: f64(1)}))
	told := make(chan string, 5)
	var asked []Asked
	for _, n := range []float64{-1, 0, 1, 2, 3} {
		asked = append(asked, Asked{Request: Request{Channel: "X", Value: num(n), Wait: true}, Target: zone{d.wire}, Told: func(o Outcome) { told <- inAWord(o) }})
	}
	r.Put(asked...)
	var words []string
	for range asked {
		words = append(words, <-told)
	}
	slices.Sort(words)
	if want := []string{"MAX_STEP_EXCEEDED", "MAX_STEP_EXCEEDED", "done", "done", "error"}; !slices.Equal(words, want) || len(d.wire.sent) != 2 {
		t.Errorf("told %v, sent %v", words, d.wire.sent)
	}
}
