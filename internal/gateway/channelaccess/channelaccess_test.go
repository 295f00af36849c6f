package channelaccess_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
)

// bench is a gateway in front of real IOCs, without a sandbox: its doors are at an
// address of loopback that no other test has.
type bench struct {
	t       *testing.T
	gateway *gateway.Gateway
	system  *channelaccess.System
	ledger  *gatewaytest.Ledger
	dir     string
}

func newBench(t *testing.T, iocs ...*gatewaytest.IOC) *bench {
	t.Helper()
	var list []string
	for _, i := range iocs {
		list = append(list, fmt.Sprintf("127.0.0.1:%d", i.CA))
	}
	b := &bench{t: t, ledger: &gatewaytest.Ledger{}, dir: t.TempDir()}
	b.system = channelaccess.New(channelaccess.Options{Upstream: func(interlock.ExecutionMode) channelaccess.Addresses { return channelaccess.Addresses{List: list} }})
	b.gateway = gateway.New(gateway.Options{Systems: []gateway.System{b.system}, Dir: b.dir, Ledger: b.ledger, Now: time.Now})
	t.Cleanup(func() {
		if err := b.gateway.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// road is one run's.
type road struct {
	interlock.Road
	env map[string]string
}

var everything = interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}

func (b *bench) open(g interlock.Grant) *road {
	b.t.Helper()
	host := fmt.Sprintf("127.%d.%d.%d", 1+len(b.ledger.Kinds())%200, time.Now().UnixNano()/1000%250, 1+time.Now().UnixNano()%250)
	doors := interlock.Doors{Streams: map[uint16]net.Listener{}, Packets: map[uint16]net.PacketConn{}}
	env := b.system.Variables()
	env["EPICS_CA_ADDR_LIST"] = host
	delete(env, "EPICS_CA_NAME_SERVERS")
	for _, d := range b.system.Doors() {
		at := fmt.Sprintf("%s:%d", host, d.Port)
		if d.Port == 5065 {
			at = fmt.Sprintf("127.0.0.1:%d", gatewaytest.FreePort(b.t))
			env["EPICS_CA_REPEATER_PORT"] = at[strings.LastIndex(at, ":")+1:]
		}
		var err error
		if d.Network == "tcp" {
			doors.Streams[d.Port], err = net.Listen("tcp", at)
		} else {
			doors.Packets[d.Port], err = net.ListenPacket("udp", at)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	g.Doors = b.system.Doors()
	r, err := b.gateway.Open(context.Background(), &interlock.Submission{ID: "run-1", Who: interlock.Identity{Name: "alice"}}, g)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := r.Serve(doors); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { r.Stop() })
	return &road{r, env}
}

func f64(v float64) *float64 { return &v }

// N2: pyepics reads through the gateway, and what is granted is put, within its limits.
func TestPyepics(t *testing.T) {
	ioc := gatewaytest.StartIOC(t, "T", "")
	b := newBench(t, ioc)
	r := b.open(interlock.Grant{Mode: interlock.WriteAccess, Reads: everything,
		Channels: interlock.ChannelGrants{{Match: "T:AO", Writable: true, Min: f64(-5), Max: f64(5)}}})
	out := gatewaytest.Client(t, r.env, `
import epics, time
def say(*a): print(*a, flush=True)
say("get", epics.caget("T:AO"), epics.caget("T:STR"), epics.caget("T:MBB", as_string=True), len(epics.caget("T:WAVE")), epics.caget("T:AI"))
say("put", epics.caput("T:AO", 3, wait=True), epics.caget("T:AO"))
say("edge", epics.caput("T:AO", 5.0001, wait=True), epics.caget("T:AO"))
try:
    say("other", epics.caput("T:FREE", 3, wait=True), epics.caget("T:FREE"))
except Exception as e:
    say("other", type(e).__name__, epics.caget("T:FREE"))
seen = []
pv = epics.PV("T:AO", callback=lambda value, **k: seen.append(value), auto_monitor=True)
pv.wait_for_connection()
pv.put(4, wait=True)
time.sleep(0.3)
say("seen", seen[-1])
`)
	for _, want := range []string{"get 0.0 hello Zero 20000 1.5", "put 1 3.0", "edge 1 3.0", "seen 4.0"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	e := r.Stop()
	t.Logf("%s\n%+v\n%v", out, e, b.ledger.Kinds())
	if len(e.Puts) != 2 || e.Puts[0].Status != interlock.PutConfirmed || len(e.Refused) != 1 || e.Refused[0].Violation != interlock.MaxExceeded {
		t.Errorf("%+v", e)
	}
}
