package channelaccess_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// watch monitors channels S:M0 and so on at an address until the circuit is closed. The
// ids are another row for each client, so that an update of another client is seen.
func watch(t *testing.T, w *gatewaytest.Watched, at string, monitors int, first uint32) (end func()) {
	c := dial(t, at)
	for i := range monitors {
		mask := append(make([]byte, 12), 0, 1, 0, 0) // values only
		c.send(ca.Message{Command: ca.CmdEventAdd, Type: uint16(ca.Double), Count: 1, P1: c.create(fmt.Sprintf("S:M%d", i)), P2: first + uint32(i), Payload: mask})
	}
	_ = c.conn.SetReadDeadline(time.Time{})
	o := w.Watch(monitors)
	w.Group.Go(func() {
		for {
			m, err := c.in.Next()
			if err != nil {
				return // the road is stopped, or end was called
			}
			if m.Command == ca.CmdEventAdd {
				o.Came(int(m.P2)-int(first), math.Float64frombits(binary.BigEndian.Uint64(m.Payload)))
			}
		}
	})
	return func() { _ = c.conn.Close() }
}

// TestSoak: N2: many runs monitor many channels at once. Each update is its own
// channel's, comes once and in its order, as many come as to a client of the IOC itself,
// nothing grows, and nothing is left. INTERLOCK_SOAK_EQUIPMENT says for how many seconds
// 50 runs do so with 200 monitors each; without it a few do for a moment.
func TestSoak(t *testing.T) {
	most, full := gatewaytest.Soaking(t)
	runs, monitors := 4, 50
	if full {
		runs, monitors = 50, 200
	}
	ioc := gatewaytest.StartIOC(t, "S", gatewaytest.Counters)
	b := newBench(t, ioc)
	warm := b.open(t, "alice", interlock.Grant{Reads: everything}) // what all runs share stays
	conn := dial(t, warm.address())
	conn.create("S:M0")
	_ = conn.conn.Close()
	warm.Stop()
	before := gatewaytest.Use()
	var direct, inside gatewaytest.Watched
	ends := []func(){watch(t, &direct, fmt.Sprintf("127.0.0.1:%d", ioc.CA), monitors, 1)}
	var roads []*road
	for i := range runs {
		r := b.open(t, "alice", interlock.Grant{Reads: everything})
		roads = append(roads, r)
		ends = append(ends, watch(t, &inside, r.address(), monitors, uint32(1+i*monitors)))
	}
	gatewaytest.Soak(t, most, runs, monitors, &inside, &direct)
	for _, r := range roads {
		r.Stop()
	}
	inside.Group.Wait() // each road ended its circuits
	for _, end := range ends {
		end()
	}
	direct.Group.Wait()
	gatewaytest.NothingLeft(t, before, 16<<20)
}
