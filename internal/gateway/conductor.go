package gateway

import (
	"context"
	"errors"
	"fmt"

	"github.com/interlock-run/interlock"
)

// Conductor is a System that Interlock itself can put with.
type Conductor interface {
	System
	// Session opens a client of Interlock's own at the run's gateway. The caller closes it.
	Session(r *Run) (Session, error)
}

// Session is a client of Interlock's own. What it puts is decided on, recorded and
// counted as the put of a script is.
type Session interface {
	// Get reads the channel; a value is never [interlock.ChannelValue.IsZero].
	Get(ctx context.Context, at Spot) (interlock.ChannelValue, error)
	// Put returns when the put was processed; [ErrNotDone] is that the gateway or the
	// server refused it.
	Put(ctx context.Context, at Spot, v interlock.ChannelValue) error
	Close()
}

// Spot is a channel as one protocol has it. It is comparable.
type Spot struct {
	Channel  string // canonical: what is granted, counted and recorded
	Protocol string
	// PV and Field are where it is, if it is a field of another's structure.
	PV, Field string
}

// ErrNotDone is a put that was refused or failed.
var ErrNotDone = errors.New("the put was not done")

// conductor is Interlock's own clients at one run's gateway: one for each protocol, from
// when it is needed. It is not safe for concurrent use.
type conductor struct {
	run  *Run
	open map[string]Session // by protocol
}

func (c *conductor) close() {
	for _, s := range c.open {
		s.Close()
	}
}

// session is the client of a protocol.
func (c *conductor) session(protocol string) (Session, error) {
	if have := c.open[protocol]; have != nil {
		return have, nil
	}
	for _, s := range c.run.g.opt.Systems {
		if with, ok := s.(Conductor); ok && s.Name() == protocol {
			made, err := with.Session(c.run)
			if err == nil {
				c.open[protocol] = made
			}
			return made, err
		}
	}
	return nil, fmt.Errorf("it was put over %s, and Interlock itself puts over others only", protocol)
}

func (c *conductor) get(ctx context.Context, at Spot) (v interlock.ChannelValue, err error) {
	t, err := c.session(at.Protocol)
	if err != nil {
		return v, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	return t.Get(ctx, at)
}

// put puts once the grant's rates allow it.
func (c *conductor) put(ctx context.Context, at Spot, v interlock.ChannelValue) error {
	t, err := c.session(at.Protocol)
	if err == nil {
		err = c.run.inRate(ctx, at.Channel)
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	return t.Put(ctx, at, v)
}

// why is why a put was not done, for people: the gateway's words where it refused.
func (c *conductor) why(channel string, err error) string {
	if reason := c.run.reason(channel); reason != "" && errors.Is(err, ErrNotDone) {
		return reason
	}
	return err.Error()
}

// changed reports whether a channel, which is now, is nothing that the run left there.
// Each protocol is asked for what was put over it, since it may spell one value in
// another way: a text is a list of numbers elsewhere. as is what the channel is in the
// words of what the run put last.
func (c *conductor) changed(ctx context.Context, s RestoreStep, now interlock.ChannelValue) (as interlock.ChannelValue, theirs bool, err error) {
	as = now
	seen := map[Spot]interlock.ChannelValue{s.Spot: now}
	for _, l := range s.Left {
		v, known := seen[l.Spot]
		if !known {
			if v, err = c.get(ctx, l.Spot); err != nil {
				return now, false, err
			}
			seen[l.Spot] = v
		}
		if as = v; v.Same(l.Value) {
			return v, false, nil
		}
	}
	return as, true, nil
}
