package channelaccess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"

	"github.com/interlock-run/interlock"
)

// flood is a client that puts 5,000 times without waiting, and says what it may do.
const flood = `
import epics, sys
def say(*words): sys.stdout.write(" ".join(map(str, words)) + "\n")  # one piece, whichever thread says it
def access(read, write, pv=None, **k): say("access", read, write)
pv = epics.PV("K:FLOOD", access_callback=access)
pv.wait_for_connection()
say("ready")
sys.stdin.readline()
refused = 0
for i in range(5000):
    try:
        epics.ca.put(pv.chid, float(i + 1), wait=False)
    except epics.ca.CASeverityException:
        refused += 1
    if i % 10 == 0:
        epics.ca.poll(1e-5, 1e-5)
say("flooded", refused)
sys.stdin.readline()
say("again", pv.put(-3.0, wait=True))
sys.stdin.readline()
`

// N6: in a flood of puts, not one arrives after the switch was turned; connected
// clients lose write access, and get it back.
func TestWritesOff(t *testing.T) {
	t.Parallel()
	ioc := gatewaytest.StartIOC(t, "K", iocProgram)
	b := newBench(t, ioc)
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: "K:FLOOD"}))
	direct := dial(t, fmt.Sprintf("127.0.0.1:%d", ioc.CA))
	sid := direct.create("K:FLOOD")
	s := talk(t, r, flood)
	s.says("access True True")
	s.says("ready")
	s.tell("go")
	if !ioc.Wait(20*time.Second, func(line string) bool { return line == "put K:FLOOD 200.0" }) {
		t.Fatalf("the flood does not arrive: %d lines", len(ioc.Lines()))
	}
	began := time.Now()
	if err := b.gateway.Writes().TurnOff(gateway.Switched{Off: true, Reason: "beam loss"}); err != nil {
		t.Fatal(err)
	}
	t.Logf("writes are off after %v", time.Since(began))
	if status := direct.put(sid, ca.Double, 1, double(-1)); !status.OK() { // what comes after it at the IOC came too late
		t.Fatal(status)
	}
	s.says("access True False")
	s.says("flooded")
	if err := b.gateway.Writes().TurnOn(); err != nil {
		t.Fatal(err)
	}
	s.says("access True True")
	s.tell("again")
	s.says("again 1")
	if !ioc.Wait(20*time.Second, func(line string) bool { return line == "put K:FLOOD -3.0" }) {
		t.Error("no put arrives after writes were turned on again")
	}
	e := r.Stop()
	var want []string
	for _, p := range e.Puts[:len(e.Puts)-1] {
		want = append(want, fmt.Sprintf("put K:FLOOD %.1f", p.New.Numbers[0]))
	}
	want = append(want, "put K:FLOOD -1.0", "put K:FLOOD -3.0")
	got := slices.DeleteFunc(ioc.Lines(), func(line string) bool { return !strings.HasPrefix(line, "put K:FLOOD") })
	if !slices.Equal(got, want) {
		t.Errorf("arrived: %d, want the %d that were let through: %v", len(got), len(want), last(got, 5))
	}
	t.Logf("%d arrived before the switch; refused %d on their way", len(want)-2, len(e.Refused)+e.RefusedMore)
	for _, n := range e.Refused {
		if n.Violation != interlock.WritesOff || !strings.Contains(n.Message, "beam loss") {
			t.Errorf("%+v", n)
		}
	}
}

func last(list []string, n int) []string { return list[max(0, len(list)-n):] }
