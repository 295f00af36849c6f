package pvaccess_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// watch monitors channels S:M0 and so on at an address until the circuit is closed. The
// ids are another row for each client, so that an update of another client is seen.
func watch(t *testing.T, w *gatewaytest.Watched, address string, monitors int, first uint32) (end func()) {
	c := at(t, address).dial()
	_ = c.conn.SetDeadline(time.Now().Add(10 * time.Minute)) // the others' monitors run already
	var types []*pva.Type
	for i := range monitors {
		sid := c.channel(uint32(i+1), fmt.Sprintf("S:M%d", i))
		types = append(types, c.init(pva.Monitor, sid, first+uint32(i)))
		defer c.send(pva.Monitor, func(e *pva.Encoder) { about(e, sid, first+uint32(i), pva.SubStart) })
	}
	_ = c.conn.SetDeadline(time.Time{})
	o, said := w.Watch(monitors), time.Now()
	w.Group.Go(func() {
		for {
			m, err := c.r.Next()
			if err != nil {
				return // the road is stopped, or end was called
			}
			if now := time.Now(); now.Sub(said) > 10*time.Second {
				c.send(pva.Echo, func(*pva.Encoder) {}) // servers drop a client that says nothing
				said = now
			}
			if m.Control || m.Command != pva.Monitor {
				continue
			}
			d := m.Decoder()
			i := int(d.U32()) - int(first)
			if sub := d.U8(); sub == 0 && i >= 0 && i < monitors {
				mask := d.Bits(types[i].Nodes())
				if v := d.Partial(types[i], mask, &c.types); mask.Has(0) || mask.Has(1) { // else only its time
					o.Came(i, v.Field("value").Float())
				}
			} else {
				o.Came(-1, 1)
			}
		}
	})
	return func() { _ = c.conn.Close() }
}

// TestSoak: N2: as of Channel Access, with 20 runs of 100 monitors each. The server has
// one circuit of each run, and updates that a client does not take in time are merged,
// which PV Access allows: they never come.
func TestSoak(t *testing.T) {
	most, full := gatewaytest.Soaking(t)
	runs, monitors := 4, 50
	if full {
		runs, monitors = 20, 100
	}
	ioc := gatewaytest.StartIOC(t, "S", gatewaytest.Counters)
	server := fmt.Sprintf("127.0.0.1:%d", ioc.PVA)
	_, open := manyRuns(t, &gatewaytest.Ledger{}, server)
	grant := interlock.Grant{Reads: interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}}
	warm, address := open("warm", grant) // what all runs share stays
	c := at(t, address).dial()
	c.channel(1, "S:M0")
	_ = c.conn.Close()
	warm.Stop()
	before := gatewaytest.Use()
	var direct, inside gatewaytest.Watched
	ends := []func(){watch(t, &direct, server, monitors, 1)}
	var roads []interlock.Road
	for i := range runs {
		r, address := open(fmt.Sprint("run-", i), grant)
		roads = append(roads, r)
		ends = append(ends, watch(t, &inside, address, monitors, uint32(1+i*monitors)))
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
