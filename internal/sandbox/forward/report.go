package forward

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/interlock-run/interlock"
)

// Report is what went on in a run's network.
type Report struct {
	Refused     []interlock.Refusal
	More        int // refusals that Refused has no room for
	Connections []interlock.Connection
}

// Bounds of a report, so that a flood of refusals fills neither memory nor disk.
const (
	maxRefused     = 50
	maxConnections = 200
	maxText        = 120 // of a name that the run chose, in bytes
)

// report collects; equal entries are one with a count.
type report struct {
	denial interlock.Denial

	mu sync.Mutex
	Report
}

func (r *report) result() Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.Refused {
		r.Refused[i].Count = max(r.Refused[i].Count, 1)
	}
	return r.Report
}

// refuse records an attempt; count 0 only makes sure that it is there.
func (r *report) refuse(x interlock.Refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.Refused {
		if have := &r.Refused[i]; have.Kind == x.Kind && have.What == x.What && have.Message == x.Message {
			have.Count += x.Count
			return
		}
	}
	if len(r.Refused) >= maxRefused {
		r.More += x.Count
		return
	}
	r.Refused = append(r.Refused, x)
}

// lost counts packets that nobody could look at.
func (r *report) lost(packets int) {
	r.mu.Lock()
	r.More += packets
	r.mu.Unlock()
}

// unlisted records what no entry of the grant covers.
func (r *report) unlisted(kind, what, seenBy string, count int) {
	what = printable(what)
	to := what
	if kind == datagram {
		to += " (UDP)"
	}
	hint := interlock.AllowEndpoint(what, r.denial.Has...)
	if kind == lookup {
		hint = interlock.AllowEndpoint(what+":443", r.denial.Has...)
	}
	r.refuse(interlock.Refusal{Kind: kind, What: what, Count: count, Rule: r.denial.Rule, Policy: r.denial.Policy, SeenBy: seenBy,
		Message: r.denial.At(r.denial.Connection(to)), Hint: hint})
}

// The kinds of refusals.
const (
	connection = "connection"
	datagram   = "datagram"
	lookup     = "lookup"
)

// forbidden records an endpoint that is listed and leads where it may not.
func (r *report) forbidden(what string, err error) {
	r.refuse(interlock.Refusal{Kind: connection, What: printable(what), Count: 1, Rule: r.denial.Rule, Policy: r.denial.Policy, SeenBy: "supervisor",
		Message: r.denial.At(fmt.Sprintf("connection to %s is refused: %v", printable(what), err)),
		Hint:    "where that is meant, an operator adds the address or its range to network.allow"})
}

func (r *report) tooMany(label string) {
	r.refuse(interlock.Refusal{Kind: connection, What: label, Count: 1, Rule: r.denial.Rule, Policy: r.denial.Policy, SeenBy: "supervisor",
		Message: fmt.Sprintf("connection to %s is refused: %d connections are open, the most that a run may have", label, MaxConnections),
		Hint:    "close connections that are not needed any more"})
}

func (r *report) connection(label, address string, sent, received int64, err string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.Connections {
		if c := &r.Connections[i]; c.Endpoint == label && c.Address == address && c.Error == err || i == maxConnections-1 {
			c.Count++
			c.Sent += sent
			c.Received += received
			return
		}
	}
	if len(r.Connections) == maxConnections-1 {
		label, address, err = "others", "", ""
	}
	r.Connections = append(r.Connections, interlock.Connection{Endpoint: label, Address: address, Count: 1, Sent: sent, Received: received, Error: err})
}

// printable is text of the run's choice, made visible and cut.
func printable(s string) string {
	q := strconv.QuoteToASCII(s)
	q = q[1 : len(q)-1]
	if len(q) > maxText {
		q = q[:maxText] + "..."
	}
	return q
}
