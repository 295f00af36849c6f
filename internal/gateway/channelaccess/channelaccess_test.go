package channelaccess_test

import (
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
)

// N2: pyepics reads through the gateway, and what is granted is put, within its limits.
func TestPyepics(t *testing.T) {
	ioc := gatewaytest.StartIOC(t, "P", "")
	b := newBench(t, ioc)
	r := b.open(t, "alice", interlock.Grant{Mode: interlock.WriteAccess, Reads: everything,
		Channels: interlock.ChannelGrants{{Match: "P:AO", Writable: true, Min: f64(-5), Max: f64(5)}}})
	out := gatewaytest.Client(t, r.env, `
import epics, time
def say(*a): print(*a, flush=True)
say("get", epics.caget("P:AO"), epics.caget("P:STR"), epics.caget("P:MBB", as_string=True), len(epics.caget("P:WAVE")), epics.caget("P:AI"))
say("put", epics.caput("P:AO", 3, wait=True), epics.caget("P:AO"))
say("edge", epics.caput("P:AO", 5.0001, wait=True), epics.caget("P:AO"))
try:
    say("other", epics.caput("P:FREE", 3, wait=True), epics.caget("P:FREE"))
except Exception as e:
    say("other", type(e).__name__, epics.caget("P:FREE"))
seen = []
pv = epics.PV("P:AO", callback=lambda value, **k: seen.append(value), auto_monitor=True)
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
