package gateway

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/interlock-run/interlock"
)

// RestoreStep is one channel to put back.
type RestoreStep struct {
	Spot // where it goes back to: as the protocol had it that saw Old
	// Old is what was there before the run's first put; no value where that is not known.
	Old interlock.ChannelValue
	// Left is what the run may have left there: what it put last, and where nobody knows
	// whether that was done, what it put before too.
	Left []Left
}

// Left is a value that a run may have left in a channel, as one protocol has it: two
// protocols may have one value of one record in two forms.
type Left struct {
	Spot
	Value interlock.ChannelValue
}

// PlanRestore is the restore of the puts of run, which are in their order. What was
// held back was never done; what failed may have been done in part, and is put back
// too. A channel is put back once, over whatever protocols it was put, and what was put
// first is put back last: where two names are one record, or one channel needs another,
// each then meets what it met in the run.
func PlanRestore(run string, puts []interlock.Put) *Restore {
	p := &Restore{Of: run}
	at := map[string]int{}
	for _, put := range puts {
		if put.Status == interlock.PutHeld {
			continue
		}
		i, known := at[put.Channel]
		if !known {
			i, at[put.Channel] = len(p.Steps), len(p.Steps)
			p.Steps = append(p.Steps, RestoreStep{Spot: spotOf(put), Old: put.Old})
		}
		p.Steps[i].put(put)
	}
	slices.Reverse(p.Steps)
	return p
}

func spotOf(p interlock.Put) Spot {
	return Spot{Channel: p.Channel, Protocol: p.Protocol, PV: p.PV, Field: p.Field}
}

// put takes in one more put to the channel.
func (s *RestoreStep) put(p interlock.Put) {
	switch p.Status {
	case interlock.PutSent, interlock.PutConfirmed, interlock.PutVerified:
		s.Left = nil
	default: // it may not have been done, and then what was there before still is
	}
	for _, v := range []interlock.ChannelValue{p.ReadBack, p.New} {
		if v.Len() > 0 {
			s.Left = append(s.Left, Left{spotOf(p), v})
		}
	}
}

// last is what the run put last, for people.
func (s *RestoreStep) last() string {
	if len(s.Left) == 0 {
		return "something that is not known"
	}
	return s.Left[len(s.Left)-1].Value.String()
}

// cannot is why the channel cannot be put back, known before anything is put; "" is
// that it can.
func (s *RestoreStep) cannot() string {
	switch {
	case s.Old.IsZero():
		return "what it was before is not known: it was an integer beyond 2^53, or was blacked out as a secret in the ledger"
	case len(s.Old.Numbers) == 0 && strings.ContainsRune(strings.Join(s.Old.Texts, ""), utf8.RuneError):
		return "what it was before is not known: its text was not UTF-8, which the ledger does not keep byte for byte"
	case s.Old.Len() == 0:
		return "it was an empty list before, and nothing empty is put"
	}
	return ""
}

// Cannot is why nothing at all can be put back; "" is that something can.
func (p *Restore) Cannot() string {
	var why []string
	for i := range p.Steps {
		no := p.Steps[i].cannot()
		if no == "" {
			return ""
		}
		why = append(why, p.Steps[i].Channel+": "+no)
	}
	return strings.Join(why, "; ")
}

// Source is the restore as the submission's text: what is recorded, shown and approved.
func (p *Restore) Source() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# restore of run %s: each channel back to what it was before that run, the last first\n", p.Of)
	for i := range p.Steps {
		s := &p.Steps[i]
		if why := s.cannot(); why != "" {
			fmt.Fprintf(&b, "# %s is not restored: %s\n", s.Channel, why)
			continue
		}
		fmt.Fprintf(&b, "# %s = %s  (over %s; the run put %s last)\n", s.Channel, s.Old, s.Protocol, s.last())
	}
	if p.Anyway {
		b.WriteString("# also what somebody else has changed since\n")
	}
	return []byte(b.String())
}

// Name implements interlock.Analyser.
func (*Restore) Name() string { return "restore" }

// Analyse implements interlock.Analyser: there is nothing to find out.
func (p *Restore) Analyse(_ context.Context, _ *interlock.Submission, f *interlock.Facts) error {
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.cannot() != "" {
			continue
		}
		a := interlock.Access{Op: interlock.OpWrite, System: "epics", Library: "interlock", API: "restore", Certainty: interlock.Definite, Pos: interlock.Pos{Line: i + 2, Column: 1},
			Channels: interlock.Channels{Kind: "exact", Values: []string{s.Channel}}, Times: interlock.Times{Kind: "once", Min: 1, Max: 1},
			Value: interlock.Value{Kind: "unknown", Text: s.Old.String(), Why: "it is a list"}}
		if !s.Old.Array {
			a.Value = interlock.Value{Kind: "constant", Text: s.Old.String(), Values: []string{plainText(s.Old)}}
		}
		f.Accesses = append(f.Accesses, a)
	}
	f.Control = interlock.Control{Reads: interlock.Definite, Writes: interlock.Definite}
	return nil
}

// plainText is a scalar as facts spell it. A state is its name.
func plainText(v interlock.ChannelValue) string {
	if len(v.Texts) > 0 {
		return v.Texts[0]
	}
	return strconv.FormatFloat(v.Numbers[0], 'g', -1, 64)
}
