package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/interlock-run/interlock"
)

// conclude waits for what becomes of a put that was sent and records it. It returns
// what the client is told.
func (p *put) conclude(sent Sent, received error, entry interlock.Put, verify interlock.Verify) error {
	err := received
	if err == nil {
		ctx, cancel := context.WithTimeout(p.r.ctx, processTime)
		err = sent.Processed(ctx)
		cancel()
	}
	switch {
	case received != nil:
		entry.Status, entry.Message = interlock.PutUnknown, fmt.Sprintf("whether it arrived is not known: %v", received)
	case errors.Is(err, ErrUnknown):
		entry.Status, entry.Message = interlock.PutUnknown, err.Error()
	case err != nil && !errors.Is(err, context.Canceled):
		entry.Status, entry.Message = interlock.PutFailed, err.Error()
	case verify == interlock.VerifyReadback:
		err = p.verify(&entry)
	case err != nil:
		entry.Status, err = interlock.PutSent, nil // nobody waits any more for the server's word
	case p.req.Wait || verify == interlock.VerifyCallback:
		entry.Status = interlock.PutConfirmed
	default:
		entry.Status = interlock.PutSent
	}
	p.r.finished(entry)
	return err
}

// verify reads the channel back until it is what was put, or time is up. A run that
// does not wait for its puts may have put to it again: that one is read back, and of
// this one it is known that it was sent.
func (p *put) verify(entry *interlock.Put) error {
	ctx, cancel := context.WithTimeout(context.Background(), verifyTime)
	defer cancel()
	for {
		got, err := p.target.Read(ctx)
		if err == nil {
			entry.ReadBack = got
			if p.holds(entry.New, got) {
				entry.Status = interlock.PutVerified
				return nil
			}
			if p.r.again(entry.Channel, entry.N) {
				entry.Status, entry.Message = interlock.PutSent, "the run put to it again before it was read back"
				return nil
			}
		}
		select {
		case <-ctx.Done():
			entry.Status = interlock.PutFailed
			entry.Message = fmt.Sprintf("%s was put as %s and reads back as %s", entry.Channel, entry.New, entry.ReadBack)
			if entry.ReadBack.Len() == 0 && err != nil {
				entry.Status, entry.Message = interlock.PutUnknown, fmt.Sprintf("%s was put as %s and cannot be read back: %v", entry.Channel, entry.New, err)
			}
			return errors.New(entry.Message)
		case <-time.After(verifyPeriod):
		}
	}
}

// holds reports whether got is as good as want for every entry that asks for a read-back.
func (p *put) holds(want, got interlock.ChannelValue) bool {
	if len(want.Numbers) == 0 {
		return want.Same(got)
	}
	if len(got.Numbers) < len(want.Numbers) {
		return false
	}
	for i := range p.entries {
		if p.entries[i].Verify != interlock.VerifyReadback {
			continue
		}
		for k, n := range want.Numbers {
			if !p.entries[i].Tolerance.Holds(n, got.Numbers[k]) {
				return false
			}
		}
	}
	return true
}

// verification is the most that any entry asks for.
func verification(entries interlock.ChannelGrants) interlock.Verify {
	most := interlock.VerifyNone
	for i := range entries {
		switch v := entries[i].Verify; {
		case v == interlock.VerifyReadback:
			return v
		case v == interlock.VerifyCallback:
			most = v
		}
	}
	return most
}
