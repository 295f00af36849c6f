package channelaccess_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// puts are the puts of a result in words.
func puts(e interlock.Equipment) (list []string) {
	for _, p := range e.Puts {
		list = append(list, fmt.Sprint(p.Channel, " ", p.Old, " ", p.New))
	}
	return list
}

// N3: a rehearsal holds every put back and shows it to the run, and its puts are
// those of the run whose puts are sent.
func rehearsal(t *testing.T, ioc *gatewaytest.IOC) {
	b := newBench(t, ioc)
	grant := writes(interlock.ChannelGrant{Match: "Q:C1?", Max: f64(5), MaxStep: f64(2)}, interlock.ChannelGrant{Match: "Q:MBB"}, interlock.ChannelGrant{Match: "Q:STR"})
	rehearsed := grant
	rehearsed.Rehearse, rehearsed.Mode = true, interlock.ReadOnly
	const code = `
import asyncio
from aioca import caget, caput
async def main():
    print("reads", await caget("Q:C10"), await caget("Q:C11"))
    for v in (1, 2, 4.5, 3.5, 5.5):
        try: await caput("Q:C10", v, wait=True, timeout=5)
        except Exception as e: print("refused", v)
        print("reads", await caget("Q:C10"), float(await caget("Q:C10.VAL")), await caget("Q:C10", datatype=str))
    await caput("Q:C11", -2, timeout=5)
    await caput("Q:C11.VAL", -3, wait=True, timeout=5)
    print("reads", await caget("Q:C11"))
%s
asyncio.run(main())
`
	run := func(g interlock.Grant, more string) (string, interlock.Equipment) {
		r := b.open(t, "alice", g)
		out := gatewaytest.Client(t, r.env, fmt.Sprintf(code, more))
		return out, r.Stop()
	}
	before := len(ioc.Lines())
	saidFirst, held := run(rehearsed, "")
	for _, line := range ioc.Lines()[before:] {
		if _, is := value(line, "Q:C10"); is {
			t.Errorf("a put that is held back arrived: %s", line)
		}
	}
	if !held.Rehearsed {
		t.Error("the report does not say that it is a rehearsal's")
	}
	for _, p := range held.Puts {
		if p.Status != interlock.PutHeld {
			t.Errorf("%+v", p)
		}
	}
	said, sent := run(grant, "")
	if said != saidFirst {
		t.Errorf("the rehearsal says\n%s, and the run\n%s", saidFirst, said)
	}
	want := []string{"Q:C10 0 1", "Q:C10 1 2", "Q:C10 2 3.5", "Q:C11 0 -2", "Q:C11 -2 -3"}
	if !slices.Equal(puts(held), want) || !slices.Equal(puts(sent), want) {
		t.Errorf("held: %q\nsent: %q\nwant: %q", puts(held), puts(sent), want)
	}
	if !slices.Equal(violations(held), violations(sent)) || held.DependsOnHeldPut {
		t.Errorf("refused: %v, %v; depends: %v", violations(held), violations(sent), held.DependsOnHeldPut)
	}
	if values := arrived(t, ioc, "Q:C10"); !slices.Equal(values, []string{"1.0", "2.0", "3.5"}) {
		t.Errorf("arrived: %v", values)
	}
	if _, e := run(rehearsed, `    print("other", await caget("Q:C12"))`); !e.DependsOnHeldPut {
		t.Error("another channel was read after a put was held back, and the report does not say so")
	}
}

// N3: a monitor of a channel that a rehearsal puts to sees it, whoever else moves the
// record meanwhile; other channels stay as they are.
func rehearsedMonitor(t *testing.T, ioc *gatewaytest.IOC) {
	b := newBench(t, ioc)
	g := writes(interlock.ChannelGrant{Match: "Q:C15"}, interlock.ChannelGrant{Match: "Q:MBB"}, interlock.ChannelGrant{Match: "Q:STR"})
	g.Rehearse = true
	r := b.open(t, "alice", g)
	s := talk(t, r, `
import epics, sys
def say(*words): sys.stdout.write(" ".join(map(str, words)) + "\n")  # one piece, whichever thread says it
def value(pvname, value, **k): sys.stdout.write(f"value {pvname} {value}\n")
a = epics.PV("Q:C15", callback=value, auto_monitor=True)
b = epics.PV("Q:C16", callback=value, auto_monitor=True)
m = epics.PV("Q:MBB", callback=value, auto_monitor=True)
t = epics.PV("Q:STR", callback=value, auto_monitor=True)
for line in sys.stdin:
    exec(line)
    sys.stdout.write("did\n")
`)
	s.says("value Q:C15 0.0")
	do := func(line string) { s.tell(line); s.says("did") }
	s.tell(`a.put(3, wait=True)`)
	s.says("value Q:C15 3.0")
	direct := dial(t, fmt.Sprintf("127.0.0.1:%d", ioc.CA))
	for name, v := range map[string]float64{"Q:C15": 7, "Q:C16": 8} {
		if status := direct.put(direct.create(name), ca.Double, 1, double(v)); !status.OK() {
			t.Fatal(status)
		}
	}
	s.says("value Q:C16 8.0")
	s.tell(`say("now", a.get(), a.get(use_monitor=False), epics.caget("Q:C15.VAL"), b.get())`)
	if got := s.says("now"); got != "now 3.0 3.0 3.0 8.0" {
		t.Errorf("the run sees %q", got)
	}
	do(`m.put("Two", wait=True)`)
	do(`t.put("held", wait=True)`)
	s.tell(`say("now", m.get(use_monitor=False), m.get(as_string=True, use_monitor=False), t.get(use_monitor=False))`)
	if got := s.says("now"); got != "now 2 Two held" {
		t.Errorf("the run sees %q", got)
	}
	e := r.Stop()
	if !e.DependsOnHeldPut || len(e.Puts) != 3 {
		t.Errorf("%+v", e)
	}
	for _, line := range ioc.Lines() {
		if strings.Contains(line, "Q:C15 3") || strings.Contains(line, "held") {
			t.Errorf("a put that is held back arrived: %s", line)
		}
	}
}

// N2: a put that nobody waits for is read back even where the client clears the
// channel, and goes, right behind it, as caproto's sync client does.
func TestReadBackOfAClientThatHasGone(t *testing.T) {
	t.Parallel()
	ioc := gatewaytest.StartIOC(t, "G", iocProgram)
	r := newBench(t, ioc).open(t, "alice", writes(interlock.ChannelGrant{Match: "G:C*", Verify: interlock.VerifyReadback}))
	c := dial(t, r.address())
	var puts, clears []ca.Message
	const n = 40
	for i := range n {
		sid := c.create(fmt.Sprintf("G:C%d", i))
		puts = append(puts, ca.Message{Command: ca.CmdWrite, Type: uint16(ca.Double), Count: 1, P1: sid, P2: 1, Payload: double(1.5)})
		clears = append(clears, ca.Message{Command: ca.CmdClearChannel, P1: sid, P2: c.next})
	}
	c.send(append(puts, clears...)...)
	for range clears {
		if _, err := c.wait(command(ca.CmdClearChannel)); err != nil {
			t.Fatal(err)
		}
	}
	_ = c.conn.Close()
	e := r.Stop()
	if len(e.Puts) != n {
		t.Errorf("%d puts", len(e.Puts))
	}
	for _, p := range e.Puts {
		if p.Status != interlock.PutVerified {
			t.Errorf("%+v", p)
		}
	}
}
