package gatewaytest

import (
	_ "embed"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Counters is the program of an IOC with 200 counters at 10 Hz, each in its own million:
// M0 begins at 1000000.
//
//go:embed counters.py
var Counters string

// Soaking is for how long a soak lasts, by INTERLOCK_SOAK_EQUIPMENT, in seconds; full is
// false where it says nothing and a moment must do.
func Soaking(t testing.TB) (most time.Duration, full bool) {
	t.Helper()
	s := os.Getenv("INTERLOCK_SOAK_EQUIPMENT")
	if s == "" {
		return 3 * time.Second, false
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("INTERLOCK_SOAK_EQUIPMENT: %v", err)
	}
	return time.Duration(n) * time.Second, true
}

// Watched is what came of counters to clients. It is safe for concurrent use.
type Watched struct {
	Updates, Lost, Strange atomic.Int64
	Group                  sync.WaitGroup // of who watches
}

// Watching is one client's counters: the last value of each. It is not safe for
// concurrent use.
type Watching struct {
	w    *Watched
	last []float64
}

// Watch is one more client, of so many counters.
func (w *Watched) Watch(counters int) *Watching { return &Watching{w, make([]float64, counters)} }

// Came takes in an update of counter i. One of another counter, or that came before, or
// that should have come before, is strange.
func (o *Watching) Came(i int, v float64) {
	o.w.Updates.Add(1)
	if i < 0 || i >= len(o.last) || v != 0 && (int(v/1e6) != i+1 || v <= o.last[i]) {
		o.w.Strange.Add(1)
		return
	}
	if o.last[i] > 0 {
		o.w.Lost.Add(int64(v - o.last[i] - 1))
	}
	o.last[i] = v
}

// calm is Use at the moment of a second at which the heap is least: what is on its way
// comes and goes with the load of the machine, what is lost stays.
func calm() (least Usage) {
	for i := range 20 {
		if now := Use(); i == 0 || now.Heap < least.Heap {
			least = now
		}
		time.Sleep(50 * time.Millisecond)
	}
	return least
}

// Soak waits for most, and holds what came to runs with so many monitors each to what came
// to a client of the IOC itself.
func Soak(t *testing.T, most time.Duration, runs, monitors int, inside, direct *Watched) {
	t.Helper()
	time.Sleep(time.Second) // everything is connected and warm: what comes now is what is measured
	began := calm()
	first, firstDirect, lost, lostDirect := inside.Updates.Load(), direct.Updates.Load(), inside.Lost.Load(), direct.Lost.Load()
	time.Sleep(most)
	got, gotDirect := inside.Updates.Load()-first, direct.Updates.Load()-firstDirect
	lost, lostDirect = inside.Lost.Load()-lost, direct.Lost.Load()-lostDirect
	ended := calm()
	share := float64(got) / float64(max(gotDirect, 1)) / float64(runs)
	t.Logf("%d runs with %d monitors for %s: %d updates, %.0f/s, %d never came; to a client of the IOC %d, %d never came; a run had %.4f of it",
		runs, monitors, most, got, float64(got)/most.Seconds(), lost, gotDirect, lostDirect, share)
	t.Logf("at the beginning: %s; at the end: %s", began, ended)
	if want := int64(float64(monitors)*most.Seconds()) * 10 / 2; gotDirect < want {
		t.Errorf("%d updates came to a client of the IOC, and at least %d were to come", gotDirect, want)
	}
	if share < 0.9 {
		t.Errorf("a run had %.2f of the updates that a client of the IOC had", share)
	}
	if n := inside.Strange.Load() + direct.Strange.Load(); n > 0 {
		t.Errorf("%d updates were another channel's, or came twice or out of their order", n)
	}
	if grown := ended.Heap - began.Heap; grown > 16<<20 {
		t.Errorf("the heap grew by %d KiB", grown>>10)
	}
}
