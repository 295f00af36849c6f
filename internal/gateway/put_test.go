package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
)

// wire is a target that does what it is told; it remembers what was sent.
type wire struct {
	present Present
	err     error // of Present
	refuse  error // of Send
	lost    error // of Received
	status  error // of Processed
	back    interlock.ChannelValue
	follows bool // what is sent is there afterwards
	book    *gatewaytest.Ledger

	mu      sync.Mutex
	sent    []interlock.ChannelValue
	written []int // how many intents were durable when each was sent
}

func (w *wire) Present(context.Context) (Present, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.present, w.err
}

func (w *wire) Read(context.Context) (interlock.ChannelValue, error) { return w.back, nil }

func (w *wire) Send(_ context.Context, v interlock.ChannelValue, _ bool) (Sent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse != nil {
		return nil, w.refuse
	}
	if w.sent = append(w.sent, v); w.follows {
		w.present.Value = v
	}
	w.written = append(w.written, w.book.Count(interlock.RecordPut))
	return w, nil
}

func (w *wire) Received(context.Context) error { return w.lost }

func (w *wire) Processed(context.Context) error { return w.status }

// desk is a gateway with one channel X at no server.
type desk struct {
	t    *testing.T
	now  time.Time
	book *gatewaytest.Ledger
	wire *wire
	g    *Gateway
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, now: time.Unix(1000, 0), book: &gatewaytest.Ledger{}}
	d.wire = &wire{present: float64s, book: d.book}
	d.g = New(Options{Dir: t.TempDir(), Ledger: d.book, Now: func() time.Time { return d.now }})
	t.Cleanup(func() {
		if err := d.g.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) open(g interlock.Grant) *Run {
	d.t.Helper()
	road, err := d.g.Open(d.t.Context(), &interlock.Submission{ID: "r"}, g)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { road.Stop() })
	return road.(*Run)
}

// put puts and returns what the client is told: a violation, or how it went.
func (d *desk) put(r *Run, channel string, v interlock.ChannelValue) string {
	told := make(chan Outcome, 2)
	r.Put(Asked{Request: Request{Channel: channel, Value: v, Wait: true}, Target: d.wire, Told: func(o Outcome) { told <- o }})
	switch o := <-told; {
	case o.Refusal != nil:
		return string(o.Refusal.Violation)
	case o.Held:
		return "held"
	case o.Err != nil:
		return "error: " + o.Err.Error()
	}
	return "done"
}

func write(entries ...interlock.ChannelGrant) interlock.Grant {
	for i := range entries {
		entries[i].Match, entries[i].Writable = "X", true
	}
	return interlock.Grant{Mode: interlock.WriteAccess, Channels: entries}
}

// N2: a budget is over all spellings of a channel, and a refused put costs nothing.
func TestBudget(t *testing.T) {
	d := newDesk(t)
	r := d.open(write(interlock.ChannelGrant{Budget: 3, Max: f64(5)}))
	var got []string
	for _, put := range []struct {
		channel string
		v       float64
	}{{"X", 1}, {"X.VAL", 2}, {"X", 9}, {"ca://X", 3}, {"X", 4}, {"X.VAL", 4}, {"pva://X", 4}} {
		got = append(got, d.put(r, put.channel, num(put.v)))
	}
	if want := []string{"done", "done", "MAX_EXCEEDED", "done", "BUDGET_EXCEEDED", "BUDGET_EXCEEDED", "BUDGET_EXCEEDED"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if len(d.wire.sent) != 3 || !d.wire.sent[2].Same(num(3)) {
		t.Errorf("sent %v", d.wire.sent)
	}
	if other := d.open(write(interlock.ChannelGrant{Budget: 3})); d.put(other, "X", num(1)) != "done" {
		t.Error("another run has a budget of its own")
	}
}

// N2: a rate is over all spellings of a channel; puts may go on when time has passed.
func TestRate(t *testing.T) {
	d := newDesk(t)
	r := d.open(write(interlock.ChannelGrant{Rate: interlock.Rate{Count: 2, Per: time.Second}}))
	for i, c := range []struct {
		after   time.Duration
		channel string
		want    string
	}{{0, "X", "done"}, {400 * time.Millisecond, "X.VAL", "done"}, {0, "X", "RATE_EXCEEDED"}, {599 * time.Millisecond, "X", "RATE_EXCEEDED"},
		{time.Millisecond, "X", "done"}, {0, "X.VAL", "RATE_EXCEEDED"}, {400 * time.Millisecond, "X", "done"}} {
		d.now = d.now.Add(c.after)
		if got := d.put(r, c.channel, num(float64(i))); got != c.want {
			t.Errorf("put %d: %s, want %s", i, got, c.want)
		}
	}
}

// N4: a run that an approval of a rehearsal holds puts that, in the order of each
// channel, within the tolerance, and nothing else.
func TestHeldToAnApproval(t *testing.T) {
	d := newDesk(t)
	g := write(interlock.ChannelGrant{Max: f64(100)})
	g.Channels = append(g.Channels, interlock.ChannelGrant{Match: "Y", Writable: true})
	g.Held = []interlock.HeldPut{{Channel: "X", Value: num(1)}, {Channel: "Y", Value: num(7)}, {Channel: "X", Value: num(50), Tolerance: interlock.Tolerance{Percent: 10}},
		{Channel: "X", Value: num(2)}}
	r := d.open(g)
	for i, c := range []struct {
		channel string
		v       float64
		want    string
	}{{"X", 50, "PUT_NOT_APPROVED"}, {"X.VAL", 1, "done"}, {"X", 1, "PUT_NOT_APPROVED"}, {"X", 55.1, "PUT_NOT_APPROVED"}, {"X", 55, "done"},
		{"Y", 7, "done"}, {"Y", 7, "PUT_NOT_APPROVED"}, {"X", 2, "done"}, {"X", 2, "PUT_NOT_APPROVED"}} {
		if got := d.put(r, c.channel, num(c.v)); got != c.want {
			t.Errorf("put %d: %s, want %s", i, got, c.want)
		}
	}
	none := write(interlock.ChannelGrant{})
	none.Held = []interlock.HeldPut{}
	if got := d.put(d.open(none), "X", num(1)); got != "PUT_NOT_APPROVED" {
		t.Errorf("an approval of nothing: %s", got)
	}
}

// N4: no tolerance makes one state another, or an array of one length one of another.
func TestToleranceIsOfNumbers(t *testing.T) {
	wide := interlock.Tolerance{Absolute: 10}
	state := func(n float64, name string) interlock.ChannelValue {
		return interlock.ChannelValue{Numbers: []float64{n}, Texts: []string{name}}
	}
	for _, c := range []struct {
		held, v interlock.ChannelValue
		want    bool
	}{{num(1), num(5), true}, {num(1), num(12), false}, {state(1, "On"), state(1, "On"), true}, {state(1, "On"), state(2, "Ramp"), false},
		{text("a"), text("a"), true}, {text("a"), text("b"), false}, {num(1, 2), num(1), false}, {num(1, 2), num(2, 3), true}, {num(1), text("1"), false}} {
		if got := approved(interlock.HeldPut{Value: c.held, Tolerance: wide}, c.v); got != c.want {
			t.Errorf("approved is %v, put %v: %v", c.held, c.v, got)
		}
	}
}

// P13: an intent that cannot be recorded is not sent, and costs neither budget nor
// what was approved.
func TestNoPutWithoutItsRecord(t *testing.T) {
	d := newDesk(t)
	g := write(interlock.ChannelGrant{Budget: 1})
	g.Held = []interlock.HeldPut{{Channel: "X", Value: num(1)}}
	r := d.open(g)
	d.book.Fail = func(interlock.Record) error { return errors.New("the disk is full") }
	if got := d.put(r, "X", num(1)); got != "PUT_NOT_RECORDED" || len(d.wire.sent) > 0 {
		t.Errorf("%s, sent %v", got, d.wire.sent)
	}
	d.book.Fail = nil
	if got := d.put(r, "X", num(1)); got != "done" || !slices.Equal(d.wire.written, []int{1}) {
		t.Errorf("%s, with %v intents", got, d.wire.written)
	}
}

// N2: each intent is durable before its put is sent.
func TestIntentComesFirst(t *testing.T) {
	d := newDesk(t)
	r := d.open(write(interlock.ChannelGrant{}))
	for i := range 3 {
		d.put(r, "X", num(float64(i)))
	}
	e := r.Stop()
	if !slices.Equal(d.wire.written, []int{1, 2, 3}) || len(e.Puts) != 3 {
		t.Errorf("%v, %+v", d.wire.written, e.Puts)
	}
	if n := d.book.Count(interlock.RecordPutEnd); n != 3 {
		t.Errorf("Stop returned with %d of 3 ends recorded", n)
	}
}

// P13: what became of a put that cannot be recorded is in the result.
func TestEndsThatAreNotRecordedAreNoted(t *testing.T) {
	d := newDesk(t)
	r := d.open(write(interlock.ChannelGrant{}))
	d.book.Fail = func(n interlock.Record) error {
		if n.Kind == interlock.RecordPutEnd {
			return errors.New("the disk is full")
		}
		return nil
	}
	for range 3 { // a run of hours has one note, and not one for each append
		d.put(r, "X", num(1))
		r.records.write()
	}
	if e := r.Stop(); len(e.Notes) != 1 || !strings.HasPrefix(e.Notes[0], "3 records") || !strings.Contains(e.Notes[0], "the disk is full") || len(e.Puts) != 3 {
		t.Errorf("%+v", e)
	}
}

// What became of each put is told as it was: nobody is told that a put is done which
// is not.
func TestWhatBecameOfAPut(t *testing.T) {
	read := interlock.ChannelGrant{Verify: interlock.VerifyReadback, Tolerance: interlock.Tolerance{Absolute: 0.5}}
	for _, c := range []struct {
		name   string
		entry  interlock.ChannelGrant
		mend   func(*wire)
		told   string
		status interlock.PutStatus
	}{
		{"processed", interlock.ChannelGrant{}, func(*wire) {}, "done", interlock.PutConfirmed},
		{"the server says no", interlock.ChannelGrant{}, func(w *wire) { w.status = errors.New("no") }, "error: no", interlock.PutFailed},
		{"the server dies over it", interlock.ChannelGrant{}, func(w *wire) { w.status = ErrUnknown }, "error: " + ErrUnknown.Error(), interlock.PutUnknown},
		{"it was not sent", interlock.ChannelGrant{}, func(w *wire) { w.refuse = errors.New("gone") }, "error: gone", interlock.PutFailed},
		{"it may have arrived", interlock.ChannelGrant{}, func(w *wire) { w.lost = errors.New("gone") }, "error: gone", interlock.PutUnknown},
		{"nobody waits any more", interlock.ChannelGrant{}, func(w *wire) { w.status = context.Canceled }, "done", interlock.PutSent},
		{"it reads back", read, func(w *wire) { w.back = num(1.5) }, "done", interlock.PutVerified},
		{"it reads back as something else", read, func(w *wire) { w.back = num(1.6) }, "error: X was put as 1 and reads back as 1.6", interlock.PutFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			r := d.open(write(c.entry))
			c.mend(d.wire)
			if got := d.put(r, "X", num(1)); got != c.told {
				t.Errorf("told %q, want %q", got, c.told)
			}
			if e := r.Stop(); len(e.Puts) != 1 || e.Puts[0].Status != c.status || !e.Puts[0].Old.Same(num(0)) {
				t.Errorf("%+v", e.Puts)
			}
		})
	}
}

// P13: a put whose present value cannot be read is refused, whatever its limits.
func TestNoPutBlind(t *testing.T) {
	d := newDesk(t)
	d.wire.err = errors.New("no answer")
	if got := d.put(d.open(write(interlock.ChannelGrant{})), "X", num(1)); got != "STEP_CHECK_FAILED" || len(d.wire.sent) > 0 {
		t.Errorf("%s, sent %v", got, d.wire.sent)
	}
}

// X1, P13: the zero grant, read_only and an unknown mode put nothing, whatever is
// listed, and a run that has ended puts nothing.
func TestNothingIsPutWithout(t *testing.T) {
	d := newDesk(t)
	g := write(interlock.ChannelGrant{})
	for _, mode := range []interlock.ExecutionMode{interlock.ReadOnly, 99} {
		g.Mode = mode
		if got := d.put(d.open(g), "X", num(1)); got != "MODE_READ_ONLY" {
			t.Errorf("mode %v: %s", mode, got)
		}
	}
	if got := d.put(d.open(interlock.Grant{}), "X", num(1)); got != "MODE_READ_ONLY" {
		t.Errorf("the zero grant: %s", got)
	}
	g.Mode = interlock.WriteAccess
	for channel, want := range map[string]string{"Y": "UNLISTED_CHANNEL", "X.DRVH": "UNLISTED_CHANNEL", "X.PROC": "UNLISTED_CHANNEL", "X.VAL$": "CHANNEL_NAME_NOT_PLAIN", "": "CHANNEL_NAME_NOT_PLAIN"} {
		if got := d.put(d.open(g), channel, num(1)); got != want {
			t.Errorf("%s: %s", channel, got)
		}
	}
	r := d.open(g)
	r.Stop()
	if got := d.put(r, "X", num(1)); !strings.HasPrefix(got, "error: the run has ended") {
		t.Errorf("after the end: %s", got)
	}
	if err := d.g.Writes().TurnOff(Switched{}); err != nil {
		t.Fatal(err)
	}
	if got := d.put(d.open(g), "X", num(1)); got != "WRITES_OFF" {
		t.Errorf("off: %s", got)
	}
	if len(d.wire.sent) > 0 {
		t.Errorf("sent %v", d.wire.sent)
	}
}

// N3: a rehearsal sends nothing and is held to the same limits, steps and counts, from
// the values that it has put itself; it needs neither the mode nor writes that are on.
func TestRehearsal(t *testing.T) {
	d := newDesk(t)
	g := write(interlock.ChannelGrant{Max: f64(3), MaxStep: f64(1), Budget: 4})
	g.Mode, g.Rehearse = interlock.ReadOnly, true
	if err := d.g.Writes().TurnOff(Switched{}); err != nil {
		t.Fatal(err)
	}
	r := d.open(g)
	var told int
	stop := r.Watch("X.VAL", false, func() { told++ })
	var got []string
	for _, v := range []float64{1, 2.5, 2, 3, 4, 2} {
		got = append(got, d.put(r, "X", num(v)))
	}
	stop()
	got = append(got, d.put(r, "X", num(3)))
	if want := []string{"held", "MAX_STEP_EXCEEDED", "held", "held", "MAX_EXCEEDED", "held", "BUDGET_EXCEEDED"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if v, held := r.Held("X"); !held || !v.Same(num(2)) || told != 4 {
		t.Errorf("%v, told %d times", v, told)
	}
	e := r.Stop()
	var olds []string
	for _, p := range e.Puts {
		olds = append(olds, fmt.Sprint(p.Old, ">", p.New, " ", p.Status))
	}
	if want := []string{"0>1 held", "1>2 held", "2>3 held", "3>2 held"}; !slices.Equal(olds, want) || !e.Rehearsed || len(d.wire.sent) > 0 {
		t.Errorf("%v, sent %v", olds, d.wire.sent)
	}
	if d.book.Count(interlock.RecordPut) > 0 {
		t.Error("what never leaves is no intent")
	}
}

// N3: a rehearsal depends on a held put exactly when something was read after it that
// is not it. The channel itself reads as what was put, which is what a real run reads
// from a setpoint too, so that does not count; a field of it is another channel.
func TestDependsOnHeldPut(t *testing.T) {
	for name, c := range map[string]struct {
		before, after []string
		want          bool
	}{
		"nothing is read":      {want: false},
		"all reads come first": {before: []string{"Y", "X"}, want: false},
		"the channel itself":   {after: []string{"X", "X.VAL", "ca://X"}, want: false},
		"another channel":      {after: []string{"Y"}, want: true},
		"a field of it":        {after: []string{"X.RBV"}, want: true},
		"the same as before":   {before: []string{"Y"}, after: []string{"Y"}, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			g := write(interlock.ChannelGrant{})
			g.Rehearse = true
			r := d.open(g)
			for _, n := range c.before {
				r.Reading(n)
			}
			if got := d.put(r, "X", num(1)); got != "held" {
				t.Fatal(got)
			}
			for _, n := range c.after {
				r.Reading(n)
			}
			if e := r.Stop(); e.DependsOnHeldPut != c.want {
				t.Errorf("got %v", e.DependsOnHeldPut)
			}
		})
	}
	d := newDesk(t)
	r := d.open(write(interlock.ChannelGrant{}))
	d.put(r, "X", num(1))
	r.Reading("Y")
	if r.Stop().DependsOnHeldPut {
		t.Error("a put that was sent is not held")
	}
}

// N3: a put that nobody waits for may be overtaken by a read over another circuit, or
// a put, so what comes of them is no promise.
func TestDependsOnOvertakenPut(t *testing.T) {
	one, two := new(int), new(int)
	for name, c := range map[string]struct {
		put, read any
		wait      bool
		want      bool
	}{
		"over the same circuit":               {one, one, false, false},
		"over another":                        {one, two, false, true},
		"over another system":                 {one, nil, false, true},
		"waited for":                          {one, two, true, false},
		"of a system that answers every put":  {nil, two, false, false},
		"of such a system, over none as well": {nil, nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			g := write(interlock.ChannelGrant{})
			g.Rehearse = true
			r := d.open(g)
			r.Put(Asked{Request: Request{Channel: "X", Value: num(1), Wait: c.wait, Circuit: c.put}, Target: d.wire, Told: func(Outcome) {}})
			again := d.open(g)
			ask := func(r *Run, circuit any, wait bool, v float64) {
				r.Put(Asked{Request: Request{Channel: "X", Value: num(v), Wait: wait, Circuit: circuit}, Target: d.wire, Told: func(Outcome) {}})
			}
			ask(again, c.put, c.wait, 1)
			ask(again, c.read, true, 2)
			if e := again.Stop(); e.DependsOnHeldPut != c.want || len(e.Puts) != 2 {
				t.Errorf("a put after it: got %v, %d puts", e.DependsOnHeldPut, len(e.Puts))
			}
			r.ReadingOver("X.VAL", c.read)
			if e := r.Stop(); e.DependsOnHeldPut != c.want || len(e.Puts) != 1 {
				t.Errorf("got %v, %d puts", e.DependsOnHeldPut, len(e.Puts))
			}
		})
	}
}

// N3: what is monitored while a put is held back can be read without a word on the
// wire, so it counts as read, unless it is the channel itself or nobody monitors it
// any more.
func TestDependsOnMonitor(t *testing.T) {
	for name, c := range map[string]struct {
		channel string
		fields  bool
		stopped bool
		want    bool
	}{"another channel": {"Y", false, false, true}, "the channel itself": {"X.VAL", false, false, false}, "the channel itself, with its fields": {"X", true, false, false},
		"a channel that it is a field of": {"", true, false, true}, "one that has ended": {"Y", false, true, false}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			g := write(interlock.ChannelGrant{})
			g.Rehearse = true
			r := d.open(g)
			channel := "X"
			if c.channel == "" {
				c.channel, channel = "X", "X.a"
				r.grant.Channels = append(r.grant.Channels, interlock.ChannelGrant{Match: channel, Writable: true})
			}
			r.Reading(c.channel)
			told := 0
			stop := r.Watch(c.channel, c.fields, func() { told++ })
			if c.stopped {
				stop()
			}
			d.put(r, channel, num(1))
			if e := r.Stop(); e.DependsOnHeldPut != c.want || told > 0 != (c.channel != "Y") {
				t.Errorf("got %v, told %d times", e.DependsOnHeldPut, told)
			}
		})
	}
}

// N2: puts that came together are held to all that they would be held to one after
// the other: each step is from the put before it, budget and approval count each, and
// every intent is durable before the first is sent.
func TestPutsTogether(t *testing.T) {
	for name, c := range map[string]struct {
		entry interlock.ChannelGrant
		held  []interlock.HeldPut
		puts  []float64
		want  []string
	}{
		"steps":    {interlock.ChannelGrant{MaxStep: f64(1)}, nil, []float64{1, 2, 4, 3, 1.5, 2.5}, []string{"done", "done", "MAX_STEP_EXCEEDED", "done", "MAX_STEP_EXCEEDED", "done"}},
		"a budget": {interlock.ChannelGrant{Budget: 2, Max: f64(5)}, nil, []float64{1, 9, 2, 3}, []string{"done", "MAX_EXCEEDED", "done", "BUDGET_EXCEEDED"}},
		"a rate":   {interlock.ChannelGrant{Rate: interlock.Rate{Count: 1, Per: time.Hour}}, nil, []float64{1, 2}, []string{"done", "RATE_EXCEEDED"}},
		"an approval": {interlock.ChannelGrant{}, []interlock.HeldPut{{Channel: "X", Value: num(1)}, {Channel: "X", Value: num(2)}}, []float64{2, 1, 1, 2},
			[]string{"PUT_NOT_APPROVED", "done", "PUT_NOT_APPROVED", "done"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.wire.follows = true
			g := write(c.entry)
			g.Held = c.held
			r := d.open(g)
			asked, told := make([]Asked, len(c.puts)), make([]chan string, len(c.puts))
			for i, v := range c.puts {
				told[i] = make(chan string, 2)
				asked[i] = Asked{Request: Request{Channel: []string{"X", "X.VAL"}[i%2], Value: num(v), Wait: true}, Target: d.wire, Told: func(o Outcome) {
					if o.Refusal != nil {
						told[i] <- string(o.Refusal.Violation)
					} else {
						told[i] <- "done"
					}
				}}
			}
			r.Put(asked...)
			done := 0
			for i, want := range c.want {
				if got := <-told[i]; got != want {
					t.Errorf("put %d of %g: %s, want %s", i, c.puts[i], got, want)
				}
				if want == "done" {
					done++
				}
			}
			if e := r.Stop(); len(e.Puts) != done || len(d.wire.sent) != done || slices.Min(d.wire.written) != done && c.entry.MaxStep == nil {
				t.Errorf("sent %v, with %v intents", d.wire.sent, d.wire.written)
			}
		})
	}
}
