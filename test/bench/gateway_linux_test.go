package bench

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/gateway/pvaccess"
	"github.com/interlock-run/interlock/internal/sandbox"
	"github.com/interlock-run/interlock/test/require"
)

// BenchmarkGateway measures what the gateway adds to a run that has a control system and
// does nothing with it: time at its start, and memory. Nobody is asked for a channel, so
// no IOC is there.
func BenchmarkGateway(b *testing.B) {
	g := idleGateway(b)
	readiness(b, g, require.Env(b))
	for _, clients := range []int{0, 1} {
		footprint(b, g, clients)
	}
}

func idleGateway(b *testing.B) *gateway.Gateway {
	at := fmt.Sprintf("127.0.0.1:%d", gatewaytest.FreePort(b))
	g := gateway.New(gateway.Options{Dir: b.TempDir(), Ledger: &gatewaytest.Ledger{}, Now: time.Now, Systems: []gateway.System{
		channelaccess.New(channelaccess.Options{Upstream: func(interlock.ExecutionMode) channelaccess.Addresses {
			return channelaccess.Addresses{List: []string{at}}
		}}),
		pvaccess.New(pvaccess.Options{Now: time.Now, Upstream: func(interlock.ExecutionMode) pvaccess.Addresses {
			return pvaccess.Addresses{AddressList: []string{at}}
		}}),
	}})
	b.Cleanup(func() { _ = g.Close() })
	return g
}

// equipped is a grant with a control system.
func equipped(g *gateway.Gateway, grant interlock.Grant) interlock.Grant {
	grant.Mode, grant.Doors = interlock.WriteAccess, g.Doors()
	grant.Reads = interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}
	grant.Channels = interlock.ChannelGrants{{Match: "B:*", Writable: true}}
	return grant
}

// timed notes when the doors of a road are served: clients that knock from then on are
// answered, and those that knocked before too, since the sockets have listened since the
// run was confined.
type timed struct {
	interlock.Road
	alone time.Duration // for Serve
	ready time.Time
}

// Serve implements interlock.Road.
func (r *timed) Serve(doors interlock.Doors) error {
	began := time.Now()
	err := r.Road.Serve(doors)
	r.ready = time.Now()
	r.alone = r.ready.Sub(began)
	return err
}

const readyRounds = 60

// readiness runs print(1) with a control system and without, in turn, in children that
// wait and in children that are confined for it.
func readiness(b *testing.B, g *gateway.Gateway, env string) {
	sb := sandbox.New(sandbox.Options{Getenv: os.Getenv, CacheDir: b.TempDir(), Pool: 2})
	b.Cleanup(func() { sb.Close() })
	s := scripts(b)[0]
	unseen := time.Duration(0)
	for _, how := range []string{"pooled", "on demand"} {
		var alone, ready []time.Duration
		var first, full [2][]time.Duration // without, with
		for round := range readyRounds + 2 {
			for with := range 2 {
				grant := granted(s.folder, env)
				if how != "pooled" {
					unseen += time.Millisecond
					grant.Resources.Wall += unseen
				}
				var road *timed
				began := time.Now()
				t, err := func() (took, error) {
					if with == 0 {
						return confinedAs(sb, s, grant, nil)
					}
					grant = equipped(g, grant)
					r, err := g.Open(context.Background(), &interlock.Submission{ID: "bench"}, grant)
					if err != nil {
						return took{}, err
					}
					defer r.Stop()
					road = &timed{Road: r}
					return confinedAs(sb, s, grant, road)
				}()
				if err != nil {
					b.Fatal(err)
				}
				if settled(sb.Pools); round < 2 { // the first of each grant is not pooled
					continue
				}
				first[with], full[with] = append(first[with], t.first), append(full[with], t.full)
				if with == 1 {
					alone, ready = append(alone, road.alone), append(ready, road.ready.Sub(began))
				}
			}
		}
		fmt.Printf("\ngateway, sandbox %s, %d rounds in turn, load %s; ms, median and p95\n", how, readyRounds, loadNow())
		for _, row := range []struct {
			name string
			d    []time.Duration
		}{{"first byte, without", first[0]}, {"first byte, with", first[1]}, {"full, without", full[0]}, {"full, with", full[1]}, {"asked for to ready", ready}, {"serving the doors", alone}} {
			fmt.Printf("  %-20s %8.2f %8.2f\n", row.name, milliseconds(median(row.d)), milliseconds(quantile(row.d, 0.95)))
		}
	}
}

// footprint is the memory of runs that do nothing: of one, and of ten. Each has so many
// clients of Channel Access connected, which do nothing either.
func footprint(b *testing.B, g *gateway.Gateway, clients int) {
	use := func() gatewaytest.Usage {
		debug.FreeOSMemory()
		return gatewaytest.Use()
	}
	open := func(n int) (stop func()) {
		var ends []func()
		for range n {
			grant := equipped(g, interlock.Grant{})
			r, err := g.Open(context.Background(), &interlock.Submission{ID: "bench"}, grant)
			if err != nil {
				b.Fatal(err)
			}
			doors := anywhere(b, grant.Doors)
			at := doors.Streams[5064].Addr().String()
			if err := r.Serve(doors); err != nil {
				b.Fatal(err)
			}
			ends = append(ends, func() { r.Stop() })
			for range clients {
				c, err := net.Dial("tcp", at)
				if err == nil {
					_, err = c.Read(make([]byte, 16)) // the gateway says its version
				}
				if err != nil {
					b.Fatal(err)
				}
				ends = append(ends, func() { _ = c.Close() })
			}
		}
		return func() {
			for _, end := range ends {
				end()
			}
		}
	}
	open(1)() // what is made once
	before := use()
	stop := open(1)
	one := use()
	more := open(9)
	ten := use()
	more()
	stop()
	fmt.Printf("gateway, idle, %d clients connected to each run; KiB more than without\n", clients)
	for _, row := range []struct {
		runs int
		u    gatewaytest.Usage
	}{{1, one}, {10, ten}, {0, use()}} {
		fmt.Printf("  %2d runs: heap %d, resident %d; %d goroutines, %d descriptors\n", row.runs, (row.u.Heap-before.Heap)>>10, (row.u.Resident-before.Resident)>>10,
			row.u.Goroutines-before.Goroutines, row.u.Descriptors-before.Descriptors)
	}
}

// anywhere opens doors at free ports of loopback.
func anywhere(b *testing.B, list []interlock.Door) interlock.Doors {
	doors := interlock.Doors{Streams: map[uint16]net.Listener{}, Packets: map[uint16]net.PacketConn{}}
	for _, d := range list {
		var err error
		if d.Network == "tcp" {
			doors.Streams[d.Port], err = net.Listen("tcp", "127.0.0.1:0")
		} else {
			doors.Packets[d.Port], err = net.ListenPacket("udp", "127.0.0.1:0")
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return doors
}
