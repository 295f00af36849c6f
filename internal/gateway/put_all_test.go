package gateway

import (
	"errors"
	"slices"
	"testing"

	"github.com/interlock-run/interlock"
)

// N2, N4: what a client put in one piece goes whole or not at all. Where one of it is
// refused the others cost neither budget nor what was approved, and leave no intent.
func TestPutAll(t *testing.T) {
	for name, c := range map[string]struct {
		x, y     float64
		rehearse bool
		status   error
		want     []string
		sent     int
	}{
		"both":                  {x: 1, y: 2, want: []string{"done", "done"}, sent: 2},
		"the second is refused": {x: 1, y: 9, want: []string{"other", "MAX_EXCEEDED"}},
		"the first is refused":  {x: 9, y: 2, want: []string{"MAX_EXCEEDED", "other"}},
		"a rehearsal":           {x: 1, y: 2, rehearse: true, want: []string{"held", "held"}},
		"a rehearsed refusal":   {x: 1, y: 9, rehearse: true, want: []string{"other", "MAX_EXCEEDED"}},
		"nothing can be sent":   {x: 1, y: 2, status: errors.New("gone"), want: []string{"error", "error"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			g := interlock.Grant{Mode: interlock.WriteAccess, Rehearse: c.rehearse, Held: []interlock.HeldPut{{Channel: "X", Value: num(1)}, {Channel: "Y", Value: num(2)}}}
			for _, channel := range []string{"X", "Y"} {
				g.Channels = append(g.Channels, interlock.ChannelGrant{Match: channel, Writable: true, Max: f64(5), Budget: 1})
			}
			r := d.open(g)
			last := &wire{present: float64s, book: d.book, refuse: c.status}
			both := func(x, y float64) []string {
				told := []chan string{make(chan string, 2), make(chan string, 2)}
				var asked []Asked
				for i, v := range []float64{x, y} {
					asked = append(asked, Asked{Request: Request{Channel: []string{"X", "Y"}[i], Value: num(v)}, Target: []*wire{d.wire, last}[i], Told: func(o Outcome) { told[i] <- inAWord(o) }})
				}
				r.PutAll(asked...)
				return []string{<-told[0], <-told[1]}
			}
			if got := both(c.x, c.y); !slices.Equal(got, c.want) {
				t.Errorf("told %v, want %v", got, c.want)
			}
			if n := d.book.Count(interlock.RecordPut); len(d.wire.sent)+len(last.sent) != c.sent && c.status == nil || n != c.sent && c.status == nil {
				t.Errorf("sent %v and %v, with %d intents", d.wire.sent, last.sent, n)
			}
			if _, held := r.Held("X"); held != slices.Contains(c.want, "held") {
				t.Errorf("held: %v", held)
			}
			if slices.Contains(c.want, "other") { // nothing was used up
				if got := both(1, 2); slices.Contains(got, "other") || slices.Contains(got, "BUDGET_EXCEEDED") || slices.Contains(got, "PUT_NOT_APPROVED") {
					t.Errorf("afterwards: %v", got)
				}
			}
		})
	}
}

// inAWord is an outcome in a word.
func inAWord(o Outcome) string {
	switch {
	case o.Refusal != nil:
		return string(o.Refusal.Violation)
	case errors.Is(o.Err, ErrOther):
		return "other"
	case o.Err != nil:
		return "error"
	case o.Held:
		return "held"
	}
	return "done"
}
