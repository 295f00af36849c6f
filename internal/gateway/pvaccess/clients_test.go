package pvaccess_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

// want compares what a script said with JSON.
func want(t *testing.T, got any, json_ string) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != json_ {
		t.Errorf("got  %.2000s\nwant %.2000s", b, json_)
	}
}

// TestReadsOfEveryKind: what an IOC serves is read as it is, by both libraries, with
// its type. X11.
func TestReadsOfEveryKind(t *testing.T) {
	i := startIOC(t)
	r := open(t, interlock.Grant{Reads: reads}, []int{i.udp}, nil)
	said := r.run(p4p + `
v = c.get("T:DBL")
say(v.value, v.getID(), v.display.units, v.control.limitHigh, v.alarm.severity)
say(c.get("T:INT").value, c.get("T:STR").value, c.get("T:LSTR").value)
v = c.get("T:ENUM")
say(v.value.index, v.value.choices, v.getID())
say(list(c.get("T:WAVE").value))
v = c.get("T:TABLE")
say(v.getID(), list(v.value.a), list(v.value.b))
v = c.get("T:GROUP")
say(v.x.value, v.y.value, v.x.getID())
say(c.get(["T:DBL", "T:OTHER"])[1].value)
say(c.get("T:DBL.PREC").value)
`)
	want(t, said, `[[1.5,"epics:nt/NTScalar:1.0","A",10,0],[7,"hello","long text"],[1,["off","slow","fast"],"epics:nt/NTEnum:1.0"],[1,2,3],`+
		`["epics:nt/NTTable:1.0",[1,2,3],[1,2,3]],[1,1,"epics:nt/NTScalar:1.0"],2.5,3]`)
	e := r.stop()
	if e.Reads != 10 || len(e.Refused) > 0 || e.DependsOnHeldPut {
		t.Errorf("the report: %+v", e)
	}
}

// TestPvaPy: pvaPy, whose ids have the high bit, reads, monitors and puts.
func TestPvaPy(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:DBL", Max: number(5)}, interlock.ChannelGrant{Match: "T:ENUM"}, interlock.ChannelGrant{Match: "T:WAVE"}), []int{i.udp}, nil)
	said := r.run(pvapy + `
ch = pvaccess.Channel("T:DBL")
ch.putDouble(1.5)
say(ch.get()["value"])
say(ch.get("field()")["control"]["limitHigh"])
say(ch.getIntrospectionDict()["value"].name)
got, two = [], threading.Event()
def seen(v):
    got.append(v["value"])
    if len(got) == 2: two.set()
m = pvaccess.Channel("T:DBL")
first = threading.Event()
m.subscribe("s", lambda v: (seen(v), first.set()))
m.startMonitor("field(value)")
first.wait(10)
ch.put(3.5)
two.wait(10)
m.stopMonitor()
say(got)
say(wrong(ch.put, 5.5)[:2])
say(ch.get()["value"])
e = pvaccess.Channel("T:ENUM")
e.put(2)
say(e.get("field(value)")["value"]["index"])
w = pvaccess.Channel("T:WAVE")
w.put([4., 5.])
say(w.get()["value"])
whole = ch.get("field()")
whole["value"] = 2.25
say(wrong(ch.put, whole, "field()")[1], ch.get()["value"])
leave()
`)
	want(t, said, `[1.5,10,"DOUBLE",[1.5,3.5],["PvaException","channel T:DBL PvaClientPut::put put of 5.5 to T:DBL is refused: the most is 5"],3.5,2,[4,5],["",2.25]]`)
}

// TestNameServers: a client that asks by TCP alone, and a gateway that does.
func TestNameServers(t *testing.T) {
	i := startIOC(t)
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{i.tcp})
	said := r.run(p4p+`
say(c.get("T:DBL").value)
say(wrong(c.get, "T:NOSUCH")[1])
say(wrong(c.get, "T:NOBODY", timeout=0.5)[0])
say(c.get("T:INT").value)
`, "EPICS_PVA_ADDR_LIST=", fmt.Sprintf("EPICS_PVA_NAME_SERVERS=127.0.0.1:%d", r.tcp))
	want(t, said, `[1.5,"reading T:NOSUCH is refused: control_system.epics.read.deny lists it","TimeoutError",7]`)
}

// TestPutsAtTheirLimits: a value at a limit is inside and one past it is refused, in
// words that p4p shows. X13, N2.
func TestPutsAtTheirLimits(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(
		interlock.ChannelGrant{Match: "T:DBL", Min: number(-5), Max: number(20), DriveLimits: true, MaxStep: number(12)},
		interlock.ChannelGrant{Match: "T:INT", Min: number(0), Max: number(9)},
		interlock.ChannelGrant{Match: "T:ENUM", States: []string{"off", "fast"}},
		interlock.ChannelGrant{Match: "T:STR"}, interlock.ChannelGrant{Match: "T:LSTR"},
		interlock.ChannelGrant{Match: "T:BOOL", Verify: interlock.VerifyReadback},
		interlock.ChannelGrant{Match: "T:WAVE", Min: number(0), Max: number(100)},
	), []int{i.udp}, nil)
	said := r.run(p4p + `
def after(name, value, **k):
    why = wrong(n.put, name, value, **k)
    return [why[0], why[1], c.get(name).todict("value")]
say(after("T:DBL", 10.0))
say(after("T:DBL", 10.001))
say(after("T:DBL", -5.0))
say(after("T:DBL", -2.0, wait=True))
say(after("T:DBL", float("nan")))
say(after("T:INT", 9))
say(after("T:INT", 10))
say(after("T:STR", "0x64"))
say(after("T:LSTR", "x" * 100))
say(wrong(c.put, "T:ENUM", {"value.index": 2})[1], c.get("T:ENUM").value.index)
say(wrong(c.put, "T:ENUM", {"value.index": 1})[1], c.get("T:ENUM").value.index)
say(wrong(n.put, "T:ENUM", "off")[1], c.get("T:ENUM").value.index)
say(wrong(c.put, "T:BOOL", {"value.index": 1})[1], c.get("T:BOOL").value.index)
say(wrong(n.put, "T:WAVE", [1, 100.0])[1], list(c.get("T:WAVE").value))
say(wrong(n.put, "T:WAVE", [1, 100.5])[1], list(c.get("T:WAVE").value))
say(wrong(c.put, "T:DBL", {"display.units": "V"})[1])
say(wrong(n.put, "T:DBL", 1.0, process="true")[1])
say(wrong(n.put, "T:DBL.DRVH", 100.0)[1], c.get("T:DBL.DRVH").value)
say(wrong(n.put, "T:DBL.VAL", 3.0)[1], c.get("T:DBL").value)
`)
	for k, w := range []string{
		`["","",10]`, `["RemoteError","put of 10.001 to T:DBL is refused: the record's own drive limits are -10 to 10",10]`,
		`["RemoteError","put of -5 to T:DBL is refused: it is 15 from the present 10, and the most is 12",10]`, `["","",-2]`,
		`["RemoteError","put of NaN to T:DBL is refused: it is not a finite number",-2]`,
		`["","",9]`, `["RemoteError","put of 10 to T:INT is refused: the most is 9",9]`,
		`["","","0x64"]`, `["","","` + strings.Repeat("x", 100) + `"]`,
		`["",2]`, `["put of slow (1) to T:ENUM is refused: that state is not listed",2]`, `["",0]`, `["",1]`,
		`["",[1,100]]`, `["put of 100.5 to T:WAVE is refused: the most is 100 (element 1)",[1,100]]`,
		`"put to T:DBL.display.units is refused: no entry grants it"`,
		`"record[process=...] of T:DBL is refused: a record is processed as it is set to be"`,
		`["put to T:DBL.DRVH is refused: no entry grants it",10]`, `["",3]`,
	} {
		if k < len(said) {
			want(t, said[k], w)
		} else {
			t.Errorf("nothing said where %s is wanted", w)
		}
	}
	puts := r.ledger.Count(interlock.RecordPut)
	e := r.stop()
	if puts != 10 || len(e.Puts) != 10 {
		t.Errorf("%d intents, %d puts: %+v", puts, len(e.Puts), e.Puts)
	}
	for _, p := range e.Puts {
		if p.Channel == "T:BOOL" && (p.Status != interlock.PutVerified || p.Old.String() != "closed (0)") || p.Channel == "T:DBL" && p.New.Numbers[0] == -2 && p.Status != interlock.PutConfirmed {
			t.Errorf("a put: %+v", p)
		}
	}
}

// TestReadOnlyRun: no put leaves a run that is read_only.
func TestReadOnlyRun(t *testing.T) {
	i := startIOC(t)
	r := open(t, interlock.Grant{Reads: reads}, nil, []int{i.tcp})
	said := r.run(p4p + `
say(wrong(n.put, "T:DBL", 2.0)[:2])
say(wrong(n.put, "T:GROUP", {"x.value": 2.0})[:2])
say(c.get("T:DBL").value, c.get("T:GROUP").x.value)
`)
	want(t, said, `[["RemoteError","put to T:DBL is refused: the run is read_only"],["RemoteError","put to T:GROUP.x is refused: the run is read_only"],[1.5,1]]`)
	if e := r.stop(); len(e.Refused) != 2 || r.ledger.Count(interlock.RecordPut) > 0 {
		t.Errorf("the report: %+v", e)
	}
}

// TestDeniedChannelAnswersAtOnce: in less than a second, in the words of the refusal,
// whether or not there is such a channel.
func TestDeniedChannelAnswersAtOnce(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:DENIED"}), []int{i.udp}, nil)
	said := r.run(p4p + `
c.get("T:DBL")
for name in "T:DENIED", "T:NOSUCH":
    why = wrong(c.get, name)
    say(why[:2], why[2] < 1)
    why = wrong(n.put, name, 1.0)
    say(why[:2], why[2] < 1)
done = threading.Event()
got = []
c.monitor("T:DENIED", lambda v: (got.append(v), isinstance(v, Exception) and "refused" in str(v) and done.set()), notify_disconnect=True)
done.wait(5)
say(type(got[-1]).__name__, str(got[-1]))
say(wrong(c.rpc, "T:DENIED", None)[1])
say(c.get("T:DBL").value)
`)
	reading := func(name string) string {
		return `[["RemoteError","reading ` + name + ` is refused: control_system.epics.read.deny lists it"],true]`
	}
	want(t, said, "["+strings.Join([]string{reading("T:DENIED"), reading("T:DENIED"), reading("T:NOSUCH"), reading("T:NOSUCH"),
		`["RemoteError","reading T:DENIED is refused: control_system.epics.read.deny lists it"]`,
		`"reading T:DENIED is refused: control_system.epics.read.deny lists it"`, "1.5"}, ",")+"]")
	said = r.run(pvapy + `
ch = pvaccess.Channel("T:DENIED")
ch.setTimeout(5)
why = wrong(ch.get)
say("is refused" in why[1], why[2] < 1)
leave()
`)
	want(t, said, "[[true,true]]")
	if e := r.stop(); len(e.Refused) != 2 || e.Refused[0].Kind != "read" {
		t.Errorf("the report: %+v", e.Refused)
	}
}

// TestGroupPutIsDecidedByField: each member is a channel of its own; one that is
// refused refuses all, and none is sent.
func TestGroupPutIsDecidedByField(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:GROUP.x", Max: number(5)}, interlock.ChannelGrant{Match: "T:GROUP"}), []int{i.udp}, nil)
	said := r.run(p4p + `
def both(): v = c.get("T:GROUP"); return [v.x.value, v.y.value]
say(wrong(n.put, "T:GROUP", {"x.value": 5.0})[1], both())
say(wrong(n.put, "T:GROUP", {"x.value": 5.5})[1], both())
say(wrong(n.put, "T:GROUP", {"x.value": 2.0, "y.value": 2.0})[1], both())
say(wrong(n.put, "T:GROUP", {"y.value": 2.0})[1], both())
`)
	want(t, said, `[["",[5,1]],["put of 5.5 to T:GROUP.x is refused: the most is 5",[5,1]],["put to T:GROUP.y is refused: no entry grants it",[5,1]],["put to T:GROUP.y is refused: no entry grants it",[5,1]]]`)
	r.stop()
	r = open(t, writing(interlock.ChannelGrant{Match: "T:GROUP.x"}, interlock.ChannelGrant{Match: "T:GROUP.y", Max: number(3)}), []int{i.udp}, nil)
	said = r.run(p4p + `
def both(): v = c.get("T:GROUP"); return [v.x.value, v.y.value]
say(wrong(n.put, "T:GROUP", {"x.value": 2.0, "y.value": 3.0}, wait=True)[1], both())
say(wrong(n.put, "T:GROUP", {"x.value": 1.0, "y.value": 4.0})[1], both())
`)
	want(t, said, `[["",[2,3]],["put of 4 to T:GROUP.y is refused: the most is 3",[2,3]]]`)
	e := r.stop()
	if len(e.Puts) != 2 || e.Puts[0].Status != interlock.PutConfirmed || e.Puts[1].Status != interlock.PutConfirmed || r.ledger.Count(interlock.RecordPut) != 2 {
		t.Errorf("the puts: %+v", e.Puts)
	}
}

// TestCallsAreRefused: RPC ends in words, and the circuit goes on.
func TestCallsAreRefused(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:DBL"}), []int{i.udp}, nil)
	said := r.run(p4p + `
from p4p import Type, Value
arg = Value(Type([("query", "d")]), {"query": 1.0})
say(wrong(c.rpc, "T:DBL", arg)[:2])
say(c.get("T:DBL").value)
say(wrong(c.get, "T:DBL", request="field()record[process=true]")[1])
`)
	said = append(said, r.run(pvapy+`
ch = pvaccess.Channel("T:DBL")
for call in (lambda: ch.putGet(1.0), lambda: ch.getPut(), lambda: ch.get()["value"]):
    try: say(call() if True else 0)
    except Exception as e: say(str(e).split(": ", 1)[-1])
leave()
`)...)
	t.Log(said...)
	want(t, said[:3], `[["RemoteError","RPC of T:DBL is refused: it is neither a read nor a plain put"],1.5,"record[process=...] of T:DBL is refused: a record is processed as it is set to be"]`)
	if e := r.stop(); len(e.Refused) == 0 || e.Refused[0].Violation != interlock.CallNotAllowed || len(e.Puts) > 0 {
		t.Errorf("the report: %+v", e)
	}
}

// TestLargeWaveform: 20,000 doubles read, monitored and put with limits per element.
func TestLargeWaveform(t *testing.T) {
	i := startIOC(t)
	r := open(t, writing(interlock.ChannelGrant{Match: "T:WAVE", Max: number(20_000)}), []int{i.udp}, nil)
	said := r.run(p4p + `
import queue
q = queue.Queue()
s = c.monitor("T:WAVE", lambda v: q.put(list(v.value)), request="field()record[pipeline=true,queueSize=8]")
say(len(q.get(timeout=10)))
big = [float(k) for k in range(20000)]
n.put("T:WAVE", big)
say(q.get(timeout=10) == big, list(c.get("T:WAVE").value) == big)
big[19999] = 20001.0
say(wrong(n.put, "T:WAVE", big)[1])
for k in range(50):
    n.put("T:WAVE", [float(k)] * 20000)
v = None
while v != [49.0] * 20000:
    v = q.get(timeout=10)
say("all")
`)
	want(t, said, `[3,[true,true],"put of 20001 to T:WAVE is refused: the most is 20000 (element 19999)","all"]`)
	r.stop()
}

// TestServersKilledAndStartedAgain: monitors of both libraries, at two servers, go on
// after either was killed and started again.
func TestServersKilledAndStartedAgain(t *testing.T) {
	iocs := map[string]*ioc{"T": startIOC(t), "U": startIOCCalled(t, "U")}
	r := open(t, interlock.Grant{Reads: reads}, []int{iocs["T"].udp, iocs["U"].udp}, nil)
	scripts := []*script{r.begin(p4p + `
from p4p.client.thread import Disconnected
def seen(name):
    return lambda v: say(name, "gone" if isinstance(v, Disconnected) else v.value)
s = [c.monitor(name + ":DBL", seen(name), notify_disconnect=True) for name in "TU"]
sys.stdin.readline()
say("end", 0)
`), r.begin(pvapy + `
keep = []
def watch(name): # one after the other: pvaPy crashes when it starts one while another calls back
    first = threading.Event()
    ch = pvaccess.Channel(name + ":DBL")
    ch.subscribe("s", lambda v: (say(name, v["value"]), first.set()))
    ch.startMonitor("field(value)")
    keep.append(ch)
    first.wait(20)
watch("T")
watch("U")
sys.stdin.readline()
say("end", 0)
leave()
`)}
	until := func(s *script, name string, what any) {
		t.Helper()
		for {
			var got [2]any
			if s.line(&got); got == [2]any{name, what} {
				return
			}
		}
	}
	for _, s := range scripts {
		for seen := map[any]bool{}; len(seen) < 2; { // p4p says "gone" before it is there
			var got [2]any
			if s.line(&got); got[1] == 1.5 {
				seen[got[0]] = true
			}
		}
	}
	for name, value := range map[string]string{"T": "2.5", "U": "3.5"} {
		iocs[name].kill()
		until(scripts[0], name, "gone")
		iocs[name].start(value)
		began := time.Now()
		for k, s := range scripts {
			until(s, name, map[string]float64{"T": 2.5, "U": 3.5}[name])
			t.Logf("client %d sees the server %v after it serves", k, time.Since(began).Round(time.Millisecond))
		}
	}
	for _, s := range scripts {
		s.tell("")
		until(s, "end", 0.0)
	}
	r.stop()
}

// TestRehearsal: a put that was held back is seen by reads and monitors of its
// channel, and by no server. N3.
func TestRehearsal(t *testing.T) {
	i := startIOC(t)
	grant := writing(interlock.ChannelGrant{Match: "T:DBL", Max: number(9)}, interlock.ChannelGrant{Match: "T:ENUM"}, interlock.ChannelGrant{Match: "T:WAVE"}, interlock.ChannelGrant{Match: "T:GROUP.x"})
	grant.Mode, grant.Rehearse = interlock.ReadOnly, true
	r := open(t, grant, []int{i.udp}, nil)
	said := r.run(p4p + `
import queue
q, g = queue.Queue(), queue.Queue()
s = c.monitor("T:DBL", lambda v: q.put(v.value))
u = c.monitor("T:GROUP", lambda v: g.put(v.x.value))
say(q.get(timeout=10), g.get(timeout=10))
n.put("T:DBL", 9.0)
say(q.get(timeout=10), c.get("T:DBL").value)
say(wrong(n.put, "T:DBL", 9.5)[1], c.get("T:DBL").value)
c.put("T:ENUM", {"value.index": 2})
say(c.get("T:ENUM").value.index)
n.put("T:WAVE", [7.0, 8.0])
say(list(c.get("T:WAVE").value))
n.put("T:GROUP", {"x.value": 6.0})
say(g.get(timeout=10))
v = c.get("T:GROUP")
say(v.x.value, v.y.value)
t = c.monitor("T:DBL", lambda v: q.put(v.value))
say(q.get(timeout=10))
`)
	want(t, said, `[[1.5,1],[9,9],["put of 9.5 to T:DBL is refused: the most is 9",9],2,[7,8],6,[6,1],9]`)
	e := r.stop()
	if len(e.Puts) != 4 || e.Puts[0].Status != interlock.PutHeld || !e.Rehearsed || r.ledger.Count(interlock.RecordPut) > 0 {
		t.Errorf("the report: %+v", e)
	}
	r = open(t, interlock.Grant{Reads: reads}, []int{i.udp}, nil)
	want(t, r.run(p4p+`
say(c.get("T:DBL").value, c.get("T:ENUM").value.index, c.get("T:GROUP").x.value)
`), `[[1.5,1,1]]`)
}
