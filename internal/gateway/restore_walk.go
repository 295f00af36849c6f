package gateway

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/interlock-run/interlock"
)

// maxWalk bounds the steps to one old value.
const maxWalk = 10_000

// walk is the way from one value to another in steps that the grant allows, the last
// of which is the other. Between whole numbers it has whole numbers only, where the
// steps leave room for that: the channel may hold no others.
func (r *Run) walk(channel string, from, to interlock.ChannelValue) (way []interlock.ChannelValue) {
	most := math.Inf(1)
	for _, e := range r.grant.Channels.For(channel) {
		if e.MaxStep != nil && *e.MaxStep > 0 {
			most = min(most, *e.MaxStep)
		}
	}
	round := func(n float64) float64 { return n }
	if whole(from) && whole(to) && most >= 1 {
		most, round = math.Floor(most), math.Round
	}
	if len(from.Numbers) < len(to.Numbers) { // no step leads from nothing: the grant says what it says to that
		from.Numbers = slices.Concat(from.Numbers, to.Numbers[len(from.Numbers):])
	}
	steps := 1
	for i := range to.Numbers {
		steps = max(steps, int(math.Ceil(math.Abs(to.Numbers[i]-from.Numbers[i])/most-1e-9)))
	}
	for k := 1; k < min(steps, maxWalk); k++ {
		v := interlock.ChannelValue{Array: to.Array}
		for i, n := range to.Numbers {
			v.Numbers = append(v.Numbers, round(from.Numbers[i]+(n-from.Numbers[i])*float64(k)/float64(steps)))
		}
		way = append(way, v)
	}
	return append(way, to)
}

func whole(v interlock.ChannelValue) bool {
	return !slices.ContainsFunc(v.Numbers, func(n float64) bool { return n != math.Trunc(n) })
}

// inRate waits until the grant's rates allow one more put to the channel.
func (r *Run) inRate(ctx context.Context, channel string) error {
	entries := r.grant.Channels.For(channel)
	for {
		r.mu.Lock()
		var before []time.Time
		if b := r.before[channel]; b != nil {
			before = slices.Clone(b.recent)
		}
		r.mu.Unlock()
		now := r.g.opt.Now()
		if !slices.ContainsFunc(entries, func(e interlock.ChannelGrant) bool { return !e.Rate.Allows(before, now) }) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(ratePeriod):
		}
	}
}

// ratePeriod is how often a rate is looked at while a restore waits for it.
const ratePeriod = 20 * time.Millisecond
