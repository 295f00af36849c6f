package channelaccess_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway/channelaccess"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// An IOC that dies over a put: the client is told that it failed, the result says
// that nobody knows, each client hears of the loss in the way that it understands, and
// the repeater has a beacon for it when the IOC is back.
func TestLostIOC(t *testing.T) {
	t.Parallel()
	ioc := gatewaytest.StartIOC(t, "L", iocProgram)
	b := newBench(t, ioc)
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: "L:SLOW"}))
	beacons, err := net.Dial("udp", "127.0.0.1:"+r.env["EPICS_CA_REPEATER_PORT"])
	if err != nil {
		t.Fatal(err)
	}
	defer beacons.Close()
	hear := func(want ca.Command) ca.Message {
		t.Helper()
		_ = beacons.SetReadDeadline(time.Now().Add(20 * time.Second))
		datagram := make([]byte, 1024)
		n, err := beacons.Read(datagram)
		if err != nil {
			t.Fatal(err)
		}
		list, err := ca.Datagram(datagram[:n], 10)
		if err != nil || len(list) == 0 || list[0].Command != want {
			t.Fatalf("the repeater says %+v, want command %d: %v", list, want, err)
		}
		return list[0]
	}
	_, _ = beacons.Write(ca.Append(nil, ca.Message{Command: ca.CmdRegister, P2: 0x7f000001}))
	hear(ca.CmdConfirm)

	c := dial(t, r.address()) // says its user first, as libca does
	sid := c.create("L:SLOW")
	other := dialAs(t, r.address(), ca.CmdHostName, ca.CmdClientName) // as caproto does
	other.create("L:C1")
	c.send(ca.Message{Command: ca.CmdWriteNotify, Type: uint16(ca.Double), Count: 1, P1: sid, P2: 77, Payload: double(3)})
	if !ioc.Wait(10*time.Second, func(line string) bool { return line == "put L:SLOW 3.0" }) {
		t.Fatal("the put does not arrive")
	}
	ioc.Kill()
	for range 2 { // in any order
		m, err := c.wait(func(m ca.Message) bool { return m.Command == ca.CmdWriteNotify || m.Command == ca.CmdDisconnected })
		if err != nil || m.Command == ca.CmdWriteNotify && (m.P2 != 77 || ca.Status(m.P1).OK()) || m.Command == ca.CmdDisconnected && m.P1 != 1 {
			t.Errorf("the loss is told as %+v, %v", m, err)
		}
	}
	if !other.closed() {
		t.Error("a client that does not look again has a circuit without a server")
	}
	c.send(ca.Message{Command: ca.CmdReadNotify, Type: uint16(ca.Double), Count: 1, P1: sid, P2: 78}) // it crosses with the loss
	if m, err := c.wait(command(ca.CmdReadNotify)); err != nil || ca.Status(m.P1) != ca.StatusDisconn {
		t.Errorf("a read is answered with %+v, %v", m, err)
	}
	ioc.Start()
	if m := hear(ca.CmdBeacon); m.Count != 5064 {
		t.Errorf("the beacon is %+v", m)
	}
	c.next = 0 // the id of the lost channel is free again
	if again := c.create("L:SLOW"); again == sid {
		t.Error("a server id is given out twice")
	}
	if e := r.Stop(); len(e.Puts) != 1 || e.Puts[0].Status != interlock.PutUnknown || !strings.Contains(e.Puts[0].Message, "not known") {
		t.Errorf("%+v", e.Puts)
	}
}

// N2: puts that come in one piece are decided on in their order, each from the one
// before it, and arrive in it; those of two channels do not disturb each other.
func TestPutsInOnePiece(t *testing.T) {
	t.Parallel()
	ioc := gatewaytest.StartIOC(t, "O", iocProgram)
	// By name servers, too: the IOC is asked over TCP only.
	b := benchAt(t, t.TempDir(), channelaccess.Addresses{NameServers: []string{fmt.Sprintf("127.0.0.1:%d", ioc.CA)}})
	r := b.open(t, "alice", writes(interlock.ChannelGrant{Match: "O:C?", MaxStep: f64(1), Budget: 6}))
	c := dial(t, r.address())
	one, two := c.create("O:C1"), c.create("O:C2")
	var list []ca.Message
	for i, v := range []float64{1, 2, 4, 3, 4, 2, 5, 6, 7, 8} {
		for k, sid := range []uint32{one, two} {
			list = append(list, ca.Message{Command: ca.CmdWriteNotify, Type: uint16(ca.Double), Count: 1, P1: sid, P2: uint32(100*k + i), Payload: double(v - float64(k)*0.5)})
		}
	}
	c.send(list...)
	failed := map[uint32]bool{}
	for range list {
		m, err := c.wait(command(ca.CmdWriteNotify))
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := failed[m.P2]; twice {
			t.Errorf("put %d is answered twice", m.P2)
		}
		failed[m.P2] = !ca.Status(m.P1).OK()
	}
	var got []uint32
	for id, is := range failed {
		if is {
			got = append(got, id)
		}
	}
	slices.Sort(got)
	if want := []uint32{2, 5, 8, 9, 102, 105, 108, 109}; !slices.Equal(got, want) {
		t.Errorf("refused are %v, want %v", got, want)
	}
	for channel, want := range map[string][]string{"O:C1": {"1.0", "2.0", "3.0", "4.0", "5.0", "6.0"}, "O:C2": {"0.5", "1.5", "2.5", "3.5", "4.5", "5.5"}} {
		if values := arrived(t, ioc, channel); !slices.Equal(values, want) {
			t.Errorf("%s: arrived %v, want %v", channel, values, want)
		}
	}
	if e := r.Stop(); len(e.Puts) != 12 || !slices.Equal(violations(e), []string{"MAX_STEP_EXCEEDED", "BUDGET_EXCEEDED"}) {
		t.Errorf("%d puts, %v", len(e.Puts), violations(e))
	}
}
