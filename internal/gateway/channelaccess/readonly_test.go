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

// libraries are the clients that users have, as testdata/client.py calls them.
var libraries = []string{"pyepics", "caproto_sync", "caproto_threading", "caproto_asyncio", "aioca", "cothread", "ophyd", "ophyd_async"}

// TestClients are the tests that share one IOC: one record each.
func TestClients(t *testing.T) {
	ioc := gatewaytest.StartIOC(t, "T", iocProgram)
	b := newBench(t, ioc)
	for i, library := range libraries {
		channel := fmt.Sprintf("T:C%d", i)
		t.Run("N2_read_only/"+library, func(t *testing.T) { t.Parallel(); readOnly(t, ioc, b, library, channel) })
	}
	for i, library := range libraries {
		channel := fmt.Sprintf("T:C%d", 10+i)
		t.Run("N2_write_access/"+library, func(t *testing.T) { t.Parallel(); writeAccess(t, ioc, b, library, channel) })
	}
	for i, library := range append(libraries, "ophyd_complete") {
		channel := fmt.Sprintf("T:C%d", 20+i)
		t.Run("N8_a_refused_put_raises/"+library, func(t *testing.T) { t.Parallel(); raises(t, ioc, b, library, channel) })
	}
	t.Run("N8_what_is_done_is_as_without_the_shim", func(t *testing.T) { t.Parallel(); unchanged(t, b, "T:C33") })
	t.Run("N2_read_only/raw", func(t *testing.T) { t.Parallel(); readOnlyRaw(t, ioc, b, "T:C30") })
	t.Run("N2_write_access/raw", func(t *testing.T) { t.Parallel(); writeAccessRaw(t, ioc, b, "T:C31") })
	t.Run("N2_hostile_ids", func(t *testing.T) { t.Parallel(); hostileIDs(t, ioc, b, "T:C32") })
}

// No put reaches the IOC in read_only, and reading works.
func readOnly(t *testing.T, ioc *gatewaytest.IOC, b *bench, library, channel string) {
	r := b.open(t, "alice", interlock.Grant{Mode: interlock.ReadOnly, Reads: everything})
	got := ask(t, r, library, false, []any{"get", channel}, []any{"put", channel, 3.0}, []any{"get", channel})
	for _, i := range []int{0, 2} {
		if v := strings.Trim(fmt.Sprint(got[i].Value), "[]"); v != "0" {
			t.Errorf("it reads %v: %s", got[i].Value, got[i].Raised)
		}
	}
	if done := fmt.Sprint(got[1].Value); got[1].Raised == "" && (done == "1" || done == "true" || done == "ECA_NORMAL") {
		t.Errorf("the client says that it was done: %+v", got[1])
	}
	if values := arrived(t, ioc, channel); len(values) > 0 {
		t.Errorf("puts arrived: %v", values)
	}
	if e := r.Stop(); len(e.Puts) > 0 || slices.ContainsFunc(e.Refused, func(n interlock.Refusal) bool { return n.Violation != interlock.ModeReadOnly }) {
		t.Errorf("%+v", e)
	}
}

// A granted put arrives with its value, and one past the limit does not; the result
// has both, whatever the client made of it.
func writeAccess(t *testing.T, ioc *gatewaytest.IOC, b *bench, library, channel string) {
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: channel, Min: f64(-5), Max: f64(5)}))
	got := ask(t, r, library, false, []any{"put", channel, 5.0}, []any{"get", channel}, []any{"put", channel, 5.0001}, []any{"get", channel})
	if got[0].Raised != "" {
		t.Errorf("a granted put raises: %s", got[0].Raised)
	}
	for _, i := range []int{1, 3} {
		if v := strings.Trim(fmt.Sprint(got[i].Value), "[]"); v != "5" {
			t.Errorf("it reads %v: %s", got[i].Value, got[i].Raised)
		}
	}
	if values := arrived(t, ioc, channel); !slices.Equal(values, []string{"5.0"}) {
		t.Errorf("arrived: %v", values)
	}
	e := r.Stop()
	status := interlock.PutConfirmed
	if library == "ophyd" { // reads the setpoint back instead of waiting for the server
		status = interlock.PutSent
	}
	if len(e.Puts) != 1 || e.Puts[0].Status != status || e.Puts[0].New.String() != "5" || e.Puts[0].Old.String() != "0" || e.Puts[0].Channel != channel {
		t.Errorf("puts: %+v", e.Puts)
	}
	if len(e.Refused) != 1 || e.Refused[0].Violation != interlock.MaxExceeded || !strings.Contains(e.Refused[0].Message, "put of 5.0001 to "+channel+" is refused: the most is 5") {
		t.Errorf("refused: %+v", e.Refused)
	}
}

// TestDeniedReads: no client learns which channels exist that it may not read.
func TestDeniedReads(t *testing.T) {
	t.Parallel()
	b := newBench(t, gatewaytest.StartIOC(t, "D", iocProgram))
	for _, library := range libraries {
		t.Run(library, func(t *testing.T) { t.Parallel(); deniedRead(t, b, library) })
	}
}

// A channel that may not be read answers soon, with an error, whether or not there
// is one; and the run's result says which it was.
func deniedRead(t *testing.T, b *bench, library string) {
	r := b.open(t, "alice", interlock.Grant{Mode: interlock.ReadOnly,
		Reads: interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "D:C*"}, {Match: "D:NOT*"}}, Deny: []interlock.ChannelPattern{{Match: "D:MBB"}, {Match: "D:NOTHERE"}}}})
	got := ask(t, r, library, false, []any{"get", "D:C39"}, []any{"get", "D:MBB"}, []any{"get", "D:NOTHERE"})
	t.Logf("%+v", got)
	for _, a := range got[1:] {
		if a.Raised == "" && a.Value != "ECA_NORDACCESS" {
			t.Errorf("it reads %v", a.Value)
		}
		if a.Seconds > 4 { // of the 5 s after which clients give up; it takes some 30 ms
			t.Errorf("%s takes %.1f s", a.Channel, a.Seconds)
		}
	}
	if strings.ReplaceAll(got[1].Raised, "D:MBB", "") != strings.ReplaceAll(got[2].Raised, "D:NOTHERE", "") {
		t.Errorf("the answers tell which one exists: %q, %q", got[1].Raised, got[2].Raised)
	}
	if e := r.Stop(); len(e.Refused) != 2 || e.Refused[0].Kind != "read" || e.Refused[0].What != "D:MBB" {
		t.Errorf("%+v", e.Refused)
	}
}

// A client of our own making that puts whatever it was told of its rights.
func readOnlyRaw(t *testing.T, ioc *gatewaytest.IOC, b *bench, channel string) {
	r := b.open(t, "alice", interlock.Grant{Mode: interlock.ReadOnly, Reads: everything})
	c := dial(t, r.address())
	sid := c.create(channel)
	for typ := ca.String; typ <= ca.Double; typ++ {
		payload := ca.Encode(typ, interlock.ChannelValue{Numbers: []float64{1}})
		c.throw(sid, typ, 1, payload)
		if status := c.put(sid, typ, 1, payload); status != ca.StatusNoWrite {
			t.Errorf("%s: %d", typ, status)
		}
	}
	for _, field := range []string{".VAL", ".DRVH", ".DISP", ".PROC", ".OVAL", ".A"} {
		if field == ".A" {
			continue
		}
		if status := c.put(c.create(channel+field), ca.Double, 1, double(1)); status != ca.StatusNoWrite {
			t.Errorf("%s: %d", field, status)
		}
	}
	if values := arrived(t, ioc, channel); len(values) > 0 {
		t.Errorf("puts arrived: %v", values)
	}
	if e := r.Stop(); len(e.Puts) > 0 || !slices.Equal(violations(e), []string{"MODE_READ_ONLY"}) {
		t.Errorf("%+v", e)
	}
}

// What a client of our own making gets past the limits in write_access: nothing.
func writeAccessRaw(t *testing.T, ioc *gatewaytest.IOC, b *bench, channel string) {
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: channel, Min: f64(-5), Max: f64(5)}, interlock.ChannelGrant{Match: "T:SHORTER"}))
	c := dial(t, r.address())
	for _, field := range []string{".DRVH", ".DISP", ".PROC", ".SCAN", ".FLNK", ".OUT"} {
		sid := c.create(channel + field)
		c.throw(sid, ca.Double, 1, double(1))
		if status := c.put(sid, ca.Double, 1, double(1)); status != ca.StatusPutFail {
			t.Errorf("%s: %d", field, status)
		}
	}
	sid, array := c.create(channel), c.create("T:SHORTER")
	for name, m := range map[string]ca.Message{
		"34": {Type: 34, Count: 1, Payload: append(make([]byte, 80), double(1)...)},
		"35": {Type: 35, Count: 1, Payload: double(1)}, "36": {Type: 36, Count: 1, Payload: double(1)}, "37": {Type: 37, Count: 1, Payload: double(1)},
		"38": {Type: 38, Count: 1, Payload: make([]byte, 40)}, "7": {Type: 7, Count: 1, Payload: make([]byte, 48)}, "65535": {Type: 65535, Count: 1, Payload: double(1)},
		"count 0":           {Type: 6, Count: 0, Payload: double(1)},
		"no body":           {Type: 6, Count: 1},
		"a list":            {Type: 6, Count: 2, Payload: double(1, 2)},
		"NaN":               {Type: 6, Count: 1, Payload: double(nan)},
		"hexadecimal":       {Type: 0, Count: 1, Payload: ca.Encode(ca.String, interlock.ChannelValue{Texts: []string{"0x1"}})},
		"a unit":            {Type: 0, Count: 1, Payload: ca.Encode(ca.String, interlock.ChannelValue{Texts: []string{"1 A"}})},
		"a short body":      {P1: array, Type: 6, Count: 2, Payload: double(1)},
		"a shorter body":    {P1: array, Type: 6, Count: 1 << 30, Payload: double(1)},
		"an array of none":  {P1: array, Type: 6, Count: 0, Payload: double(1)},
		"too long an array": {P1: array, Type: 6, Count: 9, Payload: double(1, 2, 3, 4, 5, 6, 7, 8, 9)},
	} {
		at := sid
		if m.P1 != 0 {
			at = m.P1
		}
		c.throw(at, ca.Type(m.Type), m.Count, m.Payload)
		if status := c.put(at, ca.Type(m.Type), m.Count, m.Payload); status != ca.StatusPutFail {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status := c.put(sid, ca.Double, 1, double(2)); !status.OK() {
		t.Errorf("the circuit is of no use any more: %d", status)
	}
	if values := arrived(t, ioc, channel); !slices.Equal(values, []string{"2.0"}) {
		t.Errorf("arrived: %v", values)
	}
	for _, line := range ioc.Lines() {
		if strings.Contains(line, "SHORTER") {
			t.Errorf("arrived: %s", line)
		}
	}
	if e := r.Stop(); len(e.Puts) != 1 || e.RefusedMore > 0 || len(e.Refused) < 20 {
		t.Errorf("%+v", e)
	}
}

// An id that nobody gave out, or that is given twice, ends the circuit.
func hostileIDs(t *testing.T, ioc *gatewaytest.IOC, b *bench, channel string) {
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: channel}))
	other := dial(t, r.address())
	other.create(channel)
	one := double(1)
	for name, m := range map[string]ca.Message{
		"a put to a guessed id":    {Command: ca.CmdWriteNotify, Type: 6, Count: 1, P1: 2, P2: 9, Payload: one},
		"a put to a high id":       {Command: ca.CmdWrite, Type: 6, Count: 1, P1: 0x80000001, P2: 9, Payload: one},
		"a put to 0":               {Command: ca.CmdWrite, Type: 6, Count: 1, P1: 0, P2: 9, Payload: one},
		"a read of a guessed id":   {Command: ca.CmdReadNotify, Type: 6, Count: 1, P1: 2, P2: 9},
		"a monitor of a guess":     {Command: ca.CmdEventAdd, Type: 6, Count: 1, P1: 2, P2: 9, Payload: make([]byte, 16)},
		"a cancel of a guess":      {Command: ca.CmdEventCancel, Type: 6, Count: 1, P1: 2, P2: 9},
		"a clear of another's id":  {Command: ca.CmdClearChannel, P1: 1, P2: 77},
		"a channel id twice":       {Command: ca.CmdCreate, P1: 1, P2: ca.Version, Payload: ca.NamePayload(channel)},
		"a monitor without limits": {Command: ca.CmdEventAdd, Type: 6, Count: 1, P1: 1, P2: 9},
		"a monitor of no type":     {Command: ca.CmdEventAdd, Type: 40, Count: 1, P1: 1, P2: 9, Payload: make([]byte, 16)},
		"no command":               {Command: 99},
		"a server's command":       {Command: ca.CmdRights, P1: 1, P2: 3},
		"a name of nothing":        {Command: ca.CmdCreate, P1: 5, P2: ca.Version, Payload: make([]byte, 8)},
	} {
		c := dial(t, r.address())
		if sid := c.create(channel); sid != 1 {
			t.Fatalf("%s: the id is %d", name, sid)
		}
		c.send(m)
		if !c.closed() {
			t.Errorf("%s: the circuit stays", name)
		}
	}
	if status := other.put(1, ca.Double, 1, double(4)); !status.OK() {
		t.Errorf("another circuit of the run is of no use: %d", status)
	}
	if values := arrived(t, ioc, channel); !slices.Equal(values, []string{"4.0"}) {
		t.Errorf("arrived: %v", values)
	}
}
