package pvaccess_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
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
