package channelaccess_test

import (
	"context"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/ca"
)

// TestStormOfClients: N2: whatever clients say, and however it is cut, nothing panics, no
// put arrives that is not granted and recorded before, nobody is given another's data,
// and nothing is left.
func TestStormOfClients(t *testing.T) { storm(t, 20_000, false) }

// TestStormOfServers: N2: the same whatever servers say.
func TestStormOfServers(t *testing.T) { storm(t, 20_000, true) }

// The doors of a run, as clients know them, and where those of a storm's are.
const serverDoor, repeaterDoor = 5064, 5065

type stormDoors struct{ tcp, udp, repeater string }

func storm(t *testing.T, least int64, hostile bool) {
	s := gatewaytest.NewStorm(t, least)
	server := &stormServer{s: s, hostile: hostile, held: map[string]float64{}, came: map[byte]uint64{}}
	b := newStand(t, script(t, server.serve), s.Intents)
	open := func(id string, g interlock.Grant) (interlock.Road, stormDoors) {
		g.Doors = b.system.Doors()
		r, err := b.gateway.Open(context.Background(), &interlock.Submission{ID: id, Who: interlock.Identity{Name: "alice"}}, g)
		if err != nil {
			panic(err) // of a goroutine that is not the test's
		}
		doors := interlock.Doors{Streams: map[uint16]net.Listener{}, Packets: map[uint16]net.PacketConn{}}
		var any net.ListenConfig
		if doors.Streams[serverDoor], err = any.Listen(context.Background(), "tcp", "127.0.0.1:0"); err == nil {
			for _, port := range []uint16{serverDoor, repeaterDoor} {
				if doors.Packets[port], err = any.ListenPacket(context.Background(), "udp", "127.0.0.1:0"); err != nil {
					break
				}
			}
		}
		at := stormDoors{}
		if err == nil {
			at = stormDoors{doors.Streams[serverDoor].Addr().String(), doors.Packets[serverDoor].LocalAddr().String(), doors.Packets[repeaterDoor].LocalAddr().String()}
			err = r.Serve(doors)
		}
		if err != nil {
			panic(err)
		}
		return r, at
	}
	g := interlock.Grant{Mode: interlock.WriteAccess, Reads: everything, Channels: gatewaytest.Entries('A')}
	s.Intents.Begin("warm", g)
	warm, at := open("warm", g)
	conn := dial(t, at.tcp)
	conn.put(conn.create("A:AO"), ca.Double, 1, double(1)) // what all runs share stays
	_ = conn.conn.Close()
	warm.Stop()
	before := gatewaytest.Use()
	gatewaytest.Blow(s, open, func(g *gatewaytest.Guest, at stormDoors) {
		(&stormClient{Guest: g, at: at, server: server, writes: b.gateway.Writes()}).run()
	})
	gatewaytest.NothingLeft(t, before, 8<<20)
}

// The channels of a storm's servers, each with a tag before it.
var stormy = map[string]record{
	"AO": {t: ca.Double, count: 1}, "SMALL": {t: ca.Double, count: 4}, "LONG": {t: ca.Long, count: 1}, "CHAR": {t: ca.Char, count: 16}, "MBB": {t: ca.Enum, count: 1},
	"STR": {t: ca.String, count: 1}, "STEP": {t: ca.Double, count: 1}, "BUD": {t: ca.Double, count: 1}, "RO": {t: ca.Double, count: 1},
}

// stormNames are those in an order, and spellings of them.
var stormNames = []string{"AO", "SMALL", "LONG", "CHAR", "MBB", "STR", "STEP", "BUD", "RO", "AO.VAL", `AO.{"x":1}`, "AO.DRVH"}

// mangle is m, or messages of m, as no correct peer sends it. broken is that what follows
// cannot be told apart any more.
func mangle(r *rand.Rand, m ca.Message) (b []byte, broken bool) {
	number := func(now uint32) uint32 {
		return []uint32{0, now + 1, now - 1, r.Uint32N(64), r.Uint32N(5000), r.Uint32()}[r.IntN(6)]
	}
	switch r.IntN(9) {
	case 0:
		m.P1 = number(m.P1)
	case 1:
		m.P2 = number(m.P2)
	case 2:
		m.Type = []uint16{uint16(r.IntN(42)), uint16(r.IntN(8)), 0xffff, uint16(r.Uint32())}[r.IntN(4)]
	case 3:
		m.Count = []uint32{0, m.Count + 1, 6, 17, 1 << 20, 1 << 31, r.Uint32()}[r.IntN(7)]
	case 4:
		m.Command = ca.Command(r.IntN(30))
	case 5:
		m.Payload = append(append([]byte{}, m.Payload...), make([]byte, 8*r.IntN(40))...)
	case 6:
		m.Payload = m.Payload[:r.IntN(len(m.Payload)+1)]
	case 7: // twice
		b = ca.Append(nil, m)
	case 8:
		b = ca.Append(nil, m)
		switch r.IntN(3) {
		case 0:
			b = b[:r.IntN(len(b))]
		case 1:
			b[2], b[3] = byte(r.Uint32()), byte(r.Uint32()) // its size
		default: // in the other byte order
			for i := 0; i+1 < len(b); i += 2 {
				b[i], b[i+1] = b[i+1], b[i]
			}
		}
		return b, true
	}
	return ca.Append(b, m), false
}

// write sends b in pieces, cut anywhere.
func writeCut(r *rand.Rand, conn net.Conn, b []byte) {
	for n := r.IntN(12) - 6; n > 0 && len(b) > 1; n-- {
		at := 1 + r.IntN(len(b)-1)
		_, _ = conn.Write(b[:at]) // a circuit that was closed is seen when it is read
		b = b[at:]
	}
	_, _ = conn.Write(b)
}

// stormPatience is how long a storm waits for an answer that must come.
const stormPatience = time.Minute

// turn turns the kill switch off and on again; while it is off nothing may arrive.
func turn(s *gatewaytest.Storm, w *gateway.Writes, off bool) {
	var err error
	if off {
		err = w.TurnOff(gateway.Switched{Reason: "a storm"})
		s.Intents.Off(true)
	} else {
		s.Intents.Off(false)
		err = w.TurnOn()
	}
	if err != nil {
		s.Failed("turning the kill switch: %v", err)
	}
}
