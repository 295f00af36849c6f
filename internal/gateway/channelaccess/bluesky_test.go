package channelaccess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
)

const scan = `
import sys
from bluesky import RunEngine
from bluesky.plans import grid_scan
from ophyd import Component, EpicsSignal, EpicsSignalRO, PVPositionerIsClose

class Motor(PVPositionerIsClose):
    setpoint = Component(EpicsSignal, "")
    readback = Component(EpicsSignalRO, ":RBV")

motors = [Motor(f"Q:M{i}", name=f"m{i}", atol=0.01, limits=(-10, 10)) for i in (1, 2)]
for m in motors:
    m.wait_for_connection(timeout=10)
documents = []
engine = RunEngine({})
engine.subscribe(lambda kind, document: documents.append((kind, document)))
try:
    engine(grid_scan([], motors[0], -1, 1, 3, motors[1], 0, 2, 2))
except BaseException as e:
    print("raised", type(e).__name__, e)
print("points", [(round(d["data"]["m1_readback"], 2), round(d["data"]["m2_readback"], 2)) for kind, d in documents if kind == "event"])
print("exit", [d["exit_status"] for kind, d in documents if kind == "stop"])
sys.stdout.flush()
import os
os._exit(0)
`

// N2: a scan of bluesky over two motors of ophyd works in write_access, is held to
// its limits, and fails cleanly in read_only.
func bluesky(t *testing.T, ioc *gatewaytest.IOC) {
	b := newBench(t, ioc)
	ro := b.open(t, "alice", interlock.Grant{Mode: interlock.ReadOnly, Reads: everything})
	out := gatewaytest.Client(t, ro.env, scan)
	if !strings.Contains(out, "raised ") || !strings.Contains(out, "points []") || !strings.Contains(out, "exit ['fail']") {
		t.Errorf("in read_only: %s", out)
	}
	if e := ro.Stop(); len(e.Puts) > 0 {
		t.Errorf("%+v", e)
	}
	if lines := ioc.Lines(); slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, ":M1") || strings.Contains(line, ":M2") }) {
		t.Errorf("arrived: %v", lines)
	}
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: "Q:M?", Min: f64(-2), Max: f64(2), MaxStep: f64(2)}))
	out = gatewaytest.Client(t, r.env, scan)
	if want := "points [(-1.0, 0.0), (-1.0, 2.0), (0.0, 0.0), (0.0, 2.0), (1.0, 0.0), (1.0, 2.0)]\nexit ['success']"; !strings.Contains(out, want) {
		t.Errorf("no %q in %s", want, out)
	}
	if e := r.Stop(); len(e.Refused) > 0 || len(e.Puts) < 9 {
		t.Errorf("%d puts, refused %+v", len(e.Puts), e.Refused)
	}
}
