package channelaccess_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
	"github.com/interlock-run/interlock/test/require"
)

//go:embed testdata/ioc.py
var iocProgram string

//go:embed testdata/client.py
var clientProgram string

// bench is a gateway in front of real IOCs, without a sandbox: the doors of each road
// are at an address of loopback that no other has.
type bench struct {
	gateway *gateway.Gateway
	system  *channelaccess.System
	ledger  *gatewaytest.Ledger
	dir     string
	runs    atomic.Int64
}

func newBench(t *testing.T, iocs ...*gatewaytest.IOC) *bench {
	t.Helper()
	var list []string
	for _, i := range iocs {
		list = append(list, fmt.Sprintf("127.0.0.1:%d", i.CA))
	}
	return benchAt(t, t.TempDir(), channelaccess.Addresses{List: list})
}

func benchAt(t *testing.T, dir string, at channelaccess.Addresses) *bench {
	t.Helper()
	b := &bench{ledger: &gatewaytest.Ledger{}, dir: dir}
	b.system = channelaccess.New(channelaccess.Options{Upstream: func(interlock.ExecutionMode) channelaccess.Addresses { return at }})
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
	host string
	env  map[string]string
}

func (r *road) address() string { return r.host + ":5064" }

var everything = interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}

// open opens the road of a run of somebody's. It stops with the test.
func (b *bench) open(t *testing.T, who string, g interlock.Grant) *road {
	t.Helper()
	g.Doors = b.gateway.Doors()
	id := fmt.Sprintf("run-%d", b.runs.Add(1))
	r, err := b.gateway.Open(context.Background(), &interlock.Submission{ID: id, Who: interlock.Identity{Name: who}}, g)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Stop() })
	host, doors, repeater := b.listen(t)
	if err := r.Serve(doors); err != nil {
		t.Fatal(err)
	}
	env := b.gateway.Variables()
	for name, value := range env {
		env[name] = strings.ReplaceAll(value, "127.0.0.1", host)
	}
	delete(env, "EPICS_CA_NAME_SERVERS")
	env["EPICS_CA_REPEATER_PORT"] = fmt.Sprint(repeater)
	return &road{r, host, env}
}

// hosts is how many addresses of loopback this process has tried.
var hosts atomic.Uint32

// listen opens all doors at the next address of loopback at which they are free.
func (b *bench) listen(t *testing.T) (host string, doors interlock.Doors, repeater int) {
	t.Helper()
	for range 1000 {
		n := hosts.Add(1) + uint32(time.Now().UnixNano()/1000)%50_000
		host = fmt.Sprintf("127.%d.%d.%d", 64+n>>14&63, n>>7&127, 1+n&127)
		doors = interlock.Doors{Streams: map[uint16]net.Listener{}, Packets: map[uint16]net.PacketConn{}}
		var err error
		for _, d := range b.gateway.Doors() {
			at := fmt.Sprintf("%s:%d", host, d.Port)
			if d.Network == "tcp" {
				doors.Streams[d.Port], err = net.Listen("tcp", at)
			} else {
				if d.Port == 5065 { // clients look for a repeater at 127.0.0.1 only
					at = "127.0.0.1:0"
				}
				doors.Packets[d.Port], err = net.ListenPacket("udp", at)
			}
			if err != nil {
				break
			}
		}
		if err == nil {
			return host, doors, doors.Packets[5065].LocalAddr().(*net.UDPAddr).Port
		}
		for port, l := range doors.Streams {
			if l == nil {
				delete(doors.Streams, port)
			}
		}
		for port, c := range doors.Packets {
			if c == nil {
				delete(doors.Packets, port)
			}
		}
		doors.Close()
	}
	t.Fatal("no address of loopback is free")
	return
}

func f64(v float64) *float64 { return &v }

// writes is the grant of a run that may put to the channels of entries.
func writes(entries ...interlock.ChannelGrant) interlock.Grant {
	for i := range entries {
		entries[i].Writable = true
	}
	return interlock.Grant{Mode: interlock.WriteAccess, Reads: everything, Channels: entries}
}

// result is what a client library made of one operation.
type result struct {
	Op, Channel string
	Value       any
	Raised      string
	Seconds     float64
}

// ask has a client library do operations, and returns what came of each.
func ask(t *testing.T, r *road, library string, shim bool, operations ...[]any) []result {
	t.Helper()
	list, _ := heard(t, r, library, shim, operations...)
	return list
}

// heard is ask with all that was printed.
func heard(t *testing.T, r *road, library string, shim bool, operations ...[]any) (list []result, out string) {
	t.Helper()
	ops, err := json.Marshal(operations)
	if err != nil {
		t.Fatal(err)
	}
	out = gatewaytest.Client(t, r.env, clientProgram, library, runner(t, shim), string(ops))
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "{") {
			var a result
			if err := json.Unmarshal([]byte(line), &a); err != nil {
				t.Fatal(err)
			}
			list = append(list, a)
		}
	}
	if len(list) != len(operations) {
		t.Fatalf("%d answers to %d operations: %s", len(list), len(operations), out)
	}
	return list, out
}

// runner is the folder of the runner's modules, or "" where the shim is not wanted.
func runner(t *testing.T, shim bool) string {
	t.Helper()
	if !shim {
		return ""
	}
	return filepath.Join(require.Repo(t), "python")
}

// arrived returns the values that arrived at a record of the IOC so far, in their
// order: what was sent to it before has arrived, since a put of our own, which is not
// in the list, came after it.
func arrived(t *testing.T, ioc *gatewaytest.IOC, channel string) (values []string) {
	t.Helper()
	direct := dial(t, fmt.Sprintf("127.0.0.1:%d", ioc.CA))
	defer direct.conn.Close()
	sid := direct.create(channel)
	if status := direct.put(sid, ca.Double, 1, double(-7.25)); !status.OK() {
		t.Fatalf("our own put: %d", status)
	}
	prefix := "put " + channel + " "
	if !ioc.Wait(10*time.Second, func(line string) bool { return line == prefix+"-7.25" }) {
		t.Fatalf("our own put did not arrive: %v", ioc.Lines())
	}
	for _, line := range ioc.Lines() {
		if v, is := strings.CutPrefix(line, prefix); is && v != "-7.25" {
			values = append(values, v)
		}
	}
	return values
}

// violations are what was refused, in the order in which it was first.
func violations(e interlock.Equipment) (list []string) {
	for _, n := range e.Refused {
		if !slices.Contains(list, string(n.Violation)) {
			list = append(list, string(n.Violation))
		}
	}
	return list
}
