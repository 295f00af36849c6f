package daemon

import (
	"context"
	"sync"
)

// lazy opens something once, when it is first needed, and remembers a failure.
type lazy[T any] struct {
	open func(context.Context) (T, error)

	once   sync.Once
	opened bool
	value  T
	err    error
}

// get opens the thing, or waits for whoever does. What is opened outlives ctx.
func (l *lazy[T]) get(ctx context.Context) (T, error) {
	l.once.Do(func() {
		l.value, l.err = l.open(context.WithoutCancel(ctx))
		l.opened = l.err == nil
	})
	return l.value, l.err
}

// close closes the thing if it was opened; get must not be called again.
func (l *lazy[T]) close(with func(T) error) error {
	l.once.Do(func() {})
	if !l.opened {
		return nil
	}
	l.opened = false
	return with(l.value)
}
