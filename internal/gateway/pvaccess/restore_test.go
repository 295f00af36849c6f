package pvaccess_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// everything is what the tests of restores may put.
var everything = []interlock.ChannelGrant{{Match: "T:DBL"}, {Match: "T:OTHER"}, {Match: "T:INT"}, {Match: "T:STR"}, {Match: "T:LSTR"}, {Match: "T:ENUM"}, {Match: "T:BOOL"},
	{Match: "T:WAVE"}, {Match: "T:GROUP.x"}, {Match: "T:GROUP.y"}, {Match: "T:MX"}, {Match: "T:TABLE.value.a"}, {Match: "T:DBL.PREC"}}

// allOf is what a person sees of every channel, read by a client of its own, past the gateway.
const allOf = prelude + `
from p4p.client.thread import Context
c = Context("pva", nt=False)
g = c.get("T:GROUP")
say(c.get("T:DBL").value, c.get("T:INT").value, c.get("T:STR").value, c.get("T:LSTR").value, c.get("T:ENUM").value.index, c.get("T:BOOL").value.index,
    list(c.get("T:WAVE").value), g.x.value, g.y.value, list(c.get("T:TABLE").value.a), c.get("T:DBL.PREC").value)
`

// direct runs a client past the gateway.
func (i *ioc) direct(code string) string {
	i.t.Helper()
	return strings.TrimSpace(gatewaytest.Client(i.t, map[string]string{"EPICS_PVA_NAME_SERVERS": fmt.Sprintf("127.0.0.1:%d", i.tcp)}, code))
}

// puts has a p4p client put what code says, and returns the puts.
func (i *ioc) puts(code string) []interlock.Put {
	i.t.Helper()
	r := open(i.t, writing(everything...), []int{i.udp}, nil)
	i.t.Log(r.run(p4p + code)...)
	return r.stop().Puts
}

// restore takes a plan through a road of its own.
func (i *ioc) restore(plan *gateway.Restore, grant interlock.Grant) (said string, code int, e interlock.Equipment) {
	i.t.Helper()
	r := open(i.t, grant, []int{i.udp}, nil)
	o, _, err := plan.Run(i.t.Context(), nil, "", interlock.Streams{}, r.road)
	if err != nil {
		i.t.Fatal(err)
	}
	return string(o.Stdout), o.Exit.Code, r.stop()
}

// same compares texts.
func same(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRestoreOfEveryKind (N5): what a p4p client put, of every kind, goes back to what it was, once,
// by the gateway, with its record, as another client sees it. Members of a group go back
// one by one.
func TestRestoreOfEveryKind(t *testing.T) {
	i := startIOC(t)
	before := i.direct(allOf)
	puts := i.puts(`
n.put("T:DBL", 3.25, wait=True)
n.put("T:DBL", -4.0)
n.put("T:INT", 9)
n.put("T:STR", "0x64")
n.put("T:LSTR", "x" * 150)
c.put("T:ENUM", {"value.index": 2})
n.put("T:BOOL", 1)
n.put("T:WAVE", [9.0, 8.0, 7.0, 6.0, 5.0])
n.put("T:GROUP", {"x.value": 2.0, "y.value": 3.0}, wait=True)
c.put("T:TABLE", {"value.a": [4.0, 5.0]})
c.put("T:DBL.PREC", {"value": 5})
`)
	same(t, i.direct(allOf), `[-4.0, 9, "0x64", "`+strings.Repeat("x", 150)+`", 2, 1, [9.0, 8.0, 7.0, 6.0, 5.0], 2.0, 3.0, [4.0, 5.0], 5]`)
	said, code, e := i.restore(gateway.PlanRestore("r", puts), writing(everything...))
	same(t, said, `T:DBL.PREC  5 -> 3, read back
T:TABLE.value.a  [4, 5] -> [1, 2, 3], read back
T:GROUP.y  3 -> 1, read back
T:GROUP.x  2 -> 1, read back
T:WAVE  [9, 8, 7, 6, 5] -> [1, 2, 3], read back
T:BOOL  open (1) -> closed (0), read back
T:ENUM  fast (2) -> slow (1), read back
T:LSTR  "`+strings.Repeat("x", 150)+`" -> "long text", read back
T:STR  "0x64" -> "hello", read back
T:INT  9 -> 7, read back
T:DBL  -4 -> 1.5, read back
`)
	same(t, i.direct(allOf), before)
	if code != 0 || len(e.Puts) != 11 || e.Puts[0].Status != interlock.PutConfirmed {
		t.Errorf("status %d, puts %+v", code, e.Puts)
	}
	said, code, e = i.restore(gateway.PlanRestore("r", puts), writing(everything...))
	if code != 0 || strings.Count(said, " already\n") != 11 || len(e.Puts) != 0 {
		t.Errorf("once more: %d %s%+v", code, said, e.Puts)
	}
}

// TestRestoreIsHeldToItsGrant (N5): in steps and at a pace that the grant allows, and what
// it does not allow stays as it is, with the reason; the other channels go back.
func TestRestoreIsHeldToItsGrant(t *testing.T) {
	i := startIOC(t)
	puts := i.puts(`
n.put("T:DBL", 9.0)
n.put("T:INT", 9)
n.put("T:GROUP", {"x.value": 9.0})
n.put("T:OTHER", 4.0)
`)
	rate := interlock.Rate{Count: 5, Per: time.Second}
	said, code, e := i.restore(gateway.PlanRestore("r", puts), writing(interlock.ChannelGrant{Match: "T:DBL", MaxStep: number(2)}, interlock.ChannelGrant{Match: "T:INT", Min: number(8)},
		interlock.ChannelGrant{Match: "T:GROUP.x", MaxStep: number(1), Rate: rate, Verify: interlock.VerifyReadback}))
	same(t, said, `T:OTHER  not restored: put to T:OTHER is refused: no entry grants it
T:GROUP.x  9 -> 1, read back
T:INT  not restored: put of 7 to T:INT is refused: the least is 8
T:DBL  9 -> 1.5, read back
`)
	if code != 1 || len(e.Puts) != 8+4 || len(e.Refused) != 2 || e.Puts[0].Status != interlock.PutVerified {
		t.Errorf("status %d, refused %+v, puts %+v", code, e.Refused, e.Puts)
	}
	for k := range 8 {
		if k >= rate.Count && e.Puts[k].At.Sub(e.Puts[k-rate.Count].At) < rate.Per {
			t.Errorf("put %d is too soon after those before it: %+v", k, e.Puts[:8])
		}
	}
	same(t, i.direct(allOf), `[1.5, 9, "hello", "long text", 1, 0, [1.0, 2.0, 3.0], 1.0, 1.0, [1.0, 2.0, 3.0], 3]`)
}

// TestRestoreLeavesWhatOthersChanged (N5): what a third party has put since stays, unless
// the person says that it shall not.
func TestRestoreLeavesWhatOthersChanged(t *testing.T) {
	i := startIOC(t)
	puts := i.puts(`
n.put("T:DBL", 9.0)
n.put("T:GROUP", {"x.value": 9.0, "y.value": 9.0})
c.put("T:ENUM", {"value.index": 2})
n.put("T:WAVE", [9.0])
`)
	i.direct(prelude + `
from p4p.client.thread import Context
c = Context("pva", nt=False)
c.put("T:GROUP", {"y.value": 5.0})
c.put("T:ENUM", {"value.index": 0})
Context("pva").put("T:WAVE", [9.0, 9.0])
`)
	plan := gateway.PlanRestore("r", puts)
	theirs := func(was, is, old string) string {
		return "not restored: the run put " + was + " and it is " + is + " now, so somebody else has changed it since (--anyway puts it back to " + old + " all the same)\n"
	}
	said, code, _ := i.restore(plan, writing(everything...))
	same(t, said, "T:WAVE  "+theirs("[9]", "[9, 9]", "[1, 2, 3]")+"T:ENUM  "+theirs("fast (2)", "off (0)", "slow (1)")+"T:GROUP.y  "+theirs("9", "5", "1")+
		"T:GROUP.x  9 -> 1, read back\nT:DBL  9 -> 1.5, read back\n")
	if code != 1 {
		t.Error("what was left alone is no failure")
	}
	plan.Anyway = true
	said, code, _ = i.restore(plan, writing(everything...))
	same(t, said, "T:WAVE  [9, 9] -> [1, 2, 3], read back\nT:ENUM  off (0) -> slow (1), read back\nT:GROUP.y  5 -> 1, read back\nT:GROUP.x  is 1 already\nT:DBL  is 1.5 already\n")
	if code != 0 {
		t.Error(said)
	}
}

// TestRestoreRehearsed (N3, N5): what would be put is shown and listed, and nothing leaves.
func TestRestoreRehearsed(t *testing.T) {
	i := startIOC(t)
	puts := i.puts(`
n.put("T:DBL", 9.0)
n.put("T:GROUP", {"x.value": 9.0, "y.value": 8.0})
`)
	before := i.direct(allOf)
	grant := writing(interlock.ChannelGrant{Match: "T:DBL", MaxStep: number(4)}, interlock.ChannelGrant{Match: "T:GROUP.x"}, interlock.ChannelGrant{Match: "T:GROUP.y"})
	grant.Mode, grant.Rehearse = interlock.ReadOnly, true
	said, code, e := i.restore(gateway.PlanRestore("r", puts), grant)
	same(t, said, `T:GROUP.y  8 -> 1 (rehearsed: it was held back)
T:GROUP.x  9 -> 1 (rehearsed: it was held back)
T:DBL  9 -> 1.5 (rehearsed: it was held back)
`)
	if code != 0 || len(e.Puts) != 4 || e.Puts[0].Status != interlock.PutHeld || e.Puts[0].Field != "y.value" || e.Puts[0].PV != "T:GROUP" {
		t.Errorf("status %d, puts %+v", code, e.Puts)
	}
	same(t, i.direct(allOf), before)
}

// TestRestoreOfTwoNames (N5): a member of a group and its record are one thing with two
// names; both go back to what was there before the run.
func TestRestoreOfTwoNames(t *testing.T) {
	i := startIOC(t)
	puts := i.puts(`
n.put("T:GROUP", {"x.value": 2.0})
n.put("T:MX", 3.0)
`)
	said, _, _ := i.restore(gateway.PlanRestore("r", puts), writing(everything...))
	same(t, said, "T:MX  3 -> 2, read back\nT:GROUP.x  2 -> 1, read back\n")
}

// TestRestoreAfterDeath (N5): of a run that died, the ledger has the intents. What did not
// arrive is there already, what did goes back, whichever of the two it was.
func TestRestoreAfterDeath(t *testing.T) {
	i := startIOC(t)
	puts := i.puts(`
n.put("T:DBL", 2.0)
n.put("T:GROUP", {"x.value": 2.0, "y.value": 2.0})
`)
	for k := range puts {
		puts[k].Status, puts[k].ReadBack = interlock.PutUnknown, interlock.ChannelValue{}
	}
	one := func(v float64) interlock.ChannelValue { return interlock.ChannelValue{Numbers: []float64{v}} }
	puts = append(puts, interlock.Put{Channel: "T:INT", Protocol: "pv_access", Old: one(7), New: one(8)}, // never arrived
		interlock.Put{Channel: "T:DBL", Protocol: "pv_access", Old: one(2), New: one(3)}) // the next put of it neither
	said, code, _ := i.restore(gateway.PlanRestore("r", puts), writing(everything...))
	same(t, said, "T:INT  is 7 already\nT:GROUP.y  2 -> 1, read back\nT:GROUP.x  2 -> 1, read back\nT:DBL  2 -> 1.5, read back\n")
	if code != 0 {
		t.Error(said)
	}
}

// TestRestoreWhereTheFieldIsGone (N5): a group that has another shape by now, and a server
// that is gone, are said.
func TestRestoreWhereTheFieldIsGone(t *testing.T) {
	i := startIOC(t)
	one := interlock.ChannelValue{Numbers: []float64{1}}
	plan := gateway.PlanRestore("r", []interlock.Put{
		{Channel: "T:GROUP.z", Protocol: "pv_access", PV: "T:GROUP", Field: "z.value", Old: one, New: one},
		{Channel: "T:GROUP.x", Protocol: "pv_access", PV: "T:GROUP", Field: "y.value", Old: one, New: one},
		{Channel: "T:GROUP", Protocol: "pv_access", Old: one, New: one},
		{Channel: "T:DENIED", Protocol: "pv_access", Old: one, New: one},
		{Channel: "T:DBL", Protocol: "smoke_signals", Old: one, New: one},
	})
	said, code, e := i.restore(plan, writing(everything...))
	same(t, said, `T:DBL  not restored: it was put over smoke_signals, and Interlock itself puts over others only
T:DENIED  not restored: reading T:DENIED is refused: control_system.epics.read.deny lists it
T:GROUP  not restored: it has no value that is a number or a text
T:GROUP.x  not restored: the field y.value of T:GROUP is something else by now
T:GROUP.z  not restored: T:GROUP has no field z.value any more
`)
	if code != 1 || len(e.Puts) > 0 {
		t.Errorf("status %d, puts %+v", code, e.Puts)
	}
}

// TestNoInexactOldValue (N5): an integer that is not checked exactly is no old value.
func TestNoInexactOldValue(t *testing.T) {
	f := startFake(t, &fake{value: func() pva.Value {
		return pva.OfFields(fakeType, pva.OfFloat(fakeType.Fields[0].Type, 1<<53+2), pva.OfText(fakeType.Fields[1].Type, ""))
	}})
	r := open(t, writing(interlock.ChannelGrant{Match: "H:A"}), nil, []int{f.port()})
	want(t, r.run(p4p+`
say(wrong(n.put, "H:A", 5)[1])
`), `[""]`)
	puts := r.stop().Puts
	if len(puts) != 1 || !puts[0].Old.IsZero() {
		t.Fatalf("the puts: %+v", puts)
	}
	if why := gateway.PlanRestore("r", puts).Cannot(); !strings.Contains(why, "H:A: what it was before is not known: it was an integer beyond 2^53") {
		t.Error(why)
	}
}

// TestRestoreOutlivesAServer (N5): a server that went away and came back between two
// channels of a restore is found again.
func TestRestoreOutlivesAServer(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(everything...), []int{i.udp}, nil)
	s, err := r.system.Session(r.road.(*gateway.Run))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := gateway.Spot{Channel: "T:GROUP.x", Protocol: "pv_access", PV: "T:GROUP", Field: "x.value"}
	one := interlock.ChannelValue{Numbers: []float64{2}}
	if err := s.Put(t.Context(), at, one); err != nil {
		t.Fatal(err)
	}
	i.kill()
	i.start("2.5")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		v, err := s.Get(ctx, at)
		if err == nil && v.String() == "1" {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("%v %v", v, err)
		}
	}
}

// TestRestoreIsEndedWithTheRun: a restore whose caller has gone ends soon, and says so.
func TestRestoreIsEndedWithTheRun(t *testing.T) {
	i := startIOC(t)
	one := interlock.ChannelValue{Numbers: []float64{1}}
	r := open(t, writing(everything...), []int{i.udp}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o, _, err := gateway.PlanRestore("r", []interlock.Put{{Channel: "T:NOBODY", Protocol: "pv_access", Old: one, New: one}}).Run(ctx, nil, "", interlock.Streams{}, r.road)
	if err != nil || o.Exit.Code != 1 || string(o.Stdout) != "T:NOBODY  not restored: connecting to T:NOBODY: no server has said that it has it: context canceled\n" {
		t.Errorf("%v %d %s", err, o.Exit.Code, o.Stdout)
	}
}

// structures is a server of p4p's own, with what records do not have.
const structures = `
import sys
from p4p import Type, Value
from p4p.nt import NTScalar
from p4p.server import Server
from p4p.server.thread import SharedPV

class Handler:
    def put(self, pv, op):
        pv.post(op.value())
        op.done()

class Clamping:
    def put(self, pv, op):
        pv.post(min(float(op.value()), 1.0))
        op.done()

def pv(value):
    return SharedPV(handler=Handler(), initial=value)

shape = Type([("value", "d"), ("gain", "f"), ("modes", "as"), ("cfg", ("S", None, [("name", "s"), ("on", "?"), ("value", "L"), ("list", "ai")]))], id="shape")
first = Value(shape, {"value": 1.5, "gain": 0.1, "modes": ["a", "b c"], "cfg": {"name": "old", "on": True, "value": 2**53, "list": []}})
server = Server([{"T:S": pv(first), "T:TEXTS": pv(NTScalar("as").wrap(["x", ""])), "T:SHORTS": pv(NTScalar("ah").wrap([-1, 2])),
    "T:CLAMPED": SharedPV(handler=Clamping(), nt=NTScalar("d"), initial=1.5)}])
print("ready", flush=True)
sys.stdin.read()
`

// TestRestoreOfStructures (N5): fields of any structure go back one by one, in their own
// types. An empty list is not put, which the plan says.
func TestRestoreOfStructures(t *testing.T) {
	server := gatewaytest.StartIOC(t, "T", structures)
	seen := func() string {
		return gatewaytest.Client(t, map[string]string{"EPICS_PVA_NAME_SERVERS": fmt.Sprintf("127.0.0.1:%d", server.PVA)}, prelude+`
from p4p.client.thread import Context
c = Context("pva", nt=False)
say([c.get("T:S").todict(), c.get("T:TEXTS").value, c.get("T:SHORTS").value])
`)
	}
	before := seen()
	var grants []interlock.ChannelGrant
	for _, name := range []string{"T:S", "T:S.gain", "T:S.modes", "T:S.cfg.name", "T:S.cfg.on", "T:S.cfg", "T:S.cfg.list", "T:TEXTS", "T:SHORTS"} {
		grants = append(grants, interlock.ChannelGrant{Match: name})
	}
	r := open(t, writing(grants...), nil, []int{server.PVA})
	t.Log(r.run(p4p + `
c.put("T:S", {"value": 2.5, "gain": 0.3, "modes": ["d"], "cfg": {"name": "new", "on": False, "value": 7, "list": [1]}})
c.put("T:S", {"gain": 0.5})
c.put("T:TEXTS", {"value": ["y"]})
c.put("T:SHORTS", {"value": [3, 4, 5]})
`)...)
	plan := gateway.PlanRestore("r", r.stop().Puts)
	r = open(t, writing(grants...), nil, []int{server.PVA})
	o, _, err := plan.Run(t.Context(), nil, "", interlock.Streams{}, r.road)
	if err != nil || o.Exit.Code != 1 {
		t.Errorf("%v, status %d", err, o.Exit.Code)
	}
	for _, line := range []string{"T:S  2.5 -> 1.5, read back", "T:S.gain  0.5 -> 0.1", `T:S.modes  ["d"] -> ["a", "b c"], read back`, `T:S.cfg.name  "new" -> "old", read back`, "T:S.cfg.on  0 -> 1, read back",
		"T:S.cfg  7 -> 9.007199254740992e+15, read back", `T:TEXTS  ["y"] -> ["x", ""], read back`, "T:SHORTS  [3, 4, 5] -> [-1, 2], read back",
		"T:S.cfg.list  not restored: it was an empty list before, and nothing empty is put"} {
		if !strings.Contains(string(o.Stdout), line) {
			t.Errorf("%q is not in:\n%s", line, o.Stdout)
		}
	}
	if list, after := `"list": [1]`, seen(); strings.Replace(after, list, `"list": []`, 1) != before || !strings.Contains(after, list) {
		t.Errorf("before %s after %s", before, after)
	}
}

// TestRestoreOfTooMuch (N5): what is more than a client may put at once is said, and the
// channels after it go back.
func TestRestoreOfTooMuch(t *testing.T) {
	i := startIOC(t)
	one := interlock.ChannelValue{Numbers: []float64{1}}
	big := interlock.ChannelValue{Numbers: make([]float64, 1<<20), Array: true}
	plan := gateway.PlanRestore("r", []interlock.Put{{Channel: "T:DBL", Protocol: "pv_access", Old: one, New: one}, {Channel: "T:WAVE", Protocol: "pv_access", Old: big, New: one}})
	plan.Anyway = true
	said, code, _ := i.restore(plan, writing(everything...))
	same(t, said, "T:WAVE  not restored: the value has 8388613 bytes, and 8384512 are the most that is put at once\nT:DBL  1.5 -> 1, read back\n")
	if code != 1 {
		t.Error(code)
	}
}

// TestRestoreReadsBack (N5): a server that says yes and stores something else is found out.
func TestRestoreReadsBack(t *testing.T) {
	server := gatewaytest.StartIOC(t, "T", structures)
	grant := writing(interlock.ChannelGrant{Match: "T:CLAMPED"})
	r := open(t, grant, nil, []int{server.PVA})
	r.run(p4p + `n.put("T:CLAMPED", 0.5)`)
	plan := gateway.PlanRestore("r", r.stop().Puts)
	r = open(t, grant, nil, []int{server.PVA})
	o, _, err := plan.Run(t.Context(), nil, "", interlock.Streams{}, r.road)
	if err != nil || o.Exit.Code != 1 || string(o.Stdout) != "T:CLAMPED  was put to 1.5 and reads back as 1\n" {
		t.Errorf("%v %d %s", err, o.Exit.Code, o.Stdout)
	}
}
