package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/interlock-run/interlock"
)

// recorder appends one run's records. Intents are durable before now returns; what
// became of them follows in batches and is durable before stop returns.
type recorder struct {
	g *Gateway
	r *Run

	mu      sync.Mutex
	size    int        // of the values of what waits, in elements
	less    *sync.Cond // something was taken
	waiting []interlock.Record
	writing bool // a goroutine takes what waits
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
		return 256 + p.Old.Len() + p.New.Len() + p.ReadBack.Len()
	}
	return 256
}

// recordTime bounds an append: a disk that hangs must not hold a lock for ever.
const recordTime = 10 * time.Second

// now appends and returns once it is durable.
func (c *recorder) now(record interlock.Record) error {
	ctx, cancel := context.WithTimeout(context.Background(), recordTime)
	defer cancel()
	_, err := c.g.opt.Ledger.Append(ctx, record)
	return err
}

// add appends soon. Where much waits already it waits for the ledger.
func (c *recorder) add(record interlock.Record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.size > backlog {
		c.less.Wait()
	}
	c.size += sizeOf(record)
	c.waiting = append(c.waiting, record)
	if !c.writing {
		c.writing = true
		c.group.Add(1)
		go c.write()
	}
}

func (c *recorder) write() {
	defer c.group.Done()
	for {
		c.mu.Lock()
		batch := c.waiting
		c.waiting, c.size = nil, 0
		c.writing = len(batch) > 0
		c.less.Broadcast()
		c.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), recordTime)
		_, err := c.g.opt.Ledger.Append(ctx, batch...)
		cancel()
		if err != nil {
			c.g.opt.Log.Error("what became of puts could not be recorded", slog.String("run", c.r.sub.ID), slog.Any("err", err))
			c.r.unrecorded(len(batch), err)
		}
	}
}

// stop waits for what was added.
func (c *recorder) stop() { c.group.Wait() }

// unrecorded is in the result what the ledger lacks.
func (r *Run) unrecorded(n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.notes = append(r.report.notes, fmt.Sprintf("%d records of what became of puts could not be written: %v", n, err))
}

// record is one record of this run.
func (r *Run) record(kind interlock.RecordKind, body any) interlock.Record {
	return interlock.Record{Kind: kind, Time: r.g.opt.Now(), Run: r.sub.ID, Who: r.sub.Who, Flow: r.sub.Session, Body: body}
}
