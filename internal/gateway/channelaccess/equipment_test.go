package channelaccess_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// TestEquipment are the tests that share another IOC.
func TestEquipment(t *testing.T) {
	t.Parallel()
	ioc := gatewaytest.StartIOC(t, "Q", iocProgram)
	t.Run("N2_step_beside_another_client", func(t *testing.T) { t.Parallel(); stepBesideAnother(t, ioc) })
	t.Run("N2_step_over_two_grants", func(t *testing.T) { t.Parallel(); stepOverTwoGrants(t, ioc) })
	t.Run("N2_arrays", func(t *testing.T) { t.Parallel(); arrays(t, ioc) })
	t.Run("N2_too_large", func(t *testing.T) { t.Parallel(); tooLarge(t, ioc) })
	t.Run("N2_native_types", func(t *testing.T) { t.Parallel(); nativeTypes(t, ioc) })
	t.Run("N3_rehearsal", func(t *testing.T) { t.Parallel(); rehearsal(t, ioc) })
	t.Run("N3_rehearsed_monitor", func(t *testing.T) { t.Parallel(); rehearsedMonitor(t, ioc) })
	t.Run("N2_bluesky", func(t *testing.T) { t.Parallel(); bluesky(t, ioc) })
}

// value parses the value of a line that the IOC printed for a put to channel.
func value(line, channel string) (v float64, is bool) {
	text, is := strings.CutPrefix(line, "put "+channel+" ")
	if !is {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// N2: a step is from where the channel is, whoever moved it there.
func stepBesideAnother(t *testing.T, ioc *gatewaytest.IOC) {
	b := newBench(t, ioc)
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: "Q:C0", MaxStep: f64(1)}))
	c, direct := dial(t, r.address()), dial(t, fmt.Sprintf("127.0.0.1:%d", ioc.CA))
	sid, theirs := c.create("Q:C0"), direct.create("Q:C0")
	for i, s := range []struct {
		moved, put float64
		want       ca.Status
	}{{0, 1, ca.StatusNormal}, {8, 1.5, ca.StatusPutFail}, {8, 7, ca.StatusNormal}, {-3, 6.5, ca.StatusPutFail}, {-3, -4, ca.StatusNormal}, {-3, -2 + 1e-12, ca.StatusPutFail}} {
		if status := direct.put(theirs, ca.Double, 1, double(s.moved)); !status.OK() {
			t.Fatal(status)
		}
		if status := c.put(sid, ca.Double, 1, double(s.put)); status != s.want {
			t.Errorf("%d: from %g to %g: status %d", i, s.moved, s.put, status)
		}
	}
	// And while the other client never rests: each put keeps to the value that was read before it.
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				direct.put(theirs, ca.Double, 1, double(float64(i%2*6)))
			}
		}
	})
	done := 0
	for i := range 200 {
		if c.put(sid, ca.Double, 1, double(float64(i%2*6)+0.5)).OK() {
			done++
		}
	}
	close(stop)
	group.Wait()
	e := r.Stop()
	for _, p := range e.Puts {
		if math.Abs(p.New.Numbers[0]-p.Old.Numbers[0]) > 1+1e-12 {
			t.Errorf("a step from %v to %v", p.Old, p.New)
		}
	}
	if len(e.Puts) != done+3 || done == 0 || done == 200 {
		t.Errorf("%d puts of 200 were done, %d in the result", done, len(e.Puts))
	}
}

// N2: one channel under two grants of two people, in two programs that share a state
// directory: whatever they put at once, no step above the largest ever arrives, and
// the IOC sees who is there.
func stepOverTwoGrants(t *testing.T, ioc *gatewaytest.IOC) {
	dir := t.TempDir()
	at := channelaccess.Addresses{List: []string{fmt.Sprintf("127.0.0.1:%d", ioc.CA)}}
	grant := writes(interlock.ChannelGrant{Match: "Q:C1", MaxStep: f64(1), Min: f64(-3), Max: f64(3)})
	var group sync.WaitGroup
	begin := make(chan struct{})
	var roads []*road
	for _, who := range []string{"alice", "bob"} {
		r := benchAt(t, dir, at).open(t, who, grant)
		roads = append(roads, r)
		for k := range 2 { // circuits
			c := dial(t, r.address())
			sid := c.create("Q:C1")
			random := rand.New(rand.NewPCG(uint64(k), uint64(len(who))))
			group.Go(func() {
				<-begin
				for range 100 {
					c.put(sid, ca.Double, 1, double(math.Round(random.Float64()*60-30)/10))
				}
			})
		}
	}
	ioc.Say("casr 2")
	if !ioc.Wait(10*time.Second, func(line string) bool { return line == "called casr 2" }) {
		t.Error("the IOC does not report")
	}
	report := strings.Join(ioc.Lines(), "\n")
	for who, want := range map[string]bool{"alice": true, "bob": true, "mallory": false} { // the last is what the clients say
		if is := strings.Contains(report, "'interlock-run-1':\n\tUser '"+who+"'"); is != want {
			t.Errorf("the IOC sees %s: %v\n%s", who, is, report)
		}
	}
	close(begin)
	group.Wait()
	values := arrived(t, ioc, "Q:C1")
	before, n := 0.0, 0
	for _, text := range values {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(v-before) > 1+1e-12 { // as far as 53 bits can tell
			t.Errorf("a step from %g to %g arrived", before, v)
		}
		before = v
		n++
	}
	total := 0
	for _, r := range roads {
		e := r.Stop()
		if len(e.Puts) == 0 || len(e.Refused)+e.RefusedMore == 0 {
			t.Errorf("%d puts, %d refused: the test shows nothing", len(e.Puts), len(e.Refused))
		}
		total += len(e.Puts)
	}
	if total != n {
		t.Errorf("%d puts arrived, and %d are in the results", n, total)
	}
}

// N2: a large array is read, monitored and put, element by element within limits.
func arrays(t *testing.T, ioc *gatewaytest.IOC) {
	b := newBench(t, ioc)
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: "Q:WAVE", Min: f64(0), Max: f64(20000)}, interlock.ChannelGrant{Match: "Q:SHORTER"}))
	out := gatewaytest.Client(t, r.env, `
import epics, numpy, threading
def say(*a): print(*a, flush=True)
wave = numpy.arange(20000.0)
say("get", (epics.caget("Q:WAVE", use_monitor=False) == wave).all())
got, more = [], threading.Semaphore(0)
pv = epics.PV("Q:WAVE", auto_monitor=True, callback=lambda value, **k: (got.append(value), more.release()))
say("first", more.acquire(timeout=10), (got[0] == wave).all())
pv.put(wave[::-1], wait=True)
say("update", more.acquire(timeout=10), (got[-1] == wave[::-1]).all())
wave[19999] = 20000.5
pv.put(wave, wait=True)
say("bad", (epics.caget("Q:WAVE", use_monitor=False)[:3] == [19999, 19998, 19997]).all())
say("shorter", list(epics.caget("Q:SHORTER")), epics.PV("Q:SHORTER").put([5.0, 6.0, 7.0], wait=True), list(epics.caget("Q:SHORTER", use_monitor=False)))
`)
	for _, want := range []string{"get True", "first True True", "update True True", "bad True", "shorter [1.0, 2.0] 1 [5.0, 6.0, 7.0]"} {
		if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(out, "np.float64(", ""), ")", ""), want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	e := r.Stop()
	if len(e.Puts) != 2 || e.Puts[0].New.Len() != 20000 || e.Puts[1].Old.String() != "[1, 2]" {
		t.Errorf("%d puts; the old value of the short one is %v", len(e.Puts), e.Puts[len(e.Puts)-1].Old)
	}
	if len(e.Refused) != 1 || e.Refused[0].Violation != interlock.MaxExceeded || !strings.Contains(e.Refused[0].Message, "(element 19999)") {
		t.Errorf("%+v", e.Refused)
	}
	for _, line := range ioc.Lines() {
		if strings.HasPrefix(line, "put Q:WAVE") && line != "put Q:WAVE 20000 0.0" {
			t.Errorf("arrived: %s", line)
		}
	}
}

// A client that may only take small messages misses the large ones and goes on, as it
// does without a gateway.
func tooLarge(t *testing.T, ioc *gatewaytest.IOC) {
	b := newBench(t, ioc)
	r := b.open(t, "alice", interlock.Grant{Mode: interlock.ReadOnly, Reads: everything})
	r.env["EPICS_CA_AUTO_ARRAY_BYTES"], r.env["EPICS_CA_MAX_ARRAY_BYTES"] = "NO", "16384"
	got := ask(t, r, "aioca", false, []any{"get", "Q:WAVE"}, []any{"get", "Q:C39"})
	if got[0].Raised == "" || got[0].Seconds > 10 || fmt.Sprint(got[1].Value) != "0" {
		t.Errorf("with EPICS_CA_MAX_ARRAY_BYTES=16384: %+v", got)
	}
	c := dial(t, r.address())
	c.create("Q:WAVE")
	// A header that says 4 GB: nothing is allocated for it, and the circuit ends.
	_, _ = c.conn.Write([]byte{0, 19, 0xff, 0xff, 0, 6, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xf8, 0x1f, 0xff, 0xff, 0xff})
	if !c.closed() {
		t.Error("a message of 4 GB is waited for")
	}
}

// N2: every native type by number, text, label and index, with a real client.
func nativeTypes(t *testing.T, ioc *gatewaytest.IOC) {
	b := newBench(t, ioc)
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: "Q:LONG", Min: f64(-5), Max: f64(5)}, interlock.ChannelGrant{Match: "Q:BOOL", States: []string{"On"}},
		interlock.ChannelGrant{Match: "Q:MBB", States: []string{"Zero", "One"}}, interlock.ChannelGrant{Match: "Q:STR"}, interlock.ChannelGrant{Match: "Q:C2", Min: f64(-9), Max: f64(100), DriveLimits: true}))
	out := gatewaytest.Client(t, r.env, `
import epics
from epics import dbr
def put(name, *values):
    for v in values: epics.caput(name, v, wait=True)
put("Q:LONG", 5, 6, -5, -6, 2.0)
put("Q:BOOL", "On", "Off", 1, 0)
put("Q:MBB", "One", "Two", 0, 2)
put("Q:STR", "0x64", "x" * 39)
put("Q:C2", 10, 10.5, -9, -9.5)
from caproto import ChannelType
from caproto.sync.client import write
for name, v in (("Q:LONG", "0x4"), ("Q:LONG", "4 A"), ("Q:LONG", "4"), ("Q:C2", "nan"), ("Q:C2", "0x1")):  # text to a record of numbers
    print(write(name, [v], notify=True, data_type=ChannelType.STRING).status.name)
`)
	if n := strings.Count(out, "ECA_PUTFAIL"); n != 5 {
		t.Errorf("%d of 5 texts are refused: %s", n, out)
	}
	if e := r.Stop(); len(e.Refused) != 11 || len(e.Puts) != 11 {
		t.Errorf("%d puts, refused: %+v", len(e.Puts), e.Refused)
	}
	var got []string
	for _, line := range ioc.Lines() {
		for _, name := range []string{"Q:LONG", "Q:BOOL", "Q:MBB", "Q:STR", "Q:C2 "} {
			if strings.HasPrefix(line, "put "+name) {
				got = append(got, strings.TrimPrefix(line, "put Q:"))
			}
		}
	}
	want := []string{"LONG 5", "LONG -5", "LONG 2", "BOOL 1", "BOOL 1", "MBB 1", "MBB 0", "STR 0x64", "STR " + strings.Repeat("x", 39), "C2 10.0", "C2 -9.0"}
	if !slices.Equal(got, want) {
		t.Errorf("arrived: %q, want %q\n%s", got, want, out)
	}
}
