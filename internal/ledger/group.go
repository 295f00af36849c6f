package ledger

import (
	"context"
	"slices"
	"sync"

	interlock "github.com/interlock-run/interlock"
)

// groupMost bounds the records of one transaction, so that nobody waits long
// behind a flood.
const groupMost = 4096

// group lets concurrent callers share one transaction, and so one flush of the
// disk. There is no goroutine of its own: the first caller leads a round, and
// passes the lead to a caller that came meanwhile.
type group struct {
	commit func(ctx context.Context, all []*waiting) error

	mu    sync.Mutex // guards what follows
	queue []*waiting
	led   bool // someone leads or has been told to
}

// waiting is one caller's records on their way into the store.
type waiting struct {
	sealed  []sealed
	receipt interlock.Receipt
	err     error
	lead    chan struct{} // told to lead the next round; sent under group.mu
	done    chan struct{} // receipt and err are set
}

func newWaiting(n int) *waiting {
	return &waiting{sealed: make([]sealed, 0, n), lead: make(chan struct{}, 1), done: make(chan struct{})}
}

// do writes w's records, alone or with others'.
func (g *group) do(ctx context.Context, w *waiting) (interlock.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return interlock.Receipt{}, err
	}
	g.mu.Lock()
	g.queue = append(g.queue, w)
	if !g.led {
		g.led = true
		w.lead <- struct{}{}
	}
	g.mu.Unlock()
	select {
	case <-w.lead:
		g.round(ctx)
		<-w.done
	case <-w.done:
	case <-ctx.Done():
		if g.withdraw(w) {
			return interlock.Receipt{}, ctx.Err()
		}
		<-w.done
	}
	return w.receipt, w.err
}

// withdraw takes w out of the queue; false means that it is being written. A
// lead that w was given goes on to the next.
func (g *group) withdraw(w *waiting) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, w)
	if i < 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	select {
	case <-w.lead:
		g.pass()
	default:
	}
	return true
}

// pass gives the lead to the first in the queue, or to nobody. g.mu is held.
func (g *group) pass() {
	if g.led = len(g.queue) > 0; g.led {
		g.queue[0].lead <- struct{}{}
	}
}

// round writes what is in the queue, the leader's own records first. The
// leader's ctx must not undo what others wait for.
func (g *group) round(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	all := g.take()
	err := g.commit(ctx, all)
	for _, w := range all {
		if w.err = err; err != nil && len(all) > 1 {
			w.err = g.commit(ctx, []*waiting{w}) // one caller's fault is not the others'
		}
		close(w.done)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pass()
}

func (g *group) take() []*waiting {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, records := 0, 0
	for n < len(g.queue) && (n == 0 || records+len(g.queue[n].sealed) <= groupMost) {
		records += len(g.queue[n].sealed)
		n++
	}
	all := slices.Clone(g.queue[:n])
	g.queue = slices.Delete(g.queue, 0, n)
	return all
}

// commit writes the records of all as one transaction and sets their receipts.
func (l *Ledger) commit(ctx context.Context, all []*waiting) error {
	id := l.store.ID()
	return l.store.Append(ctx, func(h Head) (b Batch, err error) {
		h = headOf(id, h)
		for _, w := range all {
			for i := range w.sealed {
				s := &w.sealed[i]
				s.entry.Seq, s.entry.Prev = h.Seq+1, h.Digest
				raw, err := s.entry.encode()
				if err != nil {
					return b, err
				}
				b.Rows = append(b.Rows, s.entry.row(raw))
				b.add(s)
				h = Head{Seq: s.entry.Seq, Digest: s.entry.Digest}
			}
			w.receipt = interlock.Receipt(h)
		}
		return b, nil
	})
}

// add adds the blobs of s. One that is stored again after its purge stays.
func (b *Batch) add(s *sealed) {
	b.Blobs = append(b.Blobs, s.blobs...)
	for _, blob := range s.blobs {
		b.Purge = slices.DeleteFunc(b.Purge, func(digest string) bool { return digest == blob.Digest })
	}
	b.Purge = append(b.Purge, s.purge...)
}
