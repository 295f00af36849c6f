package gateway

import (
	"context"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// order makes check and put one step per channel: across the circuits and protocols
// of a run, the runs of this process, and the processes of a state directory.
type order struct {
	dir string

	mu   sync.Mutex
	file *os.File                // its byte n is the lock of the channels with hash n
	busy map[int64]chan struct{} // of this process; closed when free
}

func newOrder(dir string) *order { return &order{dir: dir, busy: map[int64]chan struct{}{}} }

// lock waits for its turn at all of the channels, which are canonical. Two channels may
// share a lock; one channel never has two. Everybody takes locks in the same order, so
// that nobody waits for who waits for them.
func (o *order) lock(ctx context.Context, channels ...string) (unlock func(), err error) {
	var places []int64
	for _, c := range channels {
		places = append(places, turn(c))
	}
	slices.Sort(places)
	var held []func()
	unlock = func() {
		for _, free := range held {
			free()
		}
	}
	for _, at := range slices.Compact(places) {
		free, err := o.one(ctx, at)
		if err != nil {
			unlock()
			return nil, err
		}
		held = append(held, free)
	}
	return unlock, nil
}

// turn is the lock of a channel, which is canonical.
func turn(channel string) int64 {
	h := fnv.New64a()
	h.Write([]byte(channel))
	return int64(h.Sum64() & (1<<40 - 1))
}

// one takes one lock.
func (o *order) one(ctx context.Context, at int64) (unlock func(), err error) {
	mine := make(chan struct{})
	for {
		o.mu.Lock()
		theirs := o.busy[at]
		if theirs == nil {
			o.busy[at] = mine
			o.mu.Unlock()
			break
		}
		o.mu.Unlock()
		select {
		case <-theirs:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	free := func() {
		o.mu.Lock()
		delete(o.busy, at)
		o.mu.Unlock()
		close(mine)
	}
	file, err := o.open()
	if err == nil {
		err = lockByte(file, at)
	}
	if err != nil {
		free()
		return nil, err
	}
	return func() {
		_ = unlockByte(file, at) // the end of the process would do it too
		free()
	}, nil
}

func (o *order) open() (*os.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file != nil {
		return o.file, nil
	}
	f, err := os.OpenFile(filepath.Join(o.dir, "puts.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		o.file = f
	}
	return f, err
}

func (o *order) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.file == nil {
		return nil
	}
	err := o.file.Close()
	o.file = nil
	return err
}
