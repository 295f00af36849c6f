package bench

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// series is what was measured of one subject, one script, so many at a time.
type series struct {
	subject, script string
	at              int // concurrent
	first, full     []time.Duration
	wall            time.Duration // of all, for runs a second; 0 where runs were spaced
	load            string        // of the machine when it began
}

func (x *series) add(t took) { x.first, x.full = append(x.first, t.first), append(x.full, t.full) }

// perSecond is how many runs ended a second.
func (x *series) perSecond() float64 { return float64(len(x.full)) / x.wall.Seconds() }

// inTurn runs each subject once a round, alone on the machine and when it has
// settled, and begins each round with another one.
func inTurn(subjects []*subject, s *script, rounds int) ([]*series, error) {
	var here []*subject
	var all []*series
	for _, x := range subjects {
		if x.absent == "" {
			here, all = append(here, x), append(all, &series{subject: x.name, script: s.name, at: 1, load: loadNow()})
		}
	}
	for round := -1; round < rounds; round++ { // the one before the first fills caches
		for k := range here {
			i := (k + max(round, 0)) % len(here)
			if here[i].settle != nil {
				here[i].settle()
			}
			t, err := here[i].run(s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", here[i].name, err)
			}
			if round >= 0 {
				all[i].add(t)
			}
		}
	}
	return all, nil
}

// atOnce keeps so many runs of the subject going until n have been made, and adds
// them to x.
func (x *series) atOnce(of *subject, s *script, n int) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	var left atomic.Int64
	left.Store(int64(n))
	began := time.Now()
	for range x.at {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				t, err := of.run(s)
				mu.Lock()
				if err == nil {
					x.add(t)
				} else {
					failed = fmt.Errorf("%s, %d at once: %w", of.name, x.at, err)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	x.wall += time.Since(began)
	return failed
}

// load is one row of the plan of many at once: runs in each of two passes.
type load struct{ at, light, heavy int }

// loads: the daemon and plain python are driven to 100, the others, which are as
// slow as python, to 8.
var loads = []load{{1, 60, 8}, {8, 100, 12}, {32, 150, 32}, {100, 250, 50}}

// together drives the subjects in turn, twice each, at rising concurrency.
func together(subjects []*subject, s *script, farther func(*subject) bool) ([]*series, error) {
	var all []*series
	for _, l := range loads {
		level := map[*subject]*series{}
		for pass := range 2 {
			for k := range subjects {
				x := subjects[(k+pass)%len(subjects)]
				if x.absent != "" || l.at > 8 && !farther(x) {
					continue
				}
				if level[x] == nil {
					level[x] = &series{subject: x.name, script: s.name, at: l.at, load: loadNow()}
					all = append(all, level[x])
				}
				n := l.heavy
				if x.light {
					n = l.light
				}
				if x.settle != nil {
					x.settle()
				}
				if err := level[x].atOnce(x, s, n); err != nil {
					return nil, err
				}
			}
		}
	}
	return all, nil
}
