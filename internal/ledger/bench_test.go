package ledger_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	interlock "github.com/interlock-run/interlock"
)

// BenchmarkAlone prints the median of a durable append of one record; the
// target is 1 ms.
func BenchmarkAlone(b *testing.B) {
	l := open(b, stateDir(b), nil)
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		appendAll(b, l, record(interlock.RecordDenial, "r", map[string]any{"effect": "deny", "rule": "network", "line": 3}))
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "us-median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "us-p99")
}

// BenchmarkTogether prints durable records a second from many callers; the
// target is 10,000.
func BenchmarkTogether(b *testing.B) {
	for _, callers := range []int{16, 256} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			l := open(b, stateDir(b), nil)
			var left atomic.Int64
			left.Store(int64(b.N))
			var wg sync.WaitGroup
			b.ResetTimer()
			for range callers {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						appendAll(b, l, record(interlock.RecordDenial, "r", map[string]any{"effect": "deny", "rule": "network", "line": 3}))
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkOneOff is what one `interlock run` without a daemon pays: open, the
// intent, the end, close.
func BenchmarkOneOff(b *testing.B) {
	dir := stateDir(b)
	open(b, dir, nil).Close()
	for i := 0; b.Loop(); i++ {
		run := fmt.Sprint("run", i)
		l, err := tryOpen(b, dir)
		if err != nil {
			b.Fatal(err)
		}
		appendAll(b, l, begun(run)...)
		appendAll(b, l, finished(run))
		l.Close()
	}
}

// BenchmarkVerify is the cost of one entry.
func BenchmarkVerify(b *testing.B) {
	l := open(b, stateDir(b), nil)
	for i := range 500 {
		appendAll(b, l, begun(fmt.Sprint("run", i))...)
	}
	var entries uint64
	for b.Loop() {
		entries += verified(b, l, nil).Entries
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(entries), "us/entry")
}
