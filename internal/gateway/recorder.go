package gateway

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
)

// recorder appends one run's records. Intents are durable before now returns; what
// became of puts follows soon, with the next intents where there are some, since every
// append waits for the disk; all of it is durable before stop returns.
type recorder struct {
	g *Gateway
	r *Run

	mu      sync.Mutex
	size    int        // of the values of what waits, in elements
	less    *sync.Cond // something was taken
	waiting []interlock.Record
	timer   *time.Timer // of the next append of what waits; nil where nothing does
	group   sync.WaitGroup
}

func (c *recorder) start(g *Gateway, r *Run) {
	c.g, c.r, c.less = g, r, sync.NewCond(&c.mu)
}

// backlog is how much may wait, in records and elements: who puts faster than the
// ledger writes waits for it.
const backlog = 1 << 18

func sizeOf(record interlock.Record) int {
	if p, is := record.Body.(interlock.Put); is {
		return 256 + weight(p)
	}
	return 256
}

const (
	// recordTime bounds an append: a disk that hangs must not hold a lock for ever.
	recordTime = 10 * time.Second
	// recordDelay is how long what became of a put waits for company.
	recordDelay = 20 * time.Millisecond
)

// now appends, behind what waits, and returns once it is durable.
func (c *recorder) now(records ...interlock.Record) error {
	c.mu.Lock()
	before, size := c.waiting, c.size
	c.waiting, c.size = nil, 0
	c.less.Broadcast()
	c.mu.Unlock()
	err := c.append(append(slices.Clip(before), records...))
	if err != nil && len(before) > 0 {
		c.mu.Lock()
		c.waiting, c.size = append(before, c.waiting...), size+c.size
		c.mu.Unlock()
		c.soon()
	}
	return err
}

func (c *recorder) append(records []interlock.Record) error {
	ctx, cancel := context.WithTimeout(context.Background(), recordTime)
	defer cancel()
	_, err := c.g.opt.Ledger.Append(ctx, records...)
	return err
}

// add appends soon. Where much waits already it waits for the ledger.
func (c *recorder) add(record interlock.Record) {
	c.mu.Lock()
	for c.size > backlog {
		c.less.Wait()
	}
	c.size += sizeOf(record)
	c.waiting = append(c.waiting, record)
	c.mu.Unlock()
	c.soon()
}

// soon sees to it that what waits is appended.
func (c *recorder) soon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer == nil && len(c.waiting) > 0 {
		c.group.Add(1)
		c.timer = time.AfterFunc(recordDelay, func() {
			defer c.group.Done()
			c.write()
		})
	}
}

// write appends what waits.
func (c *recorder) write() {
	c.mu.Lock()
	batch := c.waiting
	c.waiting, c.size, c.timer = nil, 0, nil
	c.less.Broadcast()
	c.mu.Unlock()
	if len(batch) == 0 {
		return
	}
	if err := c.append(batch); err != nil {
		c.g.opt.Log.Error("what became of puts could not be recorded", slog.String("run", c.r.sub.ID), slog.Any("err", err))
		c.r.unrecorded(len(batch), err)
	}
}

// stop appends what waits. Nothing may be added any more.
func (c *recorder) stop() {
	c.mu.Lock()
	if c.timer != nil && c.timer.Stop() {
		c.group.Done()
	}
	c.mu.Unlock()
	c.group.Wait()
	c.write()
}

// unrecorded is in the result what the ledger lacks: how much, and why at first.
func (r *Run) unrecorded(n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.report.unrecorded += n; r.report.why == nil {
		r.report.why = err
	}
}

// record is one record of this run.
func (r *Run) record(kind interlock.RecordKind, body any) interlock.Record {
	return interlock.Record{Kind: kind, Time: r.g.opt.Now(), Run: r.sub.ID, Who: r.sub.Who, Flow: r.sub.Session, Body: body}
}
