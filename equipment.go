package interlock

import (
	"context"
	"net"
	"time"
)

// Gateway is the only road from a run to equipment.
type Gateway interface {
	// Open makes the road of one run. It sees the grant and no policy. An error says
	// that the grant cannot be held.
	Open(ctx context.Context, s *Submission, g Grant) (Road, error)
}

// Road is one run's way to equipment. Serve comes at most once, before any code is
// sent; Stop must be called in any case, after the run's processes are gone, and
// returns what went over the road. Both are safe to call from any goroutine.
type Road interface {
	Serve(Doors) error
	Stop() Equipment
}

// Door is a socket on 127.0.0.1 inside the run at which clients of a control
// system are served.
type Door struct {
	Network string `json:"network"` // tcp or udp
	Port    uint16 `json:"port"`
}

// Doors are the supervisor's ends of a grant's doors. Who is handed them closes
// them.
type Doors struct {
	Streams map[uint16]net.Listener
	Packets map[uint16]net.PacketConn
}

// Close closes all of d.
func (d Doors) Close() {
	for _, l := range d.Streams {
		_ = l.Close()
	}
	for _, c := range d.Packets {
		_ = c.Close()
	}
}

// Equipment is what a run did at equipment, as the gateway saw it: fact, whatever
// the run's client library made of it.
type Equipment struct {
	// Rehearsed says that puts were held back: none of them left.
	Rehearsed bool `json:"rehearsed,omitempty"`
	// DependsOnHeldPut says that a channel was read after a put had been held back,
	// so a run whose puts are sent may read, and then do, something else.
	DependsOnHeldPut bool  `json:"depends_on_held_put,omitempty"`
	Puts             []Put `json:"puts,omitempty"`      // in their order, bounded
	PutsMore         int   `json:"puts_more,omitempty"` // how many Puts has no room for
	// Refused are puts and reads that were refused; bounded.
	Refused     []Refusal `json:"-"` // shown and recorded as Observed.Refused
	RefusedMore int       `json:"-"`
	Reads       int       `json:"reads,omitempty"` // channels that were read or monitored
	Notes       []string  `json:"-"`
}

// PutStatus is how far a put came. The zero value is that nobody knows.
type PutStatus string

// The words of PutStatus.
const (
	PutUnknown   PutStatus = ""          // its intent is recorded; whether it arrived is not known
	PutHeld      PutStatus = "held"      // rehearsed: it never left
	PutSent      PutStatus = "sent"      // sent; nobody asked whether it was processed
	PutConfirmed PutStatus = "confirmed" // the server says that it was processed
	PutVerified  PutStatus = "verified"  // the channel reads back as put
	PutFailed    PutStatus = "failed"    // the server, or the read-back, says that it was not done
)

// Put is one put that was let through or held back.
type Put struct {
	N        int    `json:"n"` // from 1, in the order of the run
	Channel  string `json:"channel"`
	Protocol string `json:"protocol"` // channel_access or pv_access
	// PV and Field are of a channel that is a field of another's structure, as the member x
	// of a group in PV Access: the name of that, and the path in it. Else they are empty.
	PV       string       `json:"pv,omitempty"`
	Field    string       `json:"field,omitempty"`
	Old      ChannelValue `json:"old"`
	New      ChannelValue `json:"new"` // canonical: exactly what was sent
	At       time.Time    `json:"at"`
	Status   PutStatus    `json:"status"`
	ReadBack ChannelValue `json:"read_back,omitzero"` // where the grant asks for one
	Message  string       `json:"message,omitempty"`  // why it failed
	Limits   string       `json:"limits,omitempty"`   // what the grant allows, in words
}
