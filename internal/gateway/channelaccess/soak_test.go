package channelaccess_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
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
// says whose it is, and which updates before it never came.
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

// watched is what came to clients with many monitors each.
type watched struct {
	updates, lost, strange atomic.Int64
	group                  sync.WaitGroup
}

// watch monitors channels S:M0 and so on at an address until the circuit is closed. The
// ids are another row for each client, so that an update of another client is seen.
func (w *watched) watch(t *testing.T, at string, monitors int, first uint32) (end func()) {
	c := dial(t, at)
	for i := range monitors {
		mask := append(make([]byte, 12), 0, 1, 0, 0) // values only
		c.send(ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: c.create(fmt.Sprintf("S:M%d", i)), P2: first + uint32(i), Payload: mask})
	}
	_ = c.conn.SetReadDeadline(time.Time{})
	last := make([]float64, monitors)
	w.group.Go(func() {
		for {
			m, err := c.in.Next()
			if err != nil {
				return // the road is stopped, or end was called
			}
			if m.Command != ca.CmdEventAdd {
				continue
			}
			w.updates.Add(1)
			i, v := int(m.P2)-int(first), math.Float64frombits(binary.BigEndian.Uint64(m.Payload))
			if i < 0 || i >= monitors || v != 0 && (int(v/1e6) != i+1 || v <= last[i]) {
				w.strange.Add(1)
				continue
			}
			if last[i] > 0 {
				w.lost.Add(int64(v - last[i] - 1))
			}
			last[i] = v
		}
	})
	return func() { _ = c.conn.Close() }
}

// soaking is how many runs with how many monitors each, and for how long.
func soaking(t *testing.T) (runs, monitors int, most time.Duration) {
	s := os.Getenv("INTERLOCK_SOAK_EQUIPMENT")
	if s == "" {
		return 4, 50, 3 * time.Second
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return 50, 200, time.Duration(n) * time.Second
}

// TestSoak: N2: many runs monitor many channels at once. Each update is its own
// channel's, comes once and in its order, as many come as to a client of the IOC itself,
// nothing grows, and nothing is left. INTERLOCK_SOAK_EQUIPMENT says for how many seconds
// 50 runs do so with 200 monitors each; without it a few do for a moment.
func TestSoak(t *testing.T) {
	runs, monitors, most := soaking(t)
	ioc := gatewaytest.StartIOC(t, "S", soakIOC)
	b := newBench(t, ioc)
	warm := b.open(t, "alice", interlock.Grant{Reads: everything}) // what all runs share stays
	dial(t, warm.address()).create("S:M0")
	warm.Stop()
	before := gatewaytest.Use()
	var direct, inside watched
	ends := []func(){direct.watch(t, fmt.Sprintf("127.0.0.1:%d", ioc.CA), monitors, 1)}
	var roads []*road
	for i := range runs {
		r := b.open(t, "alice", interlock.Grant{Reads: everything})
		roads = append(roads, r)
		ends = append(ends, inside.watch(t, r.address(), monitors, uint32(1+i*monitors)))
	}
	time.Sleep(time.Second) // everything is connected and warm: what comes now is what is measured
	first, firstDirect, began := inside.updates.Load(), direct.updates.Load(), gatewaytest.Use()
	lost, lostDirect := inside.lost.Load(), direct.lost.Load()
	time.Sleep(most)
	got, gotDirect, ended := inside.updates.Load()-first, direct.updates.Load()-firstDirect, gatewaytest.Use()
	lost, lostDirect = inside.lost.Load()-lost, direct.lost.Load()-lostDirect
	for _, r := range roads {
		r.Stop()
	}
	inside.group.Wait() // each road ended its circuits
	for _, end := range ends {
		end()
	}
	direct.group.Wait()
	share := float64(got) / float64(gotDirect) / float64(runs)
	t.Logf("%d runs with %d monitors for %s: %d updates, %.0f/s, %d never came; to a client of the IOC %d, %d never came; a run had %.4f of it",
		runs, monitors, most, got, float64(got)/most.Seconds(), lost, gotDirect, lostDirect, share)
	t.Logf("at the beginning: %s; at the end: %s", began, ended)
	if want := int64(float64(monitors)*most.Seconds()) * 10 / 2; gotDirect < want {
		t.Errorf("%d updates came to a client of the IOC, and at least %d were to come", gotDirect, want)
	}
	if share < 0.9 {
		t.Errorf("a run had %.2f of the updates that a client of the IOC had", share)
	}
	if n := inside.strange.Load() + direct.strange.Load(); n > 0 {
		t.Errorf("%d updates were another channel's, or came twice or out of their order", n)
	}
	if grown := ended.Heap - began.Heap; grown > 16<<20 {
		t.Errorf("the heap grew by %d KiB", grown>>10)
	}
	gatewaytest.NothingLeft(t, before, 16<<20)
}
