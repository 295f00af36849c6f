package channelaccess_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// soakIOC has 200 counters at 10 Hz. Each counts from its own million, so that a value
// says whose it is.
const soakIOC = `
import sys
from softioc import asyncio_dispatcher, builder, softioc
dispatcher = asyncio_dispatcher.AsyncioDispatcher()
builder.SetDeviceName(sys.argv[1])
for i in range(200):
    builder.records.calc(f"M{i}", CALC=f"A>={i+1}000000&&A<{i+1}999999?A+1:{i+1}000000", INPA=f"{sys.argv[1]}:M{i}.VAL NPP", SCAN=".1 second")
builder.LoadDatabase()
softioc.iocInit(dispatcher)
print("ready", flush=True)
sys.stdin.read()
`

// TestSoak: N2: many runs monitor many channels at once. Each update is its own
// channel's, nothing grows, and nothing is left. INTERLOCK_SOAK_EQUIPMENT says for how
// many seconds 50 runs do so with 200 monitors each; without it a few do for a moment.
func TestSoak(t *testing.T) {
	runs, monitors, seconds := 4, 50, 3
	if s := os.Getenv("INTERLOCK_SOAK_EQUIPMENT"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		runs, monitors, seconds = 50, 200, n
	}
	ioc := gatewaytest.StartIOC(t, "S", soakIOC)
	b := newBench(t, ioc)
	before := runtime.NumGoroutine()
	var updates, strange atomic.Int64
	var watching sync.WaitGroup
	var roads []*road
	for range runs {
		r := b.open(t, "alice", interlock.Grant{Reads: everything})
		roads = append(roads, r)
		c := dial(t, r.address())
		for i := range monitors {
			mask := append(make([]byte, 12), 0, 1, 0, 0) // values only
			c.send(ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: c.create(fmt.Sprintf("S:M%d", i)), P2: uint32(i + 1), Payload: mask})
		}
		watching.Go(func() {
			for {
				m, err := c.wait(command(ca.CmdEventAdd))
				if err != nil {
					return // the road is stopped
				}
				updates.Add(1)
				v := math.Float64frombits(binary.BigEndian.Uint64(m.Payload))
				if v != 0 && int(v/1e6) != int(m.P2) {
					strange.Add(1)
				}
			}
		})
	}
	time.Sleep(time.Second) // everything is connected and warm: what comes now is what is measured
	first, heap := updates.Load(), live()
	time.Sleep(time.Duration(seconds) * time.Second)
	got, grown := updates.Load()-first, live()-heap
	for _, r := range roads {
		r.Stop()
	}
	watching.Wait()
	t.Logf("%d runs with %d monitors for %d s: %d updates, %.0f/s; the heap grew by %d KiB", runs, monitors, seconds, got, float64(got)/float64(seconds), grown>>10)
	if want := int64(runs*monitors*seconds*10) / 2; got < want {
		t.Errorf("%d updates came, and at least %d were to come", got, want)
	}
	if n := strange.Load(); n > 0 {
		t.Errorf("%d updates were another channel's", n)
	}
	if grown > 16<<20 {
		t.Errorf("the heap grew by %d KiB", grown>>10)
	}
	if left := runtime.NumGoroutine() - before; left > 8 { // of the finder, and of tests beside this one
		t.Errorf("%d goroutines are left", left)
	}
}

// live is the bytes that are in use.
func live() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
