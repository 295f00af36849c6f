package bench

import (
	"math"
	"slices"
	"testing"
	"time"
)

// quantile is the smallest of d that at least the share q of d does not exceed.
func quantile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	s := slices.Clone(d)
	slices.Sort(s)
	return s[max(0, int(math.Ceil(q*float64(len(s))))-1)]
}

func median(d []time.Duration) time.Duration { return quantile(d, 0.5) }

func milliseconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e3 }

func TestQuantile(t *testing.T) {
	d := make([]time.Duration, 0, 100)
	for i := range 100 {
		d = append(d, time.Duration(100-i))
	}
	for q, want := range map[float64]time.Duration{0: 1, 0.5: 50, 0.9: 90, 0.99: 99, 1: 100} {
		if got := quantile(d, q); got != want {
			t.Errorf("%v of 1..100 is %d, not %d", q, got, want)
		}
	}
	if got := quantile(d[:1], 0.5); got != 100 || quantile(nil, 0.5) != 0 {
		t.Errorf("of one: %d", got)
	}
	if d[0] != 100 {
		t.Error("the times were put in another order")
	}
}
