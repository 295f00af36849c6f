package gateway

import (
	"context"
	"errors"

	"github.com/interlock-run/interlock"
)

// Request is a put as a client asked for it.
type Request struct {
	Channel  string // as the client spelled it
	Protocol string // of the System
	// PV and Field are where it is, if it is a field of another's structure.
	PV, Field string
	// Value is what the client sent: Numbers where it sent numbers, Texts where it
	// sent text.
	Value interlock.ChannelValue
	// Wait is that the client waits until the put was processed.
	Wait bool
	// Circuit is what an unanswered put came over, to be compared with that of a read: a
	// read over another one may overtake the put. nil where every put is answered.
	Circuit any
}

// Kind is what the elements of a channel are at its server. The zero Kind is
// unknown and takes no put.
type Kind uint8

// The kinds of elements.
const (
	KindUnknown Kind = iota
	KindFloat32
	KindFloat64
	KindInteger // whole, within Present.Least and Present.Most
	KindState   // of an enumeration, by index
	KindText
)

// Present is what a channel's server says of it right before a put.
type Present struct {
	Kind        Kind
	Least, Most float64 // of a KindInteger
	Count       int     // the most elements; 1 is a scalar
	Value       interlock.ChannelValue
	States      []string // of a KindState
	// Low and High are the record's own drive limits; there are none unless Low < High.
	Low, High float64
	// Unsaid is that the server does not say whether there are drive limits.
	Unsaid   bool
	TextSize int // the most bytes of a text; 0 is no bound
}

// Target is one channel at its server, as its protocol reaches it.
type Target interface {
	// Present reads the channel with its control data.
	Present(ctx context.Context) (Present, error)
	// Read reads its value.
	Read(ctx context.Context) (interlock.ChannelValue, error)
	// Send puts v, which is canonical: of the channel's own kind. With wait it asks the
	// server to say when it was processed. An error says that nothing was sent.
	Send(ctx context.Context, v interlock.ChannelValue, wait bool) (Sent, error)
}

// Sent is a put that is under way.
type Sent interface {
	// Received returns once the server surely has the put, so that whoever reads the
	// channel then, or turns the kill switch, is after it; or, with an error, once it
	// never will.
	Received(ctx context.Context) error
	// Processed returns what the server says of the put; nil is that it was done, or that
	// nobody asked the server to say. [ErrUnknown] is that the server has it and will never say.
	Processed(ctx context.Context) error
}

// ErrUnknown is that a server had a put and has gone before it said what became of it.
var ErrUnknown = errors.New("whether it was processed is not known")

// Outcome is what the client that asked for a put is told.
type Outcome struct {
	// Refusal is why it was not sent; nil where it was, or was held back.
	Refusal *interlock.Refusal
	// Held is that it was held back, so the client is told that it was done.
	Held bool
	// Err is why it was sent and not done, or could not be sent.
	Err error
}
