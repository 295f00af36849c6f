package gateway

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/interlock-run/interlock"
)

// far is a target whose server has what is sent after a time.
type far struct {
	*wire
	takes time.Duration
}

func (f *far) Send(context.Context, interlock.ChannelValue, bool) (Sent, error) { return f, nil }

func (f *far) Received(ctx context.Context) error {
	select {
	case <-time.After(f.takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// N6: a server has longer for what is larger, and no time without end; not even that for
// what is under way when writes are turned off.
func TestLargePutsMayTakeLonger(t *testing.T) {
	text := interlock.ChannelValue{Texts: []string{strings.Repeat("x", 8<<20)}}
	texts := interlock.ChannelValue{Texts: []string{text.Texts[0][:4<<20], text.Texts[0][4<<20:]}, Array: true}
	numbers := interlock.ChannelValue{Numbers: make([]float64, 1<<20), Array: true}
	for name, c := range map[string]struct {
		value       interlock.ChannelValue
		takes, till time.Duration // till when it may be under way
		word        string
	}{
		"a text":           {text, 8 * time.Second, 8 * time.Second, "done"},
		"texts":            {texts, 8 * time.Second, 8 * time.Second, "done"},
		"numbers":          {numbers, 8 * time.Second, 8 * time.Second, "done"},
		"a server hangs":   {text, time.Hour, receivedMost, "error"},
		"a number, slowly": {num(1), 3 * time.Second, receivedTime + time.Millisecond, "error"},
		"writes go off":    {text, 8 * time.Second, time.Second + receivedTime + 2*watchPeriod, "error"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				d.wire.present = Present{Kind: KindText, Count: c.value.Len()}
				if len(c.value.Numbers) > 0 {
					d.wire.present.Kind = KindFloat64
				}
				r := d.open(write(interlock.ChannelGrant{}))
				if name == "writes go off" {
					time.AfterFunc(time.Second, func() {
						if err := os.WriteFile(d.g.writes.file(), nil, 0o600); err != nil { // TurnOff would wait for the put
							t.Error(err)
						}
					})
				}
				began, told := time.Now(), make(chan Outcome, 1)
				r.Put(Asked{Request: Request{Channel: "X", Value: c.value}, Target: &far{d.wire, c.takes}, Told: func(o Outcome) { told <- o }})
				if took := time.Since(began); took > c.till {
					t.Errorf("it was under way for %v", took)
				}
				if word := inAWord(<-told); word != c.word {
					t.Error(word)
				}
			})
		})
	}
}
