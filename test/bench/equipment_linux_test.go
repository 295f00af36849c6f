package bench

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/sqlite"
)

//go:embed testdata/channel_access.py
var channelAccess string

//go:embed testdata/ioc.py
var benchIOC string

// BenchmarkEquipment measures clients at a real IOC: directly, and through the gateway
// with a real ledger on this disk, in turn. The gateway's doors are on loopback, without
// a sandbox: what that costs is BenchmarkCompare's.
func BenchmarkEquipment(b *testing.B) {
	ioc := gatewaytest.StartIOC(b, "B", benchIOC)
	road, durable := equipmentRoad(b, ioc)
	var appends []float64
	direct := map[string]string{"EPICS_CA_ADDR_LIST": fmt.Sprintf("127.0.0.1:%d", ioc.CA)}
	rows := map[string][2][]float64{}
	for range equipmentRounds {
		appends = append(appends, durable())
		for i, env := range []map[string]string{direct, road} {
			var got map[string]float64
			text := gatewaytest.Client(b, env, channelAccess, "B")
			if err := json.Unmarshal([]byte(lastLine(text)), &got); err != nil {
				b.Fatalf("%v in %s", err, text)
			}
			for name, v := range got {
				row := rows[name]
				row[i] = append(row[i], v)
				rows[name] = row
			}
		}
	}
	fmt.Printf("\nChannel Access, pyepics, %d rounds in turn, load %s; microseconds, or as said\n%-24s %10s %10s %8s\n", equipmentRounds, loadNow(), "", "direct", "gateway", "ratio")
	for _, name := range []string{"connect", "caget", "caget 160 kB", "caput, waiting", "caput, not waiting /s", "monitors /s"} {
		d, g := middleOf(rows[name][0]), middleOf(rows[name][1])
		fmt.Printf("%-24s %10.0f %10.0f %7.2fx\n", name, d, g, g/d)
	}
	one, d, g := middleOf(appends), middleOf(rows["caput, waiting"][0]), middleOf(rows["caput, waiting"][1])
	fmt.Printf("one durable append: %.0f; a waiting caput without it is %.2fx direct\n", one, (g-one)/d)
	fmt.Printf("EPICS cagateway: not run: it is no Python package and needs a build of EPICS base; figures of it taken elsewhere are in docs/performance.md\n")
}

const equipmentRounds = 3

func middleOf(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// equipmentRoad opens the road of a run that may put B:FREE, and returns what clients
// find it by, and what measures one append to its ledger.
func equipmentRoad(b *testing.B, ioc *gatewaytest.IOC) (env map[string]string, durable func() float64) {
	dir := b.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	store, err := sqlite.Open(context.Background(), dir)
	if err != nil {
		b.Fatal(err)
	}
	l, err := ledger.New(store, ledger.Options{Dir: dir, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	system := channelaccess.New(channelaccess.Options{Upstream: func(interlock.ExecutionMode) channelaccess.Addresses {
		return channelaccess.Addresses{List: []string{fmt.Sprintf("127.0.0.1:%d", ioc.CA)}}
	}})
	g := gateway.New(gateway.Options{Systems: []gateway.System{system}, Dir: filepath.Clean(dir), Ledger: l, Now: time.Now})
	grant := interlock.Grant{Mode: interlock.WriteAccess, Reads: interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}, Doors: system.Doors(),
		Channels: interlock.ChannelGrants{{Match: "B:FREE", Writable: true}}}
	r, err := g.Open(context.Background(), &interlock.Submission{ID: "bench", Who: interlock.Identity{Kind: interlock.SelfIdentity, Name: "bench"}}, grant)
	if err != nil {
		b.Fatal(err)
	}
	const host = "127.9.9.9"
	doors := interlock.Doors{Streams: map[uint16]net.Listener{}, Packets: map[uint16]net.PacketConn{}}
	env = system.Variables()
	delete(env, "EPICS_CA_NAME_SERVERS")
	env["EPICS_CA_ADDR_LIST"] = host
	for _, d := range system.Doors() {
		at := fmt.Sprintf("%s:%d", host, d.Port)
		if d.Network == "tcp" {
			doors.Streams[d.Port], err = net.Listen("tcp", at)
		} else {
			doors.Packets[d.Port], err = net.ListenPacket("udp", at)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := r.Serve(doors); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		r.Stop()
		_ = g.Close()
		_ = l.Close()
	})
	return env, func() float64 {
		var took []float64
		for range 100 {
			began := time.Now()
			if _, err := l.Append(context.Background(), interlock.Record{Kind: interlock.RecordPut, Time: began, Run: "bench", Who: interlock.Identity{Kind: interlock.SelfIdentity},
				Body: interlock.Put{Channel: "B:FREE", Old: interlock.ChannelValue{Numbers: []float64{1}}, New: interlock.ChannelValue{Numbers: []float64{2}}}}); err != nil {
				b.Fatal(err)
			}
			took = append(took, float64(time.Since(began).Microseconds()))
		}
		return middleOf(took)
	}
}
