package pvaccess_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/gateway/pvaccess"
	"github.com/interlock-run/interlock/internal/wire/pva"
)

// TestStormOfClients: N2: whatever clients say, and however it is cut, nothing panics, no
// put arrives that is not granted and recorded before, nobody is given another's data,
// and nothing is left.
func TestStormOfClients(t *testing.T) { storm(t, 20_000, false) }

// TestStormOfServers: N2: the same whatever servers say.
func TestStormOfServers(t *testing.T) { storm(t, 10_000, true) }

func storm(t *testing.T, least int64, hostile bool) {
	s := gatewaytest.NewStorm(t, least)
	if hostile {
		s.Copies = 4 // a channel that its server did not open is tried again after a second
	}
	server := startStormServer(t, s, hostile)
	g, open := manyRuns(t, s.Intents, server.l.Addr().String())
	server.warm(t, open) // what all runs share stays
	before := gatewaytest.Use()
	gatewaytest.Blow(s, open, func(guest *gatewaytest.Guest, at string) {
		(&stormClient{Guest: guest, at: at, server: server, writes: g.Writes()}).run()
	})
	server.settle()
	gatewaytest.NothingLeft(t, before, 8<<20)
}

// manyRuns is a gateway in front of one server, and what opens a run of it at an address,
// where it has both doors.
func manyRuns(t *testing.T, ledger interlock.Ledger, server string) (*gateway.Gateway, func(id string, grant interlock.Grant) (interlock.Road, string)) {
	at := pvaccess.Addresses{NameServers: []string{server}}
	system := pvaccess.New(pvaccess.Options{Upstream: func(interlock.ExecutionMode) pvaccess.Addresses { return at }, Now: time.Now})
	g := gateway.New(gateway.Options{Systems: []gateway.System{system}, Dir: t.TempDir(), Ledger: ledger, Now: time.Now})
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g, func(id string, grant interlock.Grant) (interlock.Road, string) {
		grant.Doors = system.Doors()
		r, err := g.Open(context.Background(), &interlock.Submission{ID: id, Who: interlock.Identity{Name: "alice"}}, grant)
		if err != nil {
			panic(err) // of a goroutine that is not the test's
		}
		l, u, err := bothDoors()
		if err == nil {
			err = r.Serve(interlock.Doors{Streams: map[uint16]net.Listener{5075: l}, Packets: map[uint16]net.PacketConn{5076: u}})
		}
		if err != nil {
			panic(err)
		}
		return r, l.Addr().String()
	}
}

// bothDoors listens at one address of loopback for streams and for datagrams.
func bothDoors() (l net.Listener, u net.PacketConn, err error) {
	var any net.ListenConfig
	for range 100 {
		if l, err = any.Listen(context.Background(), "tcp", "127.0.0.1:0"); err != nil {
			return nil, nil, err
		}
		if u, err = any.ListenPacket(context.Background(), "udp", l.Addr().String()); err == nil {
			return l, u, nil
		}
		_ = l.Close() // nothing was accepted
	}
	return nil, nil, err
}

// at is a raw client's way to an address.
func at(t *testing.T, address string) *road {
	_, port, err := net.SplitHostPort(address)
	r := &road{t: t}
	if err == nil {
		r.tcp, err = strconv.Atoi(port)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// warm makes one put.
func (v *stormServer) warm(t *testing.T, open func(string, interlock.Grant) (interlock.Road, string)) {
	grant := interlock.Grant{Mode: interlock.WriteAccess, Reads: interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "*"}}}, Channels: gatewaytest.Entries('A')}
	v.s.Intents.Begin("warm", grant)
	warm, address := open("warm", grant)
	c := at(t, address).dial()
	sid := c.channel(1, "A:AO")
	typ := c.init(pva.Put, sid, 1)
	var mask pva.Bits
	mask.Set(1)
	if status := c.put(sid, 1, pva.Value{Type: typ}.With("value", pva.OfFloat(typ.Fields[0].Type, 1)), mask); !status.Good() {
		t.Fatal(status.Text)
	}
	_ = c.conn.Close()
	warm.Stop()
	v.settle()
}

func structure(id string, fields ...any) *pva.Type {
	var list []pva.Field
	for i := 0; i < len(fields); i += 2 {
		list = append(list, pva.Field{Name: fields[i].(string), Type: fields[i+1].(*pva.Type)})
	}
	return pva.NewStructure(id, list...)
}

// stormTypes are the types of the channels of a storm's servers, each of which has a tag
// before its name. They are not changed.
var stormTypes = func() map[string]*pva.Type {
	double := pva.Scalar(pva.Float64)
	alarm := structure("alarm_t", "severity", pva.Scalar(pva.Int32), "status", pva.Scalar(pva.Int32), "message", pva.Scalar(pva.String))
	scalar := structure("epics:nt/NTScalar:1.0", "value", double, "alarm", alarm)
	return map[string]*pva.Type{
		"AO": scalar, "STEP": scalar, "BUD": scalar, "RO": scalar, "BEACON": structure("", "value", pva.Scalar(pva.Uint64)),
		"SMALL": structure("", "value", pva.ListOf(pva.Float64)), "LONG": structure("", "value", pva.Scalar(pva.Int32)), "CHAR": structure("", "value", pva.ListOf(pva.Uint8)),
		"STR": structure("", "value", pva.Scalar(pva.String), "alarm", alarm),
		"MBB": structure("", "value", structure("enum_t", "index", pva.Scalar(pva.Int32), "choices", pva.ListOf(pva.String))),
		"GRP": structure("", "x", structure("", "value", double), "y", structure("", "value", double), "note", pva.Scalar(pva.String)),
	}
}()

// stormNames are those in an order, and spellings of them.
var stormNames = []string{"AO", "SMALL", "LONG", "CHAR", "MBB", "STR", "STEP", "BUD", "RO", "GRP", "AO.VAL", `AO.{"x":1}`, "AO.DRVH"}

// stormType is the type of a channel by its name without the tag.
func stormType(name string) *pva.Type {
	if plain, err := interlock.CanonicalChannel(name); err == nil && stormTypes[plain] != nil {
		return stormTypes[plain]
	}
	return stormTypes["AO"]
}

// fill is a value of a type, made of a tag.
func fill(t *pva.Type, tag byte) pva.Value {
	v := pva.Value{Type: t}
	text := string(bytes.Repeat([]byte{tag}, 8))
	for _, leaf := range t.Leaves() {
		switch f := leaf.Type; {
		case strings.HasSuffix(leaf.Path, "value.index"):
			v = v.With(leaf.Path, pva.OfFloat(f, 1))
		case strings.HasSuffix(leaf.Path, "value.choices"):
			v = v.With(leaf.Path, pva.OfTexts(f, []string{gatewaytest.State(tag, 0), gatewaytest.State(tag, 1)}))
		case f.Code == pva.Float64 && f.Form == pva.List:
			n := math.Float64frombits(gatewaytest.Whole(tag))
			v = v.With(leaf.Path, pva.OfFloats(f, []float64{n, n, n}))
		case f.Code == pva.Float64:
			v = v.With(leaf.Path, pva.OfFloat(f, math.Float64frombits(gatewaytest.Whole(tag))))
		case f.Code == pva.Uint8:
			v = v.With(leaf.Path, pva.OfFloats(f, []float64{float64(tag), float64(tag), float64(tag), float64(tag)}))
		case f.Code == pva.Int32:
			v = v.With(leaf.Path, pva.OfFloat(f, float64(uint32(gatewaytest.Whole(tag)))))
		case f.Code == pva.String:
			v = v.With(leaf.Path, pva.OfText(f, text))
		}
	}
	return v
}

// mangle is a whole message as no correct peer sends it. broken is that what follows
// cannot be told apart any more.
func mangle(r *rand.Rand, b []byte) (out []byte, broken bool) {
	big := b[2]&0x80 != 0
	b = bytes.Clone(b)
	size := func(b []byte) []byte {
		n := len(b) - pva.HeaderSize
		for i := range 4 {
			at := 4 + i
			if big {
				at = 7 - i
			}
			b[at] = byte(n >> (8 * i))
		}
		return b
	}
	flip := func(from, to int) {
		if to = min(to, len(b)); to > from {
			b[from+r.IntN(to-from)] ^= byte(1 << r.IntN(8))
		}
	}
	switch r.IntN(12) {
	case 0:
		flip(8, 12) // sid, or id
	case 1:
		flip(12, 16)
	case 2:
		flip(16, 17) // what is to be done
	case 3:
		flip(17, len(b))
	case 4:
		b[3] = byte(r.IntN(0x18))
	case 5:
		b = size(append(b, make([]byte, 1+r.IntN(40))...))
	case 6:
		b = size(b[:pva.HeaderSize+r.IntN(len(b)-pva.HeaderSize+1)])
	case 7:
		b = append(b, b...)
	case 8: // the body stays in the other byte order
		b[2] ^= 0x80
		big = !big
		b = size(b)
	case 9:
		b[1] = byte(r.Uint32()) // a version
	case 10:
		b[2] ^= byte(1 << r.IntN(7)) // control, segments, whose it is
		return b, true
	default:
		if r.IntN(2) == 0 {
			return b[:r.IntN(len(b))], true
		}
		b[r.IntN(8)] = byte(r.Uint32())
		return b, true
	}
	return b, b[1] == 0
}

// writeCut sends b in pieces, cut anywhere.
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
