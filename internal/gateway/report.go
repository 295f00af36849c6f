package gateway

import (
	"fmt"
	"net"
	"slices"

	"github.com/interlock-run/interlock"
)

type (
	listener   = net.Listener
	packetConn = net.PacketConn
)

// Bounds of one run's report. The ledger has every put, and of refusals each different
// one that is in the report, once.
const (
	maxPuts     = 10_000
	maxElements = 1 << 20 // of all values of its puts, as weight has them
	maxRefusals = 100
	maxNotes    = 20
)

// report is what a run did, as it comes. Run.mu guards it.
type report struct {
	n       int // puts that were let through or held back
	size    int // weight of puts
	puts    []interlock.Put
	more    int
	refused []interlock.Refusal
	lost    int
	reads   map[string]struct{}
	last    map[string]string // why the last put to a channel was refused or failed; none where it is under way or done
	depends bool
	notes   []string
	// Records that could not be written, and why not the first of them.
	unrecorded int
	why        error
}

func (r *report) put(p interlock.Put) {
	if len(r.puts) >= maxPuts || r.size > maxElements {
		r.more++
		return
	}
	r.size += weight(p)
	r.puts = append(r.puts, p)
}

// weight is what the values of a put take of memory, in elements of eight bytes: one text
// may be megabytes.
func weight(p interlock.Put) (n int) {
	for _, v := range []interlock.ChannelValue{p.Old, p.New, p.ReadBack} {
		n += v.Len()
		for _, text := range v.Texts {
			n += len(text) / 8
		}
	}
	return n
}

// refuse adds a refusal; first is false where there is an equal one already.
func (r *report) refuse(n interlock.Refusal) (first bool) {
	if n.Kind == "put" {
		r.explain(n.What, n.Message)
	}
	for i := range r.refused {
		if have := &r.refused[i]; have.Kind == n.Kind && have.What == n.What && have.Message == n.Message {
			have.Count += n.Count
			return false
		}
	}
	if len(r.refused) >= maxRefusals {
		r.lost += n.Count
		return false
	}
	r.refused = append(r.refused, n)
	return true
}

// explain has the last put to the channel explained by message.
func (r *report) explain(channel, message string) {
	if _, has := r.last[channel]; message == "" {
		delete(r.last, channel)
	} else if has || len(r.last) < maxPuts {
		r.last[channel] = message
	}
}

func (r *report) equipment(rehearsed bool) interlock.Equipment {
	slices.SortFunc(r.puts, func(a, b interlock.Put) int { return a.N - b.N })
	if r.unrecorded > 0 {
		r.notes = append(r.notes, fmt.Sprintf("%d records of what became of puts could not be written: %v", r.unrecorded, r.why))
	}
	return interlock.Equipment{Rehearsed: rehearsed, DependsOnHeldPut: r.depends, Puts: r.puts, PutsMore: r.more,
		Refused: r.refused, RefusedMore: r.lost, Reads: len(r.reads), Notes: r.notes}
}
