package bench

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/gateway/pvaccess"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/sqlite"
)

//go:embed testdata/channel_access.py
var channelAccess string

//go:embed testdata/pv_access.py
var pvAccess string

//go:embed testdata/flood.py
var floodProgram string

//go:embed testdata/ioc.py
var benchIOC string

// equipment is a real IOC, and the road of a run that may put to it, with a real ledger
// on this disk. The doors are on loopback, without a sandbox: what that costs is
// BenchmarkCompare's.
type equipment struct {
	b       *testing.B
	ioc     *gatewaytest.IOC
	gateway *gateway.Gateway
	ledger  *ledger.Ledger
	env     map[string]string // of a client behind the doors
}

// doorsAt is an address of loopback that nothing else here uses, for the doors of Channel
// Access: libca looks for servers there by the port that the IOC has too. PV Access tells
// its clients where it is, which is 127.0.0.1 in a run.
const doorsAt = "127.9.9.9"

// BenchmarkEquipment measures clients at a real IOC, each way in turn.
func BenchmarkEquipment(b *testing.B) {
	e := newEquipment(b)
	var appends []float64
	ways := []way{{"direct", map[string]string{"EPICS_CA_ADDR_LIST": fmt.Sprintf("127.0.0.1:%d", e.ioc.CA)}}, {"gateway", e.env}}
	ca := e.measure(channelAccess, ways, func() { appends = append(appends, e.append()) })
	fmt.Printf("\nChannel Access, pyepics, %d rounds in turn, load %s; microseconds, or as said\n%-24s %10s %10s %8s\n", equipmentRounds, loadNow(), "", "direct", "gateway", "ratio")
	for _, name := range []string{"connect", "caget", "caget 160 kB", "caput, waiting", "caput, not waiting /s", "monitors /s"} {
		d, g := middleOf(ca[name][0]), middleOf(ca[name][1])
		fmt.Printf("%-24s %10.0f %10.0f %7.2fx\n", name, d, g, g/d)
	}
	one, d, g := middleOf(appends), middleOf(ca["caput, waiting"][0]), middleOf(ca["caput, waiting"][1])
	fmt.Printf("one durable append: %.0f; a waiting caput without it is %.2fx direct\n", one, (g-one)/d)
	fmt.Printf("EPICS cagateway: not run: it is no Python package and needs a build of EPICS base; figures of it taken elsewhere are in docs/performance.md\n")

	ways = []way{{"direct", map[string]string{"EPICS_PVA_NAME_SERVERS": fmt.Sprintf("127.0.0.1:%d", e.ioc.PVA)}}, {"gateway", e.env}}
	if env, why := e.p4pGateway(); why == "" {
		ways = append(ways, way{"p4p.gw", env})
	} else {
		fmt.Printf("p4p.gw: not run: %s\n", why)
	}
	pva := e.measure(pvAccess, ways, func() {})
	fmt.Printf("\nPV Access, p4p, %d rounds in turn, load %s; microseconds, and times direct\n", equipmentRounds, loadNow())
	for _, name := range []string{"get", "put"} {
		fmt.Printf("%-24s", name)
		for i, w := range ways {
			fmt.Printf("  %s %.0f (%.2fx)", w.name, middleOf(pva[name][i]), middleOf(pva[name][i])/middleOf(pva[name][0]))
		}
		fmt.Println()
	}
	e.killSwitch()
}

// way is one way to the IOC.
type way struct {
	name string
	env  map[string]string
}

const equipmentRounds = 5

// measure runs a program that prints one JSON object, each way in turn; before each
// round also does something else.
func (e *equipment) measure(program string, ways []way, also func()) map[string][][]float64 {
	rows := map[string][][]float64{}
	for range equipmentRounds {
		also()
		for i, w := range ways {
			var got map[string]float64
			text := gatewaytest.Client(e.b, w.env, program, "B")
			if err := json.Unmarshal([]byte(lastLine(text)), &got); err != nil {
				e.b.Fatalf("%s: %v in %s", w.name, err, text)
			}
			for name, v := range got {
				if rows[name] == nil {
					rows[name] = make([][]float64, len(ways))
				}
				rows[name][i] = append(rows[name][i], v)
			}
		}
	}
	return rows
}

func middleOf(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// append is how long one durable append takes, in microseconds.
func (e *equipment) append() float64 {
	var took []float64
	v := interlock.ChannelValue{Numbers: []float64{1}}
	for range 100 {
		began := time.Now()
		if _, err := e.ledger.Append(context.Background(), interlock.Record{Kind: interlock.RecordPut, Time: began, Run: "bench",
			Who: interlock.Identity{Kind: interlock.SelfIdentity}, Body: interlock.Put{Channel: "B:FREE", Old: v, New: v}}); err != nil {
			e.b.Fatal(err)
		}
		took = append(took, float64(time.Since(began).Microseconds()))
	}
	return middleOf(took)
}

// killSwitch turns writes off in the middle of a flood, with a thousand channels connected.
func (e *equipment) killSwitch() {
	cmd := exec.Command(gatewaytest.Python(e.b), "-c", floodProgram, "B")
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + e.b.TempDir()}
	for name, value := range e.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		e.b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		e.b.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	}()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "connected") {
		e.b.Fatalf("%q, %v", line, err)
	}
	var took []float64
	for range 15 {
		time.Sleep(100 * time.Millisecond) // the flood goes on
		began := time.Now()
		if err := e.gateway.Writes().TurnOff(gateway.Switched{Reason: "bench"}); err != nil {
			e.b.Fatal(err)
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
		if err := e.gateway.Writes().TurnOn(); err != nil {
			e.b.Fatal(err)
		}
	}
	slices.Sort(took)
	fmt.Printf("\nkill switch in a flood of puts, 1,000 channels connected: %.1f ms median, %.1f at most (15 times)\n", middleOf(took), took[len(took)-1])
}

// p4pGateway starts the gateway that comes with p4p in front of the IOC.
func (e *equipment) p4pGateway() (env map[string]string, why string) {
	port := gatewaytest.FreePort(e.b)
	config := fmt.Sprintf(`{"version": 2, "clients": [{"name": "c", "addrlist": "127.0.0.1:%d", "autoaddrlist": false}],
 "servers": [{"name": "s", "clients": ["c"], "interface": ["127.0.0.1"], "serverport": %d, "bcastport": %d, "autoaddrlist": false}]}`, e.ioc.PVA, port, port)
	file := filepath.Join(e.b.TempDir(), "gw.json")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err.Error()
	}
	cmd := exec.Command(gatewaytest.Python(e.b), "-m", "p4p.gw", file)
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + e.b.TempDir()}
	if err := cmd.Start(); err != nil {
		return nil, err.Error()
	}
	e.b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	})
	at := fmt.Sprintf("127.0.0.1:%d", port)
	for range 100 {
		if c, err := net.Dial("tcp", at); err == nil {
			_ = c.Close()
			return map[string]string{"EPICS_PVA_NAME_SERVERS": at}, ""
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, "it does not listen"
}

func newEquipment(b *testing.B) *equipment {
	e := &equipment{b: b, ioc: gatewaytest.StartIOC(b, "B", benchIOC)}
	dir := b.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	store, err := sqlite.Open(context.Background(), dir)
	if err == nil {
		e.ledger, err = ledger.New(store, ledger.Options{Dir: dir, Now: time.Now})
	}
	if err != nil {
		b.Fatal(err)
	}
	systems := []gateway.System{
		channelaccess.New(channelaccess.Options{Upstream: func(interlock.ExecutionMode) channelaccess.Addresses {
			return channelaccess.Addresses{List: []string{fmt.Sprintf("127.0.0.1:%d", e.ioc.CA)}}
		}}),
		pvaccess.New(pvaccess.Options{Now: time.Now, Upstream: func(interlock.ExecutionMode) pvaccess.Addresses {
			return pvaccess.Addresses{NameServers: []string{fmt.Sprintf("127.0.0.1:%d", e.ioc.PVA)}}
		}}),
	}
	e.gateway = gateway.New(gateway.Options{Systems: systems, Dir: dir, Ledger: e.ledger, Now: time.Now})
	r, err := e.gateway.Open(context.Background(), &interlock.Submission{ID: "bench", Who: interlock.Identity{Kind: interlock.SelfIdentity, Name: "bench"}},
		interlock.Grant{Mode: interlock.WriteAccess, Reads: interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}, Doors: e.gateway.Doors(),
			Channels: interlock.ChannelGrants{{Match: "B:*", Writable: true}}})
	if err != nil {
		b.Fatal(err)
	}
	e.env = e.gateway.Variables()
	for name := range e.env {
		if strings.HasPrefix(name, "EPICS_CA_") {
			e.env[name] = strings.ReplaceAll(e.env[name], "127.0.0.1", doorsAt)
		}
		if strings.HasSuffix(name, "_NAME_SERVERS") {
			delete(e.env, name)
		}
	}
	if err := r.Serve(e.doors()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		r.Stop()
		_ = e.gateway.Close()
		_ = e.ledger.Close()
	})
	return e
}

func (e *equipment) doors() interlock.Doors {
	doors := interlock.Doors{Streams: map[uint16]net.Listener{}, Packets: map[uint16]net.PacketConn{}}
	// The IOC's library has the port of searches too, at all addresses.
	shared := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var err error
		return errors.Join(c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1) }), err)
	}}
	for _, d := range e.gateway.Doors() {
		at := fmt.Sprintf("%s:%d", doorsAt, d.Port)
		if d.Port > 5070 {
			at = fmt.Sprintf("127.0.0.1:%d", d.Port)
		}
		var err error
		if d.Network == "tcp" {
			doors.Streams[d.Port], err = net.Listen("tcp", at)
		} else {
			doors.Packets[d.Port], err = shared.ListenPacket(context.Background(), "udp", at)
		}
		if err != nil {
			e.b.Fatal(err)
		}
	}
	return doors
}
