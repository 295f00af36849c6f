package channelaccess_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// Programs that print each value of two channels on two IOCs.
var monitors = map[string]string{
	"pyepics": `
import epics, sys
def value(pvname, value, **k): sys.stdout.write(f"value {pvname} {value}\n")
pvs = [epics.PV(n, callback=value, auto_monitor=True) for n in ("R:C0", "S:C0")]
sys.stdin.read()
`,
	"caproto": `
import sys
from caproto.threading.client import Context
def value(sub, response): sys.stdout.write(f"value {sub.pv.name} {response.data[0]}\n")
subs, context = [], Context()
for pv in context.get_pvs("R:C0", "S:C0"):
    subs.append(pv.subscribe())
    subs[-1].add_callback(value)
sys.stdin.read()
`,
}

// N2: two IOCs, each killed and started again: the monitors of both clients go on,
// soon after the IOC serves again, and those on the other IOC never stop.
func TestRestartedIOC(t *testing.T) {
	t.Parallel()
	iocs := []*gatewaytest.IOC{gatewaytest.StartIOC(t, "R", iocProgram), gatewaytest.StartIOC(t, "S", iocProgram)}
	b := newBench(t, iocs...)
	sessions := map[string]*session{}
	for name, code := range monitors {
		r := b.open(t, "alice", interlock.Grant{Mode: interlock.ReadOnly, Reads: everything})
		sessions[name] = talk(t, r, code)
	}
	for _, s := range sessions {
		s.says("value R:C0 0")
	}
	set := func(ioc *gatewaytest.IOC, v float64) {
		t.Helper()
		direct := dial(t, fmt.Sprintf("127.0.0.1:%d", ioc.CA))
		defer direct.conn.Close()
		if status := direct.put(direct.create(ioc.Prefix+":C0"), ca.Double, 1, double(v)); !status.OK() {
			t.Fatal(status)
		}
		for _, s := range sessions {
			s.says(fmt.Sprintf("value %s:C0 %g", ioc.Prefix, v))
		}
	}
	for i, ioc := range iocs {
		set(ioc, 5)
		ioc.Kill()
		set(iocs[1-i], float64(6+i)) // the other one goes on
		ioc.Start()
		began := time.Now()
		for name, s := range sessions {
			s.says(fmt.Sprintf("value %s:C0 0", ioc.Prefix)) // what it starts with
			took := s.at.Sub(began)
			t.Logf("%s: %s's first value comes %v after it serves again", name, ioc.Prefix, took)
			if took > 5*time.Second { // without a gateway it takes them 6 to 9 s
				t.Errorf("%s: %v", name, took)
			}
		}
		set(ioc, 8)
	}
}
