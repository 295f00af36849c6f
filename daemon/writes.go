package daemon

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/internal/wire/visible"
)

// Switched is how the kill switch stands.
type Switched = gateway.Switched

// Writes says how the kill switch stands. With an error writes are off.
func (d *Daemon) Writes() (Switched, error) { return d.gateway.Writes().Status() }

// Switch is how the kill switch stands, as it is printed and sent.
func (d *Daemon) Switch() *apiv1.Writes {
	s, err := d.Writes()
	w := &apiv1.Writes{Schema: apiv1.Schema, Off: s.Off, Reason: s.Reason, Who: s.Who, At: s.At, Enabled: d.current().config.Control.EPICSWritesEnabled}
	if err != nil {
		w.Fault = err.Error()
	}
	return w
}

// TurnWrites turns the kill switch for who, and returns how it stands then. Who is served
// may turn writes off: that is the refusing side, and it is recorded who did. Only the
// daemon's own user turns them on.
//
// Where writes are off already, who is not the operator changes nothing: another reason
// must not hide the one that people rely on, nor repeating it fill the ledger.
func (d *Daemon) TurnWrites(ctx context.Context, who interlock.Identity, turn *apiv1.TurnWrites) (*apiv1.Writes, error) {
	reason := visible.Line(strings.TrimSpace(turn.Reason)) // one line, wherever it is shown
	if reason == "" {
		return nil, &interlock.Error{Kind: interlock.Configuration, Name: "no_reason", Code: interlock.ExitUsage,
			Message: "the reason is empty: runs and the ledger say it", Hint: "`interlock writes " + turn.Writes + " --reason TEXT`"}
	}
	var err error
	switch {
	case turn.Writes == "off" && !isOperator(who) && d.offAlready():
	case turn.Writes == "off":
		err = d.WritesOff(ctx, who, reason)
	case turn.Writes == "on" && isOperator(who):
		err = d.WritesOn(ctx, who, reason)
	default:
		err = &interlock.Error{Kind: interlock.Workflow, Name: "not_operator", Code: interlock.ExitRefused,
			Message: "only the operator turns writes on again", Hint: "ask who runs the server: `interlock writes on --reason TEXT`, as the user that it runs as"}
	}
	if err != nil {
		return nil, err
	}
	return d.Switch(), nil
}

// offAlready reports whether somebody turned writes off, said why, and no put is under
// way any more.
func (d *Daemon) offAlready() bool {
	w := d.gateway.Writes()
	if s, err := w.Status(); err != nil || !s.Off || w.Settle() != nil {
		return false
	}
	s, err := w.Status() // nobody turned them on meanwhile
	return err == nil && s.Off
}

// WritesOff stops the writes of every run on the state directory, whatever process it
// is in, and returns when no put is under way (N6). It is switched before it is
// recorded: a ledger that cannot be written must not keep writes on.
func (d *Daemon) WritesOff(ctx context.Context, who interlock.Identity, reason string) error {
	s := Switched{Off: true, Reason: reason, Who: who, At: d.o.Now()}
	if err := d.gateway.Writes().TurnOff(s); err != nil {
		if !d.gateway.Writes().Off() {
			return unswitched("off", d.places.state, err)
		}
		return &interlock.Error{Kind: interlock.Infrastructure, Name: "not_switched", Code: interlock.ExitInfrastructure, Err: errors.Join(err, d.recordWrites(ctx, s)),
			Message: "writes ARE OFF, but not everything that belongs to it could be done", Hint: "free space or fix permissions under " + d.places.state + ", and turn them off again"}
	}
	if err := d.recordWrites(ctx, s); err != nil {
		return &interlock.Error{Kind: interlock.Infrastructure, Name: "not_recorded", Code: interlock.ExitInfrastructure, Err: err,
			Message: "writes ARE OFF, but that could not be recorded", Hint: "free space or fix permissions under " + d.places.state}
	}
	return nil
}

// WritesOn lets runs write again. It is recorded before it is switched.
func (d *Daemon) WritesOn(ctx context.Context, who interlock.Identity, reason string) error {
	if err := d.recordWrites(ctx, Switched{Reason: reason, Who: who, At: d.o.Now()}); err != nil {
		return err
	}
	if err := d.gateway.Writes().TurnOn(); err != nil {
		return unswitched("on", d.places.state, err)
	}
	return nil
}

func unswitched(what, dir string, err error) error {
	return &interlock.Error{Kind: interlock.Infrastructure, Name: "not_switched", Code: interlock.ExitInfrastructure, Err: err,
		Message: fmt.Sprintf("writes could not be turned %s", what), Hint: "who owns " + dir + " can; `interlock writes status` says how it stands"}
}

func (d *Daemon) recordWrites(ctx context.Context, s Switched) error {
	l, err := d.ledger.get(ctx)
	if err != nil {
		return err
	}
	_, err = l.Append(ctx, interlock.Record{Kind: interlock.RecordWrites, Time: s.At, Who: s.Who, Policy: d.Policy().Digest(), Body: s})
	return err
}
